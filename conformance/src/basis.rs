//! How firmly the source asks for a rule.

use serde::{Deserialize, Serialize};

/// How firmly the source asks for what a rule requires. The requirement level (MUST, SHOULD) is this project's; this is the
/// source's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The source demands it, or a statute or standard does that the source relies on.
    Demanded,
    /// The source says that it is to be considered.
    Considered,
    /// The source gives it as an example of how it could be done.
    Example,
    /// Only this project's profile asks for it: the source leaves it open.
    Profile,
}

impl Basis {
    /// The firmest first.
    pub const ALL: [Basis; 4] = [Basis::Demanded, Basis::Considered, Basis::Example, Basis::Profile];

    /// The id: `demanded`.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Demanded => "demanded",
            Basis::Considered => "considered",
            Basis::Example => "example",
            Basis::Profile => "profile",
        }
    }

    /// As a sentence without a full stop.
    pub fn describe(self) -> &'static str {
        match self {
            Basis::Demanded => "the source, or a statute or standard that it relies on, demands it",
            Basis::Considered => "the source says that it is to be considered",
            Basis::Example => "the source gives it as an example",
            Basis::Profile => "the source leaves it open, and this project's profile asks for it",
        }
    }
}
