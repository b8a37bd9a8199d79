//! A view: what one reader of a sweep's results gets, as one text.

use crate::results::{Head, Run};
use crate::rules::RuleText;
use std::collections::BTreeMap;

/// A view that is being made. It takes the runs in their order; what it keeps of them is bounded.
pub trait View {
    /// Takes the next run.
    fn take(&mut self, run: &Run);

    /// The whole text, after the last run.
    ///
    /// # Errors
    /// If the text cannot be written in the view's format.
    fn finish(self: Box<Self>) -> Result<String, ViewError>;
}

/// Why a view has no text.
#[derive(Debug, thiserror::Error)]
#[error("the {view} document cannot be written: {reason}")]
pub struct ViewError {
    pub view: &'static str,
    pub reason: String,
}

/// What a view may begin with.
pub struct Beginning<'a> {
    pub head: &'a Head,
    /// The rules that runs are judged by.
    pub rules: &'a [RuleText],
    /// The path of each scenario's file, by the scenario's name.
    pub files: &'a BTreeMap<String, String>,
}

/// What a view says about itself.
pub struct ViewDescription {
    /// The name of its option on the command line: `--NAME FILE`.
    pub name: &'static str,
    /// What `--help` says of it.
    pub help: &'static str,
    /// Begins one.
    pub begin: fn(&Beginning<'_>) -> Box<dyn View>,
}
