//! The broker's operations, one by one.

use crate::calibration::inputs::{DAY, Inputs};
use crate::calibration::task::{Turn, whole};
use crate::calibration::{CalibrationError, Operation, Task};
use crate::pki::ocsp::{Question, answer, read_answer, request};
use crate::pki::path::check_authentication_certificate;
use crate::pki::profile::Purpose;
use crate::pki::status::CertStatus;
use crate::roles::broker::audit::{self, AuditRecord};
use crate::roles::broker::challenges::Challenges;
use crate::roles::broker::{eligibility::Known, signature_fits};
use sim::context;
use sim::disk::Disk;
use sim::terms::check::{CheckId, Step};
use sim::terms::coverage::Validity;
use sim::terms::fhir::{EligibilityAnswer, EligibilityQuestion, Profile};
use sim::terms::messages::{CHALLENGE_LENGTH, ChallengeGrant, to_json};
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::Zone;

/// After this many records a new in-memory disk is used, so that it does not grow with the measurement time.
pub(super) const RECORDS: u64 = 1024;
/// A broker draws one for every question.
const NONCE: [u8; 16] = [7; 16];

const fn broker(
    name: &'static str,
    step: Step,
    [what, what_ja]: [&'static str; 2],
    prepare: fn(&Inputs) -> Result<Box<dyn Task>, CalibrationError>,
) -> Operation {
    Operation { name, party: Some(Zone::Broker), step: Some(step), what, what_ja, prepare }
}

pub(super) const ALL: &[Operation] = &[
    broker(
        "challenge-give",
        Step::EligibilityRequested,
        [
            "A challenge drawn, remembered, recorded in memory and written as JSON",
            "チャレンジを引き、記憶し、メモリー上に記録し、JSONで書く",
        ],
        challenge_issue,
    ),
    broker(
        "question-read",
        Step::EligibilityRequested,
        [
            "An eligibility question with its certificate, read strictly from FHIR JSON",
            "証明書を含む資格の照会をFHIRのJSONから厳密に読む",
        ],
        question_read,
    ),
    broker(
        "certificate-path",
        Step::EligibilityRequested,
        [
            "An authentication certificate read and its path to the root checked: issuer, signatures, purpose, policy, time",
            "利用者証明用電子証明書を読み、ルートまでの経路（発行者、署名、用途、ポリシー、時刻）を検証する",
        ],
        certificate_path,
    ),
    broker(
        "signature-check",
        Step::EligibilityRequested,
        ["A card's RSA-2048 signature over a challenge verified", "チャレンジへのカードのRSA-2048署名を検証する"],
        signature_check,
    ),
    broker(
        "ocsp-question",
        Step::CodeResolved,
        ["An OCSP request with a nonce made", "ノンス付きのOCSPの要求を作る"],
        ocsp_question,
    ),
    broker(
        "ocsp-read",
        Step::CodeResolved,
        ["An OCSP answer read, its responder and its signature verified", "OCSPの回答を読み、応答者とその署名を検証する"],
        ocsp_read,
    ),
    broker(
        "eligibility-lookup",
        Step::EligibilityAnswered,
        [
            "A person's eligibility on a day found by institution code among 100,000 people",
            "ある日の資格を、10万人の中から機関別符号で引く",
        ],
        eligibility_lookup,
    ),
    broker(
        "answer-write",
        Step::EligibilityAnswered,
        ["An eligibility answer written as FHIR JSON", "資格の回答をFHIRのJSONで書く"],
        answer_write,
    ),
    broker(
        "audit-record",
        Step::EligibilityAnswered,
        [
            "The record of a check: digest of the question, JSON, appended in memory; a real disk's time comes on top",
            "確認の記録：照会のダイジェスト、JSON、メモリー上での追記。実際のディスクの時間は別にかかる",
        ],
        audit_record,
    ),
];

fn challenge_issue(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (facility, now) = (inputs.facility.clone(), inputs.now);
    let (mut issued, mut challenges) = (0, Challenges::open(Disk::default()));
    let run = move || {
        if issued % RECORDS == 0 {
            challenges = Challenges::open(Disk::default());
        }
        issued += 1;
        let challenge: [u8; CHALLENGE_LENGTH] = context::random_bytes();
        let expires_at = challenges.issue(challenge, facility.clone(), now);
        to_json(&ChallengeGrant { challenge: data_encoding::BASE64.encode(&challenge), expires_at })
    };
    Ok(whole(run, move |body: &Vec<u8>| serde_json::from_slice::<ChallengeGrant>(body).is_ok_and(|g| g.expires_at > now)))
}

fn question_read(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let cards = inputs.cards()?;
    let bodies: Vec<Vec<u8>> = cards.iter().map(|c| c.question.to_json()).collect();
    let mut turn = Turn::of(bodies.len());
    let run = move || {
        let card = turn.next();
        (card, EligibilityQuestion::from_json(&bodies[card]))
    };
    Ok(whole(run, move |(card, read)| read.as_ref() == Ok(&cards[*card].question)))
}

fn certificate_path(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, trust, now) = (inputs.cards()?, inputs.trust.clone(), inputs.now);
    let (shown, mut turn) = (cards.clone(), Turn::of(cards.len()));
    let run = move || {
        let card = turn.next();
        (card, check_authentication_certificate(&shown[card].question.certificate, &trust, now))
    };
    Ok(whole(run, move |(card, checked)| checked.as_ref().is_ok_and(|good| good.serial() == cards[*card].serial)))
}

