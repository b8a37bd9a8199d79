//! Results as text for people: one line for each run, then what was broken and how to run it again.

use crate::results::{Results, RuleOutcome, Run, RunOutcome};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Widths of the columns that depend on what is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Widths {
    pub scenario: usize,
    pub variant: usize,
}

impl Widths {
    pub fn of<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        names.fold(Widths::default(), |w, (s, v)| Widths { scenario: w.scenario.max(s.len()), variant: w.variant.max(v.len()) })
    }
}

/// The word for an outcome.
pub fn word(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Passed => "passed",
        RunOutcome::Broken => "BROKEN",
        RunOutcome::Differed => "DIFFERED",
        RunOutcome::Unfinished => "UNFINISHED",
    }
}

/// What the columns mean.
pub fn head(widths: Widths) -> String {
    format!(
        "{:<10}  {:<s$}  {:<v$}  {:>4}  {:>8}  {:>7}  {:>13}  {:>9}  {:>7}  {:>9}  {:>9}  digest",
        "outcome",
        "scenario",
        "variant",
        "seed",
        "answered",
        "refused",
        "indeterminate",
        "virtual",
        "wall",
        "p50",
        "p99",
        s = widths.scenario,
        v = widths.variant,
    )
}

/// One run in one line.
pub fn line(run: &Run, widths: Widths) -> String {
    let ms = |pick: fn(&crate::results::LatencyMs) -> f64| match &run.latency_ms {
        Some(latency) => format!("{:.1} ms", pick(latency)),
        None => "-".to_string(),
    };
    format!(
        "{:<10}  {:<s$}  {:<v$}  {:>4}  {:>8}  {:>7}  {:>13}  {:>7.1} s  {:>5.2} s  {:>9}  {:>9}  {}",
        word(run.outcome),
        run.scenario,
        run.variant,
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
        v = widths.variant,
    )
}

/// The most findings of one rule that are shown; the rest is counted.
const SHOWN: usize = 3;

/// What did not hold in a run, and the command that runs it again. Empty for a run that passed.
pub fn failure(run: &Run) -> String {
    let mut text = String::new();
    if run.outcome == RunOutcome::Passed {
        return text;
    }
    // Writing to a String does not fail.
    let _ = writeln!(text, "{}: {} / {} / seed {}", word(run.outcome), run.scenario, run.variant, run.seed);
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
                let _ = writeln!(text, "      by way of: {}", f.hops.join(" → "));
            }
        }
        if rule.findings.len() > SHOWN {
            let _ = writeln!(text, "    and {} more", rule.findings.len() - SHOWN);
        }
    }
    let _ = writeln!(text, "  again: {}", run.replay);
    text
}

/// The most rules that are named where nothing was looked at.
const NAMED: usize = 8;

/// How many rules there were, and which had nothing to look at in any run. Empty where nothing was judged.
fn rules(results: &Results) -> String {
    let mut tested: BTreeMap<&str, bool> = BTreeMap::new();
    for rule in results.runs.iter().flat_map(|r| &r.rules) {
        *tested.entry(&rule.id).or_default() |= rule.outcome != RuleOutcome::NotTested;
    }
    let untested: Vec<&str> = tested.iter().filter(|(_, tested)| !**tested).map(|(id, _)| *id).collect();
    match (tested.len(), untested.len()) {
        (0, _) => "not judged by any rule\n".to_string(),
        (all, 0) => format!("{all} rules, each with something to look at\n"),
        (all, none) => {
            let named = untested.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
            let more = if none > NAMED { ", …" } else { "" };
            format!("{all} rules, {none} of them with nothing to look at: {named}{more}\n")
        }
    }
}

/// The last lines: what was judged, and how many runs ended how.
pub fn summary(results: &Results, wall_s: f64) -> String {
    let count = |o: RunOutcome| results.runs.iter().filter(|r| r.outcome == o).count();
    let mut text = rules(results);
    let _ = write!(text, "{} runs: {} passed", results.runs.len(), count(RunOutcome::Passed));
    for (outcome, words) in [
        (RunOutcome::Broken, "broken"),
        (RunOutcome::Differed, "differed between two runs of one seed"),
        (RunOutcome::Unfinished, "not finished"),
    ] {
        if count(outcome) > 0 {
            let _ = write!(text, ", {} {words}", count(outcome));
        }
    }
    let seeds = match results.last_seed == results.seed {
        true => format!("seed {}", results.seed),
        false => format!("seeds {} to {}", results.seed, results.last_seed),
    };
    let _ = write!(text, " ({seeds}, {}, {wall_s:.1} s)", results.openssl);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Checks, Expectation, Finding, LatencyMs, RuleResult};

    fn run(outcome: RunOutcome) -> Run {
        Run {
            scenario: "jpki-down".into(),
            variant: "certificate".into(),
            seed: 7,
            outcome,
            error: None,
            checks: Checks { started: 3, in_force: 2, not_in_force: 0, refused: 0, indeterminate: 1 },
            expectations: vec![Expectation {
                what: "visit 1 (person 1, facility 0) ends in `jpki-unavailable`".into(),
                held: outcome == RunOutcome::Passed,
                detail: "it ended in `not-insured`".into(),
            }],
            rules: vec![RuleResult {
                id: "NVN-003".into(),
                outcome: if outcome == RunOutcome::Passed { RuleOutcome::Held } else { RuleOutcome::Broken },
                evaluated: 12,
                findings: (0..5)
                    .map(|i| Finding {
                        what: "an institution code".into(),
                        host: "facility-000000".into(),
                        zone: "facility".into(),
                        check: Some("check-000000-000001".into()),
                        person: Some(1),
                        place: Some("head, line 4".into()),
                        spelling: Some("plain".into()),
                        hops: vec!["broker sent it (entry 39)".into(), "facility-000000 was sent it (entry 40)".into()],
                        entries: (40 + i, 40 + i),
                    })
                    .collect(),
                remarks: Vec::new(),
                untested: None,
            }],
            latency_ms: Some(LatencyMs { p50: 41.25, p90: 60.0, p99: 2063.0, p999: 2063.0, max: 2063.0 }),
            steps: Default::default(),
            journal_sha256: "05d4217847f5868a1006511c47b7e913".into(),
            wire_sha256: String::new(),
            virtual_s: 25.9,
            wall_s: 0.31,
            reached: Default::default(),
            smallest: None,
            replay: "shikaku run jpki-down --variant certificate --seed 7".into(),
        }
    }

    #[test]
    fn lines_failures_and_summary_read_well() {
        let runs = vec![run(RunOutcome::Passed), run(RunOutcome::Broken)];
        let widths = Widths::of(runs.iter().map(|r| (r.scenario.as_str(), r.variant.as_str())));
        let mut text = head(widths) + "\n";
        for r in &runs {
            text += &line(r, widths);
            text += "\n";
        }
        text += &runs.iter().map(failure).collect::<String>();
        let results = Results {
            schema: crate::results::SCHEMA.into(),
            tool: "shikaku".into(),
            version: "0".into(),
            openssl: "OpenSSL 3.6.3".into(),
            seed: 7,
            last_seed: 7,
            mutant: None,
            plan: Default::default(),
            partition: None,
            runs,
            complete: true,
            digest: String::new(),
        };
        text += &summary(&results, 1.25);
        insta::assert_snapshot!(text);
    }
}
