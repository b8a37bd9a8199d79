//! Refusals that disclose more than they should.

use crate::host::http::Response;
use sim::terms::fhir::outcome_to_resource;
use sim::terms::messages::to_json;
use sim::terms::outcome::OutcomeCode;

/// The refusal with `text`, already escaped for a JSON string, after its diagnostics.
pub fn with_diagnostics(refusal: Response, outcome: OutcomeCode, text: &str) -> Response {
    const MARK: &str = "@@@";
    let mut resource = outcome_to_resource(outcome);
    for issue in &mut resource.issue {
        issue.diagnostics = format!("{} {MARK}", issue.diagnostics);
    }
    let body = String::from_utf8_lossy(&to_json(&resource)).replace(MARK, text);
    Response { body: body.into_bytes(), ..refusal }
}
