//! The decisions of the line that a dishonest one could make differently.

use crate::behaviour::RoleBehaviour;
use std::rc::Rc;

/// How the line decides. The defaults are those of an honest one.
pub trait LineBehaviour {
    /// Called with each connection of a facility.
    fn on_connection(&self) {}

    /// Whether the clear text that a facility sends before TLS begins, one line, is removed and not forwarded.
    fn takes_off_clear_text(&self) -> bool {
        false
    }
}

struct Honest;

impl LineBehaviour for Honest {}

impl RoleBehaviour for dyn LineBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
