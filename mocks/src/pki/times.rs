//! Virtual time in the forms that the libraries need. All of them have whole seconds; fractions are cut off.

use super::PkiError;
use der::DateTime;
use der::asn1::{GeneralizedTime, UtcTime};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use x509_cert::time::Time;
use x509_ocsp::OcspGeneralizedTime;

/// The period in which a certificate is valid, both ends included (RFC 5280 section 4.1.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    pub not_before: Timestamp,
    pub not_after: Timestamp,
}

impl Validity {
    pub fn new(not_before: Timestamp, not_after: Timestamp) -> Self {
        Validity { not_before, not_after }
    }

    /// From `from` on, for this many days of 24 hours. An end beyond the range of timestamps is cut to it.
    pub fn days(from: Timestamp, days: i64) -> Self {
        let length = SignedDuration::from_hours(days.saturating_mul(24).min(i64::from(i32::MAX)));
        Validity { not_before: from, not_after: from.checked_add(length).unwrap_or(Timestamp::MAX) }
    }
}

/// For rcgen.
pub(super) fn to_rcgen(at: Timestamp) -> Result<time::OffsetDateTime, PkiError> {
    time::OffsetDateTime::from_unix_timestamp(at.as_second()).map_err(|_| PkiError::Time)
}

fn to_der(at: Timestamp) -> Result<DateTime, PkiError> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| PkiError::Time)?;
    DateTime::from_unix_duration(Duration::from_secs(seconds)).map_err(|_| PkiError::Time)
}

/// For OCSP: always GeneralizedTime.
pub(super) fn to_ocsp(at: Timestamp) -> Result<OcspGeneralizedTime, PkiError> {
    Ok(OcspGeneralizedTime(GeneralizedTime::from_date_time(to_der(at)?)))
}

/// For certificates and CRLs: UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5).
pub(super) fn to_x509(at: Timestamp) -> Result<Time, PkiError> {
    let date = to_der(at)?;
    Ok(if date.year() < 2050 {
        Time::UtcTime(UtcTime::from_date_time(date)?)
    } else {
        Time::GeneralTime(GeneralizedTime::from_date_time(date))
    })
}

/// A time from ASN.1. `None` for the last two days of the year 9999, which are beyond the range of timestamps.
pub(super) fn from_unix(since_epoch: Duration) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(since_epoch.as_secs()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crl_times_change_their_form_in_2050() {
        let form = |text: &str| to_x509(text.parse().expect("a timestamp")).expect("a time");
        assert!(matches!(form("2049-12-31T23:59:59Z"), Time::UtcTime(_)));
        assert!(matches!(form("2050-01-01T00:00:00Z"), Time::GeneralTime(_)));
    }

    #[test]
    fn times_before_1970_are_rejected() {
        assert!(matches!(to_ocsp(Timestamp::from_second(-1).expect("a timestamp")), Err(PkiError::Time)));
    }
}
