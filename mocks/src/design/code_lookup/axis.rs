//! What a choice on the axis decides.

use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::Parameters;

/// A choice on the axis.
pub trait CodeLookup {
    /// What the broker keeps of JPKI's answers, and for how long.
    fn keeps(&self, parameters: &Parameters) -> CachePolicy;
}

/// The most certificates of which something is kept.
pub(super) fn most(parameters: &Parameters) -> usize {
    parameters.most.map_or(0, |most| usize::try_from(most.0).unwrap_or(usize::MAX))
}
