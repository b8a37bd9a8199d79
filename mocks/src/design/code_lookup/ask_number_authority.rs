//! `code-lookup = "ask-number-authority"`: nothing is kept; the number authority is asked for the code of a number in every check.

use super::CodeLookup;
use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::Parameters;

pub struct AskNumberAuthority;

impl CodeLookup for AskNumberAuthority {
    fn keeps(&self, _: &Parameters) -> CachePolicy {
        CachePolicy::default()
    }
}
