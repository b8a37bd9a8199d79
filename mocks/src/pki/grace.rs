//! Certificates that have ended, in designs in which they still serve for a time.

use super::path::{CertificateFault, CertificateGoodSoFar, JpkiTrust, check_authentication_certificate};
use der::Decode;
use jiff::{Timestamp, ToSpan};
use sim::terms::calendar::{jst, jst_day};
use x509_cert::Certificate;

/// Checks everything about an authentication certificate except its revocation. One that has ended passes to the last day, in
/// Japan, of the `months`-th month after the one in which it ended, if it was good at its end.
///
/// # Errors
/// The fault of the certificate; *expired* also after that day.
pub fn check_with_grace(
    der: &[u8],
    trust: &JpkiTrust,
    now: Timestamp,
    months: i32,
) -> Result<CertificateGoodSoFar, CertificateFault> {
    match check_authentication_certificate(der, trust, now) {
        Err(CertificateFault::Expired) if months > 0 => {
            let end = end_of(der)?;
            // The whole path counts as it was when the certificate ended.
            if now <= serves_until(end, months) {
                check_authentication_certificate(der, trust, end)
            } else {
                Err(CertificateFault::Expired)
            }
        }
        checked => checked,
    }
}

/// The last second of a certificate's validity period.
fn end_of(der: &[u8]) -> Result<Timestamp, CertificateFault> {
    let parsed = Certificate::from_der(der).map_err(|_| CertificateFault::Unreadable)?;
    let second = parsed.tbs_certificate.validity.not_after.to_unix_duration().as_secs();
    let second = i64::try_from(second).map_err(|_| CertificateFault::Unreadable)?;
    Timestamp::from_second(second).map_err(|_| CertificateFault::Unreadable)
}

/// The last second of the grace of a certificate that ended at `end`.
fn serves_until(end: Timestamp, months: i32) -> Timestamp {
    let month = jst_day(end).first_of_month();
    let beyond = month.saturating_add(months.saturating_add(1).clamp(0, 1200).months());
    jst(beyond, -1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_grace_ends_with_the_last_day_of_the_month() {
        let end = |day| jst(day, 24 * 3600 - 1);
        for (ended, months, last) in [
            (date(2027, 1, 5), 1, date(2027, 2, 28)),
            (date(2026, 12, 31), 3, date(2027, 3, 31)),
            (date(2027, 1, 1), 3, date(2027, 4, 30)),
            (date(2027, 11, 30), 3, date(2028, 2, 29)),
        ] {
            assert_eq!(serves_until(end(ended), months), end(last), "{ended}, {months}");
        }
    }
}
