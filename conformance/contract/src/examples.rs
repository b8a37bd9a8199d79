//! Further examples of messages: the forms that the example of an operation does not show.

use terms::coverage::{EndReason, Validity};
use terms::fhir::{CodeConsent, CodesKnown, CoverageAnswer, EligibilityQuestion, FeedBatch, Profile, SignedChallenge};
use terms::identifiers::{InstitutionCode, InsuredIdentifier, InsurerNumber};
use terms::messages::{CHALLENGE_LENGTH, CodeAnswer, IssueAnswer, IssueQuestion};
use terms::operation::{Message, Operation, OperationDescription};
use terms::operations::{AskForCoverage, IssueCodes, ResolveCode, SubmitCodeConsent, SubmitEligibilityRequest, SubmitFeed};

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
        name if name == IssueCodes::NAME => issues(),
        name if name == ResolveCode::NAME => {
            vec![Example::response("A code that was issued lately", "最近発行された符号", {
                CodeAnswer { issued_in: Some(4), ..ResolveCode::response_example() }.write()
            })]
        }
        name if name == SubmitCodeConsent::NAME => {
            let given_up = CodeConsent { given: false, ..SubmitCodeConsent::request_example() };
            vec![Example::request("The person gives the code up", "符号の利用の撤回", given_up.to_json())]
        }
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
        Example::request("A code is no longer used", "もう用いない符号のある登録", {
            let ended = vec![InstitutionCode::from_bytes([9; 16])];
            FeedBatch { codes: Some(CodesKnown { revision: 4, ended }), ..SubmitFeed::request_example() }.to_json()
        }),
    ]
}

fn issues() -> Vec<Example> {
    let question = IssueQuestion { with_revision: true, ..IssueCodes::request_example() };
    let answer = IssueAnswer { revision: Some(4), issued_in: Some(vec![Some(3)]), ..IssueCodes::response_example() };
    vec![
        Example::request("A question where codes change", "符号が変わりうるときの照会", question.write()),
        Example::response("With the revision of the register", "登録簿の版のある応答", answer.write()),
    ]
}

fn statements() -> Vec<Example> {
    let mut statement = AskForCoverage::response_example();
    statement.entries.clear();
    vec![Example::response("The insurer has never insured the person", "加入したことがない人についての回答", statement.to_json())]
}
