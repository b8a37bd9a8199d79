//! Ids of checks at parties that must not learn of visits.

use super::plant::Plant;
use terms::journal::Event;
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[Plant {
    name: "insurer-logs-a-check",
    what: "an insurer's log names a check",
    claims: &["MIN-002/names-check"],
    scenario: "everyday-visit",
    design: "certificate",
    plant: |draft| {
        let first = draft.find(|entry| entry.zone == Zone::Insurer)?;
        let (level, target) = ("INFO".to_string(), "insurer".to_string());
        draft.add_after(first, Event::Log { level, target, text: "check-000000-000000 was asked for".into() })
    },
}];
