//! Design variants: one choice on each axis that policymakers compare. An axis is added here when a second choice on it
//! exists; the choices not listed are the seed's example.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What the facility presents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// The certificate as read from the chip: the seed's example. JPKI is asked every time, the broker holds all insurers'
    /// data, the line is the dedicated one.
    Certificate,
    /// The certificate and the card's signature over a fresh challenge of the broker; otherwise the same.
    SignedChallenge,
}

impl Variant {
    pub const ALL: [Variant; 2] = [Variant::Certificate, Variant::SignedChallenge];

    pub fn name(self) -> &'static str {
        match self {
            Variant::Certificate => "certificate",
            Variant::SignedChallenge => "signed-challenge",
        }
    }

    pub fn parse(name: &str) -> Option<Variant> {
        Variant::ALL.into_iter().find(|v| v.name() == name)
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
