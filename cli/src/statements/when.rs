//! Until when a statement counts.

use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};

/// The most days.
const MOST: u32 = 3650;

/// The instant that a user gave, or now.
#[allow(clippy::disallowed_methods, reason = "a statement counts in the time of its readers, and no run uses this")]
pub fn given_or_now(given: Option<Timestamp>) -> Timestamp {
    given.unwrap_or_else(Timestamp::now)
}

/// As given to `--expires`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// So many days after the instant of signing.
    Days(u32),
    /// Until the end of a day in Japan, or an instant.
    At(Timestamp),
}

impl Expiry {
    /// The last instant at which a statement counts that is issued at an instant.
    pub fn after(self, issued: Timestamp) -> Result<Timestamp, jiff::Error> {
        match self {
            Expiry::Days(days) => issued.checked_add(SignedDuration::from_hours(i64::from(days) * 24)),
            Expiry::At(instant) => Ok(instant),
        }
    }
}

/// Reads `365`, `2028-03-31` or `2028-03-31T12:00:00Z`.
pub fn parse(text: &str) -> Result<Expiry, String> {
    let expected = format!("give 1 to {MOST} days, a date such as 2028-03-31, or an instant such as 2028-03-31T12:00:00Z");
    if let Ok(days) = text.parse::<u32>() {
        return match days {
            1..=MOST => Ok(Expiry::Days(days)),
            _ => Err(expected),
        };
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(Expiry::At(instant));
    }
    // A text with a time of day but without a time zone is not a date.
    let date = text.parse::<Date>().ok().filter(|_| text.len() == "2028-03-31".len()).ok_or(expected)?;
    let last = date.at(23, 59, 59, 0).to_zoned(TimeZone::fixed(offset(9))).map_err(|e| e.to_string())?;
    Ok(Expiry::At(last.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_dates_and_instants() {
        let at = |text: &str| Ok(Expiry::At(text.parse().unwrap()));
        assert_eq!(parse("365"), Ok(Expiry::Days(365)));
        assert_eq!(parse("2028-03-31"), at("2028-03-31T14:59:59Z"));
        assert_eq!(parse("2028-03-31T12:00:00+09:00"), at("2028-03-31T03:00:00Z"));
        for wrong in ["", "0", "3651", "-1", "2028-02-30", "2028-03-31T12:00:00", "tomorrow"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let issued: Timestamp = "2027-04-05T00:00:00Z".parse().unwrap();
        assert_eq!(Expiry::Days(1).after(issued).unwrap().to_string(), "2027-04-06T00:00:00Z");
    }
}
