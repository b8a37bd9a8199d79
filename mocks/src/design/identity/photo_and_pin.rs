//! `identity = "photo-and-pin"`: staff compare the photo, and the person enters the PIN.

use super::{IdentityCheck, Means};

pub struct PhotoAndPin;

impl IdentityCheck for PhotoAndPin {
    fn means(&self, _: bool) -> &'static [Means] {
        &[Means::Photo, Means::Pin]
    }
}
