//! Probes of several requests: each step must lead to what the contract says, and the first that does not ends the probe.

use super::client::{Response, Seen};
use super::expect::Expect;

/// A step that did not lead to what it must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    pub expected: String,
    /// Without values.
    pub observed: String,
    pub likely_cause: Option<String>,
    /// Whether no connection could be made, which says nothing about the server.
    pub is_environment: bool,
}

/// How a probe of several requests ends.
pub type Story = Result<(), Unmet>;

/// The response, if it is as expected. `when` says which of the requests it answers.
pub fn must(when: &str, expect: &Expect, seen: Seen) -> Result<Response, Unmet> {
    let unmet = expect.unmet(&seen);
    match (unmet, seen) {
        (None, Seen::Response(response)) => Ok(response),
        (cause, seen) => Err(Unmet {
            expected: format!("{when}: {expect}"),
            observed: seen.to_string(),
            likely_cause: cause.flatten(),
            is_environment: false,
        }),
    }
}

/// Ends the probe unless something holds.
pub fn holds(it_does: bool, expected: &str, observed: &str) -> Story {
    if it_does {
        return Ok(());
    }
    Err(Unmet { expected: expected.into(), observed: observed.into(), likely_cause: None, is_environment: false })
}

/// Ends the probe for a reason that has nothing to do with the server.
pub fn prepared<T>(made: Option<T>, what: &str) -> Result<T, Unmet> {
    made.ok_or_else(|| Unmet {
        expected: format!("the probe is prepared: {what}"),
        observed: "it could not be made".into(),
        likely_cause: None,
        is_environment: true,
    })
}
