//! A failing run in a few lines, the same for every report that CI shows. The number and length of the lines is bounded.

use crate::results::{Finding, RuleOutcome, RuleResult, Run, RunOutcome};
use std::fmt::Write;

/// The most rules and expectations that are reported of one run; the rest is counted.
const SHOWN: usize = 5;
/// The most findings that are reported of one rule.
const FINDINGS: usize = 3;
/// The most characters of one remark.
const LENGTH: usize = 500;

/// `text` up to `length` characters.
pub(crate) fn clipped(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

fn broken(run: &Run) -> impl Iterator<Item = &RuleResult> {
    run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken)
}

/// `at broker (broker, check-000000-000001), entry 40, body: an institution code`.
fn finding(f: &Finding) -> String {
    let check = f.check.as_deref().map_or(String::new(), |c| format!(", {c}"));
    let place = f.place.as_deref().map_or(String::new(), |p| format!(", {p}"));
    format!("at {} ({}{check}), entry {}{place}: {}", f.host, f.zone, f.entries.0, clipped(&f.what, LENGTH))
}

/// What failed first: a rule's id, `expectation`, `differed` or `unfinished`.
pub fn kind(run: &Run) -> String {
    match run.outcome {
        RunOutcome::Differed => "differed".into(),
        RunOutcome::Unfinished => "unfinished".into(),
        _ => broken(run).next().map_or("expectation".into(), |r| r.id.clone()),
    }
}

/// Everything that failed, without the place: the same for two runs that failed in the same way.
pub fn kinds(run: &Run) -> String {
    let missed = run.expectations.iter().filter(|e| !e.held).count();
    let mut kinds: Vec<String> = match run.outcome {
        RunOutcome::Differed | RunOutcome::Unfinished => vec![kind(run)],
        _ => Vec::new(),
    };
    kinds.extend(broken(run).map(|r| r.id.clone()));
    if missed > 0 {
        kinds.push("expectation".into());
    }
    kinds.join(", ")
}

/// What failed first and where, in one line.
pub fn headline(run: &Run) -> String {
    let error = || run.error.as_deref().and_then(|e| e.lines().next()).unwrap_or("the run failed").to_string();
    let line = match run.outcome {
        RunOutcome::Differed | RunOutcome::Unfinished => error(),
        _ => match (broken(run).next(), run.expectations.iter().find(|e| !e.held)) {
            (Some(rule), _) => match rule.findings.first() {
                Some(f) => format!("{} {}", rule.id, finding(f)),
                None => format!("{} was broken", rule.id),
            },
            (None, Some(e)) => format!("{}: {}", e.what, e.detail),
            (None, None) => error(),
        },
    };
    clipped(&line.replace(['\r', '\n'], " "), LENGTH)
}

/// What failed in a run and where, the smallest case if one was found, and the command that repeats the run.
pub fn text(run: &Run) -> String {
    let mut text = format!("{} / {} / seed {}\n", run.scenario, run.design, run.seed);
    // Writing to a String does not fail.
    if let Some(error) = &run.error {
        let _ = writeln!(text, "  {}", clipped(error, 4 * LENGTH).replace('\n', "\n  "));
    }
    for rule in broken(run).take(SHOWN) {
        let _ = writeln!(text, "  rule {}: {} findings", rule.id, rule.findings.len());
        for f in rule.findings.iter().take(FINDINGS) {
            let _ = writeln!(text, "    {}", finding(f));
            if f.hops.len() > 1 {
                let _ = writeln!(text, "      hops: {}", clipped(&f.hops.join(" → "), LENGTH));
            }
        }
        if rule.findings.len() > FINDINGS {
            let _ = writeln!(text, "    and {} more", rule.findings.len() - FINDINGS);
        }
    }
    let rules = broken(run).count();
    if rules > SHOWN {
        let _ = writeln!(text, "  and {} more rules", rules - SHOWN);
    }
    let missed: Vec<_> = run.expectations.iter().filter(|e| !e.held).collect();
    for e in missed.iter().take(SHOWN) {
        let _ = writeln!(text, "  {}", clipped(&format!("{}: {}", e.what, e.detail), LENGTH));
    }
    if missed.len() > SHOWN {
        let _ = writeln!(text, "  and {} more expectations", missed.len() - SHOWN);
    }
    if let Some(s) = &run.smallest {
        let _ = writeln!(text, "  smallest case: {} ({})", clipped(&s.failure, LENGTH), s.size());
        let _ = writeln!(text, "    shikaku replay {}", s.token);
    }
    let _ = writeln!(text, "  repeat with: {}", clipped(&run.replay, 4 * LENGTH));
    text
}
