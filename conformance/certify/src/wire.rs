//! Requests as a facility sends them, built without a facility.

use jiff::Timestamp;
use sim::terms::calendar::jst_day;
use sim::terms::check::CheckId;
use sim::terms::fhir::{EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::identifiers::FacilityNumber;

/// The first number of checks that no facility of a run begins.
const FIRST_CHECK: usize = 900_000;

/// The check with this number, unlike those of a run.
pub fn check(number: usize) -> CheckId {
    CheckId::new(FIRST_CHECK / 1000, FIRST_CHECK + number)
}

/// Whether the person with this certificate is insured today: the body of ④.
pub fn question(
    number: usize,
    facility: &FacilityNumber,
    certificate: &[u8],
    signed_challenge: Option<SignedChallenge>,
    now: Timestamp,
) -> Vec<u8> {
    let question = EligibilityQuestion {
        check: check(number),
        facility: facility.clone(),
        day: jst_day(now),
        created: now,
        certificate: certificate.to_vec(),
        number: None,
        signed_challenge,
        on_record: None,
    };
    question.to_json()
}
