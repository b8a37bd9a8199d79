//! The scenario with the kit's people.

use scenarios::file::{FileErrors, Library, Scenario};

/// The file.
const SCENARIO: &str = include_str!("../../../scenarios/kit/kit.toml");

/// The scenario with the kit's people: one visit of each.
///
/// # Errors
/// None: the file is part of this crate, and a test reads it.
pub fn scenario() -> Result<Scenario, FileErrors> {
    Scenario::read("kit.toml", SCENARIO, &Library::none())
}

/// The same with nobody who comes: only the system under test acts.
///
/// # Errors
/// As [`scenario`].
pub fn without_visits() -> Result<Scenario, FileErrors> {
    scenario().map(|scenario| Scenario { visits: Vec::new(), ..scenario })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kit_has_one_visit_of_each_person() {
        let scenario = scenario().unwrap_or_else(|e| panic!("{e:?}"));
        let people: Vec<u64> = scenario.visits.iter().map(|v| v.person).collect();
        assert_eq!(people, (0..scenario.people).collect::<Vec<_>>());
    }
}
