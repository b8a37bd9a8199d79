//! A view: a sweep's results as one text, for one kind of reader.

use crate::results::{Head, Run};
use crate::rules::RuleText;
use std::collections::BTreeMap;

/// A view under construction. It takes the runs in order; what it keeps of them is bounded.
pub trait View {
    /// Takes the next run.
    fn take(&mut self, run: &Run);

    /// The whole text, after the last run.
    ///
    /// # Errors
    /// If the text cannot be written in the view's format.
    fn finish(self: Box<Self>) -> Result<String, ViewError>;
}

/// Why a view could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the {view} document cannot be written: {reason}")]
pub struct ViewError {
    pub view: &'static str,
    pub reason: String,
}

/// The input of a new view.
pub struct ViewInput<'a> {
    pub head: &'a Head,
    /// The rules that runs are judged by.
    pub rules: &'a [RuleText],
    /// The path of each scenario's file, by the scenario's name.
    pub files: &'a BTreeMap<String, String>,
}

/// The description of a view.
pub struct ViewDescription {
    /// The name of its option on the command line: `--NAME FILE`.
    pub name: &'static str,
    /// Its text in `--help`.
    pub help: &'static str,
    /// Creates the view.
    pub begin: fn(&ViewInput<'_>) -> Box<dyn View>,
}
