//! Ages, birthdays and days in Japan's time.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// 日本標準時, UTC+9 without summer time.
pub const JST: Offset = Offset::constant(9);

/// Completed years of age on `day`, 0 before the first birthday. A person born on 29 February completes a year on 1 March in
/// years without a 29 February: by 年齢計算ニ関スル法律 a year of age is complete when 28 February is over.
pub fn age_on(birth: Date, day: Date) -> u32 {
    let years = i32::from(day.year()) - i32::from(birth.year());
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    u32::try_from(years - i32::from(before_birthday)).unwrap_or(0)
}

/// The first day on which a person is `years` old by [`age_on`].
pub fn day_of_age(birth: Date, years: u8) -> Date {
    let day = plus_years(birth, i64::from(years));
    // jiff replaces a missing 29 February with 28 February.
    if day.day() == birth.day() { day } else { day.saturating_add(1.day()) }
}

/// The `count`-th birthday after the day `after`, as the ends of cards and certificates are counted. A birthday on 29 February
/// falls on 28 February in other years: an assumption, no primary source was found for cards.
pub fn birthday_after(birth: Date, after: Date, count: u8) -> Date {
    let years = i64::from(after.year()) - i64::from(birth.year());
    let passed = plus_years(birth, years) <= after;
    plus_years(birth, years + i64::from(passed) + i64::from(count) - 1)
}

/// The same day in another year; 28 February instead of a missing 29 February; jiff's first or last day beyond its range.
pub fn plus_years(day: Date, years: i64) -> Date {
    // A span longer than the time between jiff's first and last day makes jiff panic.
    day.saturating_add(years.clamp(-19_998, 19_998).years())
}

/// The moment `second_of_day` seconds into the day, in Japan's time.
pub fn jst(day: Date, second_of_day: i64) -> Timestamp {
    let beyond = if day.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let midnight = JST.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(beyond);
    midnight.saturating_add(SignedDuration::from_secs(second_of_day)).unwrap_or(beyond)
}

/// The date in Japan at a moment.
pub fn jst_day(at: Timestamp) -> Date {
    JST.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_of_age_is_complete_on_the_birthday() {
        let birth = date(1951, 11, 23);
        assert_eq!(age_on(birth, date(2026, 11, 22)), 74);
        assert_eq!(age_on(birth, date(2026, 11, 23)), 75);
        assert_eq!(day_of_age(birth, 75), date(2026, 11, 23));
        assert_eq!(age_on(birth, birth), 0);
        assert_eq!(age_on(birth, date(1950, 1, 1)), 0, "nobody is younger than 0");
    }

    #[test]
    fn a_leap_day_child_grows_older_on_1_march_and_its_certificate_ends_on_28_february() {
        let birth = date(1952, 2, 29);
        assert_eq!(age_on(birth, date(2027, 2, 28)), 74);
        assert_eq!(age_on(birth, date(2027, 3, 1)), 75);
        assert_eq!(day_of_age(birth, 75), date(2027, 3, 1));
        assert_eq!(day_of_age(birth, 76), date(2028, 2, 29));
        assert_eq!(birthday_after(birth, date(2022, 6, 1), 5), date(2027, 2, 28));
        assert_eq!(birthday_after(birth, date(2023, 2, 27), 1), date(2023, 2, 28));
        assert_eq!(birthday_after(birth, date(2023, 2, 28), 1), date(2024, 2, 29));
        assert_eq!(birthday_after(birth, date(2023, 6, 1), 5), date(2028, 2, 29));
    }

    #[test]
    fn the_published_certificate_example_has_the_right_end() {
        // Birth on 17 February, issued 2025-10-27, ends 2030-02-17T14:59:59Z (a certificate of a JPKI test card).
        let end = birthday_after(date(1980, 2, 17), date(2025, 10, 27), 5);
        assert_eq!(jst(end, 86_399).to_string(), "2030-02-17T14:59:59Z");
        assert_eq!(jst_day(jst(end, 86_399)), end);
        assert_eq!(jst_day(jst(end, 86_400)), date(2030, 2, 18));
    }

    #[test]
    fn a_birthday_on_the_day_of_issue_does_not_count() {
        assert_eq!(birthday_after(date(1980, 5, 5), date(2026, 5, 5), 5), date(2031, 5, 5));
        assert_eq!(birthday_after(date(1980, 5, 5), date(2026, 5, 4), 5), date(2030, 5, 5));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for day in [Date::MIN, Date::MAX] {
            let _ = (age_on(day, Date::MAX), age_on(day, Date::MIN), day_of_age(day, 75), birthday_after(day, Date::MAX, 5));
            let _ = (jst(day, 86_399), jst_day(jst(day, 0)));
        }
        let _ = (jst_day(Timestamp::MIN), jst_day(Timestamp::MAX));
    }
}
