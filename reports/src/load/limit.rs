//! The search for the highest rate at which a service level holds: as a document and as text.

use super::PlannedFault;
use super::text::{cut_off, ms, percent, right};
use super::words::WORDS;
use crate::rules::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The value of [`LimitResults::schema`].
pub const SCHEMA: &str = "shikaku/load-limit/v3";

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
    /// How long each try was measured, in seconds of virtual time.
    pub measured_s: f64,
    /// The faults of the study, which each try plays.
    pub faults: Vec<PlannedFault>,
    /// Whether the search was interrupted: the limits are then those of the tries before.
    pub interrupted: bool,
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
    pub fn human(&self, lang: Lang) -> String {
        WORDS.with(|words| {
            let say = |id: &str, values: &[(&str, &str)]| words.say(lang, id, values);
            let mut text = cut_off(&self.faults, self.measured_s, lang);
            let [rate, answered, busiest] = ["visits-a-second", "answered", "busiest"].map(|id| say(id, &[]));
            let _ = writeln!(text, "{}{}{}   {busiest}", right(&rate, 14), right(&self.slo, 14), right(&answered, 12));
            for t in &self.tries {
                let server = t.busiest.clone().unwrap_or_else(|| say("none", &[]));
                let busy = t.utilisation.map_or("–".into(), percent);
                let holds = say(if t.holds { "holds" } else { "does-not-hold" }, &[]);
                let (found, answered) = (ms(t.found_ms), percent(t.answered));
                let _ = writeln!(text, "{:>14.2}{found:>14}{answered:>12}   {server} {busy}: {holds}", t.rate_per_s);
            }
            if self.interrupted {
                text += &(say("limit-interrupted", &[]) + "\n");
            }
            let [low, high] = [self.limit_per_s, self.breaks_at_per_s].map(|r| r.map(|r| format!("{r:.2}")));
            text += &match (low, high) {
                (Some(low), Some(high)) => say("limit-between", &[("low", &low), ("high", &high)]),
                (Some(low), None) => say("limit-above", &[("low", &low)]),
                (None, _) if self.tries.is_empty() => say("limit-nothing-tried", &[]),
                (None, _) => say("limit-none", &[]),
            };
            text + "\n(" + &say("limit-rule", &[]) + ")\n"
        })
    }
}

/// The JSON Schema of [`LimitResults`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(LimitResults))? + "\n")
}
