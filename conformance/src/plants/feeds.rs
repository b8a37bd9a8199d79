//! Feeds that the broker did not take, or took too late.

use super::draft::{Draft, asks};
use super::plant::Plant;
use crate::wire::Head;
use terms::journal::Event;
use terms::operations::SubmitFeed;
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "feeds-refused",
        what: "the broker refuses every feed, and answers from them",
        claims: &["ELIG-002/feed-missing"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            for request in feeds(draft) {
                let response = draft.find_response(request)?;
                *draft.message(response)?.head = "HTTP/1.1 503 Service Unavailable".into();
            }
            Some(())
        },
    },
    Plant {
        name: "feeds-too-late",
        what: "the broker receives every feed after the last answer",
        claims: &["ELIG-002/feed-missing"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let mut late = feeds(draft);
            for request in late.clone() {
                late.push(draft.find_response(request)?);
            }
            late.sort_unstable();
            let mut moved = Vec::new();
            for index in late.into_iter().rev() {
                moved.push(draft.entries.remove(index));
            }
            let end = draft.entries.last()?.at_ns;
            for mut entry in moved.into_iter().rev() {
                entry.at_ns = end;
                draft.entries.push(entry);
            }
            Some(())
        },
    },
];

/// The indices of the feeds that the broker received.
fn feeds(draft: &Draft) -> Vec<usize> {
    let is_feed = |event: &Event| match event {
        Event::Message { head, body, .. } => asks::<SubmitFeed>(Head::new(head), body),
        _ => false,
    };
    let all = draft.entries.iter().enumerate();
    all.filter(|(_, entry)| entry.zone == Zone::Broker && is_feed(&entry.event)).map(|(index, _)| index).collect()
}
