//! Questions to insurers that say more than the code, and answers with what no insurer stated.

use super::draft::Draft;
use super::plant::Plant;
use terms::check::CheckId;
use terms::coverage::Relationship;
use terms::fhir::{CoverageAnswer, CoverageStatement, EligibilityAnswer, EligibilityQuestion, Profile};
use terms::journal::{Content, Event};
use terms::operation::CHECK_ID;
use terms::operations::{AskForCoverage, SubmitEligibilityRequest};
use terms::roles::Zone;

/// A member of the coverage in an answer that its insurer did not state so.
macro_rules! member {
    ($name:literal, $what:literal, $change:expr) => {
        Plant {
            name: $name,
            what: concat!("the broker answers ", $what, " that the insurer did not state"),
            claims: &["ELIG-005/not-stated"],
            scenario: "insurers-asked",
            design: "ask-insurer",
            plant: |draft| {
                draft.change_answer(|answer| {
                    let change: fn(&mut CoverageAnswer) -> Option<()> = $change;
                    change(answer.coverages.first_mut()?)
                })
            },
        }
    };
}

/// A question to an insurer.
macro_rules! question {
    ($name:literal, $claim:literal, $what:literal, $change:expr) => {
        Plant {
            name: $name,
            what: $what,
            claims: &[$claim],
            scenario: "insurers-asked",
            design: "ask-insurer",
            plant: |draft| {
                let question = draft.find_request::<AskForCoverage>(Zone::Insurer)?;
                let change: fn(&mut Draft, usize) -> Option<()> = $change;
                change(draft, question)
            },
        }
    };
}

pub(super) const PLANTS: &[Plant] = &[
    member!("number-not-stated", "an insured number", |coverage| {
        coverage.insured.number = "1".into();
        Some(())
    }),
    member!("first-day-not-stated", "a first day", |coverage| {
        coverage.since = coverage.since.yesterday().ok()?;
        Some(())
    }),
    member!("last-day-not-stated", "a last day", |coverage| {
        coverage.until = Some(jiff::civil::date(2099, 12, 31));
        Some(())
    }),
    member!("copayment-not-stated", "a copayment", |coverage| {
        coverage.copayment_percent = Some(11);
        Some(())
    }),
    member!("relationship-not-stated", "a relationship", |coverage| {
        coverage.relationship = match coverage.relationship {
            Relationship::Insured => Relationship::Dependent,
            Relationship::Dependent => Relationship::Insured,
        };
        Some(())
    }),
    question!("insurer-asked-with-query", "MIN-007/query", "a question to an insurer has a query", |draft, at| {
        draft.message(at)?.set_target(|target| format!("{target}?at=counter"))
    }),
    question!("insurer-asked-with-header", "MIN-007/headers", "a question to an insurer has a header more", |draft, at| {
        draft.message(at)?.add_header("x-note", "counter");
        Some(())
    }),
    question!("insurer-asked-for-a-list", "MIN-007/other-request", "an insurer is asked for a list", |draft, at| {
        draft.message(at)?.set_target(|_| "/fhir/Coverage".into())
    }),
    question!("insurer-asked-with-a-day", "MIN-007/more-than-code", "a question to an insurer names a day", |draft, at| {
        draft.message(at)?.change_json(|question| {
            question.as_object_mut()?.insert("servicedDate".into(), "2027-04-05".into());
            Some(())
        })
    }),
    question!("insurer-learns-of-a-check", "MIN-007/names-check", "a question to an insurer names a check", |draft, at| {
        draft.message(at)?.add_header(CHECK_ID.name, "check-000000-000000");
        Some(())
    }),
    Plant {
        name: "statements-of-the-day-before",
        what: "insurers' statements are complete through the day before only",
        claims: &["ELIG-005/no-statement"],
        scenario: "insurers-asked",
        design: "ask-insurer",
        plant: |draft| {
            let mut changed = None;
            for entry in &mut draft.entries {
                let Event::Message { body, .. } = &mut entry.event else { continue };
                let Some(mut statement) = body.bytes().and_then(|b| CoverageStatement::from_json(&b).ok()) else { continue };
                statement.complete_through = statement.complete_through.yesterday().ok()?;
                *body = Content::of(&statement.to_json());
                changed = Some(());
            }
            changed
        },
    },
    Plant {
        name: "statements-of-another-check",
        what: "two checks of one person are in progress at the same time, and the broker asks the insurers once for both",
        claims: &["ELIG-005/no-statement"],
        scenario: "insurers-asked",
        design: "ask-insurer",
        plant: add_check_at_the_same_time,
    },
];

/// A check begins when the first one does, and is answered right after it.
fn add_check_at_the_same_time(draft: &mut Draft) -> Option<()> {
    let other = CheckId::new(0, 999_999);
    let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
    let answer = draft.find_response(request)?;
    let mut question = EligibilityQuestion::from_json(&draft.message(request)?.body.bytes()?).ok()?;
    let mut answered = EligibilityAnswer::from_json(&draft.message(answer)?.body.bytes()?).ok()?;
    let visit = draft.find(|e| matches!(&e.event, Event::Visit { check, .. } if *check == question.check))?;
    (question.check, answered.check) = (other.clone(), other.clone());
    // From the last to the first, so that what was found stays where it is.
    for (index, copy) in [(answer, Content::of(&answered.to_json())), (request, Content::of(&question.to_json()))] {
        let mut event = draft.entries.get(index)?.event.clone();
        if let Event::Message { exchange, body, .. } = &mut event {
            (*exchange, *body) = (u64::from(u32::MAX), copy);
        }
        draft.add_after(index, event)?;
    }
    let mut event = draft.entries.get(visit)?.event.clone();
    if let Event::Visit { check, .. } = &mut event {
        *check = other;
    }
    draft.add_after(visit, event)
}
