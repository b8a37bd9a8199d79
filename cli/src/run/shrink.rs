//! Finds the smallest case of a failing run.

use super::report::quoted;
use super::{TOOL, Watch, judge};
use crate::interrupt;
use reports::results::{RuleResult, Run, RunOutcome, Smallest};
use scenarios::demands::{DemandKind, demands};
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, play};
use scenarios::shrink::{self, Knobs, short::ShortToken, token::Token};
use scenarios::{Design, EngineKind, Mutant, designs};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How a run fails. Two runs fail in the same way if they have one of these in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// A rule is broken at a party of this zone.
    Rule { id: String, zone: String },
    /// A visit does not end as expected.
    Visit { expected: String, found: String },
    /// Another demand of the scenario is not met.
    Demand { kind: DemandKind, what: String },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Rule { id, zone } => write!(f, "rule {id} is broken in the zone {zone}"),
            Failure::Visit { expected, found } => write!(f, "a visit that must end in `{expected}` {found}"),
            Failure::Demand { what, .. } => write!(f, "not so: {what}"),
        }
    }
}

impl Failure {
    /// Whether a part of a plan can fail like this for the same reason. A demand on all visits together is not met by any part.
    fn can_be_smaller(&self) -> bool {
        match self {
            Failure::Rule { .. } | Failure::Visit { .. } => true,
            Failure::Demand { kind, .. } => *kind == DemandKind::Heals,
        }
    }
}

/// Every way in which a run fails, rules first. Empty for one that passes.
pub fn failures(played: &Played, rules: &[RuleResult]) -> BTreeSet<Failure> {
    let on_purpose = judge::on_purpose(&played.plan, &played.design);
    let unwanted = |r: &&RuleResult| judge::fails(r, &on_purpose);
    let of_rule =
        |r: &RuleResult| r.findings.iter().map(|f| Failure::Rule { id: r.id.clone(), zone: f.zone.clone() }).collect::<Vec<_>>();
    let rules_broken = rules.iter().filter(unwanted).flat_map(of_rule);
    let visits = played.visits.iter().filter(|v| !v.held).map(|v| Failure::Visit {
        expected: v.expected.to_string(),
        found: v.found.map_or("does not end".to_string(), |f| format!("ends in `{f}`")),
    });
    // How visits end is among the failures already, one by one.
    let of_visits = |kind| matches!(kind, DemandKind::Visit | DemandKind::DrawnVisits);
    let others = demands(played, &super::report::verdicts(rules)).into_iter().filter(|m| !m.held && !of_visits(m.kind));
    rules_broken.chain(visits).chain(others.map(|m| Failure::Demand { kind: m.kind, what: m.what })).collect()
}

/// Shrinks failing runs: at most this many per call, and for this long each.
pub struct Shrinker {
    left: u64,
    time: Duration,
    engine: EngineKind,
}

impl Shrinker {
    pub fn new(runs: u64, time: Duration, engine: EngineKind) -> Self {
        Shrinker { left: runs, time, engine }
    }

    /// Whether a run is one of those that are shrunk.
    pub fn takes(&self, run: &Run) -> bool {
        run.outcome == RunOutcome::Broken && self.left > 0
    }

    /// The smallest case that fails in the same way, and everything that identifies it. `None` for a run that broke nothing, and
    /// after the limit is reached.
    pub fn smallest(
        &mut self,
        scenario: &Scenario,
        designs: &[Arc<Design>],
        run: &Run,
        mutant: Option<Mutant>,
    ) -> Option<(Smallest, Token)> {
        if !self.takes(run) {
            return None;
        }
        self.left -= 1;
        let (design, engine) = (designs.iter().find(|d| d.name == run.design)?.clone(), self.engine);
        let order = Order { scenario: 0, design, seed: run.seed, mutant, engine };
        let plan = scenario.planned(run.seed);
        let judged = !run.rules.is_empty();
        let look = |plan: &Scenario| -> Option<(Played, BTreeSet<Failure>)> {
            let played = play(plan, &order, TOOL).ok().filter(|p| p.ended_early.is_none())?;
            let rules = if judged { judge::rules(&played) } else { Vec::new() };
            let failures = failures(&played, &rules);
            Some((played, failures))
        };
        let watch = Watch::start();
        // An interrupt ends shrinking at once.
        let goes_on = || watch.elapsed() < self.time && !interrupt::requested();
        if !goes_on() {
            return None;
        }
        let wanted = look(&plan)?.1.into_iter().find(Failure::can_be_smaller)?;
        let same = |smaller: &Scenario| look(smaller).is_some_and(|(_, failures)| failures.contains(&wanted));
        let (knobs, tries) = shrink::smallest(&plan, &goes_on, same);
        let smaller = knobs.apply(&plan)?;
        let (played, failures) = look(&smaller)?;
        if !failures.contains(&wanted) {
            return None;
        }
        let failure = wanted.to_string();
        let token = token(scenario, &order, knobs, &failure, &played.journal_sha256);
        let smallest = Smallest {
            token: ShortToken::write(&token),
            options: options(scenario, &order.design),
            file: None,
            failure,
            people: smaller.people,
            facilities: smaller.facilities,
            visits: smaller.visits.len() as u64,
            faults: smaller.faults.len() as u64,
            tries,
            journal_sha256: played.journal_sha256,
        };
        Some((smallest, token))
    }
}

