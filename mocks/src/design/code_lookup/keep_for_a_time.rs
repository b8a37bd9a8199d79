//! `code-lookup = "keep-for-a-time"`: the code of a certificate and its status *good* are each kept for a time that the design
//! states.

use super::axis::{CodeLookup, most};
use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::{Parameters, Time};

pub struct KeepForATime;

impl CodeLookup for KeepForATime {
    fn keeps(&self, parameters: &Parameters) -> CachePolicy {
        let time = |time: Option<Time>| time.map(|time| time.0);
        CachePolicy {
            mapping: time(parameters.mapping),
            status: time(parameters.status),
            status_when_jpki_fails: time(parameters.status_when_jpki_fails),
            most: most(parameters),
        }
    }
}
