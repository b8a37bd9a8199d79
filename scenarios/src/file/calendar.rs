//! The calendar in a scenario file: the day and the time of day at which the run starts, in Japan.

use super::Scenario;
use super::units::{in_schema, text};
use jiff::civil::{Date, Time, date};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sim::terms::calendar::jst;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// The days on which a run can start: cards, certificates and insurance laws before them differ from what is simulated.
const DAYS: (Date, Date) = (date(2020, 1, 1), date(2099, 12, 31));

/// The day on which a run starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

in_schema!(Day, "Day", r"^20[2-9][0-9]-[0-9]{2}-[0-9]{2}$", "A day from 2020 to 2099: \"2027-04-05\"");

impl Default for Day {
    /// A Monday in April.
    fn default() -> Self {
        Day(date(2027, 4, 5))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a day from 2020-01-01 to 2099-12-31, such as \"2027-04-05\"", |text| {
            let day: Date = text.parse().ok()?;
            // jiff also reads other forms, such as a date with a time.
            (day.to_string() == text && DAYS.0 <= day && day <= DAYS.1).then_some(Day(day))
        })
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A time of day in Japan, in seconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(pub u32);

in_schema!(TimeOfDay, "TimeOfDay", r"^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$", "A time of day: \"09:00\", \"23:59:30\"");

impl Default for TimeOfDay {
    /// Nine o'clock, when most facilities open.
    fn default() -> Self {
        TimeOfDay(9 * 3600)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        write!(f, "{hour:02}:{minute:02}")?;
        if second > 0 { write!(f, ":{second:02}") } else { Ok(()) }
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a time of day, such as \"09:00\" or \"23:59:30\"", |text| {
            let form = matches!(text.len(), 5 | 8) && text.bytes().all(|b| b.is_ascii_digit() || b == b':');
            let time: Time = form.then(|| text.parse().ok())??;
            let second = u32::try_from(time.second()).ok()?;
            Some(TimeOfDay(u32::try_from(time.hour()).ok()? * 3600 + u32::try_from(time.minute()).ok()? * 60 + second))
        })
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Scenario {
    /// The last moment that the file plans, after the start of the run: of a visit, an event, a feed, or the end of a fault.
    pub fn last_moment(&self) -> Duration {
        let visits = self.visits.iter().map(|v| v.at).chain(self.workloads.iter().map(|w| w.until));
        let feeds = self.feeds.iter().flat_map(|f| [f.arrives, f.catches_up]).flatten();
        let others = self.events.iter().map(|e| e.at).chain([self.healed_at()]);
        let load = self.load.as_ref().map(|load| load.warm_up.0.saturating_add(load.lasts.0)).unwrap_or_default();
        visits.chain(feeds).chain(others).map(|at| at.0).max().unwrap_or_default().max(load)
    }

    /// How many midnights lie between the start of the run and a moment of it.
    pub fn days_after_start(&self, at: Duration) -> i64 {
        let since_midnight = u64::from(self.starts.0).saturating_add(at.as_secs());
        i64::try_from(since_midnight / (24 * 3600)).unwrap_or(i64::MAX)
    }

    /// The instant at which the run's time is zero.
    pub fn epoch(&self) -> jiff::Timestamp {
        jst(self.day.0, i64::from(self.starts.0))
    }
}
