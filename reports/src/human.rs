//! Results as text for people: one line for each run, then what was broken and the command that repeats it.

use crate::looked::LookedAt;
use crate::results::{Head, RuleOutcome, Run, RunOutcome};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Widths of the columns that depend on the names of scenarios and designs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Widths {
    pub scenario: usize,
    pub design: usize,
}

impl Widths {
    pub fn of<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        names.fold(Widths::default(), |w, (s, d)| Widths { scenario: w.scenario.max(s.len()), design: w.design.max(d.len()) })
    }
}

/// The word for an outcome.
pub fn outcome_name(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Passed => "passed",
        RunOutcome::Inconclusive => "INCONCLUSIVE",
        RunOutcome::Broken => "BROKEN",
        RunOutcome::Differed => "DIFFERED",
        RunOutcome::Unfinished => "UNFINISHED",
    }
}

/// `seed 7`, `seeds 1 to 10`.
pub(crate) fn seeds_in_words(first: u64, last: u64) -> String {
    if first == last { format!("seed {first}") } else { format!("seeds {first} to {last}") }
}

/// The heading of the columns.
pub fn head(widths: Widths) -> String {
    format!(
        "{:<10}  {:<s$}  {:<d$}  {:>4}  {:>8}  {:>7}  {:>13}  {:>9}  {:>7}  {:>9}  {:>9}  digest",
        "outcome",
        "scenario",
        "design",
        "seed",
        "answered",
        "refused",
        "indeterminate",
        "virtual",
        "wall",
        "p50",
        "p99",
        s = widths.scenario,
        d = widths.design,
    )
}

/// One run in one line.
pub fn line(run: &Run, widths: Widths) -> String {
    let ms = |pick: fn(&crate::results::LatencyMs) -> f64| match &run.latency_ms {
        Some(latency) => format!("{:.1} ms", pick(latency)),
        None => "-".to_string(),
    };
    format!(
        "{:<10}  {:<s$}  {:<d$}  {:>4}  {:>8}  {:>7}  {:>13}  {:>7.1} s  {:>5.2} s  {:>9}  {:>9}  {}",
        outcome_name(run.outcome),
        run.scenario,
        run.design,
        run.seed,
        run.checks.in_force + run.checks.not_in_force,
        run.checks.refused,
        run.checks.indeterminate,
        run.virtual_s,
        run.wall_s,
        ms(|l| l.p50),
        ms(|l| l.p99),
        run.journal_sha256.get(..12).unwrap_or("-"),
        s = widths.scenario,
        d = widths.design,
    )
}

/// The most findings of one rule that are shown; the rest is counted.
const SHOWN: usize = 3;

/// What did not hold in a run, and the command that repeats it. Empty for a run that passed.
pub fn failure(run: &Run) -> String {
    let mut text = String::new();
    if run.outcome == RunOutcome::Passed {
        return text;
    }
    // Writing to a String does not fail.
    let _ = writeln!(text, "{}: {} / {} / seed {}", outcome_name(run.outcome), run.scenario, run.design, run.seed);
    if let Some(error) = &run.error {
        let _ = writeln!(text, "  {error}");
    }
    for e in run.expectations.iter().filter(|e| !e.held) {
        let _ = writeln!(text, "  {}: {}", e.what, e.detail);
    }
    for rule in run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken) {
        let _ = writeln!(text, "  rule {}: {} findings", rule.id, rule.findings.len());
        for f in rule.findings.iter().take(SHOWN) {
            let place = f.place.as_deref().map_or(String::new(), |p| format!(", {p}"));
            let check = f.check.as_deref().map_or(String::new(), |c| format!(", {c}"));
            let _ = writeln!(text, "    at {} ({}{check}), entry {}{place}: {}", f.host, f.zone, f.entries.0, f.what);
            if f.hops.len() > 1 {
                let _ = writeln!(text, "      hops: {}", f.hops.join(" → "));
            }
        }
        if rule.findings.len() > SHOWN {
            let _ = writeln!(text, "    and {} more", rule.findings.len() - SHOWN);
        }
    }
    if let Some(s) = &run.smallest {
        let _ = writeln!(text, "  smallest case: {} ({}): shikaku replay {}", s.failure, s.size(), s.token);
    }
    let _ = writeln!(text, "  repeat with: {}", run.replay);
    text
}

/// The most rules that are named if they had nothing to look at.
const NAMED: usize = 8;

/// The counts of the last lines, over any number of runs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    outcomes: BTreeMap<RunOutcome, u64>,
    rules: LookedAt,
}

impl Tally {
    pub fn take(&mut self, run: &Run) {
        *self.outcomes.entry(run.outcome).or_default() += 1;
        self.rules.take(run);
    }

    pub fn runs(&self) -> u64 {
        self.outcomes.values().sum()
    }

    pub fn failed(&self) -> u64 {
        self.runs() - self.count(RunOutcome::Passed)
    }

    fn count(&self, outcome: RunOutcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// The worst outcome of all runs.
    pub fn worst(&self) -> RunOutcome {
        self.outcomes.keys().max().copied().unwrap_or(RunOutcome::Passed)
    }

    /// How many rules judged the runs, which had nothing to look at in any run, and which are not applicable.
    fn rules(&self) -> String {
        match self.rules.is_empty() {
            _ if self.runs() == 0 => String::new(),
            true => "not judged by any rule\n".to_string(),
            false => self.rules.words(NAMED, str::to_string) + "\n",
        }
    }

    /// The last lines: what was judged, and the number of runs by outcome. `wall_s` is how long the user has waited, if it is
    /// reported.
    pub fn summary(&self, head: &Head, wall_s: Option<f64>) -> String {
        let mut text = self.rules();
        let _ = write!(text, "{} runs: {} passed", self.runs(), self.count(RunOutcome::Passed));
        for (outcome, text_of) in [
            (RunOutcome::Broken, "broken"),
            (RunOutcome::Inconclusive, "inconclusive"),
            (RunOutcome::Differed, "differed between two runs of one seed"),
            (RunOutcome::Unfinished, "not finished"),
        ] {
            if self.count(outcome) > 0 {
                let _ = write!(text, ", {} {text_of}", self.count(outcome));
            }
        }
        let seeds = seeds_in_words(head.seed, head.last_seed);
        let part = head.partition.as_deref().map_or(String::new(), |p| format!(", part {p}"));
        let wall = wall_s.map_or(String::new(), |s| format!(", {s:.1} s"));
        let _ = write!(text, " ({seeds}{part}, {}{wall})", head.openssl);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::samples;

    #[test]
    fn lines_failures_and_summary_read_well() {
        let runs = [samples::passed(), samples::broken()];
        let widths = Widths::of(runs.iter().map(|r| (r.scenario.as_str(), r.design.as_str())));
        let mut text = head(widths) + "\n";
        let mut tally = Tally::default();
        for r in &runs {
            text += &line(r, widths);
            text += "\n";
            tally.take(r);
        }
        text += &runs.iter().map(failure).collect::<String>();
        text += &tally.summary(&samples::head(), Some(1.25));
        insta::assert_snapshot!(text);
    }
}
