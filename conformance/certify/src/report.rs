//! The report of a certification: as text and JSON, and in the formats of its children.

mod about;
pub mod html;
mod japanese;
pub mod junit;
mod load;
pub mod plain;
#[cfg(test)]
mod samples;
pub mod sarif;
mod text;
mod words;

pub use about::About;
pub use contract::Lang;
pub use japanese::{ja, what_ja, why_ja};
pub use text::text;

use crate::clauses::Quote;
use crate::outcome::{Case, CaseOutcome, Failure};
use crate::probe::load::Measured;
use crate::session::{Certified, RuleSummary};
use serde::Serialize;
use statement::VerdictOutcome;
use std::collections::BTreeMap;

/// The format of the JSON document.
pub const SCHEMA: &str = "shikaku/certify/v1";

/// How a certification ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    Passed,
    Failed,
    /// Nothing is known of the system.
    Setup,
    /// Not all could be looked at.
    Inconclusive,
}

/// A failed rule or case that is accepted for now, by its name.
pub type Waived<'a> = BTreeMap<&'a str, &'a str>;

/// The document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema: &'a str,
    #[serde(flatten)]
    about: &'a About,
    ending: Ending,
    started: jiff::Timestamp,
    ended: jiff::Timestamp,
    /// Whether it ended before everything was played.
    interrupted: bool,
    cases: Vec<CaseDocument<'a>>,
    rules: &'a [RuleSummary],
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<&'a Measured>,
    waived: &'a Waived<'a>,
}

/// A case, with the clauses that each failure breaks.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CaseDocument<'a> {
    name: &'a str,
    what: &'a str,
    outcome: CaseOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    failures: Vec<FailureDocument<'a>>,
}

#[derive(Serialize)]
struct FailureDocument<'a> {
    #[serde(flatten)]
    failure: &'a Failure,
    /// The clauses of the contract that it breaks, quoted.
    clauses: Vec<Quote>,
}

impl<'a> CaseDocument<'a> {
    fn of(case: &'a Case) -> Self {
        let failures = case.failures.iter().map(|failure| FailureDocument { failure, clauses: plain::clauses_of(case, failure) });
        let (name, what, why) = (case.name.as_str(), case.what.as_str(), case.why.as_deref());
        CaseDocument { name, what, outcome: case.outcome, why, failures: failures.collect() }
    }
}

/// How it ended. A rule or case that is waived fails nothing.
pub fn ending(certified: &Certified, waived: &Waived<'_>) -> Ending {
    let counts = |name: &str| !waived.contains_key(name);
    let any = |outcome| certified.cases.iter().any(|c| c.outcome == outcome && counts(&c.name));
    let rule = |outcome| certified.rules.iter().any(|r| r.outcome == outcome && counts(r.rule));
    let played = certified.cases.iter().any(|c| c.outcome == CaseOutcome::Passed);
    match () {
        () if any(CaseOutcome::Setup) => Ending::Setup,
        () if any(CaseOutcome::Failed) || rule(VerdictOutcome::Broken) => Ending::Failed,
        // Never green if nothing was played, or not everything that was asked for.
        () if rule(VerdictOutcome::Inconclusive) || !played || certified.interrupted => Ending::Inconclusive,
        () => Ending::Passed,
    }
}

/// How many cases were played, and how many there are that apply.
pub fn extent(certified: &Certified) -> (usize, usize) {
    let count = |of: &[CaseOutcome]| certified.cases.iter().filter(|c| of.contains(&c.outcome)).count();
    let played = count(&[CaseOutcome::Passed, CaseOutcome::Failed]);
    (played, played + count(&[CaseOutcome::NotReached]))
}

/// That not every case was played, in a sentence; nothing, if all were.
pub fn partly(certified: &Certified) -> Option<(String, String)> {
    let (played, all) = extent(certified);
    let en = format!("{played} of {all} cases were played, so a statement of it is incomplete.");
    let ja = format!("{all} 件のうち {played} 件を実施した。表明書の判定は incomplete となる。");
    (played < all && certified.load.is_none()).then_some((en, ja))
}

/// The document as JSON.
///
/// # Errors
/// None: it has text keys only.
pub fn json(about: &About, certified: &Certified, waived: &Waived<'_>) -> Result<String, serde_json::Error> {
    let document = Document {
        schema: SCHEMA,
        about,
        ending: ending(certified, waived),
        started: certified.started,
        ended: certified.ended,
        interrupted: certified.interrupted,
        cases: certified.cases.iter().map(CaseDocument::of).collect(),
        rules: &certified.rules,
        load: certified.load.as_ref(),
        waived,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
