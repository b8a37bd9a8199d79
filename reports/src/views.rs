//! The views of a sweep's results: each is a file of this crate, and one line here. `run` and `merge` have an option for each.

use crate::view::ViewDescription;

macro_rules! views {
    ($($($module:ident)::+;)*) => {
        /// Every view, in the order in which `--help` names them.
        pub static VIEWS: &[&ViewDescription] = &[$(&crate::$($module)::+::VIEW),*];
    };
}

views! {
    junit;
    markdown;
    sarif::runs;
}
