//! `code-lookup = "keep-mapping"`: the code of a certificate is kept, and JPKI is asked only for the status in every check.

use super::axis::{CodeLookup, most};
use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::Parameters;
use std::time::Duration;

/// Longer than any certificate is valid: the code of a certificate never changes.
const FOR_GOOD: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

pub struct KeepMapping;

impl CodeLookup for KeepMapping {
    fn keeps(&self, parameters: &Parameters) -> CachePolicy {
        CachePolicy { mapping: Some(FOR_GOOD), most: most(parameters), ..CachePolicy::default() }
    }
}
