//! Whether a run met what its scenario demands.

use crate::file::{Origin, Reach, Scenario};
use crate::run::{Played, VisitResult};
use sim::terms::design::Design;
use sim::terms::outcome::OutcomeCode;
use sim::terms::percentile;
use std::time::Duration;

/// What a demand is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DemandKind {
    /// How one listed visit ends.
    Visit,
    /// How the drawn visits end.
    DrawnVisits,
    /// Everybody is served again after the last fault: `heals-within`.
    Heals,
    /// `[[share]]`.
    Share,
    /// `[[service-level]]`.
    ServiceLevel,
    /// `[[sometimes]]`.
    Sometimes,
    /// `exercises`.
    Exercises,
    /// `breaks`.
    Breaks,
}

/// One demand of the scenario, and whether the run met it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    pub kind: DemandKind,
    pub what: String,
    pub held: bool,
    pub detail: String,
    /// Where the demand is written; nowhere if it was drawn.
    pub origin: Origin,
}

/// A rule's verdict on a run, as far as scenarios need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleVerdict {
    Held,
    Broken,
    NotReached,
    NotApplicable,
}

/// Shares that differ by less than this are equal.
const NEAR: f64 = 1e-9;
/// The most drawn visits that are named where several did not end as expected.
const NAMED: usize = 3;

/// Everything that the scenario demands of a run. `rules` has each rule's verdict; it is empty if the run was not judged.
pub fn demands(played: &Played, rules: &[(String, RuleVerdict)]) -> Vec<Met> {
    let (plan, online) = (&played.plan, played.design.is_online());
    let (drawn, listed): (Vec<_>, Vec<_>) = played.visits.iter().partition(|v| v.drawn);
    let mut met: Vec<Met> = listed.into_iter().map(of_visit).collect();
    met.extend(of_drawn(&drawn));
    met.extend(healed(plan, &played.visits, &played.design));
    // What is demanded of answers and waits is about requests, and in a design without any there is nothing to demand.
    met.extend(plan.shares.iter().enumerate().filter(|_| online).map(|(i, share)| {
        let came = played.visits.iter().filter(|v| v.came).count();
        let count = played.visits.iter().filter(|v| v.found.is_some_and(|f| share.of.contain(f))).count();
        let found = crate::file::Share(count as f64 / (came as f64).max(1.0));
        let bounds = [share.at_least.map(|s| format!("at least {s}")), share.at_most.map(|s| format!("at most {s}"))];
        let bounds: Vec<String> = bounds.into_iter().flatten().collect();
        // Percentages are not exact binary fractions, so a tolerance applies.
        let low = share.at_least.is_none_or(|s| found.0 >= s.0 - NEAR);
        let high = share.at_most.is_none_or(|s| found.0 <= s.0 + NEAR);
        Met {
            kind: DemandKind::Share,
            what: format!("{} of the visits end in `{}`", bounds.join(" and "), share.of),
            held: came > 0 && low && high,
            detail: format!("{count} of {came} did"),
            origin: plan.origins.of("share", i),
        }
    }));
    met.extend(plan.service_levels.iter().enumerate().filter(|_| online).map(|(i, level)| {
        let mut waits = played.waits_ns.clone();
        waits.sort_unstable();
        let wait = percentile::of_sorted(&waits, level.of.0).map(|ns| Duration::from_nanos(*ns));
        Met {
            kind: DemandKind::ServiceLevel,
            what: format!("{} of the checks wait no longer than {}", level.of, level.within),
            held: wait.is_some_and(|wait| wait <= level.within.0),
            detail: match wait {
                Some(wait) => format!("they waited {:.1} ms at most", wait.as_secs_f64() * 1e3),
                None => "no check got far enough for its wait to be known".into(),
            },
            origin: plan.origins.of("service-level", i),
        }
    }));
    met.extend(plan.sometimes.iter().enumerate().filter_map(|(i, sometimes)| {
        let count = reached(&sometimes.reached, played, rules)?;
        Some(Met {
            kind: DemandKind::Sometimes,
            what: format!("{} is reached at least {}", sometimes.reached, times(sometimes.at_least)),
            held: count >= sometimes.at_least,
            detail: format!("it was reached {}", times(count)),
            origin: plan.origins.of("sometimes", i),
        })
    }));
    met.extend(of_rules(plan, rules));
    met
}

fn times(n: u64) -> String {
    match n {
        1 => "once".into(),
        n => format!("{n} times"),
    }
}

/// The outcome, as a failure names it.
fn got(found: Option<OutcomeCode>) -> String {
    found.map_or("but it did not end".to_string(), |f| format!("got `{f}`"))
}

fn of_visit(v: &VisitResult) -> Met {
    Met {
        kind: DemandKind::Visit,
        what: format!("visit {} (person {})", v.visit, v.person),
        held: v.held,
        detail: format!("expected `{}`, {}", v.expected, got(v.found)),
        origin: v.origin.clone(),
    }
}

