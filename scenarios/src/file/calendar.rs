//! The calendar in a scenario file: the day and the time of day at which the run starts, in Japan.

use super::units::{in_schema, text};
use jiff::civil::{Date, Time, date};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

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

/// 生年月日.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BirthDay(pub Date);

in_schema!(BirthDay, "BirthDay", r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$", "A date of birth from 1900 to 2099: \"1952-04-06\"");

impl<'de> Deserialize<'de> for BirthDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from, "a date of birth from 1900-01-01 to 2099-12-31, such as \"1952-04-06\"", |text| {
            let day: Date = text.parse().ok()?;
            (day.to_string() == text && (1900..2100).contains(&day.year())).then_some(BirthDay(day))
        })
    }
}

impl Serialize for BirthDay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
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
