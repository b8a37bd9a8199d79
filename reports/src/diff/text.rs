//! The comparison as text for people.

use super::{About, Diff, Direction};
use crate::rules::Lang;
use crate::texts::{counted, details, say};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A change without its seed: scenario, design, kind, subject, old and new value.
type Alike<'a> = (&'a str, &'a str, About, &'a str, Option<&'a str>, Option<&'a str>);

pub fn text(diff: &Diff, lang: Lang) -> String {
    let missing = say(lang, "diff-missing", &[]);
    let mut text = String::new();
    // Writing to a String does not fail.
    for remark in &diff.remarks {
        let _ = writeln!(text, "{}", say(lang, "diff-note", &[("what", &remark_in(remark, lang))]));
    }
    for (direction, title) in [
        (Direction::Regression, "diff-regression"),
        (Direction::Improvement, "diff-improvement"),
        (Direction::Change, "diff-change"),
    ] {
        let mut alike: BTreeMap<Alike, Vec<u64>> = BTreeMap::new();
        for c in diff.changes.iter().filter(|c| c.direction == direction) {
            let key = (c.scenario.as_str(), c.design.as_str(), c.about, c.subject.as_str(), c.old.as_deref(), c.new.as_deref());
            alike.entry(key).or_default().push(c.seed);
        }
        if alike.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", say(lang, title, &[]));
        let mut heading = ("", "");
        for ((scenario, design, about, subject, old, new), seeds) in alike {
            if heading != (scenario, design) {
                let _ = writeln!(text, "  {scenario} / {design}");
                heading = (scenario, design);
            }
            let subject = match about {
                About::Run => say(lang, "diff-run", &[]),
                About::Rule => say(lang, "diff-rule", &[("id", subject)]),
                About::Expectation => in_words(subject, lang, details::subject),
                About::Figure => subject.to_string(),
            };
            let value = |value: Option<&str>| value.map_or(missing.clone(), |v| in_words(v, lang, details::value));
            let seeds = say(lang, "named", &[("word", &ranges(&seeds, lang)), ("name", &subject)]);
            let _ = writeln!(
                text,
                "    {}",
                say(lang, "named", &[("word", &seeds), ("name", &format!("{} → {}", value(old), value(new)))])
            );
        }
    }
    text + &last_line(diff, lang) + "\n"
}

/// A recorded text in the language; as recorded, if it is in no pattern.
fn in_words(text: &str, lang: Lang, japanese: fn(&str) -> Option<String>) -> String {
    let translated = if lang == Lang::Ja { japanese(text) } else { None };
    translated.unwrap_or_else(|| text.to_string())
}

fn remark_in(remark: &str, lang: Lang) -> String {
    in_words(remark, lang, details::remark)
}

fn last_line(diff: &Diff, lang: Lang) -> String {
    let others = (diff.changes.len() as u64).saturating_sub(diff.regressions).saturating_sub(diff.improvements);
    let numbers = [
        ("regressions", diff.regressions),
        ("improvements", diff.improvements),
        ("others", others),
        ("old", diff.old.runs),
        ("new", diff.new.runs),
        ("journals", diff.journals_changed),
        ("wires", diff.wires_changed),
    ];
    counted(lang, "diff-last", &numbers)
}

/// `seed 7`, `seeds 1 to 4, 9`. The seeds come in order.
fn ranges(seeds: &[u64], lang: Lang) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &seed in seeds {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(seed) => *last = seed,
            _ => ranges.push((seed, seed)),
        }
    }
    let range = |(a, b): &(u64, u64)| match a == b {
        true => a.to_string(),
        false => say(lang, "diff-range", &[("first", &a.to_string()), ("last", &b.to_string())]),
    };
    let reported = ranges.iter().map(range).collect::<Vec<_>>().join(&say(lang, "comma", &[]));
    say(lang, if seeds.len() == 1 { "diff-seed" } else { "diff-seeds" }, &[("seeds", &reported)])
}
