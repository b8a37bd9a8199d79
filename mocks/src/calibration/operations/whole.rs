//! Several operations in a row, as a server executes them for one request: for scenarios with one service time for all of it.

use super::broker::{RECORDS, is_recorded, record};
use crate::calibration::inputs::{DAY, Inputs};
use crate::calibration::task::{Turn, whole};
use crate::calibration::{CalibrationError, Operation, Task};
use crate::pki::path::check_authentication_certificate;
use crate::roles::broker::{audit, eligibility::Known, signature_fits};
use sim::disk::Disk;
use sim::terms::check::Step;
use sim::terms::fhir::{EligibilityAnswer, EligibilityQuestion, Profile};
use sim::terms::messages::to_json;
use sim::terms::roles::Zone;

pub(super) const ALL: &[Operation] = &[
    Operation {
        name: "request-check",
        party: Some(Zone::Broker),
        step: Some(Step::EligibilityRequested),
        what: "A whole request of the design `certificate` checked: question-read and certificate-path",
        what_ja: "方式`certificate`の要求全体の確認：question-read と certificate-path",
        prepare: request_check,
    },
    Operation {
        name: "request-check-signed",
        party: Some(Zone::Broker),
        step: Some(Step::EligibilityRequested),
        what: "A whole request of the design `signed-challenge` checked: question-read, certificate-path and signature-check",
        what_ja: "方式`signed-challenge`の要求全体の確認：question-read、certificate-path、signature-check",
        prepare: request_check_signed,
    },
    Operation {
        name: "eligibility-answer",
        party: Some(Zone::Broker),
        step: Some(Step::EligibilityAnswered),
        what: "A whole answer made: eligibility-lookup, answer-write and audit-record",
        what_ja: "回答全体の作成：eligibility-lookup、answer-write、audit-record",
        prepare: eligibility_answer,
    },
];

fn request_check(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, trust, now) = (inputs.cards()?, inputs.trust.clone(), inputs.now);
    let bodies: Vec<Vec<u8>> = cards.iter().map(|c| c.question.to_json()).collect();
    let mut turn = Turn::of(bodies.len());
    let run = move || {
        let card = turn.next();
        let question = EligibilityQuestion::from_json(&bodies[card]).ok();
        (card, question.and_then(|q| check_authentication_certificate(&q.certificate, &trust, now).ok()))
    };
    Ok(whole(run, move |(card, so_far)| so_far.as_ref().is_some_and(|good| good.serial() == cards[*card].serial)))
}

fn request_check_signed(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, trust, now) = (inputs.cards()?, inputs.trust.clone(), inputs.now);
    let bodies: Vec<Vec<u8>> = cards.iter().map(|c| c.signed.to_json()).collect();
    let mut turn = Turn::of(bodies.len());
    let check = move |body: &[u8]| {
        let question = EligibilityQuestion::from_json(body).ok()?;
        let so_far = check_authentication_certificate(&question.certificate, &trust, now).ok()?;
        let signed = question.signed_challenge.as_ref()?;
        signature_fits(so_far.public_key()?, &question.facility, signed).then_some(so_far.serial())
    };
    let run = move || {
        let card = turn.next();
        (card, check(&bodies[card]))
    };
    Ok(whole(run, move |(card, serial)| *serial == Some(cards[*card].serial)))
}

fn eligibility_answer(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, registers, now) = (inputs.cards()?, inputs.registers()?, inputs.now);
    let (questions, mut card, mut asked) = (cards.clone(), Turn::of(cards.len()), Turn::of(registers.asked.len()));
    let (mut written, mut disk) = (0, Disk::default());
    let run = move || {
        if written % RECORDS == 0 {
            disk = Disk::default();
        }
        written += 1;
        let card = card.next();
        let question = &questions[card].question;
        let name = |number: &_| registers.insurers.get(number).cloned().unwrap_or_default();
        let known = registers.eligibility.known(&registers.asked[asked.next()].code, DAY, None, name);
        if let Known::Answer { validity, coverages } = known {
            let check = question.check.clone();
            let answer = EligibilityAnswer { check, day: DAY, created: now, validity, coverages };
            disk.append(audit::STORE, to_json(&record(question, &answer.to_json(), now)));
        }
        (card, disk.clone())
    };
    Ok(whole(run, move |(card, disk)| is_recorded(disk, &cards[*card].question)))
}
