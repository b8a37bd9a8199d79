//! A view: a sweep's results as one text, for one kind of reader.

use crate::results::{Head, Run};
use crate::rules::{Lang, RuleText};
use crate::texts::say;
use std::collections::BTreeMap;

/// A view under construction. It takes the runs in order; what it keeps of them is bounded.
pub trait View {
    /// Takes the next run.
    fn take(&mut self, run: &Run);

    /// The whole text, after the last run. Of a sweep that is not complete, it says so.
    ///
    /// # Errors
    /// If the text cannot be written in the view's format.
    fn finish(self: Box<Self>, extent: Extent) -> Result<String, ViewError>;
}

/// How far a sweep came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The runs that were done.
    pub done: u64,
    /// The runs that were planned, or those of its part.
    pub due: u64,
}

impl Extent {
    /// Whether nothing is missing.
    pub fn is_complete(self) -> bool {
        self.done == self.due
    }

    /// What is missing, in words; nothing, if it is complete.
    pub fn incomplete(self, lang: Lang) -> Option<String> {
        let [done, due] = [self.done, self.due].map(|n| n.to_string());
        (!self.is_complete()).then(|| say(lang, "incomplete", &[("done", &done), ("due", &due)]))
    }
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
