//! How long a certificate serves in a design, and which certificates are renewals: computed here from the design and the ground
//! truth, and not as the judged parties compute it.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use terms::calendar::{jst, jst_day};
use terms::design::Validity;
use terms::ground::{GroundPerson, IssuedCertificate};

/// The last moment at which a certificate serves to ask for eligibility: its end, or the end of the last day, in Japan, of the last
/// month that the design allows after the one in which it ended.
pub fn serves_until(certificate: &IssuedCertificate, validity: Validity) -> Timestamp {
    let months = match validity {
        Validity::ToItsEnd | Validity::UnknownNotKnown | Validity::RenewalKnownLater => return certificate.not_after,
        Validity::GraceOneMonth => 1,
        Validity::GraceThreeMonths => 3,
    };
    let mut last = last_day_of_month(jst_day(certificate.not_after));
    for _ in 0..months {
        last = last_day_of_month(last.tomorrow().unwrap_or(Date::MAX));
    }
    jst(last, 24 * 3600).saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MAX)
}

fn last_day_of_month(day: Date) -> Date {
    day.last_of_month()
}

/// Whether a certificate was issued in place of an earlier one of the run.
pub fn is_renewal(resident: &GroundPerson, certificate: &IssuedCertificate) -> bool {
    resident.certificates.iter().any(|other| other.serial != certificate.serial && other.not_before < certificate.not_before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use terms::identifiers::CertificateSerial;

    #[test]
    fn a_certificate_serves_to_the_last_day_of_the_month_that_the_design_allows() {
        let ended = |day| IssuedCertificate {
            serial: CertificateSerial(1),
            der: Vec::new(),
            not_before: Timestamp::MIN,
            not_after: jst(day, 24 * 3600 - 1),
        };
        let last_day = |day, validity| jst_day(serves_until(&ended(day), validity));
        assert_eq!(last_day(date(2026, 12, 26), Validity::ToItsEnd), date(2026, 12, 26));
        assert_eq!(last_day(date(2026, 12, 26), Validity::GraceOneMonth), date(2027, 1, 31));
        assert_eq!(last_day(date(2026, 12, 26), Validity::GraceThreeMonths), date(2027, 3, 31));
        assert_eq!(last_day(date(2027, 11, 30), Validity::GraceThreeMonths), date(2028, 2, 29));
    }
}
