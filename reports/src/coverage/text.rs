//! Coverage as text and as Markdown.

use super::{Reached, Report, RuleCoverage};
use crate::rules::Lang;
use crate::texts::{counted, say};
use std::fmt::Write;
use terms::shown::line;
use unicode_width::UnicodeWidthStr;

/// The most scenarios that are named of one rule.
const NAMED: usize = 3;

/// `a, b, c and 9 more`; a scenario in which the rule was broken is marked.
fn names(rule: &RuleCoverage, lang: Lang) -> String {
    let broken = rule.broken.iter().map(|s| say(lang, "coverage-broken", &[("scenario", &line(s))]));
    let all: Vec<String> = broken.chain(rule.held.iter().map(|s| line(s).into_owned())).collect();
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(&say(lang, "comma", &[]));
    match all.len() {
        0 if rule.not_reached.is_empty() && !rule.not_applicable.is_empty() => say(lang, "coverage-outside", &[]),
        0 => say(lang, "coverage-untested", &[]),
        n if n > NAMED => say(lang, "coverage-more", &[("named", &named), ("n", &(n - NAMED).to_string())]),
        _ => named,
    }
}

fn groups(report: &Report) -> [(&'static str, &Reached); 4] {
    let Report { outcomes, faults, states, choices, .. } = report;
    [("coverage-outcomes", outcomes), ("coverage-faults", faults), ("coverage-states", states), ("coverage-choices", choices)]
}

fn last_line(report: &Report, lang: Lang) -> String {
    let tested = report.rules.iter().filter(|r| r.tested() > 0).count();
    let numbers = [
        ("runs", report.runs),
        ("scenarios", report.scenarios.len() as u64),
        ("tested", tested as u64),
        ("rules", report.rules.len() as u64),
    ];
    let mut text = counted(lang, "coverage-last", &numbers);
    for (group, r) in groups(report) {
        // What was reached and is in no list counts in both numbers.
        let (reached, all) = (r.reached.len().to_string(), (r.reached.len() + r.never.len()).to_string());
        let group = say(lang, group, &[]);
        text += &say(lang, "coverage-reached", &[("group", &group), ("reached", &reached), ("all", &all)]);
    }
    text
}

fn never(group: &str, reached: &Reached, lang: Lang) -> String {
    let all = reached.never.join(&say(lang, "comma", &[]));
    let all = if all.is_empty() { say(lang, "coverage-none", &[]) } else { all };
    say(lang, "named", &[("word", &say(lang, group, &[])), ("name", &all)])
}

/// Left-aligned by displayed width.
fn left(text: &str, columns: usize) -> String {
    text.to_string() + &" ".repeat(columns.saturating_sub(text.width()))
}

pub fn text(report: &Report, lang: Lang) -> String {
    let width = report.rules.iter().map(|r| r.id.len()).max().unwrap_or(0).max(4);
    let mut text = format!("{}  {}\n", left(&say(lang, "coverage-rule", &[]), width), say(lang, "coverage-tested", &[]));
    // Writing to a String does not fail.
    for rule in &report.rules {
        let _ = writeln!(text, "{:<width$}  {:>3}  {}", rule.id, rule.tested(), names(rule, lang));
    }
    text += &format!("\n{}\n", say(lang, "coverage-never", &[]));
    for (group, reached) in groups(report) {
        let _ = writeln!(text, "  {}", never(group, reached, lang));
    }
    let _ = writeln!(text, "\n{}", last_line(report, lang));
    text
}

pub fn matrix(report: &Report, lang: Lang) -> String {
    let width = report.rules.iter().map(|r| r.id.len()).max().unwrap_or(0);
    let digits = report.scenarios.len().to_string().len();
    let mut text = String::new();
    // The numbers of the scenarios, a row for each digit.
    for place in 0..digits {
        let digit = |n: usize| format!("{n:>digits$}").as_bytes().get(place).map_or(' ', |b| char::from(*b));
        let row: String = (1..=report.scenarios.len()).map(digit).collect();
        let _ = writeln!(text, "{:width$}  {}", "", row.trim_end());
    }
    for rule in &report.rules {
        let cell = |s: &String| match () {
            () if rule.broken.binary_search(s).is_ok() => 'X',
            () if rule.held.binary_search(s).is_ok() => '+',
            () if rule.not_reached.binary_search(s).is_ok() => '.',
            () if rule.not_applicable.binary_search(s).is_ok() => '-',
            () => ' ',
        };
        let row: String = report.scenarios.iter().map(cell).collect();
        let _ = writeln!(text, "{:<width$}  {}", rule.id, row.trim_end());
    }
    text += &format!("\n{}\n\n", say(lang, "coverage-legend", &[]));
    for (i, scenario) in report.scenarios.iter().enumerate() {
        let _ = writeln!(text, "{:>digits$}  {}", i + 1, line(scenario));
    }
    text
}

pub fn markdown(report: &Report, lang: Lang) -> String {
    let plain = |text: &str| text.replace('|', "\\|").replace('<', "&lt;").replace('_', "\\_");
    let heads = ["coverage-rule", "coverage-tested", "coverage-scenarios"].map(|id| say(lang, id, &[]));
    let mut text = format!("| {} |\n|---|---:|---|\n", heads.join(" | "));
    for rule in &report.rules {
        let _ = writeln!(text, "| {} | {} | {} |", plain(&rule.id), rule.tested(), plain(&names(rule, lang)));
    }
    text += &format!("\n**{}**\n\n", say(lang, "coverage-never", &[]));
    for (group, reached) in groups(report) {
        let _ = writeln!(text, "- {}", plain(&never(group, reached, lang)));
    }
    let _ = writeln!(text, "\n{}", last_line(report, lang));
    text
}
