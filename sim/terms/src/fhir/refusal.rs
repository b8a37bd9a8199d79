//! A refusal, or an outcome that is not known, as an `OperationOutcome`.

use super::datatypes::{CodeableConcept, Coding};
use super::error::FhirError;
use super::names;
use super::primitives::line;
use super::resources::{Issue, OperationOutcome, Resource};
use super::strict;
use super::tolerant;
use crate::outcome::{OutcomeClass, OutcomeCode};

/// The body of an answer whose HTTP status is `code.on_the_wire().status`. It has the code, a Japanese and an English
/// sentence, and nothing about the person or the request. [`outcome_from_json`] takes only the codes that a broker sends
/// this way.
pub fn outcome_to_json(code: OutcomeCode) -> Vec<u8> {
    strict::written(&outcome_to_resource(code))
}

/// The message as a resource, for callers that change it before it is sent.
pub fn outcome_to_resource(code: OutcomeCode) -> OperationOutcome {
    OperationOutcome {
        resource_type: OperationOutcome::TYPE.to_string(),
        issue: vec![Issue {
            severity: "error".to_string(),
            code: code.on_the_wire().issue.to_string(),
            details: CodeableConcept {
                coding: vec![Coding { system: names::OUTCOME.to_string(), code: code.code().to_string() }],
                text: Some(code.text_ja().to_string()),
            },
            diagnostics: code.text_en().to_string(),
        }],
    }
}

/// Whether a broker may send this code as an `OperationOutcome`: the insurers' answers are sent as an answer, and what happens
/// without the broker (at the counter, on the line) is not sent.
pub fn is_sent_as_operation_outcome(code: OutcomeCode) -> bool {
    matches!(code.class(), OutcomeClass::Refused | OutcomeClass::Indeterminate) && code.on_the_wire().status != 0
}

/// Reads the code. The two sentences may have another wording.
pub fn outcome_from_json(body: &[u8]) -> Result<OutcomeCode, FhirError> {
    tolerant::read(body, strictly)
}

fn strictly(body: &[u8]) -> Result<OutcomeCode, FhirError> {
    let outcome: OperationOutcome = strict::read(body, "")?;
    let issue = outcome.issue.into_iter().next().ok_or_else(|| FhirError::missing("", "issue"))?;
    let code = issue.details.coding.first().and_then(|c| OutcomeCode::parse(&c.code));
    let code = code.filter(|c| is_sent_as_operation_outcome(*c)).ok_or_else(|| {
        FhirError::wrong("issue[0].details.coding[0].code", "is not an outcome that a broker sends as a refusal")
    })?;
    let text = issue.details.text.ok_or_else(|| FhirError::missing("issue[0].details", "text"))?;
    let mut meant = outcome_to_resource(code);
    meant.issue[0].details.text = Some(line(&text, "issue[0].details.text")?);
    meant.issue[0].diagnostics = line(&issue.diagnostics, "issue[0].diagnostics")?;
    strict::same(body, &meant)?;
    Ok(code)
}
