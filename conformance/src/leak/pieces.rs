//! What a look remembers, so that a value split over two pieces can be found.

use std::fmt;

/// Ends and fields of a piece. They can be parts of values: `Debug` does not print them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Pieces {}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pieces(…)")
    }
}
