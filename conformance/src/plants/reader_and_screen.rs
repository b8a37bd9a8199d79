//! What a reader and a screen must not do.

use super::draft::Draft;
use super::plant::Plant;
use terms::journal::Event;
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "selected-by-part-of-the-name",
        what: "a reader selects the application that contains My Number by the first bytes of its name",
        claims: &["NVN-061/partial-name"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| select(draft, Zone::Reader, "00a4040c05d392100031"),
    },
    Plant {
        name: "two-outcomes-on-the-screen",
        what: "a screen shows the outcome of the check and another one",
        claims: &["ELIG-004/other-shown"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| show_also(draft, "該当資格なし"),
    },
    Plant {
        name: "valid-and-invalid-on-the-screen",
        what: "a screen shows that the eligibility is in force, and that it is not",
        claims: &["ELIG-004/other-shown"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| show_also(draft, "資格無効"),
    },
    Plant {
        name: "not-insured-and-valid-on-the-screen",
        what: "a screen shows that a person is not insured, and that the eligibility is in force",
        claims: &["ELIG-004/other-shown"],
        scenario: "not-insured",
        design: "certificate",
        plant: |draft| show_also(draft, "資格有効"),
    },
    Plant {
        name: "card-surface-selected",
        what: "a reader selects 券面事項確認, the other application that contains My Number",
        claims: &["NVN-061/selected"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| select(draft, Zone::Reader, "00a4040c0ad3921000310001010402"),
    },
    Plant {
        name: "selected-by-a-longer-name",
        what: "a reader selects the application that contains My Number by a name with one byte more",
        claims: &["NVN-061/partial-name"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| select(draft, Zone::Reader, "00a4040c0bd392100031000101040800"),
    },
    Plant {
        name: "selected-with-an-extended-length",
        what: "a reader selects the application that contains My Number by a command with an extended length",
        claims: &["NVN-061/selected"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| select(draft, Zone::Reader, "00a4040c00000ad3921000310001010408"),
    },
    Plant {
        name: "selected-by-the-facility",
        what: "a facility selects the application that contains My Number by itself",
        claims: &["NVN-061/selected"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| select(draft, Zone::Facility, "00a4040c0ad3921000310001010408"),
    },
];

/// A command to a card, refused by it, right after the first entry of a zone's party.
fn select(draft: &mut Draft, zone: Zone, command: &str) -> Option<()> {
    let first = draft.find(|entry| entry.zone == zone)?;
    let (what, response) = ("SELECT".to_string(), "6a82".to_string());
    draft.add_after(first, Event::Apdu { what, command: command.into(), response })
}

fn show_also(draft: &mut Draft, text: &str) -> Option<()> {
    let screen = draft.find(|entry| matches!(entry.event, Event::Screen { .. }))?;
    let Event::Screen { text: shown, .. } = &mut draft.entries[screen].event else { return None };
    *shown += &format!("\n{text}");
    Some(())
}
