//! Coverage as text and as Markdown.

use super::{Reached, Report, RuleCoverage};
use std::fmt::Write;
use terms::shown::line;

/// The most scenarios that are named of one rule.
const NAMED: usize = 3;

/// `a, b, c and 9 more`; a scenario in which the rule was broken is marked.
fn names(rule: &RuleCoverage) -> String {
    let broken = rule.broken.iter().map(|s| format!("{} (BROKEN)", line(s)));
    let all: Vec<String> = broken.chain(rule.held.iter().map(|s| line(s).into_owned())).collect();
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match all.len() {
        0 if rule.not_reached.is_empty() && !rule.not_applicable.is_empty() => "not applicable to the designs played".into(),
        0 => "no scenario: NEVER TESTED".into(),
        n if n > NAMED => format!("{named} and {} more", n - NAMED),
        _ => named,
    }
}

fn groups(report: &Report) -> [(&'static str, &Reached); 4] {
    let Report { outcomes, faults, states, choices, .. } = report;
    [("outcomes", outcomes), ("faults", faults), ("states", states), ("choices", choices)]
}

fn last_line(report: &Report) -> String {
    let tested = report.rules.iter().filter(|r| r.tested() > 0).count();
    let mut text =
        format!("{} runs of {} scenarios: {tested} of {} rules tested", report.runs, report.scenarios.len(), report.rules.len());
    for (group, r) in groups(report) {
        // What was reached and is in no list counts in both numbers.
        let _ = write!(text, ", {} of {} {group} reached", r.reached.len(), r.reached.len() + r.never.len());
    }
    text
}

fn never(reached: &Reached) -> String {
    if reached.never.is_empty() { "none".into() } else { reached.never.join(", ") }
}

pub fn text(report: &Report) -> String {
    let width = report.rules.iter().map(|r| r.id.len()).max().unwrap_or(0).max("rule".len());
    let mut text = format!("{:<width$}  tested in\n", "rule");
    // Writing to a String does not fail.
    for rule in &report.rules {
        let _ = writeln!(text, "{:<width$}  {:>3}  {}", rule.id, rule.tested(), names(rule));
    }
    text += "\nNever reached\n";
    for (group, reached) in groups(report) {
        let _ = writeln!(text, "  {group}: {}", never(reached));
    }
    let _ = writeln!(text, "\n{}", last_line(report));
    text
}

pub fn matrix(report: &Report) -> String {
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
    text += "\n+ held   X broken   . nothing to look at   - not applicable   (blank) not judged\n\n";
    for (i, scenario) in report.scenarios.iter().enumerate() {
        let _ = writeln!(text, "{:>digits$}  {}", i + 1, line(scenario));
    }
    text
}

pub fn markdown(report: &Report) -> String {
    let plain = |text: &str| text.replace('|', "\\|").replace('<', "&lt;").replace('_', "\\_");
    let mut text = String::from("| rule | tested in | scenarios |\n|---|---:|---|\n");
    for rule in &report.rules {
        let _ = writeln!(text, "| {} | {} | {} |", plain(&rule.id), rule.tested(), plain(&names(rule)));
    }
    text += "\n**Never reached**\n\n";
    for (group, reached) in groups(report) {
        let _ = writeln!(text, "- {group}: {}", plain(&never(reached)));
    }
    let _ = writeln!(text, "\n{}", last_line(report));
    text
}
