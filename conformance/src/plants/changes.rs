//! Changes of a person's insurance that are on their way: answers that know them too early, or too late.

use super::draft::{Draft, asks};
use super::plant::Plant;
use crate::wire::Head;
use terms::journal::{Entry, Event};
use terms::operations::{AskForCoverage, SubmitFeed};
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "change-answered-before-it-happened",
        what: "the broker answers with a coverage that the insurer registers only after the last visit",
        claims: &["ELIG-001/differs"],
        scenario: "insurer-changed-during-the-day",
        design: "certificate",
        plant: |draft| {
            let end = draft.entries.last()?.at_ns;
            change_from(draft, end)
        },
    },
    Plant {
        name: "change-fed-and-not-answered",
        what: "the broker accepts a feed with a change before the first visit, and answers without it",
        claims: &["ELIG-001/differs"],
        scenario: "insurer-changed-during-the-day",
        design: "certificate",
        plant: |draft| {
            let change = draft.ground.people.first()?.registered.last()?.from_ns;
            let first = draft.find(is_visit)?;
            let at_ns = draft.entries.get(first)?.at_ns;
            let is_late = |entry: &Entry| entry.zone == Zone::Broker && entry.at_ns >= change;
            let mut moved = Vec::new();
            while let Some(request) = draft.find(|entry| is_late(entry) && is_request_for_feed(entry)) {
                let response = draft.find_response(request)?;
                // From the last to the first, so that the request stays where it is.
                moved.extend([draft.entries.remove(response), draft.entries.remove(request)].map(|e| Entry { at_ns, ..e }));
            }
            (!moved.is_empty()).then_some(())?;
            moved.reverse();
            draft.entries.splice(first..first, moved);
            change_from(draft, at_ns)
        },
    },
    Plant {
        name: "change-stated-and-not-answered",
        what: "an insurer that is asked states a change before the first visit, and the broker answers without it",
        claims: &["ELIG-001/differs"],
        scenario: "moves-while-insurers-are-asked",
        design: "ask-insurer",
        plant: |draft| {
            let change = draft.ground.people.first()?.registered.last()?.from_ns;
            let first = draft.find(is_visit)?;
            let at_ns = draft.entries.get(first)?.at_ns;
            let mut stated = Vec::new();
            for index in (0..draft.entries.len()).filter(|i| is_question_to_insurer(&draft.entries[*i])) {
                if draft.entries.get(index)?.at_ns >= change {
                    let answer = find_answer(draft, index)?;
                    let copies = [index, answer].map(|i| Entry { at_ns, ..draft.entries[i].clone() });
                    stated.extend(copies.map(in_another_exchange));
                }
            }
            (!stated.is_empty()).then_some(())?;
            draft.entries.splice(first..first, stated);
            change_from(draft, at_ns)
        },
    },
];

fn is_visit(entry: &Entry) -> bool {
    matches!(entry.event, Event::Visit { .. })
}

fn is_request_for_feed(entry: &Entry) -> bool {
    matches!(&entry.event, Event::Message { head, body, .. } if asks::<SubmitFeed>(Head::new(head), body))
}

/// A question to an insurer as the broker sent it.
fn is_question_to_insurer(entry: &Entry) -> bool {
    let asks = matches!(&entry.event, Event::Message { head, body, .. } if asks::<AskForCoverage>(Head::new(head), body));
    entry.zone == Zone::Broker && asks
}

/// The index of what the broker received in the exchange of a request that it sent.
fn find_answer(draft: &Draft, request: usize) -> Option<usize> {
    let Event::Message { exchange, .. } = draft.entries.get(request)?.event else { return None };
    let is_answer = |entry: &Entry| match &entry.event {
        Event::Message { exchange: e, .. } => entry.zone == Zone::Broker && *e == exchange,
        _ => false,
    };
    let rest = draft.entries.get(request + 1..)?;
    rest.iter().position(is_answer).map(|at| request + 1 + at)
}

/// The entry with the number of an exchange that no other message has.
fn in_another_exchange(mut entry: Entry) -> Entry {
    if let Event::Message { exchange, .. } = &mut entry.event {
        *exchange += u64::from(u32::MAX);
    }
    entry
}

/// The insurers register the last change of the first person at this time of the run.
fn change_from(draft: &mut Draft, at_ns: u64) -> Option<()> {
    // A change of insurer is two changes of the registers: what begins, and what ends.
    let changes = draft.ground.people.first_mut()?.registered.get_mut(1..).filter(|changes| !changes.is_empty())?;
    changes.iter_mut().for_each(|change| change.from_ns = at_ns);
    Some(())
}
