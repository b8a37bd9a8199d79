//! The insurers of a scenario: the people that each insures, and its feeds.

use super::people::{ScenarioPerson, used_insurers};
use super::register::records;
use crate::file::{FeedOrder, FeedPart, Scenario, WhichInsurer};
use crate::start::Start;
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
    start: Start,
    population: &Population,
    people: &[ScenarioPerson],
) -> Vec<PlannedInsurer> {
    let records = records(scenario, start, people);
    let planned = |index: usize| {
        let insurer = population.insurers().get(index)?;
        let insured: Vec<Insured> = records.iter().map(|r| &r.insured).filter(|i| i.period.insurer == index).cloned().collect();
        let feeds = feeds(scenario, start, index, people, &insured);
        Some(PlannedInsurer { number: insurer.number.clone(), name: insurer.name.clone(), insured, feeds, sent_before: 0 })
    };
    used_insurers(people).into_iter().filter_map(planned).collect()
}

/// The feeds of an insurer: those that the scenario sets, one for each new day, and one for each change during the run, sent at once.
fn feeds(scenario: &Scenario, start: Start, insurer: usize, people: &[ScenarioPerson], insured: &[Insured]) -> Vec<Feed> {
    let of = |feed: &FeedPart| insurer_of(feed.of_insurer_of, feed.which, start.day, people);
    let mut feeds = match scenario.feeds.iter().find(|f| of(f) == Some(insurer)) {
        None => {
            let new_days = start.midnights().map(|(midnight, day)| Feed::new(midnight, day));
            std::iter::once(Feed::new(Duration::ZERO, start.day)).chain(new_days).collect()
        }
        Some(part) => feeds_of(part, start),
    };
    let changes = insured
        .iter()
        .flat_map(|i| [Some(i.fed(i.begins_known_from)), Some(i.fed(i.end_known_from)), i.withdrawn_from.map(|at| i.fed(at))])
        .flatten();
    let changes: BTreeSet<Duration> = changes.filter(|at| !at.is_zero()).collect();
    feeds.extend(changes.into_iter().map(|at| Feed::new(at, start.day_at(at))));
    for feed in &mut feeds {
        feed.after = scenario.maintenance.iter().fold(feed.after, |at, window| window.put_off(at));
    }
    feeds.sort_by_key(|f| (f.after, f.complete_through));
    feeds
}

/// The insurer of a person on the day, or the one before.
fn insurer_of(person: u64, which: WhichInsurer, day: Date, people: &[ScenarioPerson]) -> Option<usize> {
    let person = &people.get(usize::try_from(person).ok()?)?.person;
    let on_the_day = person.insurance.iter().rposition(|period| period.covers(day))?;
    let period = match which {
        WhichInsurer::Current => on_the_day,
        WhichInsurer::Previous => on_the_day.checked_sub(1)?,
    };
    person.insurance.get(period).map(|period| period.insurer)
}

/// The feeds that the scenario sets for an insurer.
fn feeds_of(part: &FeedPart, start: Start) -> Vec<Feed> {
    let (reversed, sent_twice) = (part.order == FeedOrder::LastFirst, part.sent_twice);
    let feed = |after, complete_through| Feed { reversed, sent_twice, ..Feed::new(after, complete_through) };
    let behind = |at| start.day_at(at).saturating_sub(Span::new().days(part.days_behind));
    let first = part.arrives.map(|s| feed(s.0, behind(s.0)));
    let caught_up = part.catches_up.map(|s| feed(s.0, start.day_at(s.0)));
    let mut feeds: Vec<Feed> = first.into_iter().chain(caught_up).collect();
    if part.reaches_the_day()
        && let Some(last) = feeds.last().map(|f| f.after)
    {
        let delay = part.next_days.unwrap_or_default().0;
        let new_days = start.midnights().filter(|(midnight, _)| *midnight > last);
        feeds.extend(new_days.map(|(midnight, day)| feed(midnight.saturating_add(delay), day)));
    }
    feeds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::{Day, TimeOfDay};
    use jiff::civil::date;

    fn start() -> Start {
        let scenario = Scenario { day: Day(date(2027, 3, 31)), starts: TimeOfDay(23 * 3600), ..Scenario::empty() };
        Start::lasting(&scenario, Duration::from_secs(26 * 3600))
    }

    fn sent(part: FeedPart) -> Vec<(u64, String)> {
        feeds_of(&part, start()).into_iter().map(|f| (f.after.as_secs() / 60, f.complete_through.to_string())).collect()
    }

    fn feed(arrives: Option<u64>, days_behind: i32, catches_up: Option<u64>) -> FeedPart {
        let minutes = |m: u64| crate::file::Span::seconds(60 * m);
        let (arrives, catches_up) = (arrives.map(minutes), catches_up.map(minutes));
        FeedPart {
            of_insurer_of: 0,
            which: WhichInsurer::Current,
            arrives,
            days_behind,
            catches_up,
            next_days: None,
            order: FeedOrder::InOrder,
            sent_twice: false,
        }
    }

    #[test]
    fn an_insurer_sends_each_new_day_at_midnight_once_it_has_caught_up() {
        let days = |all: &[(u64, &str)]| all.iter().map(|(at, day)| (*at, day.to_string())).collect::<Vec<_>>();
        assert_eq!(sent(feed(Some(1), 0, None)), days(&[(1, "2027-03-31"), (60, "2027-04-01"), (1500, "2027-04-02")]));
        assert_eq!(sent(feed(Some(1), 1, Some(90))), days(&[(1, "2027-03-30"), (90, "2027-04-01"), (1500, "2027-04-02")]));
        assert_eq!(sent(feed(Some(70), 2, None)), days(&[(70, "2027-03-30")]));
        assert_eq!(sent(feed(None, 0, None)), []);
        let late = FeedPart { next_days: Some(crate::file::Span::seconds(1800)), ..feed(Some(0), 0, None) };
        assert_eq!(sent(late), days(&[(0, "2027-03-31"), (90, "2027-04-01"), (1530, "2027-04-02")]));
    }
}
