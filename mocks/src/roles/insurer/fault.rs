//! What can go wrong with an insurer that the broker asks.

use std::time::Duration;

/// How an insurer behaves that is asked, for scenarios in which it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InsurerFault {
    /// It answers as it should.
    #[default]
    None,
    /// It takes this long for every answer.
    Slow(Duration),
    /// Its answers are not valid.
    Nonsense,
    /// It takes requests and never answers.
    Silent,
}
