//! Draws who changed their job before the run, and when the insurers learn of it.

use crate::file::{EventKind, EventPart, JobChangesPart, PersonPart, Scenario, Span};
use std::collections::BTreeSet;
use std::time::Duration;

const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// Replaces the job changes of `plan` by one event for each person whose change is not registered everywhere when the run starts.
pub(super) fn list(plan: &mut Scenario, seed: u64) {
    if plan.job_changes.is_empty() {
        return;
    }
    let (seed, end) = (plan.seed(seed), plan.last_moment());
    let named = plan.persons.iter().map(|p: &PersonPart| p.index);
    let changed = plan.events.iter().map(|e| e.does.person());
    let wrong = plan.register_errors.iter().flat_map(|e| [Some(e.person), e.what.other()]).flatten();
    let mut taken: BTreeSet<u64> = named.chain(changed).chain(wrong).collect();
    for (i, part) in std::mem::take(&mut plan.job_changes).into_iter().enumerate() {
        for person in 0..plan.people {
            let mut draw = seed.stream(&format!("job-changes/{i}/{person}"));
            if !draw.chance(part.share.0) || !taken.insert(person) {
                continue;
            }
            let since_days_ago = draw.below(u64::from(part.within_days)) as u32;
            plan.events.extend(change(&part, person, since_days_ago, plan.starts.0, end, &mut draw));
        }
    }
}

/// The change of one person. `None` if both insurers have registered it before the run: then the person has simply moved.
fn change(
    part: &JobChangesPart,
    person: u64,
    since_days_ago: u32,
    starts: u32,
    end: Duration,
    draw: &mut sim::seed::Stream,
) -> Option<EventPart> {
    let passed = A_DAY * since_days_ago + Duration::from_secs(u64::from(starts));
    let notified = part.employer.distribution().draw(draw);
    // What is learned after the run is not learned in it, and what is fed after it is not fed.
    let in_run = |since_change: Duration| since_change.saturating_sub(passed).min(end);
    let registered = [part.new_insurer, part.old_insurer].map(|spread| notified + spread.distribution().draw(draw));
    let fed = registered.map(|at| at + part.feed.map_or(Duration::ZERO, |spread| spread.distribution().draw(draw)));
    let [new, old] = registered.map(in_run);
    let [new_fed, old_fed] = fed.map(in_run);
    let at = new.min(old);
    let does = EventKind::MovesInsurer {
        person,
        since_days_ago,
        new_insurer_after: Span(new - at),
        old_insurer_after: Span(old - at),
        new_feed_after: Span(new_fed.saturating_sub(new)),
        old_feed_after: Span(old_fed.saturating_sub(old)),
    };
    Some(EventPart { at: Span(at), does })
}
