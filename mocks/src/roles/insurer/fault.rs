//! The faults of an insurer that the broker asks.

use std::time::Duration;

/// A fault of an insurer that is asked, for scenarios in which it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InsurerFault {
    /// It answers correctly.
    #[default]
    None,
    /// Every answer takes this long.
    Slow(Duration),
    /// Its answers are not valid.
    Nonsense,
    /// It accepts requests and never answers.
    Silent,
}
