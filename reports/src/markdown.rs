//! Runs as Markdown, for the summary of a CI job (GitHub's step summary, a comment on a merge request).

use crate::failure::{self, clipped};
use crate::looked::LookedAt;
use crate::paint::Paint;
use crate::results::{Head, Run, RunOutcome};
use crate::rules::{Lang, Titles, titles};
use crate::texts::{outcome, seeds};
use crate::view::{Extent, View, ViewDescription, ViewError};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The largest document in bytes. GitHub takes no more than 1 MiB for a step.
pub const MOST_BYTES: usize = 512 * 1024;
/// The most rows of the table; the rest is counted.
const ROWS: usize = 1000;
/// The most kinds of failures that are reported; the rest is counted.
const FAILURES: usize = 20;
/// The most rules that are named if they had nothing to look at.
const NAMED: usize = 40;
/// The most characters of a name.
const LENGTH: usize = 100;

/// Takes runs in any order. Its memory grows with scenarios, designs and kinds of failures, not with seeds.
pub struct Markdown {
    head: Head,
    titles: Titles,
    counts: BTreeMap<RunOutcome, u64>,
    rows: BTreeMap<(String, String), Row>,
    /// By scenario, design and what failed.
    failures: BTreeMap<(String, String, String), Failures>,
    /// Failing runs of kinds beyond those that are kept.
    not_kept: u64,
    rules: LookedAt,
}

#[derive(Default)]
struct Row {
    counts: BTreeMap<RunOutcome, u64>,
    p50: Range,
    p99: Range,
}

/// Minimum and maximum over seeds.
#[derive(Clone, Copy, Default)]
struct Range(Option<(f64, f64)>);

impl Range {
    fn take(&mut self, value: f64) {
        let (least, most) = self.0.unwrap_or((value, value));
        self.0 = Some((least.min(value), most.max(value)));
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            None => f.write_str("–"),
            Some((least, most)) if format!("{least:.1}") == format!("{most:.1}") => write!(f, "{least:.1}"),
            Some((least, most)) => write!(f, "{least:.1}–{most:.1}"),
        }
    }
}

/// Runs that failed in the same way.
struct Failures {
    runs: u64,
    first_seed: u64,
    outcome: RunOutcome,
    headline: String,
    text: String,
}

/// `--markdown FILE`.
pub static VIEW: ViewDescription = ViewDescription {
    name: "markdown",
    help: "Write a summary in Markdown, for a job's page",
    begin: |with| Box::new(Markdown { titles: titles(with.rules, Lang::En), ..Markdown::new(with.head.clone()) }),
};

impl View for Markdown {
    fn take(&mut self, run: &Run) {
        Markdown::take(self, run);
    }

    fn finish(self: Box<Self>, extent: Extent) -> Result<String, ViewError> {
        Ok(Markdown::finish(*self, extent))
    }
}

impl Markdown {
    pub fn new(head: Head) -> Self {
        let (counts, rows, failures, rules) = Default::default();
        Markdown { head, titles: Titles::default(), counts, rows, failures, not_kept: 0, rules }
    }

    pub fn take(&mut self, run: &Run) {
        *self.counts.entry(run.outcome).or_default() += 1;
        let row = self.rows.entry((run.scenario.clone(), run.design.clone())).or_default();
        *row.counts.entry(run.outcome).or_default() += 1;
        if let Some(latency) = &run.latency_ms {
            row.p50.take(latency.p50);
            row.p99.take(latency.p99);
        }
        self.rules.take(run);
        if run.outcome != RunOutcome::Passed {
            self.take_failure(run);
        }
    }

    fn take_failure(&mut self, run: &Run) {
        let key = (run.scenario.clone(), run.design.clone(), failure::kinds(run));
        if let Some(known) = self.failures.get_mut(&key) {
            known.runs += 1;
            if known.first_seed <= run.seed {
                return;
            }
        }
        let runs = self.failures.get(&key).map_or(1, |known| known.runs);
        let (headline, text) = (
            failure::headline(run, &self.titles),
            format!("{}\n{}", failure::name(run, Lang::En), failure::text(run, &self.titles, Paint::Plain)),
        );
        self.failures.insert(key, Failures { runs, first_seed: run.seed, outcome: run.outcome, headline, text });
        // Those that come first by name are kept, so that the order of runs does not matter.
        if self.failures.len() > FAILURES {
            self.not_kept += self.failures.pop_last().map_or(0, |(_, last)| last.runs);
        }
    }

    /// The document, with a line feed at its end.
    pub fn finish(self, extent: Extent) -> String {
        let mut text = self.head(extent);
        if extent == (Extent { done: 0, due: 0 }) {
            return text + "This part contains none of the planned runs.\n";
        }
        self.table(&mut text);
        self.failures(&mut text);
        text += &match self.rules.is_empty() {
            true => "**Not judged by any rule.**\n".to_string(),
            false => self.rules.words(Lang::En, NAMED, line) + ".\n",
        };
        text
    }

