//! Colours of text for people. The writer of the text removes them where nobody sees them.

use crate::results::RunOutcome;
use anstyle::{AnsiColor, Style};

/// Whether a text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// With ANSI escape sequences.
    Coloured,
    /// Without: for files.
    Plain,
}

impl Paint {
    fn with(self, style: Style, text: &str) -> String {
        match self {
            Paint::Coloured => format!("{style}{text}{style:#}"),
            Paint::Plain => text.to_string(),
        }
    }

    /// In the colour of an outcome: green for a run that passed, red or yellow for others.
    pub fn outcome(self, outcome: RunOutcome, text: &str) -> String {
        let colour = match outcome {
            RunOutcome::Passed => AnsiColor::Green,
            RunOutcome::Broken | RunOutcome::Differed => AnsiColor::Red,
            RunOutcome::Unfinished | RunOutcome::Inconclusive => AnsiColor::Yellow,
        };
        let style = colour.on_default();
        self.with(if outcome == RunOutcome::Passed { style } else { style.bold() }, text)
    }

    /// What failed.
    pub fn strong(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    /// Where, and how to repeat it.
    pub fn faint(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }
}
