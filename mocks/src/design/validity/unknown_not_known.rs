//! `validity = "unknown-not-known"`: of a certificate that JPKI does not know, nothing is known.

use super::{UnknownStatus, Validity};

pub struct UnknownNotKnown;

impl Validity for UnknownNotKnown {
    fn unknown_status(&self) -> UnknownStatus {
        UnknownStatus::NotKnown
    }
}
