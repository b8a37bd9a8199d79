//! `identity = "face-terminal"`: a terminal compares the face with the photo on the chip.

use super::{IdentityCheck, Means};

pub struct FaceTerminal;

impl IdentityCheck for FaceTerminal {
    fn means(&self, _: bool) -> &'static [Means] {
        &[Means::FaceTerminal]
    }
}
