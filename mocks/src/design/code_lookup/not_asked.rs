//! `code-lookup = "not-asked"`: there is no look-up.

use super::CodeLookup;
use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::Parameters;

pub struct NotAsked;

impl CodeLookup for NotAsked {
    fn keeps(&self, _: &Parameters) -> CachePolicy {
        CachePolicy::default()
    }
}
