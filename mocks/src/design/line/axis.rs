//! What a choice on the axis decides.

use crate::roles::description::LinkDescription;
use sim::sample::Distribution;

/// A choice on the axis.
pub trait LineChoice {
    /// The link between a facility and the line, if it differs from the role's description.
    fn access(&self) -> Option<LinkDescription> {
        None
    }

    /// How long a facility takes to establish its tunnel before its first request.
    fn tunnel(&self) -> Option<Distribution> {
        None
    }
}
