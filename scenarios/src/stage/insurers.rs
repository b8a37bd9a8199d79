//! The insurers of a scenario: the people that each insures, and its feeds.

use super::people::{ScenarioPerson, used_insurers};
use crate::file::{FeedOrder, Scenario};
use jiff::Span;
use jiff::civil::Date;
use mocks::deployment::plan::PlannedInsurer;
use mocks::roles::insurer::{Feed, Insured};
use sim::people::Population;
use std::collections::BTreeSet;
use std::time::Duration;

/// The insurers that insure a person of the run, now or in the past.
pub(super) fn insurers(
    scenario: &Scenario,
    today: Date,
    population: &Population,
    people: &[ScenarioPerson],
) -> Vec<PlannedInsurer> {
    let planned = |index: usize| {
        let insurer = population.insurers().get(index)?;
        let insured = people.iter().flat_map(ScenarioPerson::insured).filter(|i| i.period.insurer == index).collect::<Vec<_>>();
        let feeds = feeds(scenario, today, index, people, &insured);
        Some(PlannedInsurer { number: insurer.number.clone(), name: insurer.name.clone(), insured, feeds })
    };
    used_insurers(people).into_iter().filter_map(planned).collect()
}

/// The feeds of an insurer: those that the scenario sets, and one for each change during the run, sent at once.
fn feeds(scenario: &Scenario, today: Date, insurer: usize, people: &[ScenarioPerson], insured: &[Insured]) -> Vec<Feed> {
    let of = |index: u64| people.get(index as usize).and_then(|p| p.person.insurance_on(today)).map(|i| i.insurer);
    let mut feeds = match scenario.feeds.iter().find(|f| of(f.of_insurer_of) == Some(insurer)) {
        None => vec![Feed::new(Duration::ZERO, today)],
        Some(part) => {
            let behind = today.saturating_sub(Span::new().days(part.days_behind));
            let (reversed, sent_twice) = (part.order == FeedOrder::LastFirst, part.sent_twice);
            let feed = |after, complete_through| Feed { reversed, sent_twice, ..Feed::new(after, complete_through) };
            let first = part.arrives.map(|s| feed(s.0, behind));
            first.into_iter().chain(part.catches_up.map(|s| feed(s.0, today))).collect()
        }
    };
    let changes = insured.iter().flat_map(|i| [i.begins_known_from, i.end_known_from]);
    let changes: BTreeSet<Duration> = changes.filter(|at| !at.is_zero()).collect();
    feeds.extend(changes.into_iter().map(|at| Feed::new(at, today)));
    feeds.sort_by_key(|f| f.after);
    feeds
}
