//! The stable codes of refusals.

use serde_json::Value;

/// The code of an `OperationOutcome` or of a problem document.
pub fn code_of(body: &[u8]) -> Option<String> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let coded = json.pointer("/issue/0/details/coding/0/code").and_then(Value::as_str);
    let problem = || json.get("type").and_then(Value::as_str).and_then(|t| t.strip_prefix("urn:shikaku:problem:"));
    let code = coded.or_else(problem)?;
    // A server may have put anything there.
    let is_code = code.len() <= 60 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit());
    is_code.then(|| code.to_string())
}