/// What a replay needs to be given, since it does not come with the tool.
fn options(scenario: &Scenario, design: &Design) -> String {
    let mut options = String::new();
    // A built-in scenario has its name as its source.
    if scenario.source != scenario.name {
        options += &format!(" --file {}", quoted(&scenario.source));
    }
    if design.source != design.name {
        options += &format!(" --design {}", quoted(&design.source));
    }
    options
}

fn token(scenario: &Scenario, order: &Order, knobs: Knobs, failure: &str, journal_sha256: &str) -> Token {
    Token {
        tool: TOOL.into(),
        scenario: scenario.source.clone(),
        sha256: scenario.sha256.clone(),
        design: order.design.source.clone(),
        design_sha256: Some(designs::sha256(&order.design)),
        seed: order.seed,
        mutant: order.mutant.map(|m| m.name().to_string()),
        engine: Some(order.engine).filter(|e| *e != Token::UNNAMED_ENGINE).map(|e| e.name().to_string()),
        knobs,
        failure: failure.to_string(),
        journal_sha256: journal_sha256.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reports::results::{Finding, RuleOutcome};
    use scenarios::file::Library;

    /// Plays a scenario in which every demand but one on the step holds.
    fn played() -> Played {
        let text = r#"
            title = { ja = "試験", en = "A test" }
            story = "JPKI is down, then everybody is served."
            people = 40
            heals-within = "10s"
            breaks = ["MIN-001"]
            exercises = ["SEC-003"]
            [[visit]]
            at = "2s"
            person = 0
            expect = "in-force"
            [[workload]]
            from = "30s"
            until = "32s"
            arrivals = { constant = { every = "1s" } }
            [[fault]]
            at = "5s"
            for = "2s"
            does = "jpki-down"
            [[share]]
            of = "in-force"
            at-most = "1 %"
            [[service-level]]
            of = "99 %"
            within = "1ms"
            [[sometimes]]
            reached = { fault = "jpki-silent" }
        "#;
        let scenario = Scenario::read("test.toml", text, &Library::none()).unwrap();
        let design = designs::certificate();
        play(&scenario, &Order { scenario: 0, design, seed: 1, mutant: None, engine: EngineKind::default() }, TOOL).unwrap()
    }

    fn demand_kinds(failures: &BTreeSet<Failure>) -> Vec<(DemandKind, bool)> {
        let kind = |f: &Failure| match f {
            Failure::Demand { kind, .. } => Some((*kind, f.can_be_smaller())),
            _ => None,
        };
        failures.iter().filter_map(kind).collect()
    }

    #[test]
    fn demands_are_classified_by_their_kind_and_only_that_on_recovery_can_be_made_smaller() {
        use DemandKind::{Breaks, Exercises, Heals, ServiceLevel, Share, Sometimes};
        let mut played = played();
        let rules = judge::rules(&played);
        let found = failures(&played, &rules);
        let all = [(Share, false), (ServiceLevel, false), (Sometimes, false), (Breaks, false)];
        assert_eq!(demand_kinds(&found), all);
        assert!(found.iter().all(|f| !matches!(f, Failure::Visit { .. })), "{found:?}");
        // Listed visits and drawn ones are failures of visits, and not demands a second time. Drawn ones come after recovery.
        for index in [0, 1] {
            let before = (played.visits[index].held, played.visits[index].found);
            (played.visits[index].held, played.visits[index].found) = (false, None);
            let found = failures(&played, &rules);
            let visit = found.iter().find(|f| matches!(f, Failure::Visit { .. })).unwrap();
            assert!(visit.can_be_smaller());
            let heals = demand_kinds(&found).into_iter().find(|(kind, _)| *kind == Heals);
            assert_eq!(heals, (index == 1).then_some((Heals, true)));
            (played.visits[index].held, played.visits[index].found) = before;
        }
        played.plan.breaks.clear();
        let mut rules = judge::rules(&played);
        let rule = rules.iter_mut().find(|r| r.id == "SEC-002").unwrap();
        rule.outcome = RuleOutcome::Broken;
        rule.findings = vec![Finding {
            claim: "SEC-002/not-good".into(),
            what: "w".into(),
            host: "broker".into(),
            zone: "broker".into(),
            check: None,
            person: None,
            place: None,
            spelling: None,
            hops: Vec::new(),
            entries: (1, 1),
        }];
        rules.retain(|r| r.id != "SEC-003");
        let found = failures(&played, &rules);
        assert!(found.contains(&Failure::Rule { id: "SEC-002".into(), zone: "broker".into() }));
        assert_eq!(demand_kinds(&found).last(), Some(&(Exercises, false)));
    }
}
