//! A leak: a value that is disclosed at one place.

use super::encoding::{Encoded, Encoding};
use super::knowledge::{Knowledge, Of};
use super::leak_source::LeakedClass;
use super::stores::keep;
use crate::behaviour::Dishonest;
use sim::terms::check::CheckId;
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// What is disclosed where, and in which encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    pub class: LeakedClass,
    pub place: &'static LeakPlace,
    pub encoding: Encoding,
}

/// Where something is disclosed. Two are equal if their names are.
pub struct LeakPlace {
    pub name: &'static str,
    /// A scenario of the core suite in which something passes through this place.
    pub(in crate::mutants) scenario: &'static str,
    /// The role's behaviour that discloses it there.
    pub(in crate::mutants) discloses: fn(Leaking) -> Dishonest,
}

impl PartialEq for LeakPlace {
    fn eq(&self, other: &LeakPlace) -> bool {
        self.name == other.name
    }
}

impl Eq for LeakPlace {}

impl PartialOrd for LeakPlace {
    fn partial_cmp(&self, other: &LeakPlace) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LeakPlace {
    fn cmp(&self, other: &LeakPlace) -> Ordering {
        self.name.cmp(other.name)
    }
}

impl fmt::Debug for LeakPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A leak, with the values that it can disclose.
#[derive(Clone)]
pub struct Leaking {
    leak: Leak,
    knowledge: Rc<Knowledge>,
}

impl Leaking {
    pub fn new(leak: Leak, knowledge: &Rc<Knowledge>) -> Leaking {
        Leaking { leak, knowledge: knowledge.clone() }
    }

    /// The disclosed value: of the person meant, or of the first person with one if that person is not known or has none.
    pub fn value(&self, of: Of<'_>) -> Option<Encoded> {
        self.value_with(of, "")
    }

    /// Like [`Leaking::value`], with `key` for a keyed digest.
    pub fn value_with(&self, of: Of<'_>, key: &str) -> Option<Encoded> {
        Some(self.leak.encoding.write(&self.knowledge.value(self.leak.class, of)?, key.as_bytes()))
    }

    /// The disclosed value of this person and nobody else.
    pub fn value_of_person(&self, person: u64) -> Option<Encoded> {
        Some(self.leak.encoding.write(&self.knowledge.value_of_person(self.leak.class, person)?, b""))
    }

    /// The value as text.
    pub fn text(&self, of: Of<'_>) -> Option<String> {
        self.value(of).map(|encoded| encoded.text())
    }

    /// A header with the value as text.
    pub fn header(&self, name: &'static str, of: Of<'_>) -> Vec<(&'static str, String)> {
        self.text(of).map(|text| (name, text)).into_iter().collect()
    }

    /// Writes it to the running party's log.
    pub fn log(&self, of: Of<'_>) {
        if let Some(encoded) = self.value(of) {
            log(&encoded);
        }
    }

    /// Keeps it in a store of the running party.
    pub fn keep(&self, of: Of<'_>, check: Option<&CheckId>) {
        if let Some(encoded) = self.value(of) {
            keep("notes", encoded.record(check));
        }
    }
}

/// Writes a value to the running party's log.
pub fn log(encoded: &Encoded) {
    tracing::info!(target: "mocks", "value: {}", encoded.text());
}
