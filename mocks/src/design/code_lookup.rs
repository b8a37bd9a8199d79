//! The axis `code-lookup`: how the broker gets from certificate to code.

mod ask_jpki;
mod axis;
mod keep_for_a_time;
mod keep_mapping;

pub use axis::CodeLookup;

use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::{self, Design};

/// What the broker keeps of JPKI's answers in a design.
pub fn kept(design: &Design) -> CachePolicy {
    let choice: &dyn CodeLookup = match design.code_lookup {
        design::CodeLookup::AskJpki => &ask_jpki::AskJpki,
        design::CodeLookup::KeepMapping => &keep_mapping::KeepMapping,
        design::CodeLookup::KeepForATime => &keep_for_a_time::KeepForATime,
    };
    choice.keeps(&design.parameters)
}
