//! What a plant is.

use super::draft::Draft;
use terms::ground::Ground;
use terms::journal::Entry;

/// A change to the recording of a good run.
#[derive(Debug)]
pub struct Plant {
    pub name: &'static str,
    /// What is planted, in one sentence.
    pub what: &'static str,
    /// The ids of claims, each of which must find it.
    pub claims: &'static [&'static str],
    /// The scenario whose recording is changed.
    pub scenario: &'static str,
    /// The name of the design in which it is played.
    pub design: &'static str,
    /// Changes the recording. `None` if it has nothing that could be changed in this way.
    pub plant: fn(&mut Draft) -> Option<()>,
}

impl Plant {
    /// The recording with the change. `None` if it has nothing that could be changed in this way.
    pub fn apply(&self, journal: &[Entry], ground: &Ground) -> Option<(Vec<Entry>, Ground)> {
        let mut draft = Draft::new(journal, ground);
        (self.plant)(&mut draft)?;
        Some(draft.finish())
    }
}
