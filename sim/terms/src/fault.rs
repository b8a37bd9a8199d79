//! What the testbed does to a run, as data: faults that begin and end, and changes for good.

use serde::{Deserialize, Serialize};

/// The kind of the fault in which a person reports the card lost, and finds it again at its end.
pub const CARD_LOST: &str = "card-lost";

/// The kind of the fault in which JPKI answers on a certificate's status in a form that no client may use.
pub const OCSP_UNUSABLE: &str = "ocsp-form-unusable";

/// The kinds of the events in which a person asks a municipality for a code, gives it up, or reports that it may have leaked.
pub const ASKS_FOR_CODE: &str = "asks-for-code";
pub const GIVES_UP_CODE: &str = "gives-up-code";
pub const REPORTS_CODE_LEAK: &str = "reports-code-leak";

/// What a journal entry about a fault or an event states, beside the text for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Disturbance {
    /// The kind under which results count it: `card-lost`, `host-down`. It is the name in scenario files, except that `host-down`
    /// with `keeps-unsynced` is `host-down-synced`.
    pub kind: String,
    pub phase: Phase,
    pub target: FaultTarget,
}

/// Whether something begins, ends or is for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// A fault begins.
    Begins,
    /// A fault ends.
    Ends,
    /// An event: a change that does not end.
    ForGood,
}

/// What a fault or an event concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultTarget {
    /// A person, by index.
    Person(u64),
    /// A facility, by index.
    Facility(u64),
    /// A host or party, by its name in the journal; all parties of a role, by the role's name.
    Host(String),
    /// A link. Each end is a party, by its name in the journal, or all parties of a zone, by the zone's name.
    Link {
        from: String,
        to: String,
        /// Whether the way from `to` to `from` is concerned too.
        both_ways: bool,
    },
}

impl Disturbance {
    /// Whether it is the beginning of a fault.
    pub fn begins(&self) -> bool {
        self.phase == Phase::Begins
    }

    /// Whether a fault of this kind begins or ends for a person.
    pub fn is_of_person(&self, kind: &str, person: u64) -> bool {
        self.kind == kind && self.target == FaultTarget::Person(person)
    }
}
