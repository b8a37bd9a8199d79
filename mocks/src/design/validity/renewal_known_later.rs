//! `validity = "renewal-known-later"`: JPKI knows a renewed certificate only after a time that the design states. Until then
//! nothing is known of it: it is good, and nobody can say so.

use super::{UnknownStatus, Validity};
use sim::terms::design::Parameters;
use std::time::Duration;

pub struct RenewalKnownLater;

impl Validity for RenewalKnownLater {
    fn unknown_status(&self) -> UnknownStatus {
        UnknownStatus::NotKnown
    }

    fn renewed_known_after(&self, parameters: &Parameters) -> Duration {
        parameters.renewed_known_after.map(|after| after.0).unwrap_or_default()
    }
}
