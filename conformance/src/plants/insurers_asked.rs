//! Questions to insurers that say more than the code, and answers with what no insurer stated.

use super::draft::Draft;
use super::plant::Plant;
use terms::coverage::Relationship;
use terms::fhir::{CoverageAnswer, CoverageStatement, Profile};
use terms::journal::{Content, Event};
use terms::operation::CHECK_ID;
use terms::operations::AskForCoverage;
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
        coverage.copayment_percent = 11;
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
];
