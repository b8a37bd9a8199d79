//! `identity = "pin"`: the person enters the PIN.

use super::{IdentityCheck, Means};

pub struct Pin;

impl IdentityCheck for Pin {
    fn means(&self, _: bool) -> &'static [Means] {
        &[Means::Pin]
    }
}
