//! Personal data in error texts, and in requests that do not need it.

use super::draft::{Draft, asks};
use super::personal;
use super::plant::Plant;
use terms::journal::{Content, Direction, Entry, Event};
use terms::operations::SubmitEligibilityRequest;
use terms::outcome::OutcomeCode;
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
    in_error!("escaped-name-in-error", "MIN-003/name", "a name in escapes of JSON", |person| {
        let escape = |unit: u16| format!("\\u{unit:04x}");
        personal::name(person).encode_utf16().map(escape).collect()
    }),
    in_error!("percent-encoded-name-in-error", "MIN-003/name", "a percent-encoded name", |person| {
        personal::name(person).bytes().map(|byte| format!("%{byte:02X}")).collect()
    }),
    in_error!("name-in-two-parts-in-error", "MIN-003/name", "a name in two parts", |person| {
        format!("{} (family), {} (given)", person.name.family, person.name.given)
    }),
    in_error!("birth-without-hyphens-in-error", "MIN-003/birth", "a date of birth in eight digits", |person| {
        person.birth.strftime("%Y%m%d").to_string()
    }),
    Plant {
        name: "name-in-error-header",
        what: "a header of a refusal contains a name",
        claims: &["MIN-003/name"],
        scenario: "certificate-revoked",
        design: "certificate",
        plant: |draft| {
            let name = personal::name(&draft.ground.people.first()?.person);
            let refusal = find_refusal(draft)?;
            draft.message(refusal)?.add_header("x-note", &name);
            Some(())
        },
    },
    Plant {
        name: "name-on-the-screen-of-a-refusal",
        what: "the screen of a check that was refused shows a name",
        claims: &["MIN-003/name"],
        scenario: "certificate-revoked",
        design: "certificate",
        plant: |draft| {
            let name = personal::name(&draft.ground.people.first()?.person);
            let refused = |entry: &Entry| match &entry.event {
                Event::Outcome { check, outcome: OutcomeCode::CertificateRevoked, .. } => Some(check.clone()),
                _ => None,
            };
            let refused = draft.entries.iter().find_map(refused)?;
            let screen = draft.find(|entry| matches!(&entry.event, Event::Screen { check, .. } if *check == refused))?;
            let Event::Screen { text, .. } = &mut draft.entries[screen].event else { return None };
            *text += &name;
            Some(())
        },
    },
    Plant {
        name: "name-in-the-body-of-a-request",
        what: "the body of a facility's request contains a name",
        claims: &["MIN-004/name"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let name = personal::name(&draft.ground.people.first()?.person);
            let request = draft.find_message(Zone::Facility, Direction::Sent, asks::<SubmitEligibilityRequest>)?;
            draft.message(request)?.change_json(|question| {
                question.as_object_mut()?.insert("note".into(), name.into());
                Some(())
            })
        },
    },
    in_request!("name-in-request", "MIN-004/name", "a name", personal::name),
    in_request!("reading-in-request", "MIN-004/reading", "the reading of a name", personal::reading),
    in_request!("address-in-request", "MIN-004/address", "an address", personal::address),
    in_request!("birth-in-request", "MIN-004/birth", "a date of birth", personal::birth),
];

/// The first refusal of the broker.
fn find_refusal(draft: &Draft) -> Option<usize> {
    draft.find_message(Zone::Broker, Direction::Sent, |head, _| head.status().is_some_and(|status| status >= 400))
}

fn in_error(draft: &mut Draft, value: impl Fn(&Person) -> String) -> Option<()> {
    let value = value(&draft.ground.people.first()?.person);
    let refusal = find_refusal(draft)?;
    *draft.message(refusal)?.body = Content::Text(format!("{{\"detail\":\"it is about {value} \"}}"));
    Some(())
}

fn in_request(draft: &mut Draft, value: impl Fn(&Person) -> String) -> Option<()> {
    let value = value(&draft.ground.people.first()?.person);
    let request = draft.find_message(Zone::Facility, Direction::Sent, asks::<SubmitEligibilityRequest>)?;
    draft.message(request)?.add_header("x-note", &value);
    Some(())
}
