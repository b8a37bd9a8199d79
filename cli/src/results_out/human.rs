//! Human-readable text.

use super::{End, Sink};
use crate::output;
use indicatif::ProgressBar;
use reports::human::{self, Widths};
use reports::results::{Run, RunOutcome};

/// The most failures that are reported at the end; the rest is counted.
const REPORTED: usize = 50;

pub struct Text {
    lines: Option<(Widths, ProgressBar)>,
    /// The texts of the first failures, printed at the end.
    failures: Vec<String>,
}

impl Text {
    pub fn begin(lines: Option<(Widths, ProgressBar)>) -> anyhow::Result<Self> {
        if let Some((widths, bar)) = &lines {
            bar.suspend(|| output::print(&format!("{}\n", human::head(*widths))))?;
        }
        Ok(Text { lines, failures: Vec::new() })
    }
}

impl Sink for Text {
    fn take(&mut self, run: &Run) -> anyhow::Result<()> {
        if run.outcome != RunOutcome::Passed && self.failures.len() < REPORTED {
            self.failures.push(human::failure(run));
        }
        match &self.lines {
            Some((widths, bar)) => bar.suspend(|| output::print(&format!("{}\n", human::line(run, *widths)))),
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>, end: &End) -> anyhow::Result<()> {
        let mut text = self.failures.concat();
        let more = end.tally.failed() - self.failures.len() as u64;
        if more > 0 {
            text += &format!("and {more} more runs that did not pass: see the results in --out\n");
        }
        if !text.is_empty() {
            text = format!("{}{text}\n", if self.lines.is_some() { "\n" } else { "" });
        } else if self.lines.is_some() {
            text = "\n".into();
        }
        output::print(&format!("{text}{}\n", end.tally.summary(end.head, end.wall_s)))
    }
}
