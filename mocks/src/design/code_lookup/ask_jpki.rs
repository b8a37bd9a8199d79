//! `code-lookup = "ask-jpki"`: nothing is kept; JPKI is asked for code and status in every check.

use super::CodeLookup;
use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::Parameters;

pub struct AskJpki;

impl CodeLookup for AskJpki {
    fn keeps(&self, _: &Parameters) -> CachePolicy {
        CachePolicy::default()
    }
}
