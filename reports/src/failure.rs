//! A failing run in a few lines, the same for every report: what was expected and what came of it, then the rules that were
//! broken and where, then how to repeat it. The number and length of the lines is bounded.

use crate::paint::Paint;
use crate::results::{Expectation, Finding, RuleOutcome, RuleResult, Run, RunOutcome};
use crate::rules::Titles;
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

/// The rules that fail a run. Warnings are reported apart.
fn broken(run: &Run) -> impl Iterator<Item = &RuleResult> {
    run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken && !r.warning)
}

/// The broken SHOULD rules.
fn warnings(run: &Run) -> impl Iterator<Item = &RuleResult> {
    run.rules.iter().filter(|r| r.warning)
}

/// `broker (broker, check-000000-000001), entry 40, body: … [recorded-late]`. The last word is the claim, within its rule.
pub(crate) fn finding(f: &Finding) -> String {
    let check = f.check.as_deref().map_or(String::new(), |c| format!(", {c}"));
    let place = f.place.as_deref().map_or(String::new(), |p| format!(", {p}"));
    // In the rules of the matrix there is one claim only.
    let claim = f.claim.split_once('/').filter(|(_, name)| *name != "found");
    let claim = claim.map_or(String::new(), |(_, name)| format!(" [{name}]"));
    format!("{} ({}{check}), entry {}{place}: {}{claim}", f.host, f.zone, f.entries.0, clipped(&f.what, LENGTH))
}

/// The parties by which a value got to where it was found: `broker → line → facility-000000`. A hop begins with its party.
pub(crate) fn path(f: &Finding) -> Option<String> {
    let mut parties: Vec<&str> = f.hops.iter().filter_map(|hop| hop.split(' ').next()).collect();
    parties.dedup();
    (parties.len() > 1).then(|| clipped(&parties.join(" → "), LENGTH))
}

/// `visit 1 (person 0): expected `in-force`, got `not-insured``.
pub(crate) fn expectation(e: &Expectation) -> String {
    format!("{}: {}", e.what, e.detail)
}

/// `NVN-003 A facility learns no institution code`.
fn titled(id: &str, titles: &Titles) -> String {
    titles.get(id).map_or(id.to_string(), |title| format!("{id} {title}"))
}

/// What failed first: a rule's id, `expectation`, `differed`, `inconclusive` or `unfinished`.
pub fn kind(run: &Run) -> String {
    match run.outcome {
        RunOutcome::Differed => "differed".into(),
        RunOutcome::Unfinished => "unfinished".into(),
        RunOutcome::Inconclusive => "inconclusive".into(),
        _ => broken(run).next().map_or("expectation".into(), |r| r.id.clone()),
    }
}

/// Everything that failed, without the place: the same for two runs that failed in the same way.
pub fn kinds(run: &Run) -> String {
    let missed = run.expectations.iter().filter(|e| !e.held).count();
    let mut kinds: Vec<String> = match run.outcome {
        RunOutcome::Differed | RunOutcome::Unfinished | RunOutcome::Inconclusive => vec![kind(run)],
        _ => Vec::new(),
    };
    kinds.extend(broken(run).map(|r| r.id.clone()));
    if missed > 0 {
        kinds.push("expectation".into());
    }
    kinds.join(", ")
}

/// What failed first and where, in one line.
pub fn headline(run: &Run, titles: &Titles) -> String {
    let error = || run.error.as_deref().and_then(|e| e.lines().next()).unwrap_or("the run failed").to_string();
    let line = match run.outcome {
        RunOutcome::Differed | RunOutcome::Unfinished => error(),
        _ => match (broken(run).next(), run.expectations.iter().find(|e| !e.held)) {
            (Some(rule), _) => match rule.findings.first() {
                Some(f) => format!("{}: at {}", titled(&rule.id, titles), finding(f)),
                None => format!("{} was broken", titled(&rule.id, titles)),
            },
            (None, Some(e)) => expectation(e),
            (None, None) => match run.rules.iter().find(|r| r.outcome == RuleOutcome::Inconclusive) {
                Some(rule) => format!("{}: {}", titled(&rule.id, titles), rule.why.as_deref().unwrap_or_default()),
                None => error(),
            },
        },
    };
    clipped(&line.replace(['\r', '\n'], " "), LENGTH)
}

