//! The search for the highest rate at which a service level holds: as a document and as text.

use super::text::{ms, percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The value of [`LimitResults::schema`].
pub const SCHEMA: &str = "shikaku/load-limit/v2";

/// The results of the search for a limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Limit of a load study")]
pub struct LimitResults {
    pub schema: String,
    pub tool: String,
    pub version: String,
    pub scenario: String,
    /// SHA-256 of the scenario's content, in lower-case hex.
    pub sha256: String,
    pub design: String,
    /// `real` or `modelled`.
    pub crypto: String,
    /// The service level, as given on the command line.
    pub slo: String,
    /// The highest rate at which it held, in visits per second; `null` if it held at none.
    pub limit_per_s: Option<f64>,
    /// The lowest rate above it at which it did not hold; `null` if there was none.
    pub breaks_at_per_s: Option<f64>,
    /// By rate.
    pub tries: Vec<LimitTry>,
}

/// One step of the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitTry {
    /// Visits per second.
    pub rate_per_s: f64,
    /// The quantile of the service level, in milliseconds.
    pub found_ms: f64,
    /// The share of definite answers.
    pub answered: f64,
    pub holds: bool,
    /// The busiest server; `null` if there is none.
    pub busiest: Option<String>,
    /// The share of its workers' time in which they were busy; `null` without a number of workers.
    pub utilisation: Option<f64>,
    /// The digest of the load results at this rate.
    pub digest: String,
}

impl LimitResults {
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// As text.
    pub fn human(&self) -> String {
        let mut text = format!("{:>14}{:>14}{:>12}   busiest server\n", "visits/s", self.slo, "answered");
        for t in &self.tries {
            let (server, busy) = (t.busiest.as_deref().unwrap_or("none"), t.utilisation.map_or("–".into(), percent));
            let holds = if t.holds { "holds" } else { "does not hold" };
            let (found, answered) = (ms(t.found_ms), percent(t.answered));
            let _ = writeln!(text, "{:>14.2}{found:>14}{answered:>12}   {server} {busy}: {holds}", t.rate_per_s);
        }
        text += &match (self.limit_per_s, self.breaks_at_per_s) {
            (Some(low), Some(high)) => format!("the limit lies between {low:.2} and {high:.2} visits a second\n"),
            (Some(low), None) => format!("no limit was found up to {low:.2} visits a second\n"),
            (None, _) => "the service level does not hold at any rate that was tried\n".to_string(),
        };
        text
    }
}

/// The JSON Schema of [`LimitResults`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(LimitResults))? + "\n")
}
