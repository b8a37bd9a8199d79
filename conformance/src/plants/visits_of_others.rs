//! Ids of checks and names of facilities at parties that must not learn of visits, and values by which facilities can join visits.

use super::draft::Draft;
use super::plant::Plant;
use terms::journal::Event;
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "insurer-logs-a-check",
        what: "an insurer's log names a check",
        claims: &["MIN-002/names-check"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| log(draft, Zone::Insurer, "check-000000-000000 was asked for"),
    },
    Plant {
        name: "jpki-logs-a-facility",
        what: "JPKI's log names a facility by its host",
        claims: &["MIN-001/names-facility"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| log(draft, Zone::Jpki, "asked on behalf of facility-000000"),
    },
    Plant {
        name: "facilities-log-one-value",
        what: "every facility logs the same value for a person",
        claims: &["LINK-001/same-value"],
        scenario: "two-facilities",
        design: "certificate",
        plant: log_one_value,
    },
];

/// A line in the log of the first party of a zone.
fn log(draft: &mut Draft, zone: Zone, text: &str) -> Option<()> {
    let first = draft.find(|entry| entry.zone == zone)?;
    let (level, target) = ("INFO".to_string(), "log".to_string());
    draft.add_after(first, Event::Log { level, target, text: text.into() })
}

/// A line with a value of the person's own after each check that ended.
fn log_one_value(draft: &mut Draft) -> Option<()> {
    let visits = draft.entries.iter().filter_map(|entry| match &entry.event {
        Event::Visit { check, person, .. } => Some((check.clone(), *person)),
        _ => None,
    });
    let visits: Vec<_> = visits.collect();
    for (check, person) in visits {
        let ended = draft.find(|entry| matches!(&entry.event, Event::Outcome { check: c, .. } if *c == check))?;
        let (level, target) = ("INFO".to_string(), "log".to_string());
        draft.add_after(ended, Event::Log { level, target, text: format!("{check}: visitor VALUE{person:06}X has left") })?;
    }
    Some(())
}
