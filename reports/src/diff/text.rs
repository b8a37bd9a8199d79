//! The comparison as text for people.

use super::{About, Diff, Direction};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A change without its seed: scenario, design, kind, subject, old and new value.
type Alike<'a> = (&'a str, &'a str, About, &'a str, Option<&'a str>, Option<&'a str>);

pub fn text(diff: &Diff) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    for remark in &diff.remarks {
        let _ = writeln!(text, "note: {remark}");
    }
    for (direction, title) in
        [(Direction::Regression, "Regressions"), (Direction::Improvement, "Improvements"), (Direction::Change, "Other changes")]
    {
        let mut alike: BTreeMap<Alike, Vec<u64>> = BTreeMap::new();
        for c in diff.changes.iter().filter(|c| c.direction == direction) {
            let key = (c.scenario.as_str(), c.design.as_str(), c.about, c.subject.as_str(), c.old.as_deref(), c.new.as_deref());
            alike.entry(key).or_default().push(c.seed);
        }
        if alike.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{title}:");
        let mut heading = ("", "");
        for ((scenario, design, about, subject, old, new), seeds) in alike {
            if heading != (scenario, design) {
                let _ = writeln!(text, "  {scenario} / {design}");
                heading = (scenario, design);
            }
            let subject = match about {
                About::Run => "run".to_string(),
                About::Rule => format!("rule {subject}"),
                About::Expectation | About::Figure => subject.to_string(),
            };
            let _ =
                writeln!(text, "    {}: {subject}: {} → {}", ranges(&seeds), old.unwrap_or("missing"), new.unwrap_or("missing"));
        }
    }
    text + &last_line(diff)
}

fn last_line(diff: &Diff) -> String {
    let others = diff.changes.len() as u64 - diff.regressions - diff.improvements;
    let runs = |n: u64| if n == 1 { "1 run".to_string() } else { format!("{n} runs") };
    format!(
        "{} regressions, {} improvements, {others} other changes ({} before, {} after; {} journals and {} wires differ)\n",
        diff.regressions,
        diff.improvements,
        runs(diff.old.runs),
        runs(diff.new.runs),
        diff.journals_changed,
        diff.wires_changed,
    )
}

/// `seed 7`, `seeds 1 to 4, 9`. The seeds come in order.
fn ranges(seeds: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &seed in seeds {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(seed) => *last = seed,
            _ => ranges.push((seed, seed)),
        }
    }
    let reported: Vec<String> = ranges.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a} to {b}") }).collect();
    format!("{} {}", if seeds.len() == 1 { "seed" } else { "seeds" }, reported.join(", "))
}
