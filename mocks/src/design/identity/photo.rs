//! `identity = "photo"`: staff compare a photo.

use super::{IdentityCheck, Means};

pub struct Photo;

impl IdentityCheck for Photo {
    fn means(&self, _: bool) -> &'static [Means] {
        &[Means::Photo]
    }
}
