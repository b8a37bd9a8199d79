//! What a certification found.

use serde::Serialize;

pub use statement::CaseOutcome;

/// Who is to blame for a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Culprit {
    SystemUnderTest,
    Testbed,
    Environment,
    NotObserved,
}

impl Culprit {
    pub fn name(self) -> &'static str {
        match self {
            Culprit::SystemUnderTest => "the system under test",
            Culprit::Testbed => "the testbed",
            Culprit::Environment => "the environment",
            Culprit::NotObserved => "not observed",
        }
    }

    pub fn name_ja(self) -> &'static str {
        match self {
            Culprit::SystemUnderTest => "試験対象のシステム",
            Culprit::Testbed => "テストベッド",
            Culprit::Environment => "試験環境",
            Culprit::NotObserved => "特定できない",
        }
    }
}

/// What went wrong in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What should have happened.
    pub expected: String,
    /// What happened, without values.
    pub observed: String,
    pub culprit: Culprit,
    /// The likely cause, if there is a usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likely_cause: Option<String>,
    /// The messages before it, oldest first, without values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
}

/// One test of the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// `scenario/certificate-revoked`, `tls/no-client-certificate`.
    pub name: String,
    /// What is tested, in one sentence.
    pub what: String,
    pub outcome: CaseOutcome,
    /// Why it was not played; only then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    pub failures: Vec<Failure>,
}

impl Case {
    /// A case without failures.
    pub fn passed(name: impl Into<String>, what: impl Into<String>) -> Self {
        Case::ended(name, what, CaseOutcome::Passed, None)
    }

    /// A case that was not played.
    pub fn not_played(name: impl Into<String>, what: impl Into<String>, outcome: CaseOutcome, why: impl Into<String>) -> Self {
        Case::ended(name, what, outcome, Some(why.into()))
    }

    fn ended(name: impl Into<String>, what: impl Into<String>, outcome: CaseOutcome, why: Option<String>) -> Self {
        Case { name: name.into(), what: what.into(), outcome, why, failures: Vec::new() }
    }

    /// Adds a failure, which fails the case.
    pub fn fail(&mut self, failure: Failure) {
        self.outcome = match failure.culprit {
            Culprit::Environment | Culprit::Testbed => CaseOutcome::Setup,
            _ if self.outcome == CaseOutcome::Setup => CaseOutcome::Setup,
            _ => CaseOutcome::Failed,
        };
        self.failures.push(failure);
    }
}
