//! Steps that do not go with how a check ended, or that are taken again.

use super::draft::Draft;
use super::plant::Plant;
use serde_json::json;
use terms::check::{CheckId, Step};
use terms::fhir::{EligibilityAnswer, Profile};
use terms::journal::{Content, Event};
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
        plant: |draft| {
            let answer = draft.find_answer()?;
            draft.repeat(answer)?;
            let body = draft.message(answer + 1)?.body;
            let mut second = EligibilityAnswer::from_json(&body.bytes()?).ok()?;
            second.created = second.created.checked_add(jiff::SignedDuration::from_secs(1)).ok()?;
            *body = Content::of(&second.to_json());
            Some(())
        },
    },
    Plant {
        name: "went-on-after-a-wrong-pin",
        what: "② is taken in a check that the card refused because of a wrong PIN",
        claims: &["FLOW-001/after-refusal-at-counter"],
        scenario: "pin-wrong",
        design: "certificate",
        plant: |draft| {
            let (at, check) = shown_in(draft, OutcomeCode::PinWrong)?;
            draft.add_after(at, Event::Step { check, step: Step::PersonChecked, what: "the person was checked".into() })
        },
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
];

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

/// The record of the first check that ended so says `in-force`.
fn record_in_force(draft: &mut Draft, outcome: OutcomeCode) -> Option<()> {
    let is_it = |record: &serde_json::Value| record.get("outcome") == Some(&json!(outcome));
    let record = draft.find_json_record(Zone::Facility, RECEPTION.name, is_it)?;
    draft.change_json(record, |record| {
        record.as_object_mut()?.insert("outcome".into(), json!(OutcomeCode::InForce));
        Some(())
    })
}