    // Writing to a String does not fail.
    fn head(&self, extent: Extent) -> String {
        let passed = self.counts.keys().all(|o| *o == RunOutcome::Passed);
        let mark = match (passed, extent.due) {
            // A part of a small sweep may contain nothing: that is neither good nor bad.
            (_, 0) if self.counts.is_empty() => "➖",
            (true, _) if extent.is_complete() => "✅",
            _ => "❌",
        };
        let incomplete = extent.incomplete(Lang::En).map_or(String::new(), |what| format!("{what}; "));
        let mut text = format!("## {mark} shikaku: {incomplete}{}\n\n", in_words(&self.counts));
        let _ = write!(
            text,
            "{} · version {} · {}",
            capital(&seeds(self.head.seed, self.head.last_seed, Lang::En)),
            self.head.version,
            self.head.openssl
        );
        if let Some(part) = &self.head.partition {
            let _ = write!(text, " · part {}", line(part));
        }
        if let Some(mutant) = &self.head.mutant {
            let _ = write!(text, " · broken on purpose: {}", line(mutant));
        }
        text += "\n\n";
        text
    }

    fn table(&self, text: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        *text += "| scenario | design | passed | broken | differed | unfinished | p50 (ms) | p99 (ms) |\n";
        *text += "|---|---|---:|---:|---:|---:|---:|---:|\n";
        // Rows with failures come first, so that the limit never drops one in favour of rows in which all held.
        let failed = |row: &Row| row.counts.keys().any(|o| *o != RunOutcome::Passed);
        let (bad, good): (Vec<_>, Vec<_>) = self.rows.iter().partition(|(_, row)| failed(row));
        for ((scenario, design), row) in bad.into_iter().chain(good).take(ROWS) {
            let count = |o| {
                row.counts
                    .get(&o)
                    .map_or(String::from("·"), |n| if o == RunOutcome::Passed { n.to_string() } else { format!("**{n}**") })
            };
            let counts =
                [RunOutcome::Passed, RunOutcome::Broken, RunOutcome::Differed, RunOutcome::Unfinished].map(count).join(" | ");
            let _ = writeln!(text, "| {} | {} | {counts} | {} | {} |", line(scenario), line(design), row.p50, row.p99);
        }
        if self.rows.len() > ROWS {
            let _ = writeln!(text, "\nand {} more rows", self.rows.len() - ROWS);
        }
        *text += "\nCounts are of seeds; percentiles are the least and the most over seeds.\n\n";
    }

    fn failures(&self, text: &mut String) {
        if self.failures.is_empty() {
            return;
        }
        *text += "### What failed\n\n";
        let mut not_shown = self.not_kept;
        for ((scenario, design, kinds), f) in &self.failures {
            let more = match f.runs {
                1 => format!("seed {}", f.first_seed),
                runs => format!("{runs} seeds, first seed {}", f.first_seed),
            };
            let outcome = outcome(f.outcome, Lang::En);
            let title = format!("{} / {} ({more}): {outcome}: {}", line(scenario), line(design), line(kinds));
            let part = format!("#### {title}\n\n{}\n\n{}\n", line_of(&f.headline, 500), fenced(&f.text));
            if text.len() + part.len() > MOST_BYTES {
                not_shown += f.runs;
                continue;
            }
            *text += &part;
        }
        if not_shown > 0 {
            let _ = writeln!(text, "and {not_shown} more failing runs, which failed in other ways or places: see results.json\n");
        }
    }
}

