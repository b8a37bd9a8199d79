//! The axis `code-lookup`: how the broker gets from certificate to code.

mod axis;

pub use axis::CodeLookup;

use crate::roles::broker::cache::CachePolicy;
use sim::terms::design::{self, Design};

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::CodeLookup) -> &'static dyn CodeLookup {
            match choice { $(design::CodeLookup::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    ask_jpki::AskJpki for AskJpki;
    keep_mapping::KeepMapping for KeepMapping;
    keep_for_a_time::KeepForATime for KeepForATime;
    ask_number_authority::AskNumberAuthority for AskNumberAuthority;
    not_asked::NotAsked for NotAsked;
}

/// What the broker keeps of JPKI's answers in a design.
pub fn kept(design: &Design) -> CachePolicy {
    behaviour_of(design.code_lookup).keeps(&design.parameters)
}
