//! The axis `code-lookup`: how the broker gets from certificate to code.

mod ask_jpki;
mod keep_for_a_time;
mod keep_mapping;

use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::{self, Design, Parameters};

/// A choice on the axis.
pub trait CodeLookup {
    /// What the broker keeps of JPKI's answers, and for how long.
    fn keeps(&self, parameters: &Parameters) -> CachePolicy;
}

/// What the broker keeps of JPKI's answers in a design.
pub fn kept(design: &Design) -> CachePolicy {
    let choice: &dyn CodeLookup = match design.code_lookup {
        design::CodeLookup::AskJpki => &ask_jpki::AskJpki,
        design::CodeLookup::KeepMapping => &keep_mapping::KeepMapping,
        design::CodeLookup::KeepForATime => &keep_for_a_time::KeepForATime,
    };
    choice.keeps(&design.parameters)
}

/// The most certificates of which something is kept.
fn most(parameters: &Parameters) -> usize {
    parameters.most.map_or(0, |most| usize::try_from(most.0).unwrap_or(usize::MAX))
}
