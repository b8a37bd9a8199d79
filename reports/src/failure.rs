//! A failing run in a few lines, the same for every report: what was expected and what came of it, then the rules that were
//! broken and where, then how to repeat it. The number and length of the lines is bounded.

use crate::page::zone_title;
use crate::paint::Paint;
use crate::results::{Expectation, Finding, RuleOutcome, RuleResult, Run, RunOutcome};
use crate::rules::{Lang, Titles};
use crate::texts::{counted_saying, details, say};
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
pub(crate) fn finding(f: &Finding, lang: Lang) -> String {
    let comma = say(lang, "comma", &[]);
    let check = f.check.as_deref().map_or(String::new(), |c| format!("{comma}{c}"));
    let place = |p: &str| match lang {
        Lang::En => p.to_string(),
        Lang::Ja => details::place(p),
    };
    let place = f.place.as_deref().map_or(String::new(), |p| format!("{comma}{}", place(p)));
    // In the rules of the matrix there is one claim only.
    let claim = f.claim.split_once('/').filter(|(_, name)| *name != "found");
    let claim = claim.map_or(String::new(), |(_, name)| format!(" [{name}]"));
    let (zone, what) = match lang {
        Lang::En => (f.zone.clone(), f.what.clone()),
        Lang::Ja => (zone_title(&f.zone).ja, details::found(f)),
    };
    let (entry, what) = (f.entries.0.to_string(), clipped(&what, LENGTH));
    let values = [
        ("host", f.host.as_str()),
        ("zone", &zone),
        ("check", &check),
        ("entry", &entry),
        ("place", &place),
        ("what", &what),
        ("claim", &claim),
    ];
    say(lang, "finding", &values)
}

/// The parties by which a value got to where it was found: `broker → line → facility-000000`. A hop begins with its party.
pub(crate) fn path(f: &Finding) -> Option<String> {
    let mut parties: Vec<&str> = f.hops.iter().filter_map(|hop| hop.split(' ').next()).collect();
    parties.dedup();
    (parties.len() > 1).then(|| clipped(&parties.join(" → "), LENGTH))
}

/// `visit 1 (person 0): expected `in-force`, got `not-insured``.
pub(crate) fn expectation(e: &Expectation, lang: Lang) -> String {
    let translated = if lang == Lang::Ja { details::expectation(e) } else { None };
    translated.unwrap_or_else(|| say(lang, "expectation", &[("what", &e.what), ("detail", &e.detail)]))
}

/// Why a run did not finish, or a rule could not be judged.
fn reason(text: &str, lang: Lang) -> String {
    match lang {
        Lang::En => text.to_string(),
        Lang::Ja => details::reason(text),
    }
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
                Some(f) => format!("{}: at {}", titled(&rule.id, titles), finding(f, titles.lang)),
                None => format!("{} was broken", titled(&rule.id, titles)),
            },
            (None, Some(e)) => expectation(e, titles.lang),
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
    let lang = titles.lang;
    // Writing to a String does not fail.
    if let Some(error) = &run.error {
        let _ = writeln!(text, "  {}", clipped(&reason(error, lang), 4 * LENGTH).replace('\n', "\n  "));
    }
    expectations(run, lang, paint, &mut text);
    rules(run, titles, paint, &mut text);
    if let Some(s) = &run.smallest {
        let size = if lang == Lang::Ja { details::size(s) } else { s.size() };
        let failure = clipped(&reason(&s.failure, lang), LENGTH);
        let _ = writeln!(text, "  {}", say(lang, "smallest", &[("size", &size), ("failure", &failure)]));
        let _ = writeln!(text, "    {}", paint.faint(&clipped(&s.command(), 4 * LENGTH)));
    }
    let replay = paint.faint(&clipped(&run.replay, 4 * LENGTH));
    let _ = writeln!(text, "  {}", say(lang, "repeat", &[("command", &replay)]));
    text
}

/// `and 3 more rules`.
fn more(lang: Lang, id: &str, all: usize, shown: usize) -> String {
    say(lang, id, &[("n", &all.saturating_sub(shown).to_string())])
}

fn expectations(run: &Run, lang: Lang, paint: Paint, text: &mut String) {
    let missed: Vec<_> = run.expectations.iter().filter(|e| !e.held).collect();
    for e in missed.iter().take(SHOWN) {
        let _ = writeln!(text, "  {}", paint.strong(&clipped(&expectation(e, lang), LENGTH)));
        if let Some(at) = &e.at {
            let _ = writeln!(text, "    {}", paint.faint(&say(lang, "at", &[("place", &clipped(at, LENGTH))])));
        }
    }
    if missed.len() > SHOWN {
        let _ = writeln!(text, "  {}", more(lang, "more-expectations", missed.len(), SHOWN));
    }
}

/// A broken rule and its first findings. `kind` is the id of its heading.
fn broken_rule(rule: &RuleResult, kind: &str, titles: &Titles, paint: Paint, text: &mut String) {
    let lang = titles.lang;
    let heading = counted_saying(lang, kind, &[("n", rule.findings.len() as u64)], &[("rule", &titled(&rule.id, titles))]);
    let _ = writeln!(text, "  {}", paint.strong(&heading));
    for f in rule.findings.iter().take(FINDINGS) {
        let _ = writeln!(text, "    {}", say(lang, "at", &[("place", &finding(f, lang))]));
        if let Some(path) = path(f) {
            let _ = writeln!(text, "      {}", paint.faint(&path));
        }
    }
    if rule.findings.len() > FINDINGS {
        let _ = writeln!(text, "    {}", more(lang, "more-findings", rule.findings.len(), FINDINGS));
    }
}

/// The broken SHOULD rules of a run, which fail nothing. Empty if there are none.
pub fn warnings_text(run: &Run, titles: &Titles, paint: Paint) -> String {
    let mut text = String::new();
    warnings(run).take(SHOWN).for_each(|rule| broken_rule(rule, "rule-warned", titles, paint, &mut text));
    let rules = warnings(run).count();
    if rules > SHOWN {
        let _ = writeln!(text, "  {}", more(titles.lang, "more-rule-warnings", rules, SHOWN));
    }
    text
}

fn rules(run: &Run, titles: &Titles, paint: Paint, text: &mut String) {
    broken(run).take(SHOWN).for_each(|rule| broken_rule(rule, "rule-findings", titles, paint, text));
    let rules = broken(run).count();
    if rules > SHOWN {
        let _ = writeln!(text, "  {}", more(titles.lang, "more-rules", rules, SHOWN));
    }
    *text += &warnings_text(run, titles, paint);
    for rule in run.rules.iter().filter(|r| r.outcome == RuleOutcome::Inconclusive).take(SHOWN) {
        let why = rule.why.as_deref().map_or_else(|| say(titles.lang, "not-everything", &[]), |why| reason(why, titles.lang));
        let unjudged = say(titles.lang, "rule-unjudged", &[("rule", &titled(&rule.id, titles))]);
        let _ = writeln!(text, "  {}", paint.strong(&unjudged));
        let _ = writeln!(text, "    {}", clipped(&why, LENGTH));
    }
}

/// `SCENARIO / DESIGN / seed N`.
pub fn name(run: &Run, lang: Lang) -> String {
    say(lang, "run-name", &[("scenario", &run.scenario), ("design", &run.design), ("seed", &run.seed.to_string())])
}
