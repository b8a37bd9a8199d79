//! One message of every kind, the same ones for the snapshots and for the independent validators.

use jiff::{Timestamp, civil::date};
use terms::check::CheckId;
use terms::coverage::{EndReason, Relationship, Validity};
use terms::fhir::{
    CodeConsent, CodesKnown, CoverageAnswer, CoverageQuestion, CoverageStatement, EligibilityAnswer, EligibilityQuestion,
    FeedBatch, FeedEntry, FhirError, Profile, SignedChallenge, outcome_from_json, outcome_to_json,
};
use terms::identifiers::{FacilityNumber, InstitutionCode, InsuredIdentifier, InsurerNumber, ResidentCode};
use terms::outcome::OutcomeCode;

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_795_392_000 + second, 0).unwrap()
}

pub fn society() -> InsuredIdentifier {
    let insurer = InsurerNumber::new("06139463").unwrap();
    InsuredIdentifier { insurer, symbol: "あいう".to_string(), number: "１８７".to_string(), branch: "05".to_string() }
}

/// Municipal insurance has no symbol.
pub fn municipal() -> InsuredIdentifier {
    let insurer = InsurerNumber::new("00138057").unwrap();
    InsuredIdentifier { insurer, symbol: String::new(), number: "12345678".to_string(), branch: "01".to_string() }
}

pub fn question() -> EligibilityQuestion {
    EligibilityQuestion {
        check: CheckId::new(3, 41),
        facility: FacilityNumber::new("0110113719").unwrap(),
        day: date(2026, 11, 23),
        created: at(0),
        certificate: vec![0x30, 0x03, 0x02, 0x01, 0x07],
        number: None,
        signed_challenge: None,
        on_record: None,
    }
}

pub fn question_with_everything() -> EligibilityQuestion {
    EligibilityQuestion {
        signed_challenge: Some(SignedChallenge { challenge: vec![1; 32], signature: vec![2; 64] }),
        on_record: Some(society()),
        ..question()
    }
}

fn in_force() -> CoverageAnswer {
    CoverageAnswer {
        insured: municipal(),
        insurer_name: "多摩市国民健康保険".to_string(),
        in_force: true,
        since: date(2026, 10, 1),
        until: None,
        copayment_percent: Some(30),
        relationship: Relationship::Insured,
    }
}

fn ended() -> CoverageAnswer {
    CoverageAnswer {
        insured: society(),
        insurer_name: "あじさい健康保険組合".to_string(),
        in_force: false,
        since: date(2019, 4, 1),
        until: Some(date(2026, 9, 30)),
        copayment_percent: Some(30),
        relationship: Relationship::Dependent,
    }
}

pub fn answer(validity: Validity) -> EligibilityAnswer {
    let coverages = match validity {
        Validity::InForce => vec![in_force()],
        Validity::NotInsured => vec![],
        Validity::Ended => vec![ended()],
        Validity::InsuredElsewhere => vec![ended(), in_force()],
    };
    EligibilityAnswer { check: CheckId::new(3, 41), day: date(2026, 11, 23), created: at(5), validity, coverages }
}

pub fn feed() -> FeedBatch {
    let entry = FeedEntry {
        code: InstitutionCode::from_bytes([7; 16]),
        insured: society(),
        since: date(2019, 4, 1),
        until: None,
        end_reason: None,
        copayment_percent: Some(20),
        relationship: Relationship::Dependent,
        withdrawn: false,
    };
    let ended = FeedEntry {
        code: InstitutionCode::from_bytes([8; 16]),
        until: Some(date(2026, 11, 20)),
        end_reason: Some(EndReason::InsuredElsewhere),
        ..entry.clone()
    };
    let taken_back = FeedEntry { code: InstitutionCode::from_bytes([9; 16]), withdrawn: true, ..entry.clone() };
    FeedBatch {
        insurer: society().insurer,
        running: 17,
        created: at(9),
        complete_through: date(2026, 11, 22),
        entries: vec![entry, ended, taken_back],
        codes: None,
    }
}

fn statement() -> CoverageStatement {
    let FeedBatch { created, complete_through, entries, .. } = feed();
    CoverageStatement { created, complete_through, entries, codes: None }
}

fn codes_known() -> CodesKnown {
    CodesKnown { revision: 4, ended: [1, 2].map(|n| InstitutionCode::from_bytes([n; 16])).to_vec() }
}

fn consent(given: bool) -> CodeConsent {
    CodeConsent { request: 17, resident: ResidentCode::from_body(9_876_543_210), created: at(3), given }
}

/// Every message with a name.
pub fn messages() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("question", question().to_json()),
        ("question-with-everything", question_with_everything().to_json()),
        ("answer-in-force", answer(Validity::InForce).to_json()),
        ("answer-not-insured", answer(Validity::NotInsured).to_json()),
        ("answer-coverage-ended", answer(Validity::Ended).to_json()),
        ("answer-insured-elsewhere", answer(Validity::InsuredElsewhere).to_json()),
        ("refusal", outcome_to_json(OutcomeCode::CertificateRevoked)),
        ("feed", feed().to_json()),
        ("feed-without-changes", FeedBatch { entries: vec![], ..feed() }.to_json()),
        ("feed-with-codes", FeedBatch { codes: Some(codes_known()), ..feed() }.to_json()),
        ("coverage-statement-with-codes", CoverageStatement { codes: Some(codes_known()), ..statement() }.to_json()),
        ("consent", consent(true).to_json()),
        ("consent-withdrawn", consent(false).to_json()),
        ("coverage-question", CoverageQuestion { code: InstitutionCode::from_bytes([7; 16]) }.to_json()),
        ("coverage-statement", statement().to_json()),
        ("coverage-statement-of-nobody", CoverageStatement { entries: vec![], ..statement() }.to_json()),
    ]
}

/// Reads the body as the kind of message of the sample with this name.
pub fn read(name: &str, body: &[u8]) -> Result<(), FhirError> {
    match name.split('-').next().unwrap() {
        "coverage" if name == "coverage-question" => CoverageQuestion::from_json(body).map(drop),
        "coverage" => CoverageStatement::from_json(body).map(drop),
        "consent" => CodeConsent::from_json(body).map(drop),
        "question" => EligibilityQuestion::from_json(body).map(drop),
        "answer" => EligibilityAnswer::from_json(body).map(drop),
        "refusal" => outcome_from_json(body).map(drop),
        "feed" => FeedBatch::from_json(body).map(drop),
        other => panic!("{other} is no kind of message"),
    }
}
