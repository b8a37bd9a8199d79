//! What a report is about.

use serde::Serialize;

/// What was certified, and how.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    pub role: String,
    /// `NAME VERSION (VENDOR)`, or that it is the mock.
    pub product: String,
    pub design: String,
    pub seed: u64,
    /// The words after `shikaku certify` that repeat one case, up to the case's name.
    pub repeat: String,
}
