//! Statuses of certificates that nobody heeded.

use super::draft::Draft;
use super::plant::Plant;
use terms::fault::{CARD_LOST, Disturbance, FaultTarget, Phase};
use terms::journal::{Content, Event};
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "card-reported-lost",
        what: "the card was reported lost before the visit, and JPKI's status of its certificate stayed *good*",
        claims: &["SEC-002/reported-lost"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let visit = draft.find(|e| e.zone == Zone::Testbed && matches!(e.event, Event::Visit { .. }))?;
            let Event::Visit { person, .. } = draft.entries[visit].event else { return None };
            let does = Some(Disturbance { kind: CARD_LOST.into(), phase: Phase::Begins, target: FaultTarget::Person(person) });
            draft.add_after(visit, Event::Fault { what: format!("the card of person {person} is reported lost"), does })
        },
    },
    Plant {
        name: "status-unknown",
        what: "JPKI's status of the certificate is *unknown*, and the broker answers",
        claims: &["SEC-002/not-good"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: make_unknown,
    },
];

/// Every *good* of JPKI becomes *unknown*: in DER, `[0] IMPLICIT NULL` becomes `[2] IMPLICIT NULL` (RFC 6960, section 4.2.1).
pub(super) fn make_unknown(draft: &mut Draft) -> Option<()> {
    /// *good*, and the start of the time that follows it (GeneralizedTime of 15 characters).
    const GOOD: [u8; 4] = [0x80, 0, 0x18, 0x0F];
    let mut changed = None;
    for entry in &mut draft.entries {
        let Event::Message { body, .. } = &mut entry.event else { continue };
        let Some(mut bytes) = matches!(body, Content::Base64(_)).then(|| body.bytes()).flatten() else { continue };
        if let Some(at) = bytes.windows(GOOD.len()).position(|w| w == GOOD) {
            bytes[at] = 0x82;
            *body = Content::of(&bytes);
            changed = Some(());
        }
    }
    changed
}