fn signature_check(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, facility, trust, now) = (inputs.cards()?, inputs.facility.clone(), inputs.trust.clone(), inputs.now);
    let checked = |c: &EligibilityQuestion| check_authentication_certificate(&c.certificate, &trust, now).ok();
    let signed: Vec<_> = cards.iter().filter_map(|c| Some((checked(&c.signed)?, c.signed.signed_challenge.clone()?))).collect();
    let mut turn = Turn::of(signed.len());
    let run = move || {
        signed
            .get(turn.next())
            .is_some_and(|(so_far, by)| so_far.public_key().is_some_and(|key| signature_fits(key, &facility, by)))
    };
    Ok(whole(run, |good| *good))
}

fn ocsp_question(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, pki, now) = (inputs.cards()?, inputs.pki.clone(), inputs.now);
    let (asking, issuer, mut turn) = (cards.clone(), pki.clone(), Turn::of(cards.len()));
    let run = move || {
        let card = turn.next();
        let question = Question::new(issuer.issuing(Purpose::Authentication), asking[card].serial, Some(&NONCE));
        (card, request(&question))
    };
    Ok(whole(run, move |(card, asked)| {
        let serial = cards[*card].serial;
        let lookup = |s| if s == serial { CertStatus::Good } else { CertStatus::Unknown };
        let question = Question::new(pki.issuing(Purpose::Authentication), serial, Some(&NONCE));
        asked
            .as_ref()
            .is_ok_and(|asked| read_answer(&answer(asked, now, &lookup, pki.responder()), &question, now) == Ok(CertStatus::Good))
    }))
}

fn ocsp_read(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, pki, now) = (inputs.cards()?, inputs.pki.clone(), inputs.now);
    let issuer = pki.issuing(Purpose::Authentication);
    let mut answers = Vec::with_capacity(cards.len());
    for card in cards.iter() {
        let asked = request(&Question::new(issuer, card.serial, Some(&NONCE)))?;
        answers.push((card.serial, answer(&asked, now, &|_| CertStatus::Good, pki.responder())));
    }
    let mut turn = Turn::of(answers.len());
    let run = move || {
        let (serial, body) = &answers[turn.next()];
        read_answer(body, &Question::new(pki.issuing(Purpose::Authentication), *serial, Some(&NONCE)), now)
    };
    Ok(whole(run, |status| *status == Ok(CertStatus::Good)))
}

fn eligibility_lookup(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let registers = inputs.registers()?;
    let mut turn = Turn::of(registers.asked.len());
    let run = move || {
        let name = |number: &_| registers.insurers.get(number).cloned().unwrap_or_default();
        registers.eligibility.known(&registers.asked[turn.next()].code, DAY, None, name)
    };
    Ok(whole(run, |known| matches!(known, Known::Answer { validity: Validity::InForce, .. })))
}

/// The broker's answers for some of the people.
fn answers(inputs: &Inputs) -> Result<Vec<EligibilityAnswer>, CalibrationError> {
    let registers = inputs.registers()?;
    let name = |number: &_| registers.insurers.get(number).cloned().unwrap_or_default();
    let known = registers.asked.iter().take(256).map(|asked| registers.eligibility.known(&asked.code, DAY, None, name));
    let answer = |(i, known)| match known {
        Known::Answer { validity, coverages } => {
            Some(EligibilityAnswer { check: CheckId::new(0, i), day: DAY, created: inputs.now, validity, coverages })
        }
        Known::Nothing(_) => None,
    };
    Ok(known.enumerate().filter_map(answer).collect())
}

fn answer_write(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let answers = std::rc::Rc::new(answers(inputs)?);
    let (writing, mut turn) = (answers.clone(), Turn::of(answers.len()));
    let run = move || {
        let answer = turn.next();
        (answer, writing[answer].to_json())
    };
    Ok(whole(run, move |(answer, body)| EligibilityAnswer::from_json(body).as_ref() == Ok(&answers[*answer])))
}

/// The audit record of an answered check.
pub(super) fn record(question: &EligibilityQuestion, answer: &[u8], at: jiff::Timestamp) -> AuditRecord {
    AuditRecord {
        check: question.check.clone(),
        facility: question.facility.clone(),
        at,
        outcome: OutcomeCode::InForce,
        question_sha256: AuditRecord::digest(question),
        status: 200,
        answer: String::from_utf8_lossy(answer).into_owned(),
    }
}

fn audit_record(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (cards, now) = (inputs.cards()?, inputs.now);
    let bodies: Vec<Vec<u8>> = answers(inputs)?.iter().map(EligibilityAnswer::to_json).collect();
    let (asked, mut card, mut body) = (cards.clone(), Turn::of(cards.len()), Turn::of(bodies.len()));
    let (mut written, mut disk) = (0, Disk::default());
    let run = move || {
        if written % RECORDS == 0 {
            disk = Disk::default();
        }
        written += 1;
        let (card, body) = (card.next(), body.next());
        disk.append(audit::STORE, to_json(&record(&asked[card].question, &bodies[body], now)));
        (card, disk.clone())
    };
    Ok(whole(run, move |(card, disk)| is_recorded(disk, &cards[*card].question)))
}

/// Whether the newest record belongs to a question.
pub(super) fn is_recorded(disk: &Disk, question: &EligibilityQuestion) -> bool {
    let newest = disk.read(audit::STORE).last().and_then(|r| serde_json::from_slice::<AuditRecord>(r).ok());
    newest.is_some_and(|r| {
        r.question_sha256 == AuditRecord::digest(question) && EligibilityAnswer::from_json(r.answer.as_bytes()).is_ok()
    })
}
