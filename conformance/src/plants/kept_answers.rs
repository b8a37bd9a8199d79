//! Answers on a status or a code that JPKI did not give, or gave too long ago, in a design in which they are kept for a time.

use super::draft::Draft;
use super::plant::Plant;
use terms::design::Time;
use terms::fault::FaultTarget;
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
            draft.design()?.parameters.mapping = seconds(60);
            Some(())
        },
    },
    Plant {
        name: "status-kept-too-long-though-jpki-answers",
        what: "the design lets a status be kept for half a minute, or for an hour while JPKI fails, and the broker keeps it for a \
               minute though JPKI does not fail",
        claims: &["SEC-009/status-too-old"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| keep_status(draft, 30, 3600),
    },
    Plant {
        name: "status-kept-too-long-for-another-fault",
        what: "the design lets a status be kept longer while JPKI fails, and the broker does so while the insurers fail",
        claims: &["SEC-009/status-too-old"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| {
            keep_status(draft, 30, 3600)?;
            let visit = second_visit(draft)?;
            draft.begin_fault(visit, HOST_DOWN, FaultTarget::Host(Zone::Insurer.name().into()))
        },
    },
    Plant {
        name: "status-kept-too-long-after-a-fault",
        what: "the design lets a status be kept longer while JPKI fails, and the broker does so when JPKI has recovered",
        claims: &["SEC-009/status-too-old"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| {
            keep_status(draft, 30, 3600)?;
            let visit = second_visit(draft)?;
            draft.begin_fault(visit, HOST_DOWN, jpki())?;
            draft.end_fault(visit + 1, HOST_DOWN, jpki())
        },
    },
    Plant {
        name: "status-kept-too-long-while-jpki-fails",
        what: "the design lets a status be kept for three quarters of a minute while JPKI fails, and the broker keeps it for a minute",
        claims: &["SEC-009/status-too-old"],
        scenario: "seven-minutes-later",
        design: "keep-for-a-time",
        plant: |draft| {
            keep_status(draft, 30, 45)?;
            let visit = second_visit(draft)?;
            draft.begin_fault(visit, HOST_DOWN, jpki())
        },
    },
    Plant {
        name: "status-of-another-certificate-kept",
        what: "the status that the broker keeps is that of another certificate of the person",
        claims: &["SEC-009/no-status"],
        scenario: "card-renewed",
        design: "keep-for-a-time",
        plant: super::statuses::of_another_certificate,
    },
];

const HOST_DOWN: &str = "host-down";

fn jpki() -> FaultTarget {
    FaultTarget::Host(Zone::Jpki.name().into())
}

fn seconds(n: u64) -> Option<Time> {
    Some(Time(std::time::Duration::from_secs(n)))
}

/// The design lets a status be kept for so many seconds, and for so many while JPKI fails.
fn keep_status(draft: &mut Draft, longest: u64, longest_when_jpki_fails: u64) -> Option<()> {
    let parameters = &mut draft.design()?.parameters;
    (parameters.status, parameters.status_when_jpki_fails) = (seconds(longest), seconds(longest_when_jpki_fails));
    Some(())
}

/// The entry of the second visit: that of `seven-minutes-later` is answered from what was kept a minute before.
fn second_visit(draft: &Draft) -> Option<usize> {
    let visits = draft.entries.iter().enumerate().filter(|(_, entry)| matches!(entry.event, Event::Visit { .. }));
    visits.map(|(index, _)| index).nth(1)
}

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
