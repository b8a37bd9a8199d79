//! The codes that the number authority issued and JPKI returned, and whose they are.

use super::boundary::Message;
use crate::wire::Head;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::ground::{Ground, GroundPerson};
use terms::identifiers::InstitutionCode;
use terms::journal::{Content, Direction, Entry};
use terms::messages::{
    CodeQuestion, FIELD_MEDICAL_INSURANCE, IssueQuestion, KnownBy, NumberKind, NumberQuestion, PersonQuestion,
};
use terms::operation::Operation;
use terms::operations::{IssueCodes, ResolveCode, ResolveNumber, ResolvePerson};
use terms::people::Person;

/// One answer to a request for one person's code.
#[derive(Clone, Debug)]
pub struct IssuedCode<'a> {
    /// The entry in which the answer was sent.
    pub entry: &'a Entry,
    /// The party that asked, by its TLS certificate.
    pub asker: &'a str,
    /// What identified the person: a number at the authority, a certificate at JPKI.
    pub by: LookupKey,
    pub field: String,
    pub person: u64,
    /// `None` if the answer is that the person has none.
    pub code: Option<InstitutionCode>,
}

/// What identified a person in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKey {
    MyNumber,
    ResidentCode,
    Certificate,
    /// A number that a facility presented.
    PresentedNumber,
    /// Name, birth, sex and address, in a report to the cancer registry.
    Person,
}

/// JPKI's answer. Other members are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resolved {
    institution_code: InstitutionCode,
}

/// The number authority's answer. Other members are ignored.
#[derive(Deserialize)]
struct Issued {
    codes: Vec<Option<InstitutionCode>>,
}

/// A request that has no answer yet.
struct PendingQuestion {
    field: String,
    by: LookupKey,
    people: Vec<Option<u64>>,
}

/// 基本4情報 of a person.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct FourData(String, Date, &'static str, String);

impl FourData {
    fn of_person(person: &Person) -> FourData {
        let (name, address) = (&person.name, &person.address);
        let address = format!("{}{}{}", address.prefecture, address.municipality, address.rest);
        FourData(format!("{} {}", name.family, name.given), person.birth, person.sex.code(), address)
    }

    fn of_question(question: &PersonQuestion) -> FourData {
        FourData(question.name.clone(), question.birth, question.sex.code(), question.address.clone())
    }
}

/// All answers about codes, in the order of the answers, from the messages of the number authority and of JPKI.
pub(super) fn issued_codes<'a>(at_authority: &[Message<'a>], at_jpki: &[Message<'a>], ground: &Ground) -> Vec<IssuedCode<'a>> {
    let mut issued = answered(at_authority, ground);
    issued.extend(answered(at_jpki, ground));
    issued.sort_by_key(|issued| issued.entry.seq);
    issued
}

fn answered<'a>(messages: &[Message<'a>], ground: &Ground) -> Vec<IssuedCode<'a>> {
    let owners = Owners::of(ground);
    let mut open: BTreeMap<usize, PendingQuestion> = BTreeMap::new();
    let mut issued = Vec::new();
    for Message { entry, exchange, direction, peer, text, body, .. } in messages {
        let head = Head::new(text);
        match (direction, head.request(), head.status()) {
            (Direction::Received, Some((_, path)), _) => {
                open.extend(owners.question(path, body).map(|question| (*exchange, question)));
            }
            (Direction::Sent, None, Some(status)) => {
                let Some(question) = open.remove(exchange) else { continue };
                let codes = match (status, question.by) {
                    (200..300, LookupKey::Certificate | LookupKey::PresentedNumber | LookupKey::Person) => {
                        read::<Resolved>(body).map(|a| vec![Some(a.institution_code)])
                    }
                    (200..300, _) => read::<Issued>(body).map(|a| a.codes),
                    (404, LookupKey::Certificate | LookupKey::PresentedNumber | LookupKey::Person) => Some(vec![None]),
                    _ => None,
                };
                for (person, code) in question.people.into_iter().zip(codes.unwrap_or_default()) {
                    let Some(person) = person else { continue };
                    issued.push(IssuedCode { entry, asker: peer, by: question.by, field: question.field.clone(), person, code });
                }
            }
            _ => {}
        }
    }
    issued
}

/// Whose a number, a certificate or the four data are.
struct Owners<'a> {
    my_numbers: BTreeMap<&'a str, u64>,
    resident_codes: BTreeMap<&'a str, u64>,
    medical_numbers: BTreeMap<String, u64>,
    data: BTreeMap<FourData, u64>,
    serials: BTreeMap<u64, u64>,
}

impl<'a> Owners<'a> {
    fn of(ground: &'a Ground) -> Owners<'a> {
        let people = || ground.people.iter().enumerate().map(|(i, r)| (i as u64, &r.person));
        let medical_number =
            |(i, r): (usize, &'_ GroundPerson)| Some((r.medical_number.as_ref()?.reveal().to_string(), i as u64));
        Owners {
            my_numbers: people().map(|(i, p)| (p.my_number.reveal(), i)).collect(),
            resident_codes: people().map(|(i, p)| (p.resident_code.reveal(), i)).collect(),
            medical_numbers: ground.people.iter().enumerate().filter_map(medical_number).collect(),
            data: people().map(|(i, p)| (FourData::of_person(p), i)).collect(),
            serials: people().flat_map(|(i, p)| p.card.certificates.iter().map(move |c| (c.serial.0, i))).collect(),
        }
    }

    /// The question in a request; `None` if it is none that can be read.
    fn question(&self, path: &str, body: &Content) -> Option<PendingQuestion> {
        if IssueCodes::is_at(path) {
            let q: IssueQuestion = read(body)?;
            let (by, of) = match q.known_by {
                KnownBy::MyNumber => (LookupKey::MyNumber, &self.my_numbers),
                KnownBy::ResidentCode => (LookupKey::ResidentCode, &self.resident_codes),
            };
            let people = q.numbers.iter().map(|n| of.get(n.as_str()).copied()).collect();
            return Some(PendingQuestion { field: q.field, by, people });
        }
        if ResolveNumber::is_at(path) {
            let q: NumberQuestion = read(body)?;
            let person = match q.kind {
                NumberKind::MyNumber => self.my_numbers.get(q.number.as_str()).copied(),
                NumberKind::MedicalNumber => self.medical_numbers.get(q.number.as_str()).copied(),
            };
            return Some(PendingQuestion { field: q.field, by: LookupKey::PresentedNumber, people: vec![person] });
        }
        if ResolvePerson::is_at(path) {
            let q: PersonQuestion = read(body)?;
            let people = vec![self.data.get(&FourData::of_question(&q)).copied()];
            return Some(PendingQuestion { field: q.field, by: LookupKey::Person, people });
        }
        if ResolveCode::is_at(path) {
            let q: CodeQuestion = read(body)?;
            let (field, people) = (FIELD_MEDICAL_INSURANCE.to_string(), vec![self.serials.get(&q.certificate_serial).copied()]);
            return Some(PendingQuestion { field, by: LookupKey::Certificate, people });
        }
        None
    }
}

/// Parses a body; `None` if it is not of the type.
fn read<T: serde::de::DeserializeOwned>(body: &Content) -> Option<T> {
    serde_json::from_slice(&body.bytes()?).ok()
}
