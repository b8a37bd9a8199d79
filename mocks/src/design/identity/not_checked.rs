//! `identity = "not-checked"`: nobody makes sure.

use super::{IdentityCheck, Means};

pub struct NotChecked;

impl IdentityCheck for NotChecked {
    fn means(&self, _: bool) -> &'static [Means] {
        &[]
    }
}
