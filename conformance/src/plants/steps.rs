//! Steps that do not go with how a check ended, or that are taken again.

use super::draft::{Draft, asks};
use super::plant::Plant;
use crate::wire::Head;
use serde_json::json;
use terms::check::{CheckId, Step};
use terms::fault::FaultTarget;
use terms::fhir::{EligibilityAnswer, Profile};
use terms::journal::{Content, Direction, Event};
use terms::operation::CHECK_ID;
use terms::operations::SubmitEligibilityRequest;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;
use terms::stores::RECEPTION;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "answered-twice",
        what: "the broker sends a second, different answer to a check without asking JPKI again",
        claims: &["FLOW-001/answered-again"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: answer_again,
    },
    Plant {
        name: "answered-twice-without-a-fault",
        what: "the broker receives a request twice, and answers it twice and differently, and nothing had failed",
        claims: &["FLOW-001/taken-again"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
            draft.repeat(request)?;
            answer_again(draft)
        },
    },
    Plant {
        name: "answered-twice-and-asked-once",
        what: "after a fault, the broker answers twice and differently a request that it received once",
        claims: &["FLOW-001/taken-again"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            fail_at_first(draft)?;
            answer_again(draft)
        },
    },
    Plant {
        name: "recorded-twice-after-a-fault",
        what: "after a fault, the broker receives a request twice, and the facility records the answer twice",
        claims: &["FLOW-001/taken-again"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            fail_at_first(draft)?;
            let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
            draft.repeat(request)?;
            let record = draft.find_record(Zone::Facility, RECEPTION.name)?;
            draft.repeat(record)
        },
    },
    Plant {
        name: "went-on-after-a-wrong-pin",
        what: "② is taken in a check that the card refused because of a wrong PIN",
        claims: &["FLOW-001/after-refusal-at-counter"],
        scenario: "pin-wrong",
        design: "certificate",
        plant: |draft| go_on(draft, OutcomeCode::PinWrong),
    },
    Plant {
        name: "recorded-though-refused",
        what: "a facility records an eligibility in a check that was refused",
        claims: &["FLOW-001/though-refused"],
        scenario: "certificate-revoked",
        design: "certificate",
        plant: |draft| record_in_force(draft, OutcomeCode::CertificateRevoked),
    },
    Plant {
        name: "recorded-though-not-known",
        what: "a facility records an eligibility in a check that ended as *not known*",
        claims: &["FLOW-001/though-not-known"],
        scenario: "jpki-down",
        design: "certificate",
        plant: |draft| record_in_force(draft, OutcomeCode::JpkiUnavailable),
    },
    Plant {
        name: "went-on-after-a-locked-pin",
        what: "② is taken in a check that the card refused because its PIN is locked",
        claims: &["FLOW-001/after-refusal-at-counter"],
        scenario: "pin-locked",
        design: "certificate",
        plant: |draft| go_on(draft, OutcomeCode::PinLocked),
    },
    Plant {
        name: "went-on-after-a-wrong-photo",
        what: "② is taken in a check that staff refused because of the photo",
        claims: &["FLOW-001/after-refusal-at-counter"],
        scenario: "borrowed-card",
        design: "certificate",
        plant: |draft| go_on(draft, OutcomeCode::PhotoMismatch),
    },
    Plant {
        name: "answered-though-refused",
        what: "the broker answers with eligibility in the exchange of a check that ends as refused",
        claims: &["FLOW-001/though-refused"],
        scenario: "certificate-revoked",
        design: "certificate",
        plant: answer_refused,
    },
    Plant {
        name: "asked-without-a-header",
        what: "a request that names its check in its question only leaves before ②",
        claims: &["FLOW-003/too-early"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let request = draft.find_message(Zone::Facility, Direction::Sent, asks::<SubmitEligibilityRequest>)?;
            let head = draft.message(request)?.head;
            *head = head.lines().filter(|line| !line.starts_with(CHECK_ID.name)).collect::<Vec<_>>().join("\n");
            draft.remove(|entry| matches!(entry.event, Event::Step { step: Step::PersonChecked, .. }))
        },
    },
];

/// The broker sends a second answer to the first check, made a second later.
fn answer_again(draft: &mut Draft) -> Option<()> {
    let answer = draft.find_answer()?;
    draft.repeat(answer)?;
    let body = draft.message(answer + 1)?.body;
    let mut second = EligibilityAnswer::from_json(&body.bytes()?).ok()?;
    second.created = second.created.checked_add(jiff::SignedDuration::from_secs(1)).ok()?;
    *body = Content::of(&second.to_json());
    Some(())
}

/// The number authority fails before the first visit: a fault that no check needs to notice.
fn fail_at_first(draft: &mut Draft) -> Option<()> {
    let visit = draft.find(|entry| matches!(entry.event, Event::Visit { .. }))?;
    draft.begin_fault(visit, "host-down", FaultTarget::Host(Zone::NumberAuthority.name().into()))
}

/// Where the card was shown in the first check that ended so.
fn shown_in(draft: &Draft, outcome: OutcomeCode) -> Option<(usize, CheckId)> {
    let ended = draft.find(|entry| matches!(&entry.event, Event::Outcome { outcome: o, .. } if *o == outcome))?;
    let Event::Outcome { check, .. } = draft.entries[ended].event.clone() else { return None };
    let shown = draft.find(|entry| match &entry.event {
        Event::Step { check: c, step: Step::CardShown, .. } => *c == check,
        _ => false,
    })?;
    Some((shown, check))
}

/// Step ② is taken in the first check that ended so.
fn go_on(draft: &mut Draft, outcome: OutcomeCode) -> Option<()> {
    let (at, check) = shown_in(draft, outcome)?;
    draft.add_after(at, Event::Step { check, step: Step::PersonChecked, what: "the person was checked".into() })
}

/// The first refusal of the broker becomes the answer to another check, under the refused check's id.
fn answer_refused(draft: &mut Draft) -> Option<()> {
    let is_refusal = |head: Head<'_>, _: &Content| head.status().is_some_and(|status| status >= 400);
    let refusal = draft.find_message(Zone::Broker, Direction::Sent, is_refusal)?;
    let refused = draft.find(|entry| matches!(&entry.event, Event::Outcome { outcome: OutcomeCode::CertificateRevoked, .. }))?;
    let Event::Outcome { check, .. } = draft.entries[refused].event.clone() else { return None };
    let answered = draft.find_answer()?;
    let mut answer = EligibilityAnswer::from_json(&draft.message(answered)?.body.bytes()?).ok()?;
    answer.check = check;
    let message = draft.message(refusal)?;
    *message.head = "HTTP/1.1 200 OK\ncontent-type: application/fhir+json".into();
    *message.body = Content::of(&answer.to_json());
    Some(())
}

/// The record of the first check that ended so says `in-force`.
fn record_in_force(draft: &mut Draft, outcome: OutcomeCode) -> Option<()> {
    let is_it = |record: &serde_json::Value| record.get("outcome") == Some(&json!(outcome));
    let record = draft.find_json_record(Zone::Facility, RECEPTION.name, is_it)?;
    draft.set_outcome(record, OutcomeCode::InForce)
}
