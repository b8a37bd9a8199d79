//! Human-readable text: a line for each run as it ends; then the summary; failures last, where a terminal still shows them.

use super::{End, Sink};
use crate::file::Ready;
use crate::output;
use indicatif::ProgressBar;
use reports::human::{self, Widths};
use reports::results::{Run, RunOutcome, shown};
use reports::rules::{Lang, Titles, titles};
use reports::texts::say;

/// The most failures that are reported at the end; the rest is counted.
const REPORTED: usize = 50;

pub struct Text {
    lines: Option<(Widths, ProgressBar)>,
    titles: Titles,
    /// The texts of the first failures, printed at the end.
    failures: Vec<String>,
    /// The warnings of the first runs that passed with some, printed before the failures.
    warnings: Vec<String>,
    /// How many runs passed with warnings.
    warned: usize,
}

impl Text {
    pub fn begin(lines: Option<(Widths, ProgressBar)>, lang: Lang) -> anyhow::Result<Self> {
        if let Some((widths, bar)) = &lines {
            bar.suspend(|| output::print(&format!("{}\n", human::head(*widths, lang))))?;
        }
        Ok(Text {
            lines,
            titles: titles(&crate::explain::all_rules(), lang),
            failures: Vec::new(),
            warnings: Vec::new(),
            warned: 0,
        })
    }
}

impl Sink for Text {
    fn take(&mut self, run: &Run) -> anyhow::Result<()> {
        let run = &*shown(run);
        if run.outcome != RunOutcome::Passed && self.failures.len() < REPORTED {
            self.failures.push(human::failure(run, &self.titles));
        }
        let warnings = human::warnings(run, &self.titles);
        if !warnings.is_empty() {
            self.warned += 1;
            if self.warnings.len() < REPORTED {
                self.warnings.push(warnings);
            }
        }
        match &self.lines {
            Some((widths, bar)) => bar.suspend(|| output::print(&format!("{}\n", human::line(run, *widths, self.titles.lang)))),
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>, end: &End) -> anyhow::Result<Vec<Ready>> {
        let more = |id: &str, n: usize| format!("\n{}\n", say(self.titles.lang, id, &[("n", &n.to_string())]));
        let mut text = if self.lines.is_some() { "\n".to_string() } else { String::new() };
        text += &format!("{}\n", end.tally.summary(end.head, end.extent, end.wall_s, self.titles.lang));
        for warning in &self.warnings {
            text += &format!("\n{warning}");
        }
        if self.warned > self.warnings.len() {
            text += &more("more-warned", self.warned - self.warnings.len());
        }
        for failure in &self.failures {
            text += &format!("\n{failure}");
        }
        let failed = end.tally.failed() as usize;
        if failed > self.failures.len() {
            text += &more("more-failed", failed - self.failures.len());
        }
        output::print(&text)?;
        Ok(Vec::new())
    }
}
