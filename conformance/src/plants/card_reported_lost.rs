//! The testbed reports the card as lost at the very start, and everything goes on as if nobody had heard of it.

use super::{Draft, Plant};
use terms::fault::{CARD_LOST, Disturbance, FaultTarget, Phase};
use terms::journal::Event;
use terms::roles::Zone;

pub(super) const PLANT: Plant = Plant {
    name: "card-reported-lost",
    what: "the card was reported lost before the visit, and JPKI's status of its certificate stayed *good*",
    claims: &["SEC-002/reported-lost"],
    scenario: "everyday-visit",
    design: "certificate",
    plant,
};

fn plant(draft: &mut Draft) -> Option<()> {
    let visit = draft.find(|e| e.zone == Zone::Testbed && matches!(e.event, Event::Visit { .. }))?;
    let Event::Visit { person, .. } = draft.entries[visit].event else { return None };
    let does = Some(Disturbance { kind: CARD_LOST.into(), phase: Phase::Begins, target: FaultTarget::Person(person) });
    draft.add_after(visit, Event::Fault { what: format!("the card of person {person} is reported lost"), does })
}