/// One demand for all drawn visits: they may be many.
fn of_drawn(drawn: &[&VisitResult]) -> Option<Met> {
    let first = drawn.first()?;
    let wrong: Vec<&&VisitResult> = drawn.iter().filter(|v| !v.held).collect();
    let named: Vec<String> =
        wrong.iter().take(NAMED).map(|v| format!("visit {} (person {}) {}", v.visit, v.person, got(v.found))).collect();
    let more = if wrong.len() > NAMED { "; …" } else { "" };
    let all = drawn.iter().all(|v| v.expected == first.expected);
    let expected = if all { format!("expected `{}` of each", first.expected) } else { "expected of each what it says".into() };
    Some(Met {
        kind: DemandKind::DrawnVisits,
        what: format!("{} drawn visits", drawn.len()),
        held: wrong.is_empty(),
        detail: match wrong.len() {
            0 => format!("{expected}, got it"),
            n => format!("{expected}, {n} ended otherwise: {}{more}", named.join("; ")),
        },
        origin: wrong.first().map_or(&first.origin, |v| &v.origin).clone(),
    })
}

/// Progress: every visit after the recovery time is served as if nothing had gone wrong.
fn healed(plan: &Scenario, visits: &[VisitResult], design: &Design) -> Option<Met> {
    let within = plan.heals_within?;
    let from = plan.healed_at().0.saturating_add(within.0);
    let late = visits.iter().filter_map(|v| {
        let part = plan.visits.get(v.visit).filter(|p| p.at.0 >= from)?;
        Some((v, plan.undisturbed_in(part, design)?))
    });
    let late: Vec<_> = late.collect();
    let wrong = late.iter().find(|(v, ends)| v.found.is_none_or(|f| !ends.contains(&f)));
    Some(Met {
        kind: DemandKind::Heals,
        what: format!("everybody is served again {within} after the last fault has healed"),
        held: wrong.is_none() && !late.is_empty(),
        detail: match wrong {
            Some((v, ends)) => {
                let expected: Vec<String> = ends.iter().map(|o| format!("`{o}`")).collect();
                format!("visit {} (person {}) was not: expected {}, {}", v.visit, v.person, expected.join(" or "), got(v.found))
            }
            None => format!("{} visits after that", late.len()),
        },
        origin: plan.origins.last("heals-within"),
    })
}

/// How often something was reached. `None` if it is unknown because the run was not judged.
fn reached(what: &Reach, played: &Played, rules: &[(String, RuleVerdict)]) -> Option<u64> {
    Some(match what {
        Reach::Step(_) | Reach::Outcome(_) | Reach::State(_) | Reach::Fault(_) if !played.design.is_online() => return None,
        Reach::Step(3) if !played.design.presents_certificate() => return None,
        Reach::Step(n) => played.steps.iter().find(|(s, _)| s.number() == *n).map_or(0, |(_, count)| *count),
        Reach::Outcome(o) => played.visits.iter().filter(|v| v.found.is_some_and(|f| o.contain(f))).count() as u64,
        Reach::Fault(name) => played.reached.faults.get(name).copied().unwrap_or(0),
        Reach::State(name) => played.reached.states.get(name).copied().unwrap_or(0),
        Reach::Rule(_) if rules.is_empty() => return None,
        Reach::Rule(id) => match rules.iter().find(|(r, _)| r == id) {
            Some((_, RuleVerdict::NotApplicable)) => return None,
            Some((_, verdict)) => u64::from(*verdict != RuleVerdict::NotReached),
            None => 0,
        },
    })
}

fn of_rules(plan: &Scenario, rules: &[(String, RuleVerdict)]) -> Vec<Met> {
    if rules.is_empty() {
        return Vec::new();
    }
    let verdict = |id: &String| rules.iter().find(|(r, _)| r == id).map_or(RuleVerdict::NotReached, |(_, verdict)| *verdict);
    // A design to which the rule does not apply cannot exercise it.
    let applicable = |id: &&String| verdict(id) != RuleVerdict::NotApplicable;
    let exercised = plan.exercises.iter().filter(applicable).map(|id| Met {
        kind: DemandKind::Exercises,
        what: format!("rule {id} is exercised"),
        held: verdict(id) != RuleVerdict::NotReached,
        detail: if verdict(id) == RuleVerdict::NotReached { "it had nothing to check".into() } else { "it was".into() },
        origin: plan.origins.last("exercises"),
    });
    let broken = plan.breaks.iter().filter(applicable).map(|id| Met {
        kind: DemandKind::Breaks,
        what: format!("rule {id} is broken, as this yardstick intends"),
        held: verdict(id) == RuleVerdict::Broken,
        detail: match verdict(id) {
            RuleVerdict::Held => "it held".into(),
            RuleVerdict::Broken => "it was".into(),
            RuleVerdict::NotReached => "it had nothing to check".into(),
            RuleVerdict::NotApplicable => "it does not apply to the design".into(),
        },
        origin: plan.origins.last("breaks"),
    });
    exercised.chain(broken).collect()
}
