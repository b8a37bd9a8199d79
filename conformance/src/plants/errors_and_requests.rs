//! Personal data in error texts, and in requests that do not need it.

use super::draft::{Draft, asks};
use super::personal;
use super::plant::Plant;
use terms::journal::{Content, Direction};
use terms::operations::SubmitEligibilityRequest;
use terms::people::Person;
use terms::roles::Zone;

/// A refusal of the broker with personal data in its text.
macro_rules! in_error {
    ($name:literal, $claim:literal, $what:literal, $value:expr) => {
        Plant {
            name: $name,
            what: concat!("the text of a refusal contains ", $what),
            claims: &[$claim],
            scenario: "certificate-revoked",
            design: "certificate",
            plant: |draft| in_error(draft, $value),
        }
    };
}

/// A request of a facility with personal data in a header.
macro_rules! in_request {
    ($name:literal, $claim:literal, $what:literal, $value:expr) => {
        Plant {
            name: $name,
            what: concat!("a header of a facility's request contains ", $what),
            claims: &[$claim],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| in_request(draft, $value),
        }
    };
}

pub(super) const PLANTS: &[Plant] = &[
    in_error!("name-in-error", "MIN-003/name", "a name", personal::name),
    in_error!("reading-in-error", "MIN-003/reading", "the reading of a name", personal::reading),
    in_error!("address-in-error", "MIN-003/address", "an address", personal::address),
    in_error!("birth-in-error", "MIN-003/birth", "a date of birth", personal::birth),
    in_error!("insured-number-in-error", "MIN-003/insured-number", "an insured number", |person| {
        person.insurance.first().map_or(String::new(), |period| period.insured.number.clone())
    }),
    in_error!("subject-in-error", "MIN-003/subject", "the subject of a certificate", |person| {
        person.card.certificates.first().map_or(String::new(), |c| c.subject_cn.clone())
    }),
    in_error!("serial-in-error", "MIN-003/serial", "the serial number of a certificate", |person| {
        person.card.certificates.first().map_or(String::new(), |c| c.serial.0.to_string())
    }),
    in_request!("name-in-request", "MIN-004/name", "a name", personal::name),
    in_request!("reading-in-request", "MIN-004/reading", "the reading of a name", personal::reading),
    in_request!("address-in-request", "MIN-004/address", "an address", personal::address),
    in_request!("birth-in-request", "MIN-004/birth", "a date of birth", personal::birth),
];

fn in_error(draft: &mut Draft, value: impl Fn(&Person) -> String) -> Option<()> {
    let value = value(&draft.ground.people.first()?.person);
    let refusal =
        draft.find_message(Zone::Broker, Direction::Sent, |head, _| head.status().is_some_and(|status| status >= 400))?;
    *draft.message(refusal)?.body = Content::Text(format!("{{\"detail\":\"it is about {value} \"}}"));
    Some(())
}

fn in_request(draft: &mut Draft, value: impl Fn(&Person) -> String) -> Option<()> {
    let value = value(&draft.ground.people.first()?.person);
    let request = draft.find_message(Zone::Facility, Direction::Sent, asks::<SubmitEligibilityRequest>)?;
    draft.message(request)?.add_header("x-note", &value);
    Some(())
}
