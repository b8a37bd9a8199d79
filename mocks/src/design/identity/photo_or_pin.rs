//! `identity = "photo-or-pin"`: staff compare the photo, unless the person would rather enter the PIN.

use super::{IdentityCheck, Means};

pub struct PhotoOrPin;

impl IdentityCheck for PhotoOrPin {
    fn means(&self, wants_pin: bool) -> &'static [Means] {
        if wants_pin { &[Means::Pin] } else { &[Means::Photo] }
    }
}
