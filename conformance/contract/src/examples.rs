//! Further examples of messages: the forms that the example of an operation does not show.

use terms::coverage::{EndReason, Validity};
use terms::fhir::{CoverageAnswer, EligibilityQuestion, FeedBatch, Profile, SignedChallenge};
use terms::identifiers::{InsuredIdentifier, InsurerNumber};
use terms::messages::CHALLENGE_LENGTH;
use terms::operation::{Operation, OperationDescription};
use terms::operations::{AskForCoverage, SubmitEligibilityRequest, SubmitFeed};

/// One more message of an operation.
pub(crate) struct Example {
    pub en: &'static str,
    pub ja: &'static str,
    pub is_request: bool,
    pub body: Vec<u8>,
}

impl Example {
    fn request(en: &'static str, ja: &'static str, body: Vec<u8>) -> Example {
        Example { en, ja, is_request: true, body }
    }

    fn response(en: &'static str, ja: &'static str, body: Vec<u8>) -> Example {
        Example { en, ja, is_request: false, body }
    }
}

/// The further examples of an operation.
pub(crate) fn of(operation: &dyn OperationDescription) -> Vec<Example> {
    match operation.name() {
        name if name == SubmitEligibilityRequest::NAME => [questions(), answers()].into_iter().flatten().collect(),
        name if name == SubmitFeed::NAME => feeds(),
        name if name == AskForCoverage::NAME => statements(),
        _ => Vec::new(),
    }
}

/// Employees' insurance, which has a symbol.
fn elsewhere() -> InsuredIdentifier {
    InsuredIdentifier {
        insurer: InsurerNumber::from_body(613_946),
        symbol: "見本".to_string(),
        number: "12".to_string(),
        branch: "00".to_string(),
    }
}

fn questions() -> Vec<Example> {
    let question = SubmitEligibilityRequest::request_example();
    let signed = SignedChallenge { challenge: vec![7; CHALLENGE_LENGTH], signature: vec![5; 256] };
    let with_signature = EligibilityQuestion { signed_challenge: Some(signed), ..question.clone() };
    let with_coverage = EligibilityQuestion { on_record: Some(elsewhere()), ..question };
    vec![
        Example::request("A question with a signed challenge", "署名付きチャレンジのある要求", with_signature.to_json()),
        Example::request(
            "A question about the coverage on the facility's record",
            "登録されている資格を示す要求",
            with_coverage.to_json(),
        ),
    ]
}

fn answers() -> Vec<Example> {
    let mut answer = SubmitEligibilityRequest::response_example();
    let Some(in_force) = answer.coverages.first().cloned() else { return Vec::new() };
    let before = in_force.since.yesterday().ok();
    let ended = CoverageAnswer {
        insured: elsewhere(),
        insurer_name: "見本健康保険組合".to_string(),
        in_force: false,
        since: in_force.since.first_of_year(),
        until: before,
        ..in_force.clone()
    };
    let mut of = |validity, coverages: Vec<CoverageAnswer>| {
        (answer.validity, answer.coverages) = (validity, coverages);
        answer.to_json()
    };
    vec![
        Example::response("Another insurer insures the person", "他の保険者の資格がある場合の回答", {
            of(Validity::InsuredElsewhere, vec![ended.clone(), in_force])
        }),
        Example::response(
            "The last coverage has ended",
            "資格が終了している場合の回答",
            of(Validity::NotInsured, vec![ended.clone()]),
        ),
        Example::response(
            "The coverage asked about has ended, and nobody insures the person",
            "照会された資格が終了し、ほかの資格もない場合の回答",
            of(Validity::Ended, vec![ended]),
        ),
        Example::response("The person was never insured", "一度も加入していない場合の回答", of(Validity::NotInsured, Vec::new())),
    ]
}

fn feeds() -> Vec<Example> {
    let batch = SubmitFeed::request_example();
    let mut ended = batch.clone();
    ended.running += 1;
    for entry in &mut ended.entries {
        entry.until = batch.complete_through.yesterday().ok();
        entry.end_reason = Some(EndReason::InsuredElsewhere);
    }
    let empty = FeedBatch { running: batch.running + 2, entries: Vec::new(), ..batch };
    vec![
        Example::request("The same coverage again, now with an end", "同じ資格を終了とともに再び送る登録", ended.to_json()),
        Example::request("A day without changes", "変更のない日の登録", empty.to_json()),
    ]
}

fn statements() -> Vec<Example> {
    let mut statement = AskForCoverage::response_example();
    statement.entries.clear();
    vec![Example::response("The insurer has never insured the person", "加入したことがない人についての回答", statement.to_json())]
}
