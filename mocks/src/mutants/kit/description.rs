//! The description of a mutant.

use super::encoding::Encoding;
use super::knowledge::Knowledge;
use super::leak::{Leak, LeakPlace};
use super::leak_source::LeakedClass;
use crate::behaviour::Dishonest;
use sim::terms::claim::rules_of;
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// The scenario in which most mutants are caught.
pub const EVERYDAY_VISIT: &str = "everyday-visit";
/// The design in which the certificate alone is presented: most mutants are caught in it.
pub const CERTIFICATE: &str = "certificate";
/// The design in which the card signs a challenge.
pub const SIGNED_CHALLENGE: &str = "signed-challenge";
/// The design in which a visible medical number is presented.
pub const VISIBLE_NUMBER: &str = "visible-number";
/// The design in which the broker asks the insurers.
pub const ASK_INSURER: &str = "ask-insurer";

/// One party that is broken on purpose.
pub struct MutantDescription {
    /// Its name on the command line; its file has the same name.
    pub name: &'static str,
    /// What is broken, in one sentence.
    pub what: &'static str,
    /// The ids of claims, each of which must catch it: `AUDIT-002/recorded-again`.
    pub claims: &'static [&'static str],
    /// A scenario in which it is caught: from the core suite or, if none there does, from another.
    pub scenario: &'static str,
    /// The name of a design in which it is caught there.
    pub design: &'static str,
    pub breaks: Breaks,
}

/// How a party is broken.
pub enum Breaks {
    /// It makes a decision differently from an honest one.
    Behaviour(fn(&Rc<Knowledge>) -> Dishonest),
    /// It discloses something.
    Leak(Leak),
}

impl MutantDescription {
    /// A row of a table of leaks.
    pub(in crate::mutants) const fn leak(
        name: &'static str,
        class: LeakedClass,
        place: &'static LeakPlace,
        encoding: Encoding,
        what: &'static str,
        claims: &'static [&'static str],
    ) -> MutantDescription {
        let breaks = Breaks::Leak(Leak { class, place, encoding });
        MutantDescription { name, what, claims, scenario: place.scenario, design: CERTIFICATE, breaks }
    }

    /// The same in another design than that of most leaks.
    pub(in crate::mutants) const fn in_design(self, design: &'static str) -> MutantDescription {
        let MutantDescription { name, what, claims, scenario, breaks, .. } = self;
        MutantDescription { name, what, claims, scenario, design, breaks }
    }
}

/// A mutant by its description. Two are equal if their names are.
#[derive(Clone, Copy)]
pub struct Mutant(&'static MutantDescription);

impl Mutant {
    pub(in crate::mutants) const fn new(description: &'static MutantDescription) -> Mutant {
        Mutant(description)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What is broken, in one sentence.
    pub fn describe(self) -> &'static str {
        self.0.what
    }

    /// The ids of the claims that must catch it.
    pub fn claims(self) -> &'static [&'static str] {
        self.0.claims
    }

    /// The ids of the rules of these claims, each once.
    pub fn rules(self) -> Vec<&'static str> {
        rules_of(self.0.claims)
    }

    /// The scenario in which it is caught.
    pub fn scenario(self) -> &'static str {
        self.0.scenario
    }

    /// The name of the design in which it is caught.
    pub fn design(self) -> &'static str {
        self.0.design
    }

    /// What it discloses, if it is a leak.
    pub fn leak(self) -> Option<Leak> {
        match self.0.breaks {
            Breaks::Leak(leak) => Some(leak),
            Breaks::Behaviour(_) => None,
        }
    }

    pub(in crate::mutants) fn breaks(self) -> &'static Breaks {
        &self.0.breaks
    }
}

impl PartialEq for Mutant {
    fn eq(&self, other: &Mutant) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Mutant {}

impl PartialOrd for Mutant {
    fn partial_cmp(&self, other: &Mutant) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Mutant {
    fn cmp(&self, other: &Mutant) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl fmt::Debug for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mutant({})", self.name())
    }
}
