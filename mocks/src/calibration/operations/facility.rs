//! Operations at the counter: the card signs, the facility asks and reads the answer.

use crate::calibration::inputs::{Asked, DAY, Inputs};
use crate::calibration::task::{Turn, whole};
use crate::calibration::{CalibrationError, Operation, Task};
use crate::pki::path::check_authentication_certificate;
use crate::roles::broker::{eligibility::Known, signature_fits};
use sim::terms::check::{CheckId, Step};
use sim::terms::coverage::Validity;
use sim::terms::fhir::{EligibilityAnswer, EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::messages::signed_message;
use sim::terms::roles::Zone;

pub(super) const ALL: &[Operation] = &[
    Operation {
        name: "card-signature",
        party: Some(Zone::CardChip),
        step: Some(Step::CertificateRead),
        what: "An RSA-2048 signature (PKCS#1 v1.5, SHA-256) over a challenge, by this machine's processor and not by a chip",
        what_ja: "チャレンジへのRSA-2048署名（PKCS#1 v1.5、SHA-256）。ICチップでなくこの計算機の処理装置による",
        prepare: card_signature,
    },
    Operation {
        name: "question-write",
        party: Some(Zone::Facility),
        step: Some(Step::EligibilityRequested),
        what: "An eligibility question with its certificate, written as FHIR JSON",
        what_ja: "証明書を含む資格の照会をFHIRのJSONで書く",
        prepare: question_write,
    },
    Operation {
        name: "answer-read",
        party: Some(Zone::Facility),
        step: Some(Step::EligibilityRecorded),
        what: "An eligibility answer with one coverage, read strictly from FHIR JSON",
        what_ja: "資格一件の回答をFHIRのJSONから厳密に読む",
        prepare: answer_read,
    },
];

fn card_signature(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, facility, trust, now) = (inputs.cards()?, inputs.facility.clone(), inputs.trust.clone(), inputs.now);
    let (signing, signer, mut turn) = (cards.clone(), facility.clone(), Turn::of(cards.len()));
    let run = move || {
        let card = turn.next();
        (card, signing[card].signer.signature(&signed_message(&signer, &signing[card].challenge)))
    };
    Ok(whole(run, move |(card, signature)| {
        let card = &cards[*card];
        let Ok(so_far) = check_authentication_certificate(&card.question.certificate, &trust, now) else { return false };
        let Ok(signature) = signature else { return false };
        let signed = SignedChallenge { challenge: card.challenge.to_vec(), signature: signature.clone() };
        so_far.public_key().is_some_and(|key| signature_fits(key, &facility, &signed))
    }))
}

fn question_write(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let cards = inputs.cards()?;
    let (writing, mut turn) = (cards.clone(), Turn::of(cards.len()));
    let run = move || {
        let card = turn.next();
        (card, writing[card].question.to_json())
    };
    Ok(whole(run, move |(card, body)| EligibilityQuestion::from_json(body).as_ref() == Ok(&cards[*card].question)))
}

fn answer_read(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (registers, now) = (inputs.registers()?, inputs.now);
    let answer = |(i, asked): (usize, &Asked)| {
        let name = |number: &_| registers.insurers.get(number).cloned().unwrap_or_default();
        match registers.eligibility.known(&asked.code, DAY, None, name) {
            Known::Answer { validity, coverages } => {
                Some(EligibilityAnswer { check: CheckId::new(0, i), day: DAY, created: now, validity, coverages }.to_json())
            }
            Known::Nothing(_) => None,
        }
    };
    let bodies: Vec<Vec<u8>> = registers.asked.iter().take(256).enumerate().filter_map(answer).collect();
    let mut turn = Turn::of(bodies.len());
    let run = move || bodies.get(turn.next()).map(|body| EligibilityAnswer::from_json(body));
    Ok(whole(run, |read| matches!(read, Some(Ok(a)) if a.validity == Validity::InForce && a.coverages.len() == 1)))
}
