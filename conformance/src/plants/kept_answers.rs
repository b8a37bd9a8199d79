//! Answers on a status or a code that JPKI did not give, or gave too long ago, in a design in which they are kept for a time.

use super::plant::Plant;
use terms::design::Time;
use terms::journal::{Content, Direction, Entry, Event};
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "no-status-ever",
        what: "the broker never received a status from JPKI, and answers",
        claims: &["SEC-009/no-status"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| draft.remove(|entry| from_jpki(entry).is_some_and(|body| matches!(body, Content::Base64(_)))),
    },
    Plant {
        name: "no-code-ever",
        what: "the broker never received a code from JPKI, and answers",
        claims: &["SEC-009/no-code"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| draft.remove(|entry| from_jpki(entry).is_some_and(|body| matches!(body, Content::Text(_)))),
    },
    Plant {
        name: "status-not-good",
        what: "JPKI's newest status of the certificate is *unknown*, and the broker answers",
        claims: &["SEC-009/not-good"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| super::statuses::make_unknown(draft),
    },
    Plant {
        name: "code-kept-too-long",
        what: "the design lets a code be kept for a minute, and the broker keeps it for seven",
        claims: &["SEC-009/code-too-old"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| {
            let Event::Run { design, .. } = &mut draft.entries.first_mut()?.event else { return None };
            design.parameters.mapping = Some(Time(std::time::Duration::from_secs(60)));
            Some(())
        },
    },
];

/// The body of a message that the broker received from JPKI.
fn from_jpki(entry: &Entry) -> Option<&Content> {
    match &entry.event {
        Event::Message { direction: Direction::Received, peer, body, .. }
            if entry.zone == Zone::Broker && peer == Zone::Jpki.name() =>
        {
            Some(body)
        }
        _ => None,
    }
}
