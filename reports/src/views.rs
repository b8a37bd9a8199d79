//! The views of a sweep's results: each is a file of this crate, and one line here. `run` and `merge` have an option for each.

use crate::view::ViewDescription;
use crate::{junit, markdown, sarif};

/// Every view, in the order in which `--help` names them.
pub static VIEWS: &[&ViewDescription] = &[&junit::VIEW, &markdown::VIEW, &sarif::runs::VIEW];
