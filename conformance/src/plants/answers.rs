//! Answers of the broker that fit no question, or that nobody may get.

use super::draft::Draft;
use super::plant::Plant;
use terms::check::CheckId;
use terms::fhir::{EligibilityQuestion, Profile};
use terms::journal::{Content, Direction};
use terms::messages::ChallengeGrant;
use terms::operations::SubmitEligibilityRequest;
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
];

fn issued_twice(draft: &mut Draft) -> Option<()> {
    let is_grant = |body: &Content| body.bytes().and_then(|b| serde_json::from_slice::<ChallengeGrant>(&b).ok()).is_some();
    let grant = draft.find_message(Zone::Broker, Direction::Sent, |_, body| is_grant(body))?;
    draft.repeat(grant)
}