fn in_words(counts: &BTreeMap<RunOutcome, u64>) -> String {
    let runs: u64 = counts.values().sum();
    let counted = |(o, n): (&RunOutcome, &u64)| format!("{n} {}", outcome(*o, Lang::En));
    let words: Vec<String> = counts.iter().map(counted).collect();
    if runs == 0 { "nothing was run".into() } else { format!("{runs} runs: {}", words.join(", ")) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn line(text: &str) -> String {
    line_of(text, LENGTH)
}

/// `text` as plain text on one line: nothing in it is read as Markdown or HTML (CommonMark 0.31, section 2.4).
fn line_of(text: &str, length: usize) -> String {
    let mut out = String::new();
    for c in clipped(text, length).chars() {
        match c {
            // A character reference, since a backslash before a pipe is removed when the table is parsed, before the text is.
            '|' => out += "&#124;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            // GitHub would notify the user of that name, and link what looks like an issue.
            '@' => out += "&#64;",
            '#' => out += "&#35;",
            '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '!' | '$' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// `text` unchanged, in a fence that is longer than any run of backticks in it.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let text: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{failing, head, sweep};
    use proptest::prelude::*;

    fn document(head: Head, runs: &[Run]) -> String {
        let mut markdown = Markdown::new(head);
        runs.iter().for_each(|r| markdown.take(r));
        markdown.finish(whole(runs))
    }

    fn whole(runs: &[Run]) -> Extent {
        Extent { done: runs.len() as u64, due: runs.len() as u64 }
    }

    #[test]
    fn what_was_interrupted_is_not_green() {
        let passed: Vec<Run> = sweep(1..=1).into_iter().filter(|r| r.outcome == RunOutcome::Passed).collect();
        let mut markdown = Markdown::new(head(1..=50));
        passed.iter().for_each(|r| markdown.take(r));
        let done = passed.len() as u64;
        let text = markdown.finish(Extent { done, due: 6150 });
        assert!(
            text.starts_with(&format!("## ❌ shikaku: incomplete: {done} of 6150 planned runs were done; {done} ")),
            "{text}"
        );
        let nothing = Markdown::new(head(1..=50)).finish(Extent { done: 0, due: 6150 });
        assert!(nothing.starts_with("## ❌ shikaku: incomplete: 0 of 6150 planned runs"), "{nothing}");
    }

    #[test]
    fn a_part_that_contains_nothing_is_neither_good_nor_bad() {
        let mut head = head(1..=1);
        head.partition = Some("hash:2/9".into());
        insta::assert_snapshot!(document(head, &[]));
    }

    #[test]
    fn a_summary_reads_well() {
        let mut head = head(1..=4);
        head.partition = Some("slice:1/8".into());
        head.mutant = Some("broker-shows-code".into());
        insta::assert_snapshot!(document(head, &sweep(1..=4)));
    }

    #[test]
    fn what_passed_and_what_was_not_run_read_well() {
        let passed: Vec<Run> = sweep(1..=1).into_iter().filter(|r| r.outcome == RunOutcome::Passed).collect();
        insta::assert_snapshot!(format!("{}\n---\n\n{}", document(head(1..=1), &passed), document(head(1..=9), &[])));
    }

    #[test]
    fn the_order_of_runs_does_not_matter() {
        let mut runs: Vec<Run> = (0..60)
            .map(|i| {
                let mut run = failing(i % 7);
                run.scenario = format!("scenario {}", i * 37 % 60);
                run
            })
            .collect();
        let one = document(head(0..=6), &runs);
        runs.reverse();
        assert_eq!(one, document(head(0..=6), &runs));
        assert!(one.contains("and 40 more failing runs"), "{one}");
    }

    #[test]
    fn the_document_is_smaller_than_github_takes_however_much_failed() {
        let long = "長い`".repeat(2_000);
        let mut markdown = Markdown::new(head(0..=100));
        for i in 0..1200 {
            let mut run = failing(i % 100);
            run.scenario = format!("{i}{long}");
            run.replay = long.clone();
            run.error = Some(long.clone());
            run.expectations = vec![run.expectations[0].clone(); 50];
            run.expectations.iter_mut().for_each(|e| e.what = long.clone());
            run.rules = vec![run.rules[1].clone(); 50];
            run.rules.iter_mut().flat_map(|r| &mut r.findings).for_each(|f| f.what = long.clone());
            if i > 100 {
                // From here on, only the rows are tested.
                (run.rules, run.expectations) = (Vec::new(), Vec::new());
            }
            markdown.take(&run);
        }
        let text = markdown.finish(Extent { done: 1200, due: 1200 });
        assert!(text.len() < 1024 * 1024, "{}", text.len());
        assert!(text.contains("more rows") && text.contains("more failing runs"));
    }

    proptest! {
        /// Whatever names and texts contain, the table keeps its columns, and nothing becomes HTML or leaves its fence.
        #[test]
        fn any_text_stays_text(text in "(\\PC|[|`<>&@#\\\\\n\r\t*_]){0,40}") {
            let mut run = failing(3);
            run.scenario = text.clone();
            run.design = text.clone();
            run.expectations[0].what = text.clone();
            run.rules[1].id = text.clone();
            run.replay = format!("{text}\n{text}");
            let document = document(head(3..=3), &[run]);
            let mut fence: Option<&str> = None;
            let mut rows = 0;
            for l in document.lines() {
                match fence {
                    Some(f) if l == f => fence = None,
                    Some(_) => {}
                    None if l.starts_with("```") => fence = l.strip_suffix("text"),
                    None => {
                        prop_assert!(!l.contains('<') && !l.contains('>'), "{l}");
                        if l.starts_with('|') {
                            prop_assert_eq!(l.matches('|').count(), 9, "{}", l);
                            rows += 1;
                        }
                    }
                }
            }
            prop_assert_eq!((fence, rows), (None, 3));
        }
    }
}
