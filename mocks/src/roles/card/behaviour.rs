//! The decisions in personalising cards that a dishonest party could make differently.

use super::content::Additions;
use crate::behaviour::RoleBehaviour;
use std::rc::Rc;

/// How cards are personalised. The defaults are honest.
pub trait PersonalisationBehaviour {
    /// What is added to the card of a person, given by the testbed's index, beyond its regular content.
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
