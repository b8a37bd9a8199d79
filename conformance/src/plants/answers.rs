//! Answers of the broker that fit no question, or that nobody may get.

use super::draft::Draft;
use super::plant::Plant;
use terms::check::CheckId;
use terms::fhir::{EligibilityQuestion, Profile};
use terms::journal::{Content, Direction, Event};
use terms::messages::ChallengeGrant;
use terms::operations::SubmitEligibilityRequest;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "answer-about-another-check",
        what: "an answer names a check that nobody asked about",
        claims: &["ELIG-003/other-check"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            draft.change_answer(|answer| {
                answer.check = CheckId::new(0, 999_999);
                Some(())
            })
        },
    },
    Plant {
        name: "answer-without-question",
        what: "the broker sends an answer, and received no request in that exchange",
        claims: &["ELIG-003/no-question"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
            draft.entries.remove(request);
            Some(())
        },
    },
    Plant {
        name: "answer-unreadable",
        what: "the broker answers a request for eligibility with an empty object",
        claims: &["ELIG-003/unreadable"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let answer = draft.find_answer()?;
            *draft.message(answer)?.body = Content::Text("{}".into());
            Some(())
        },
    },
    Plant {
        name: "answer-to-another-party",
        what: "the broker sends an answer to a party whose TLS certificate names no facility",
        claims: &["SEC-005/not-a-facility"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let answer = draft.find_answer()?;
            *draft.message(answer)?.peer = Zone::Jpki.name().to_string();
            Some(())
        },
    },
    Plant {
        name: "question-in-anothers-name",
        what: "a facility asks under the number of another facility, and is answered",
        claims: &["SEC-005/other-name"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
            let numbers: Vec<_> = draft.ground.facilities.iter().map(|f| f.number.clone()).collect();
            let message = draft.message(request)?;
            let mut question = EligibilityQuestion::from_json(&message.body.bytes()?).ok()?;
            question.facility = numbers.into_iter().find(|number| *number != question.facility)?;
            *message.body = Content::of(&question.to_json());
            Some(())
        },
    },
    Plant {
        name: "challenge-issued-twice",
        what: "the broker issues one challenge twice",
        claims: &["SEC-004/issued-again"],
        scenario: "everyday-visit",
        design: "signed-challenge",
        plant: issued_twice,
    },
    Plant {
        name: "challenge-of-another-facility",
        what: "the broker issues a challenge to another facility than that which uses it",
        claims: &["SEC-004/not-issued"],
        scenario: "everyday-visit",
        design: "signed-challenge",
        plant: |draft| {
            let grant = draft.find_message(Zone::Broker, Direction::Sent, |_, body| is_grant(body))?;
            let numbers: Vec<_> = draft.ground.facilities.iter().map(|f| f.number.reveal().to_string()).collect();
            let peer = draft.message(grant)?.peer;
            *peer = numbers.into_iter().find(|other| other != peer)?;
            Some(())
        },
    },
    Plant {
        name: "facility-that-nobody-knows",
        what: "the broker answers a facility of which the list of licensed facilities knows nothing",
        claims: &["SEC-005/not-licensed"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let answer = draft.find_answer()?;
            let number = draft.message(answer)?.peer.clone();
            draft.ground.facilities.retain(|f| f.number.reveal() != number);
            Some(())
        },
    },
    Plant {
        name: "number-of-two-facilities",
        what: "the list of facilities has the number of the one that is answered twice, and the second is not licensed",
        claims: &["SEC-005/not-licensed"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let answer = draft.find_answer()?;
            let number = draft.message(answer)?.peer.clone();
            let mut other = draft.ground.facilities.iter().find(|f| f.number.reveal() == number)?.clone();
            other.licensed = false;
            draft.ground.facilities.push(other);
            Some(())
        },
    },
    Plant {
        name: "challenge-issued-after-its-use",
        what: "the broker issues a challenge after the request that carries it",
        claims: &["SEC-004/not-issued"],
        scenario: "everyday-visit",
        design: "signed-challenge",
        plant: |draft| {
            let grant = draft.find_message(Zone::Broker, Direction::Sent, |_, body| is_grant(body))?;
            let grant = draft.entries.remove(grant);
            let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
            draft.entries.insert(request + 1, grant);
            Some(())
        },
    },
    Plant {
        name: "answer-lost-and-jpki-not-asked",
        what: "the broker answers without asking JPKI, and no answer reaches a facility",
        claims: &[
            "FLOW-002/status-not-asked",
            "FLOW-002/status-not-answered",
            "FLOW-002/code-not-asked",
            "FLOW-002/code-not-answered",
        ],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            for entry in &mut draft.entries {
                if let Event::Outcome { outcome, .. } = &mut entry.event {
                    *outcome = OutcomeCode::BrokerNoAnswer;
                }
            }
            draft.remove(|entry| match &entry.event {
                Event::Message { peer, .. } => entry.zone == Zone::Broker && peer == Zone::Jpki.name(),
                _ => false,
            })
        },
    },
];

fn is_grant(body: &Content) -> bool {
    body.bytes().is_some_and(|b| serde_json::from_slice::<ChallengeGrant>(&b).is_ok())
}

fn issued_twice(draft: &mut Draft) -> Option<()> {
    let grant = draft.find_message(Zone::Broker, Direction::Sent, |_, body| is_grant(body))?;
    draft.repeat(grant)
}
