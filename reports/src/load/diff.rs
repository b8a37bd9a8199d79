//! What changed between two results of load studies, as the document of `shikaku diff`.

use super::{LoadResults, LoadRun, Times};
use crate::diff::{About, Change, Diff, Direction, SCHEMA, Side};
use std::collections::{BTreeMap, BTreeSet};

/// By how much the share of definite answers may fall before it is a regression.
const ANSWERED: f64 = 0.01;

/// How two results were made differently, so that their figures cannot be compared.
pub fn unlike(old: &LoadResults, new: &LoadResults) -> Vec<String> {
    let all = [
        ("scenario", &old.scenario, &new.scenario),
        ("content of the scenario", &old.sha256, &new.sha256),
        ("cryptography", &old.crypto, &new.crypto),
    ];
    let mut unlike: Vec<String> = all.iter().filter(|(_, a, b)| a != b).map(|(what, a, b)| format!("{what}: {a}, {b}")).collect();
    for (what, a, b) in [
        ("rate", old.rate_per_s, new.rate_per_s),
        ("measured time", old.measured_s, new.measured_s),
        ("facilities", old.facilities as f64, new.facilities as f64),
        ("sites", old.sites as f64, new.sites as f64),
    ] {
        if a != b {
            unlike.push(format!("{what}: {a}, {b}"));
        }
    }
    unlike
}

/// Compares by design and seed. Figures of which one is missing are listed as such.
pub fn compare(old: &LoadResults, new: &LoadResults, tolerance_percent: Option<f64>) -> Diff {
    let mut remarks: Vec<String> = unlike(old, new);
    if (&old.version, &old.openssl) != (&new.version, &new.openssl) {
        let tool = |r: &LoadResults| format!("{} with {}", r.version, r.openssl);
        remarks.push(format!("the comparison is across tools: old {}, new {}", tool(old), tool(new)));
    }
    if old.design != new.design {
        remarks.push(format!("`design` differs: old {}, new {}: runs are matched by seed", old.design, new.design));
    }
    for (which, results) in [("old", old), ("new", new)] {
        if results.interrupted {
            remarks.push(format!("the {which} results are not complete: the study was interrupted"));
        }
    }
    let runs = |r: &'_ LoadResults| -> BTreeMap<u64, usize> { r.runs.iter().enumerate().map(|(i, run)| (run.seed, i)).collect() };
    let (of_old, of_new) = (runs(old), runs(new));
    let mut changes = Changes { scenario: &new.scenario, design: &new.design, seed: 0, tolerance_percent, all: Vec::new() };
    let mut wires_changed = 0;
    for seed in of_old.keys().chain(of_new.keys()).copied().collect::<BTreeSet<u64>>() {
        changes.seed = seed;
        let one = of_old.get(&seed).and_then(|i| old.runs.get(*i));
        let other = of_new.get(&seed).and_then(|i| new.runs.get(*i));
        match (one, other) {
            (Some(one), Some(other)) if one.stopped_at_s.is_some() || other.stopped_at_s.is_some() => {
                remarks.push(format!("seed {seed} is not compared: one of its runs was stopped"));
            }
            (Some(one), Some(other)) => {
                wires_changed += u64::from(one.wire_sha256 != other.wire_sha256);
                changes.run(one, other);
            }
            (Some(_), None) => changes.add(Direction::Regression, About::Run, "", Some("played".into()), None),
            (None, _) => changes.add(Direction::Change, About::Run, "", None, Some("played".into())),
        }
    }
    let count = |d| changes.all.iter().filter(|c| c.direction == d).count() as u64;
    let (regressions, improvements) = (count(Direction::Regression), count(Direction::Improvement));
    let changes = changes.all;
    let (old, new) = (side(old), side(new));
    let schema = SCHEMA.into();
    Diff { schema, old, new, tolerance_percent, remarks, regressions, improvements, journals_changed: 0, wires_changed, changes }
}

fn side(r: &LoadResults) -> Side {
    Side {
        version: r.version.clone(),
        commit: None,
        openssl: r.openssl.clone(),
        engine: None,
        judged: Some(false),
        runs: r.runs.len() as u64,
        digest: r.digest.clone(),
    }
}

struct Changes<'a> {
    scenario: &'a str,
    design: &'a str,
    seed: u64,
    tolerance_percent: Option<f64>,
    all: Vec<Change>,
}

impl Changes<'_> {
    fn add(&mut self, direction: Direction, about: About, subject: &str, old: Option<String>, new: Option<String>) {
        let (scenario, design) = (self.scenario.into(), self.design.into());
        self.all.push(Change { scenario, design, seed: self.seed, direction, about, subject: subject.into(), old, new });
    }

    fn figure<T: PartialEq + ToString>(&mut self, direction: Direction, subject: &str, old: Option<T>, new: Option<T>) {
        if old != new {
            self.add(direction, About::Figure, subject, old.map(|v| v.to_string()), new.map(|v| v.to_string()));
        }
    }

    fn run(&mut self, old: &LoadRun, new: &LoadRun) {
        let answered = match new.answered - old.answered {
            by if by < -ANSWERED => Direction::Regression,
            by if by > ANSWERED => Direction::Improvement,
            _ => Direction::Change,
        };
        self.figure(answered, "answered", Some(old.answered), Some(new.answered));
        let left = if new.left_over > old.left_over { Direction::Regression } else { Direction::Change };
        self.figure(left, "left_over", Some(old.left_over), Some(new.left_over));
        let recovery = match (old.recovery_s, new.recovery_s) {
            // Whoever answers more people in the fault is held to more after it.
            (Some(_), None) if !new.faults.is_empty() && answered != Direction::Improvement => Direction::Regression,
            (None, Some(_)) if !old.faults.is_empty() => Direction::Improvement,
            _ => Direction::Change,
        };
        self.figure(recovery, "recovery_s", old.recovery_s, new.recovery_s);
        self.times("counter", &old.counter, &new.counter);
        self.times("answer", &old.answer, &new.answer);
        let codes: BTreeSet<&String> = old.outcomes.keys().chain(new.outcomes.keys()).collect();
        for code in codes {
            let of = |run: &LoadRun| run.outcomes.get(code).copied();
            self.figure(Direction::Change, &format!("outcomes/{code}"), of(old), of(new));
        }
    }

    fn times(&mut self, name: &str, old: &Times, new: &Times) {
        let all = |t: &Times| [("p50", t.p50.value), ("p90", t.p90.value), ("p99", t.p99.value), ("p99.9", t.p999.value)];
        for ((quantile, one), (_, other)) in all(old).into_iter().zip(all(new)) {
            let grown = self.tolerance_percent.is_some_and(|by| quantile == "p99" && other > one * (1.0 + by / 100.0));
            let direction = if grown { Direction::Regression } else { Direction::Change };
            self.figure(direction, &format!("{name}/{quantile}"), Some(one), Some(other));
        }
    }
}
