//! When a run takes place. Everything that depends on the calendar takes it from here.

use crate::file::Scenario;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sim::terms::calendar::{jst, jst_day};
use std::time::Duration;

/// The calendar of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The scenario's day in Japan: the one on which the run starts, from which words such as `moved-yesterday` are counted.
    pub day: Date,
    /// The instant at which the run's time is zero.
    pub epoch: Timestamp,
    /// The last day in Japan on which something can happen in the run.
    pub last_day: Date,
}

impl Start {
    /// The calendar of a scenario with everything drawn.
    pub fn of(scenario: &Scenario) -> Self {
        Start::lasting(scenario, scenario.last_moment())
    }

    /// The calendar of a scenario whose last planned moment is `last` after its start.
    pub fn lasting(scenario: &Scenario, last: Duration) -> Self {
        Start { day: scenario.day.0, epoch: scenario.epoch(), last_day: scenario.last_day_after(last) }
    }

    /// The date in Japan so long after the start.
    pub fn day_at(&self, at: Duration) -> Date {
        jst_day(after(self.epoch, at))
    }

    /// Each midnight of the run: how long after the start it is, and the day that begins then.
    pub fn midnights(&self) -> impl Iterator<Item = (Duration, Date)> + use<> {
        let (epoch, last) = (self.epoch, self.last_day);
        let later = self.day.series(jiff::Span::new().days(1)).skip(1).take_while(move |day| *day <= last);
        later.filter_map(move |day| Some((Duration::try_from(jst(day, 0).duration_since(epoch)).ok()?, day)))
    }
}

/// The instant so long after another; the last one that there is, beyond it.
pub(crate) fn after(epoch: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| epoch.saturating_add(by).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::{Day, TimeOfDay};
    use jiff::civil::date;

    fn start(day: Date, starts: u32, last: Duration) -> Start {
        Start::lasting(&Scenario { day: Day(day), starts: TimeOfDay(starts), ..Scenario::empty() }, last)
    }

    #[test]
    fn a_run_crosses_each_midnight_between_its_start_and_its_last_moment() {
        let hours = |h: u64| Duration::from_secs(3600 * h);
        let short = start(date(2028, 2, 28), 9 * 3600, hours(14));
        assert_eq!((short.last_day, short.midnights().count()), (date(2028, 2, 28), 0));
        let long = start(date(2028, 2, 28), 9 * 3600, hours(40));
        let midnights: Vec<_> = long.midnights().collect();
        assert_eq!(midnights, [(hours(15), date(2028, 2, 29)), (hours(39), date(2028, 3, 1))]);
        assert_eq!(long.day_at(hours(15)), date(2028, 2, 29));
        assert_eq!(long.day_at(hours(15) - Duration::from_nanos(1)), date(2028, 2, 28));
    }

    #[test]
    fn a_check_that_begins_just_before_midnight_can_ask_about_the_next_day() {
        let last = Duration::from_secs(55);
        assert_eq!(start(date(2027, 3, 31), 24 * 3600 - 60, last).last_day, date(2027, 4, 1));
    }
}
