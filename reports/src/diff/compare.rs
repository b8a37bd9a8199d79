//! The comparison.

use super::{About, Change, Diff, Direction, DuplicateRun, SCHEMA, Side};
use crate::results::{Expectation, HeadDifference, Member, Results, RuleOutcome, RuleResult, Run, RunOutcome, differences};
use crate::rules::Lang;
use std::collections::{BTreeMap, BTreeSet};

type Key<'a> = (&'a str, &'a str, u64);

pub fn compare(old: &Results, new: &Results, tolerance_percent: Option<f64>) -> Result<Diff, DuplicateRun> {
    let (old_runs, new_runs) = (by_key(old, false)?, by_key(new, true)?);
    let mut diff = Diff {
        schema: SCHEMA.into(),
        old: side(old),
        new: side(new),
        tolerance_percent,
        remarks: remarks(old, new),
        regressions: 0,
        improvements: 0,
        journals_changed: 0,
        wires_changed: 0,
        changes: Vec::new(),
    };
    let keys: BTreeSet<Key> = old_runs.keys().chain(new_runs.keys()).copied().collect();
    for key in keys {
        let (one, other) = (old_runs.get(&key).copied(), new_runs.get(&key).copied());
        let mut changes = Changes { key, all: Vec::new() };
        changes.run(one, other);
        if let (Some(one), Some(other)) = (one, other) {
            diff.journals_changed += u64::from(one.journal_sha256 != other.journal_sha256);
            diff.wires_changed += u64::from(one.wire_sha256 != other.wire_sha256);
            // For a run that did not finish, only that is reported: its rules and expectations are not known.
            if one.outcome != RunOutcome::Unfinished && other.outcome != RunOutcome::Unfinished {
                changes.rules(one, other);
                changes.expectations(one, other);
            }
            changes.figures(one, other, tolerance_percent);
        }
        diff.changes.append(&mut changes.all);
    }
    let count = |d| diff.changes.iter().filter(|c| c.direction == d).count() as u64;
    (diff.regressions, diff.improvements) = (count(Direction::Regression), count(Direction::Improvement));
    Ok(diff)
}

fn by_key(results: &Results, in_new: bool) -> Result<BTreeMap<Key<'_>, &Run>, DuplicateRun> {
    let mut runs = BTreeMap::new();
    for run in &results.runs {
        if runs.insert((run.scenario.as_str(), run.design.as_str(), run.seed), run).is_some() {
            return Err(DuplicateRun { in_new, run: format!("{} / {} / seed {}", run.scenario, run.design, run.seed) });
        }
    }
    Ok(runs)
}

fn side(results: &Results) -> Side {
    Side {
        version: results.version.clone(),
        commit: results.commit.clone(),
        openssl: results.openssl.clone(),
        engine: results.engine.clone(),
        judged: results.rules.as_ref().map(|rules| !rules.is_empty()),
        runs: results.runs.len() as u64,
        digest: results.digest.clone(),
    }
}

/// How the heads differ, first of all by the tool, and whether a document is incomplete.
fn remarks(old: &Results, new: &Results) -> Vec<String> {
    let mut remarks = Vec::new();
    for difference in differences(&old.head(), &new.head()) {
        let HeadDifference { member, one, other, .. } = &difference;
        remarks.push(match member {
            Member::Tool => format!("the comparison is across tools: old {one}, new {other}"),
            _ => format!("`{}` differs: old {one}, new {other}", member.name()),
        });
    }
    if old.partition != new.partition {
        let [old, new] = [old, new].map(|r| r.partition.as_deref().unwrap_or("none"));
        remarks.push(format!("`partition` differs: old {old}, new {new}"));
    }
    for (which, results) in [("old", old), ("new", new)] {
        if !results.complete {
            remarks.push(format!("the {which} results are not complete: runs that were planned are not in them"));
        }
    }
    remarks
}

/// The changes of one run.
struct Changes<'a> {
    key: Key<'a>,
    all: Vec<Change>,
}

