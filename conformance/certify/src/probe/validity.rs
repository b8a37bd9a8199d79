//! How long after its end a certificate serves to ask for eligibility: the design decides (VAL-001). Each probe shows that the same
//! person, or another one, is answered with a certificate that has not ended.

use super::Probe;
use super::asking::{ANSWERED, Asking, at_broker, signed_challenge};
use super::expect::Expect;
use super::story::{Story, Unmet, must, prepared};
use jiff::{SignedDuration, Timestamp, ToSpan};
use mocks::pki::profile::{CertificateRequest, Municipality};
use openssl::pkey::PKey;
use sim::terms::calendar::{jst, jst_day};
use sim::terms::design::Validity;
use sim::terms::fhir::EligibilityQuestion;

/// People of the kit: insured with a good card, with a certificate that ended long ago, and with one that ended yesterday.
const PERSON: usize = 0;
const ENDED_LONG_AGO: usize = 2;
const ENDED_YESTERDAY: usize = 18;
const IS_EXPIRED: Expect = Expect::Refused(&[403], &["certificate-expired"]);
/// Longer than the clock of a party may be off (TIME-003).
const BEYOND_DRIFT: SignedDuration = SignedDuration::from_mins(10);
const A_YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

pub fn probes() -> Vec<Probe> {
    vec![
        at_broker("validity/ended-yesterday", "A certificate that ended yesterday", |a| {
            let expect = if months(a.parties.design.validity) > 0 { &ANSWERED } else { &IS_EXPIRED };
            asks(a, ENDED_YESTERDAY, expect)
        }),
        at_broker("validity/ended-long-ago", "A certificate that ended two hundred days ago", |a| {
            asks(a, ENDED_LONG_AGO, &IS_EXPIRED)
        }),
        at_broker(
            "validity/after-its-last-day",
            "A certificate after the last day on which the design lets it serve",
            after_its_last_day,
        ),
    ]
}

/// For how many months after the one of its end a certificate serves.
fn months(validity: Validity) -> i32 {
    match validity {
        Validity::ToItsEnd | Validity::UnknownNotKnown | Validity::RenewalKnownLater => 0,
        Validity::GraceOneMonth => 1,
        Validity::GraceThreeMonths => 3,
    }
}

/// The latest end of a certificate that no longer serves now, whosever clock it is.
fn just_ended(now: Timestamp, months: i32) -> Timestamp {
    let now = now - BEYOND_DRIFT;
    match months {
        0 => now,
        _ => jst(jst_day(now).first_of_month().saturating_sub(months.months()), -1),
    }
}

fn asks(a: &Asking<'_>, person: usize, expect: &Expect) -> Story {
    let facility = a.facility(0)?;
    let before = a.asked();
    must("with that certificate", expect, a.ask(facility, &a.question(person, facility)?))?;
    if *expect == IS_EXPIRED {
        a.nobody_asked_since(before)?;
    }
    must("with a certificate that has not ended", &ANSWERED, a.ask(facility, &a.question(PERSON, facility)?)).map(drop)
}

fn after_its_last_day(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let card = prepared(a.parties.cards.get(PERSON), "a card of the kit")?;
    let ended = just_ended(scenarios::live::now(), months(a.parties.design.validity));
    let mut question = EligibilityQuestion { certificate: issued(a, ended)?, ..a.question(PERSON, facility)? };
    if a.parties.is_signed() {
        question.signed_challenge = signed_challenge(&a.bench.server, &facility.identity, &facility.number, &card.key);
    }
    let before = a.asked();
    must("with that certificate", &IS_EXPIRED, a.ask(facility, &question))?;
    a.nobody_asked_since(before)?;
    must("with the person's own certificate", &ANSWERED, a.ask(facility, &a.question(PERSON, facility)?)).map(drop)
}

/// A certificate of the person's card that has ended: serial number and key are those of the good one.
fn issued(a: &Asking<'_>, ended: Timestamp) -> Result<Vec<u8>, Unmet> {
    let person = prepared(a.parties.person(PERSON), "a person of the kit")?;
    let card = prepared(a.parties.cards.get(PERSON), "a card of the kit")?;
    let current = person.person.current_certificate();
    let request = CertificateRequest {
        serial: current.serial.0,
        subject_cn: current.subject_cn.clone(),
        not_before: ended - A_YEAR,
        not_after: ended,
        municipality: Municipality::new("Pref-13", "City-13104"),
    };
    let key = prepared(PKey::private_key_from_pem(card.key.as_bytes()).ok(), "the key of the card")?;
    prepared(a.parties.jpki.issue_authentication(&request, &key).ok(), "a certificate that has ended")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_latest_end_that_no_longer_serves_is_in_the_month_before_the_last_one_that_does() {
        let now = jst(date(2027, 4, 5), 3600);
        assert_eq!(just_ended(now, 0), now - BEYOND_DRIFT);
        assert_eq!(jst_day(just_ended(now, 1)), date(2027, 2, 28));
        assert_eq!(jst_day(just_ended(now, 3)), date(2026, 12, 31));
        // A minute after midnight another party's clock may still be in the month before.
        assert_eq!(jst_day(just_ended(jst(date(2027, 4, 1), 60), 1)), date(2027, 1, 31));
    }
}
