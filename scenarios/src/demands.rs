//! Whether a run met what its scenario demands.

use crate::file::{Reach, Scenario};
use crate::run::{Played, VisitResult};
use sim::terms::outcome::OutcomeCode;
use std::time::Duration;

/// Something that the scenario says must come of it, and whether it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    pub what: String,
    pub held: bool,
    pub detail: String,
}

/// What a rule made of a run, as far as scenarios speak of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleWord {
    Held,
    Broken,
    NotTested,
    NotApplicable,
}

/// Shares that differ by less are the same.
const NEAR: f64 = 1e-9;
/// The most drawn visits that are named where several did not end as they must.
const NAMED: usize = 3;

/// Everything that the scenario demands of a run. `rules` gives each rule's word; nothing, where the run was not judged.
pub fn demands(played: &Played, rules: &[(String, RuleWord)]) -> Vec<Met> {
    let plan = &played.plan;
    let (drawn, listed): (Vec<_>, Vec<_>) = played.visits.iter().partition(|v| v.drawn);
    let mut met: Vec<Met> = listed.into_iter().map(of_visit).collect();
    met.extend(of_drawn(&drawn));
    met.extend(healed(plan, &played.visits));
    met.extend(plan.shares.iter().map(|share| {
        let all = played.visits.len() as f64;
        let count = played.visits.iter().filter(|v| v.found.is_some_and(|f| share.of.contain(f))).count();
        let found = crate::file::Share(count as f64 / all.max(1.0));
        let low = share.at_least.map(|s| format!("at least {s}"));
        let high = share.at_most.map(|s| format!("at most {s}"));
        let bounds: Vec<String> = low.into_iter().chain(high).collect();
        Met {
            what: format!("{} of the visits end in `{}`", bounds.join(" and "), share.of),
            // Percents are no binary fractions: what is nearer than that is met.
            held: share.at_least.is_none_or(|s| found.0 >= s.0 - NEAR) && share.at_most.is_none_or(|s| found.0 <= s.0 + NEAR),
            detail: format!("{count} of {} did", played.visits.len()),
        }
    }));
    met.extend(plan.service_levels.iter().map(|level| {
        let mut waits = played.waits_ns.clone();
        waits.sort_unstable();
        let rank = (level.of.0 * waits.len() as f64 - NEAR).ceil() as usize;
        let wait = waits.get(rank.saturating_sub(1)).map(|ns| Duration::from_nanos(*ns));
        Met {
            what: format!("{} of the checks wait no longer than {}", level.of, level.within),
            held: wait.is_some_and(|wait| wait <= level.within.0),
            detail: match wait {
                Some(wait) => format!("they waited {:.1} ms at most", wait.as_secs_f64() * 1e3),
                None => "no check came so far that its wait is known".into(),
            },
        }
    }));
    met.extend(plan.sometimes.iter().filter_map(|sometimes| {
        let count = reached(&sometimes.reached, played, rules)?;
        Some(Met {
            what: format!("{} is reached at least {}", sometimes.reached, times(sometimes.at_least)),
            held: count >= sometimes.at_least,
            detail: format!("it was reached {}", times(count)),
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

fn ended(found: Option<OutcomeCode>) -> String {
    found.map_or("it did not end".to_string(), |f| format!("it ended in `{f}`"))
}

fn of_visit(v: &VisitResult) -> Met {
    Met {
        what: format!("visit {} (person {}, facility {}) ends in `{}`", v.visit, v.person, v.facility, v.expected),
        held: v.held,
        detail: ended(v.found),
    }
}

/// One demand for all drawn visits: they may be many.
fn of_drawn(drawn: &[&VisitResult]) -> Option<Met> {
    let first = drawn.first()?;
    let wrong: Vec<&&VisitResult> = drawn.iter().filter(|v| !v.held).collect();
    let named: Vec<String> =
        wrong.iter().take(NAMED).map(|v| format!("visit {} (person {}): {}", v.visit, v.person, ended(v.found))).collect();
    let more = if wrong.len() > NAMED { "; …" } else { "" };
    let all = drawn.iter().all(|v| v.expected == first.expected);
    let word = if all { format!("`{}`", first.expected) } else { "as each must".to_string() };
    Some(Met {
        what: format!("{} drawn visits end {word}", drawn.len()),
        held: wrong.is_empty(),
        detail: match wrong.len() {
            0 => "they did".into(),
            n => format!("{n} did not: {}{more}", named.join("; ")),
        },
    })
}

/// Progress: whoever comes when everything must have healed is served as if nothing had gone wrong.
fn healed(plan: &Scenario, visits: &[VisitResult]) -> Option<Met> {
    let within = plan.heals_within?;
    let from = plan.healed_at().0.saturating_add(within.0);
    let late = visits.iter().filter_map(|v| {
        let part = plan.visits.get(v.visit).filter(|p| p.at.0 >= from)?;
        Some((v, plan.undisturbed(part)?))
    });
    let late: Vec<_> = late.collect();
    let wrong = late.iter().find(|(v, ends)| v.found.is_none_or(|f| !ends.contains(&f)));
    Some(Met {
        what: format!("everybody is served again {within} after the last fault has healed"),
        held: wrong.is_none() && !late.is_empty(),
        detail: match wrong {
            Some((v, _)) => format!("visit {} was not: {}", v.visit, ended(v.found)),
            None => format!("{} visits after that", late.len()),
        },
    })
}

/// How often something was reached. `None` where it cannot be known, because nothing was judged.
fn reached(what: &Reach, played: &Played, rules: &[(String, RuleWord)]) -> Option<u64> {
    Some(match what {
        Reach::Step(n) => played.steps.iter().find(|(s, _)| s.number() == *n).map_or(0, |(_, count)| *count),
        Reach::Outcome(o) => played.visits.iter().filter(|v| v.found.is_some_and(|f| o.contain(f))).count() as u64,
        Reach::Fault(name) => played.reached.faults.get(name).copied().unwrap_or(0),
        Reach::State(name) => played.reached.states.get(name).copied().unwrap_or(0),
        Reach::Rule(_) if rules.is_empty() => return None,
        Reach::Rule(id) => match rules.iter().find(|(r, _)| r == id) {
            Some((_, RuleWord::NotApplicable)) => return None,
            Some((_, word)) => u64::from(*word != RuleWord::NotTested),
            None => 0,
        },
    })
}

fn of_rules(plan: &Scenario, rules: &[(String, RuleWord)]) -> Vec<Met> {
    if rules.is_empty() {
        return Vec::new();
    }
    let word = |id: &String| rules.iter().find(|(r, _)| r == id).map_or(RuleWord::NotTested, |(_, word)| *word);
    // A design of which the rule demands nothing cannot put it to the test.
    let applicable = |id: &&String| word(id) != RuleWord::NotApplicable;
    let exercised = plan.exercises.iter().filter(applicable).map(|id| Met {
        what: format!("rule {id} has something to look at"),
        held: word(id) != RuleWord::NotTested,
        detail: if word(id) == RuleWord::NotTested { "it had nothing".into() } else { "it had".into() },
    });
    let broken = plan.breaks.iter().filter(applicable).map(|id| Met {
        what: format!("rule {id} is broken, as this yardstick means it to be"),
        held: word(id) == RuleWord::Broken,
        detail: match word(id) {
            RuleWord::Held => "it held".into(),
            RuleWord::Broken => "it was".into(),
            RuleWord::NotTested => "it had nothing to look at".into(),
            RuleWord::NotApplicable => "it demands nothing of the design".into(),
        },
    });
    exercised.chain(broken).collect()
}
