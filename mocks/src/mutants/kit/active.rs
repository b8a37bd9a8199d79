//! The active mutant of a run.

use super::description::{Breaks, Mutant};
use super::knowledge::Knowledge;
use super::leak::Leaking;
use crate::behaviour::Behaviours;
use std::rc::Rc;

/// Which party of a run is broken, if any, and the knowledge that it gets. Clones are handles to the same mutant.
#[derive(Clone, Default)]
pub struct ActiveMutant {
    mutant: Option<Mutant>,
    knowledge: Rc<Knowledge>,
}

impl ActiveMutant {
    /// No party is broken.
    pub fn none() -> ActiveMutant {
        ActiveMutant::default()
    }

    /// This party is broken, if given.
    pub fn new(mutant: Option<Mutant>) -> ActiveMutant {
        ActiveMutant { mutant, ..ActiveMutant::default() }
    }

    /// What the broken party can disclose. Must be filled in before the parties start.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// How the parties of the run behave.
    pub fn behaviours(&self) -> Behaviours {
        let Some(mutant) = self.mutant else { return Behaviours::honest() };
        let knowledge = self.knowledge.clone();
        Behaviours::with(move || match mutant.breaks() {
            Breaks::Behaviour(make) => make(&knowledge),
            Breaks::Leak(leak) => (leak.place.discloses)(Leaking::new(*leak, &knowledge)),
        })
    }
}
