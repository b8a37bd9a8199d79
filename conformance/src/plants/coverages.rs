//! Coverages that are recorded otherwise than they were answered, and truths that differ from what was answered.

use super::draft::Draft;
use super::plant::Plant;
use serde_json::{Value, json};
use terms::coverage::Validity;
use terms::identifiers::InsurerNumber;
use terms::journal::Event;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;
use terms::stores::RECEPTION;

/// A member of the first coverage of the first record, in a visit whose record has one.
macro_rules! member {
    ($name:literal, $what:literal, $member:expr, $value:expr) => {
        Plant {
            name: $name,
            what: $what,
            claims: &["ELIG-001/differs", "ELIG-003/record-differs"],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| set(draft, $member, json!($value)),
        }
    };
}

pub(super) const PLANTS: &[Plant] = &[
    member!("other-symbol-recorded", "a facility records another symbol", "/insured/symbol", "99"),
    member!("other-number-recorded", "a facility records another number", "/insured/number", "1"),
    member!("other-branch-recorded", "a facility records another branch number", "/insured/branch", "77"),
    Plant {
        name: "other-insurer-recorded",
        what: "a facility records another insurer",
        claims: &["ELIG-001/differs", "ELIG-003/record-differs"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            // One of two differs from the one recorded.
            let two = [1_130_501, 1_130_502].map(InsurerNumber::from_body);
            two.iter().find_map(|insurer| set(draft, "/insured/insurer", json!(insurer.reveal())))
        },
    },
    member!("other-first-day-recorded", "a facility records another first day", "/since", "2001-01-01"),
    member!("other-last-day-recorded", "a facility records a last day that nobody stated", "/until", "2099-12-31"),
    member!("other-copayment-recorded", "a facility records another copayment", "/copaymentPercent", 11),
    Plant {
        name: "coverage-recorded-twice",
        what: "a facility records the coverage in force twice",
        claims: &["ELIG-001/count", "ELIG-003/record-differs"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            draft.change_record(Zone::Facility, RECEPTION.name, |record| {
                let all = record.get_mut("coverages")?.as_array_mut()?;
                all.push(all.first()?.clone());
                Some(())
            })
        },
    },
    Plant {
        name: "ended-coverage-recorded",
        what: "a facility records the coverage in force as ended",
        claims: &["ELIG-001/count", "ELIG-001/not-ended", "ELIG-003/record-differs"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| set(draft, "/inForce", json!(false)),
    },
    Plant {
        name: "other-outcome-answered",
        what: "the broker answers that the coverage asked about is in force, and the facility records otherwise",
        claims: &["ELIG-003/record-differs"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            draft.change_answer(|answer| {
                answer.validity = Validity::InsuredElsewhere;
                Some(())
            })
        },
    },
    Plant {
        name: "insured-as-asked",
        what: "the insurer insures the person under the coverage that the facility asked about and that was answered as ended",
        claims: &["ELIG-001/not-elsewhere"],
        scenario: "insured-elsewhere",
        design: "certificate",
        plant: |draft| {
            let [first, .., last] = draft.ground.people.first_mut()?.person.insurance.as_mut_slice() else { return None };
            last.insured = first.insured.clone();
            Some(())
        },
    },
    Plant {
        name: "never-ended",
        what: "the insurer still insures a person whose coverage was answered as ended",
        claims: &["ELIG-001/insured", "ELIG-001/not-ended"],
        scenario: "not-insured",
        design: "certificate",
        plant: |draft| {
            draft.ground.people.first_mut()?.person.insurance.last_mut()?.until = None;
            Some(())
        },
    },
    Plant {
        name: "never-insured",
        what: "no insurer ever insured a person of whom an ended coverage was answered",
        claims: &["ELIG-001/never-had"],
        scenario: "not-insured",
        design: "certificate",
        plant: |draft| {
            draft.ground.people.first_mut()?.person.insurance.clear();
            Some(())
        },
    },
    Plant {
        name: "elsewhere-though-none-was-asked-about",
        what: "a check about no coverage ends as insured elsewhere",
        claims: &["ELIG-001/not-elsewhere"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let ended = draft.find(|entry| matches!(entry.event, Event::Outcome { .. }))?;
            let Event::Outcome { check, outcome, .. } = &mut draft.entries[ended].event else { return None };
            *outcome = OutcomeCode::InsuredElsewhere;
            let check = json!(check.as_str());
            let record = draft.find_json_record(Zone::Facility, RECEPTION.name, |record| record["check"] == check)?;
            draft.set_outcome(record, OutcomeCode::InsuredElsewhere)
        },
    },
    Plant {
        name: "not-insured-with-a-coverage",
        what: "a facility records that a person is not insured, with a coverage in force",
        claims: &["ELIG-001/count", "ELIG-001/none-in-force"],
        scenario: "not-insured",
        design: "certificate",
        plant: |draft| set(draft, "/inForce", json!(true)),
    },
    Plant {
        name: "ended-coverage-differs",
        what: "a facility records an ended coverage with another copayment",
        claims: &["ELIG-001/differs"],
        scenario: "not-insured",
        design: "certificate",
        plant: |draft| set(draft, "/copaymentPercent", json!(11)),
    },
    Plant {
        name: "not-understood-though-answered",
        what: "a facility records that it does not understand an answer that it must accept",
        claims: &["AUDIT-001/other-outcome", "ELIG-003/record-differs"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let record = draft.find_record(Zone::Facility, RECEPTION.name)?;
            draft.set_outcome(record, OutcomeCode::BrokerNonsense)
        },
    },
];

/// Sets a member of the first coverage of the first record. `None` if it has that value already.
fn set(draft: &mut Draft, member: &str, value: Value) -> Option<()> {
    draft.change_record(Zone::Facility, RECEPTION.name, |record| {
        let place = record.pointer_mut(&format!("/coverages/0{member}"))?;
        let differs = *place != value;
        *place = value;
        differs.then_some(())
    })
}
