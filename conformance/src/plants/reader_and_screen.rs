//! What a reader and a screen must not do.

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
        plant: |draft| {
            let command = draft.find(|entry| entry.zone == Zone::Reader && matches!(entry.event, Event::Apdu { .. }))?;
            let (what, response) = ("SELECT".to_string(), "6a82".to_string());
            draft.add_after(command, Event::Apdu { what, command: "00a4040c05d392100031".into(), response })
        },
    },
    Plant {
        name: "two-outcomes-on-the-screen",
        what: "a screen shows the outcome of the check and another one",
        claims: &["ELIG-004/other-shown"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let screen = draft.find(|entry| matches!(entry.event, Event::Screen { .. }))?;
            let Event::Screen { text, .. } = &mut draft.entries[screen].event else { return None };
            *text += "\n該当資格なし";
            Some(())
        },
    },
];
