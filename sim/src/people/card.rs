//! Draws a person's card (個人番号カード): PIN, expiry, and the certificates that have been on it, one generation after the other.

use super::draw::between;
use crate::permutation::Permutation;
use crate::seed::{Seed, Stream};
use crate::terms::calendar::{age_on, birthday_after, jst, jst_day};
use crate::terms::identifiers::CertificateSerial;
use crate::terms::people::{CardCertificate, CardLife, Pin, SecurityCode};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// Generations that a person can have: the serials of one person are `index * 8 + generation * 2 + kind`.
pub const GENERATIONS: u32 = 4;

/// DER writes an INTEGER below 2^31 in four octets, and real serial numbers have three or four.
const SERIALS: u64 = (1 << 31) - 1;

/// The largest population: eight serials for each person must fit below 2^31.
pub(super) const MAX_PEOPLE: u64 = 200_000_000;

/// The characters of the first part of a subject's CN, and how many there are in it.
const CN_ALPHABET: &[u8; 20] = b"0123456789ABCDEFGHIJ";
const CN_LENGTH: u32 = 14;

/// How long before the population's day the first certificate can have been issued: cards have been issued since 2016.
/// In 129 months at most two renewals fit, so a drawn person can renew once more in a run.
const FIRST_ISSUE_MONTHS: i64 = 129;

/// The numbers in certificates: serials and subjects from permutations with their own keys, so that nothing
/// in a certificate can be computed from a number of the person, nor one certificate from another.
#[derive(Clone)]
pub(super) struct CertificateNumbers {
    serials: Permutation,
    subjects: Permutation,
}

impl CertificateNumbers {
    pub fn new(seed: &Seed) -> Self {
        CertificateNumbers {
            serials: Permutation::new(seed.bytes("people/certificate-serials"), SERIALS),
            subjects: Permutation::new(seed.bytes("people/certificate-subjects"), 20u64.pow(CN_LENGTH)),
        }
    }

    /// The certificate that person `index` gets at `issued`; `None` if there are no serials left for it.
    pub fn certificate(
        &self,
        index: u64,
        generation: u32,
        issued: Timestamp,
        birth: Date,
        municipality_code: &str,
    ) -> Option<CardCertificate> {
        if generation >= GENERATIONS || index >= MAX_PEOPLE {
            return None;
        }
        let serial = |kind| CertificateSerial(1 + self.serials.apply(index * 8 + u64::from(generation) * 2 + kind));
        let key_index = index * 8 + u64::from(generation);
        Some(CardCertificate {
            serial: serial(0),
            signature_serial: serial(1),
            generation,
            not_before: issued,
            not_after: jst(certificate_end(birth, jst_day(issued)), 24 * 3600 - 1),
            subject_cn: format!("{}{municipality_code}001A", self.subject(key_index)),
            key_index,
        })
    }

    fn subject(&self, key_index: u64) -> String {
        let mut rest = self.subjects.apply(key_index);
        (0..CN_LENGTH)
            .map(|_| {
                let character = CN_ALPHABET[(rest % 20) as usize];
                rest /= 20;
                char::from(character)
            })
            .collect()
    }

    /// The card of one person. Its newest certificate is valid on all of `day`; `birth` is at least 30 days before `day`.
    pub fn card(&self, draw: &mut Stream, day: Date, index: u64, birth: Date, municipality_code: &str) -> CardLife {
        let (pin, security_code) = (Pin::from_body(draw.below(10_000)), SecurityCode::from_body(draw.below(10_000)));
        let earliest = day.saturating_sub(FIRST_ISSUE_MONTHS.months()).max(birth.saturating_add(14.days()));
        let mut issued = between(draw, earliest, day.saturating_sub(1.day()));
        let mut expires = card_end(birth, issued);
        let mut certificates = Vec::new();
        for generation in 0..GENERATIONS {
            let end = certificate_end(birth, issued);
            if expires < end {
                // No certificate outlives its card: a new card was issued with it.
                expires = card_end(birth, issued);
            }
            certificates.extend(self.certificate(index, generation, counter_hour(draw, issued), birth, municipality_code));
            // Certificates are renewed in their last three months.
            let renewal = end.saturating_sub((draw.below(90) as i64).days());
            if renewal >= day {
                break;
            }
            issued = renewal;
        }
        CardLife { pin, security_code, expires, certificates }
    }
}

/// The last day of a certificate: the fifth birthday after issue.
///
/// Simpler than the real rule: a holder who renews in the last three months gets the sixth, so that nothing is lost by renewing
/// early, and a certificate ends with its card at the latest (東村山市, FAQ of 2018-03-22,
/// <https://www.city.higashimurayama.tokyo.jp/faq/kurashi/koseki/juki/jnet_q_005.html>).
pub fn certificate_end(birth: Date, issued: Date) -> Date {
    birthday_after(birth, issued, 5)
}

/// The last day of a card: the tenth birthday after issue, or the fifth if the holder is under 18 at issue. (Before 2022-04 the
/// limit was 20.)
pub fn card_end(birth: Date, issued: Date) -> Date {
    birthday_after(birth, issued, if age_on(birth, issued) < 18 { 5 } else { 10 })
}

/// A moment on `day` when a municipality's counter is open: 8:30 to 17:15.
fn counter_hour(draw: &mut Stream, day: Date) -> Timestamp {
    jst(day, (8 * 3600 + 1800 + draw.below(8 * 3600 + 2700)) as i64)
}
