//! FHIR R4 primitives as text: checked on reading, written in one form.

use super::error::FhirError;
use jiff::{Timestamp, civil::Date};

/// Reads a whole day, `YYYY-MM-DD`. R4 allows a year or a month alone; eligibility is a matter of days.
pub(super) fn date(text: &str, at: &str) -> Result<Date, FhirError> {
    let form =
        text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    let day = if form { text.parse::<Date>().ok() } else { None };
    day.filter(|d| d.year() >= 1).ok_or_else(|| FhirError::wrong(at, "is not a day (YYYY-MM-DD)"))
}

/// Writes an instant in Japan's time, to the nanosecond where it has them.
pub(super) fn instant_text(at: Timestamp) -> String {
    at.display_with_offset(jiff::tz::offset(9)).to_string()
}

/// Reads an instant: `YYYY-MM-DDThh:mm:ss`, a fraction of up to nine digits, and `Z` or an offset of at most 14 hours.
pub(super) fn instant(text: &str, at: &str) -> Result<Timestamp, FhirError> {
    let read = || {
        let (date_time, rest) = text.split_at_checked(19)?;
        let form =
            date_time.bytes().zip(b"dddd-dd-ddTdd:dd:dd").all(|(b, f)| if *f == b'd' { b.is_ascii_digit() } else { b == *f });
        let zone = match rest.strip_prefix('.') {
            Some(fraction) => {
                let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                (1..=9).contains(&(fraction.len() - zone.len())).then_some(zone)?
            }
            None => rest,
        };
        let offset = || {
            let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
            let two = |t: &str| (t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<u32>().ok()).flatten();
            Some(two(hours)? * 60 + two(minutes).filter(|m| *m < 60)?).filter(|m| *m <= 14 * 60)
        };
        (form && !date_time.starts_with("0000") && (zone == "Z" || offset().is_some())).then(|| text.parse().ok()).flatten()
    };
    read().ok_or_else(|| FhirError::wrong(at, "is not an instant (YYYY-MM-DDThh:mm:ss+zz:zz)"))
}

/// Reads Base64 (RFC 4648 section 4) without white space; an empty string is not a value in FHIR.
pub(super) fn binary(text: &str, at: &str) -> Result<Vec<u8>, FhirError> {
    match data_encoding::BASE64.decode(text.as_bytes()) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(FhirError::wrong(at, "is not base64")),
    }
}

/// Checks that a text is one line that is not empty, with no white space around it.
pub(super) fn line(text: &str, at: &str) -> Result<String, FhirError> {
    if text.is_empty() || text.trim() != text || text.chars().any(char::is_control) {
        return Err(FhirError::wrong(at, "is not one line of text"));
    }
    Ok(text.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_whole_day_of_the_calendar_is_a_day() {
        assert_eq!(date("2026-11-23", "x"), Ok(jiff::civil::date(2026, 11, 23)));
        for not in ["", "2026", "2026-11", "20261123", "2026-02-29", "2026-13-01", "0000-01-01", "2026-11-23 ", "２０２６"] {
            assert!(date(not, "x").is_err(), "{not:?}");
        }
    }

    #[test]
    fn an_instant_may_come_with_any_offset_and_needs_one() {
        let at = instant("2026-11-23T09:00:05+09:00", "x").unwrap();
        for same in ["2026-11-23T00:00:05Z", "2026-11-23T00:00:05.000Z", "2026-11-22T10:00:05-14:00"] {
            assert_eq!(instant(same, "x"), Ok(at), "{same}");
        }
        for not in [
            "",
            "2026-11-23",
            "2026-11-23T09:00:05",
            "2026-11-23t09:00:05Z",
            "2026-11-23T09:00:05z",
            "2026-11-23 09:00:05Z",
            "2026-11-23T09:00Z",
            "2026-11-23T09:00:05.Z",
            "2026-11-23T09:00:05.0123456789Z",
            "2026-11-23T09:00:05+0900",
            "2026-11-23T09:00:05+09",
            "2026-11-23T09:00:05+15:00",
            "2026-11-23T09:00:05+09:00[Asia/Tokyo]",
            "2026-11-23T25:00:05Z",
            "2026-11-23T09:00:0\u{5b0}Z",
        ] {
            assert!(instant(not, "x").is_err(), "{not:?}");
        }
    }

    #[test]
    fn binary_is_strict_base64() {
        assert_eq!(binary("AQI=", "x"), Ok(vec![1, 2]));
        for not in ["", "AQI", "AQJ=", "AQ I=", "AQI=\n", "AQ-_"] {
            assert!(binary(not, "x").is_err(), "{not:?}");
        }
    }

    proptest! {
        #[test]
        fn an_instant_reads_back(second in 0i64..4_000_000_000, nano in 0i32..1_000_000_000) {
            let at = Timestamp::new(second, nano).unwrap();
            prop_assert_eq!(instant(&instant_text(at), "x"), Ok(at));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "[0-9TZ:.+-]{0,30}|\\PC*") {
            let _ = (date(&text, "x"), instant(&text, "x"), binary(&text, "x"), line(&text, "x"));
        }
    }
}
