//! Codes that anyone can compute, and codes given to parties that may not ask.

use super::draft::Draft;
use super::plant::Plant;
use sha2::{Digest, Sha256};
use terms::identifiers::InstitutionCode;
use terms::journal::Direction;
use terms::messages::{IssueQuestion, KnownBy};
use terms::people::Person;
use terms::roles::Zone;

/// The code of the first person who has one becomes the SHA-256 of something that institutions know of the person.
macro_rules! digest {
    ($name:literal, $what:literal, $value:expr) => {
        Plant {
            name: $name,
            what: concat!("a code is the SHA-256 of ", $what),
            claims: &["CODE-005/digest"],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| replace_code(draft, |person| Some(Sha256::digest($value(person)?).to_vec())),
        }
    };
}

pub(super) const PLANTS: &[Plant] = &[
    digest!("code-of-my-number", "My Number", |person: &Person| Some(person.my_number.reveal().to_string())),
    digest!("code-of-resident-code", "the resident code", |person: &Person| Some(person.resident_code.reveal().to_string())),
    digest!("code-of-serial", "the certificate's serial number", |person: &Person| {
        person.card.certificates.first().map(|c| c.serial.0.to_string())
    }),
    digest!("code-of-subject", "the certificate's subject", |person: &Person| {
        person.card.certificates.first().map(|c| c.subject_cn.clone())
    }),
    digest!("code-of-insured-identifier", "the insured identifier", |person: &Person| {
        let i = &person.insurance.first()?.insured;
        Some(format!("{}{}{}{}", i.insurer.reveal(), i.symbol, i.number, i.branch))
    }),
    Plant {
        name: "code-is-my-number",
        what: "a code is My Number itself, in other letters",
        claims: &["CODE-005/itself"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| replace_code(draft, |person| Some(person.my_number.reveal().as_bytes().to_vec())),
    },
    Plant {
        name: "code-by-my-number-for-the-broker",
        what: "the number authority gives the broker a code for My Number",
        claims: &["SEC-007/by-my-number"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| ask_as(draft, KnownBy::MyNumber),
    },
    Plant {
        name: "code-by-resident-code-for-the-broker",
        what: "the number authority gives the broker a code for a resident code",
        claims: &["SEC-007/by-resident-code"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| ask_as(draft, KnownBy::ResidentCode),
    },
];

/// Replaces a person's code, wherever it is, by bytes, cut or filled up with zeros to the length of a code.
fn replace_code(draft: &mut Draft, bytes: impl Fn(&Person) -> Option<Vec<u8>>) -> Option<()> {
    let resident = draft.ground.people.iter_mut().find(|r| r.institution_code.is_some())?;
    let before = resident.institution_code.clone()?;
    let mut new = [0; 16];
    for (place, byte) in new.iter_mut().zip(bytes(&resident.person)?) {
        *place = byte;
    }
    let after = InstitutionCode::from_bytes(new);
    resident.institution_code = Some(after.clone());
    draft.replace(before.reveal(), after.reveal());
    Some(())
}

/// The first answer of the number authority to a question by this kind of number goes to the broker.
fn ask_as(draft: &mut Draft, known_by: KnownBy) -> Option<()> {
    let asks = |body: &[u8]| serde_json::from_slice::<IssueQuestion>(body).is_ok_and(|question| question.known_by == known_by);
    let asked =
        draft.find_message(Zone::NumberAuthority, Direction::Received, |_, body| body.bytes().is_some_and(|b| asks(&b)))?;
    let answered = draft.find_response(asked)?;
    *draft.message(answered)?.peer = Zone::Broker.name().to_string();
    Some(())
}
