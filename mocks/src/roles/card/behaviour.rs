//! The decisions of who personalises cards that a dishonest one could take otherwise.

use super::content::Additions;
use crate::behaviour::RoleBehaviour;
use std::rc::Rc;

/// How cards are personalised. The defaults are those of who does it honestly.
pub trait PersonalisationBehaviour {
    /// What is put on the card of a person, as the testbed counts, beyond what belongs there.
    fn additions(&self, _person: u64) -> Additions {
        Additions::default()
    }
}

struct Honest;

impl PersonalisationBehaviour for Honest {}

impl RoleBehaviour for dyn PersonalisationBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