/// What failed in a run and where, the smallest case if one was found, and the command that repeats the run.
pub fn text(run: &Run, titles: &Titles, paint: Paint) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    if let Some(error) = &run.error {
        let _ = writeln!(text, "  {}", clipped(error, 4 * LENGTH).replace('\n', "\n  "));
    }
    expectations(run, paint, &mut text);
    rules(run, titles, paint, &mut text);
    if let Some(s) = &run.smallest {
        let _ = writeln!(text, "  smallest case: {}: {}", s.size(), clipped(&s.failure, LENGTH));
        let _ = writeln!(text, "    {}", paint.faint(&clipped(&s.command(), 4 * LENGTH)));
    }
    let _ = writeln!(text, "  repeat with: {}", paint.faint(&clipped(&run.replay, 4 * LENGTH)));
    text
}

fn expectations(run: &Run, paint: Paint, text: &mut String) {
    let missed: Vec<_> = run.expectations.iter().filter(|e| !e.held).collect();
    for e in missed.iter().take(SHOWN) {
        let _ = writeln!(text, "  {}", paint.strong(&clipped(&expectation(e), LENGTH)));
        if let Some(at) = &e.at {
            let _ = writeln!(text, "    {}", paint.faint(&format!("at {}", clipped(at, LENGTH))));
        }
    }
    if missed.len() > SHOWN {
        let _ = writeln!(text, "  and {} more expectations", missed.len() - SHOWN);
    }
}

/// A broken rule and its first findings. `kind` is written before its id.
fn broken_rule(rule: &RuleResult, kind: &str, titles: &Titles, paint: Paint, text: &mut String) {
    let findings = match rule.findings.len() {
        1 => "1 finding".to_string(),
        n => format!("{n} findings"),
    };
    let _ = writeln!(text, "  {}", paint.strong(&format!("{kind}{}: {findings}", titled(&rule.id, titles))));
    for f in rule.findings.iter().take(FINDINGS) {
        let _ = writeln!(text, "    at {}", finding(f));
        if let Some(path) = path(f) {
            let _ = writeln!(text, "      {}", paint.faint(&path));
        }
    }
    if rule.findings.len() > FINDINGS {
        let _ = writeln!(text, "    and {} more", rule.findings.len() - FINDINGS);
    }
}

/// The broken SHOULD rules of a run, which fail nothing. Empty if there are none.
pub fn warnings_text(run: &Run, titles: &Titles, paint: Paint) -> String {
    let mut text = String::new();
    warnings(run).take(SHOWN).for_each(|rule| broken_rule(rule, "warning: ", titles, paint, &mut text));
    let rules = warnings(run).count();
    if rules > SHOWN {
        let _ = writeln!(text, "  and {} more warnings", rules - SHOWN);
    }
    text
}

fn rules(run: &Run, titles: &Titles, paint: Paint, text: &mut String) {
    broken(run).take(SHOWN).for_each(|rule| broken_rule(rule, "", titles, paint, text));
    let rules = broken(run).count();
    if rules > SHOWN {
        let _ = writeln!(text, "  and {} more rules", rules - SHOWN);
    }
    *text += &warnings_text(run, titles, paint);
    for rule in run.rules.iter().filter(|r| r.outcome == RuleOutcome::Inconclusive).take(SHOWN) {
        let why = rule.why.as_deref().unwrap_or("it could not look at everything");
        let _ = writeln!(text, "  {}", paint.strong(&format!("{}: inconclusive", titled(&rule.id, titles))));
        let _ = writeln!(text, "    {}", clipped(why, LENGTH));
    }
}

/// `SCENARIO / DESIGN / seed N`.
pub fn name(run: &Run) -> String {
    format!("{} / {} / seed {}", run.scenario, run.design, run.seed)
}