impl Changes<'_> {
    fn add(&mut self, direction: Direction, about: About, subject: &str, old: Option<String>, new: Option<String>) {
        let (scenario, design, seed) = self.key;
        let (scenario, design, subject) = (scenario.into(), design.into(), subject.into());
        self.all.push(Change { scenario, design, seed, direction, about, subject, old, new });
    }

    fn run(&mut self, old: Option<&Run>, new: Option<&Run>) {
        let name = |r: &Run| crate::texts::outcome(r.outcome, Lang::En);
        let direction = match (old.map(|r| r.outcome), new.map(|r| r.outcome)) {
            (Some(old), Some(new)) if old == new => return,
            // Worse is larger.
            (Some(old), Some(new)) if new > old => Direction::Regression,
            (Some(_), Some(_)) => Direction::Improvement,
            (Some(_), None) => Direction::Regression,
            // That a new run fails is reported by its own exit code: nothing has become worse.
            (None, _) => Direction::Change,
        };
        self.add(direction, About::Run, "", old.map(name), new.map(name));
    }

    fn rules(&mut self, old: &Run, new: &Run) {
        let (old, new) = (by_id(old), by_id(new));
        let ids: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for id in ids {
            let (one, other) = (old.get(id).copied(), new.get(id).copied());
            let (was, is) = (one.map(|r| r.outcome), other.map(|r| r.outcome));
            if was != is {
                let reported = |o: Option<&RuleResult>| o.map(|r| rule_word(r.outcome).to_string());
                self.add(rule_direction(was, is), About::Rule, id, reported(one), reported(other));
            }
            if let (Some(one), Some(other)) = (one, other) {
                self.figure(&format!("{id}/evaluated"), one.evaluated, other.evaluated);
                self.figure(&format!("{id}/findings"), one.findings.len() as u64, other.findings.len() as u64);
            }
        }
    }

    fn expectations(&mut self, old: &Run, new: &Run) {
        let (old, new) = (expectations(old), expectations(new));
        let keys: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        for key in keys {
            let (one, other) = (old.get(&key).copied(), new.get(&key).copied());
            let direction = match (one.map(|e| e.held), other.map(|e| e.held)) {
                (Some(true), Some(false) | None) => Direction::Regression,
                (Some(false), Some(true)) => Direction::Improvement,
                _ if one.map(|e| &e.detail) == other.map(|e| &e.detail) => continue,
                _ => Direction::Change,
            };
            let reported =
                |e: Option<&Expectation>| e.map(|e| format!("{}: {}", if e.held { "held" } else { "missed" }, e.detail));
            self.add(direction, About::Expectation, key.0, reported(one), reported(other));
        }
    }

    fn figures(&mut self, old: &Run, new: &Run, tolerance_percent: Option<f64>) {
        let (old_counts, new_counts) = (counts(old), counts(new));
        let names: BTreeSet<&String> = old_counts.keys().chain(new_counts.keys()).collect();
        for name in names {
            let of = |counts: &BTreeMap<String, u64>| counts.get(name).copied().unwrap_or(0);
            self.figure(name, of(&old_counts), of(&new_counts));
        }
        self.measure("virtual_s", Some(old.virtual_s), Some(new.virtual_s), None);
        type Percentile = fn(&crate::results::LatencyMs) -> f64;
        let percentiles: [(&str, Percentile, Option<f64>); 5] = [
            ("p50", |l| l.p50, None),
            ("p90", |l| l.p90, None),
            ("p99", |l| l.p99, tolerance_percent),
            ("p999", |l| l.p999, None),
            ("max", |l| l.max, None),
        ];
        for (name, pick, tolerance) in percentiles {
            let (old, new) = (old.latency_ms.as_ref().map(pick), new.latency_ms.as_ref().map(pick));
            self.measure(&format!("latency_ms/{name}"), old, new, tolerance);
        }
    }

    fn figure(&mut self, name: &str, old: u64, new: u64) {
        if old != new {
            self.add(Direction::Change, About::Figure, name, Some(old.to_string()), Some(new.to_string()));
        }
    }

    fn measure(&mut self, name: &str, old: Option<f64>, new: Option<f64>, tolerance_percent: Option<f64>) {
        if old == new {
            return;
        }
        let direction = match (old, new, tolerance_percent) {
            (Some(old), Some(new), Some(percent)) if new > old * (1.0 + percent / 100.0) => Direction::Regression,
            (Some(old), Some(new), Some(percent)) if new < old * (1.0 - percent / 100.0) => Direction::Improvement,
            _ => Direction::Change,
        };
        self.add(direction, About::Figure, name, old.map(|v| v.to_string()), new.map(|v| v.to_string()));
    }
}

fn by_id(run: &Run) -> BTreeMap<&str, &RuleResult> {
    run.rules.iter().map(|r| (r.id.as_str(), r)).collect()
}

fn rule_word(outcome: RuleOutcome) -> &'static str {
    match outcome {
        RuleOutcome::Held => "held",
        RuleOutcome::Broken => "broken",
        RuleOutcome::NotReached => "not reached",
        RuleOutcome::NotApplicable => "not applicable",
        RuleOutcome::NotObservable => "not observable",
        RuleOutcome::Inconclusive => "inconclusive",
    }
}

fn rule_direction(old: Option<RuleOutcome>, new: Option<RuleOutcome>) -> Direction {
    use RuleOutcome::{Broken, Held};
    match (old, new) {
        // No longer tested is as bad as broken: nobody would notice when it breaks.
        (Some(Held), Some(Held)) => Direction::Change,
        (Some(Held), _) => Direction::Regression,
        (old, Some(Broken)) if old != Some(Broken) => Direction::Regression,
        (Some(_), Some(Held)) => Direction::Improvement,
        _ => Direction::Change,
    }
}

/// By what is expected, and how many of the same came before it.
fn expectations(run: &Run) -> BTreeMap<(&str, usize), &Expectation> {
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for e in &run.expectations {
        let n = before.entry(&e.what).or_default();
        all.insert((e.what.as_str(), *n), e);
        *n += 1;
    }
    all
}

/// The counts of a run, by name. A missing one is zero.
fn counts(run: &Run) -> BTreeMap<String, u64> {
    let c = &run.checks;
    let checks = [
        ("started", c.started),
        ("in_force", c.in_force),
        ("not_in_force", c.not_in_force),
        ("refused", c.refused),
        ("indeterminate", c.indeterminate),
    ];
    let mut counts: BTreeMap<String, u64> = checks.iter().map(|(name, n)| (format!("checks/{name}"), *n)).collect();
    let r = &run.reached;
    for (group, of) in
        [("steps", &run.steps), ("reached/outcomes", &r.outcomes), ("reached/faults", &r.faults), ("reached/states", &r.states)]
    {
        counts.extend(of.iter().map(|(name, n)| (format!("{group}/{name}"), *n)));
    }
    counts
}
