//! 住基ネット・情報提供ネットワークシステム. Knows resident codes and My Numbers, and gives out institution codes to who opted in.
//!
//! How the real system derives its codes is not public. The model: `link = HMAC(key₁, resident code)` stands for the person
//! and never leaves; `code = HMAC(key₂, field ‖ link)`, cut to 128 bits. A code says nothing about any number, two fields'
//! codes of one person cannot be joined without the keys, and a code stays the same whatever the card or the insurer.

pub mod description;

use crate::capacity::{ServerCapacity, ServerWork};
use crate::host::http::{Request, Response, handled_by, serve_within};
use crate::host::tls::ServerTls;
use crate::mutants::{Mutant, Of, Place, Sabotage};
use crate::roles::Holder;
use description::{DESCRIPTION, ISSUE};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use sim::net::Network;
use sim::people::Person;
use sim::seed::{Seed, Stream};
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};
use sim::terms::messages::{IssueAnswer, IssueQuestion, KnownBy};
use sim::terms::operation::{Message, NOT_FOUND, ProblemKind};
use sim::terms::operations::IssueCodes;
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::rc::Rc;

pub struct NumberAuthority {
    link_key: [u8; 32],
    code_key: [u8; 32],
    residents: BTreeMap<ResidentCode, bool>,
    by_my_number: BTreeMap<MyNumber, ResidentCode>,
    /// Who has codes, in the order of entry: used only by the mutant that mixes two up.
    entered: Vec<ResidentCode>,
    sabotage: Sabotage,
    work: Rc<ServerWork>,
}

impl NumberAuthority {
    pub fn new(seed: &Seed, sabotage: Sabotage) -> Self {
        let work = ServerWork::alone(NumberAuthority::stream(seed), ServerCapacity::of(DESCRIPTION.timed));
        NumberAuthority::working(seed, sabotage, Rc::new(work))
    }

    /// What it draws its times from.
    pub fn stream(seed: &Seed) -> Stream {
        seed.stream("number-authority/work")
    }

    /// With the capacity of `work`.
    pub fn working(seed: &Seed, sabotage: Sabotage, work: Rc<ServerWork>) -> Self {
        NumberAuthority {
            link_key: seed.bytes("number-authority/link"),
            code_key: seed.bytes("number-authority/code"),
            residents: BTreeMap::new(),
            by_my_number: BTreeMap::new(),
            entered: Vec::new(),
            sabotage,
            work,
        }
    }

    /// Enters a resident, with the wish to have codes for medical use, or without it.
    pub fn register(&mut self, person: &Person) {
        self.residents.insert(person.resident_code.clone(), person.opted_in);
        self.by_my_number.insert(person.my_number.clone(), person.resident_code.clone());
        if person.opted_in {
            self.entered.push(person.resident_code.clone());
        }
    }

    /// The code of a resident in a field. `None` for who is not known or did not opt in.
    pub fn code(&self, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        if !*self.residents.get(resident)? && !self.sabotage.is(Mutant::AuthorityIgnoresOptOut) {
            return None;
        }
        if let Some(code) = self.broken_code(field, resident) {
            return Some(code);
        }
        Some(self.derive(field, resident))
    }

    /// The code that a person has in a field once registered. `None` for who did not opt in.
    pub fn code_of(&self, field: &str, person: &Person) -> Option<InstitutionCode> {
        person.opted_in.then(|| self.derive(field, &person.resident_code))
    }

    fn derive(&self, field: &str, resident: &ResidentCode) -> InstitutionCode {
        let link = mac(&self.link_key, &[resident.reveal().as_bytes()]);
        let code = mac(&self.code_key, &[field.as_bytes(), b"\0", &link]);
        cut(&code)
    }

    /// The code as a mutant would make it. `None` if the authority is sound in this.
    fn broken_code(&self, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        let my_number = || self.by_my_number.iter().find(|(_, r)| *r == resident).map(|(n, _)| n.reveal().as_bytes());
        if self.sabotage.is(Mutant::AuthorityGivesOneCodeToTwo) && self.entered.get(1) == Some(resident) {
            return Some(self.derive(field, self.entered.first()?));
        }
        if self.sabotage.is(Mutant::AuthorityIgnoresField) {
            return Some(self.derive("", resident));
        }
        if self.sabotage.is(Mutant::AuthorityHashesMyNumber) {
            return Some(cut(&Sha256::digest(my_number()?).into()));
        }
        if self.sabotage.is(Mutant::AuthorityHashesResidentCode) {
            return Some(cut(&Sha256::digest(resident.reveal()).into()));
        }
        if self.sabotage.is(Mutant::AuthorityUsesKnownKey) {
            return Some(cut(&mac(field.as_bytes(), &[my_number()?])));
        }
        None
    }

    /// The code for who asks: for a sound authority that is no matter.
    fn code_for(&self, peer: &str, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        let code = self.code(field, resident)?;
        if self.sabotage.is(Mutant::AuthorityMakesCodeByAsker) && parties::claims_to_be_insurer(peer) {
            return Some(cut(&mac(&self.code_key, &[peer.as_bytes(), code.reveal().as_bytes()])));
        }
        Some(code)
    }

    /// Who may ask by which number: JPKI keeps resident codes, insurers keep My Numbers, and neither needs the other.
    fn may_ask(peer: &str, by: KnownBy) -> bool {
        match by {
            KnownBy::ResidentCode => peer == Zone::Jpki.name(),
            KnownBy::MyNumber => parties::claims_to_be_insurer(peer),
        }
    }

    pub(crate) fn issue(&self, question: &IssueQuestion, peer: &str) -> Result<IssueAnswer, ProblemKind> {
        if !Self::may_ask(peer, question.known_by) {
            return Err(IssueCodes::NOT_PERMITTED);
        }
        if question.numbers.len() > IssueCodes::MAX_NUMBERS {
            return Err(IssueCodes::TOO_MANY);
        }
        let malformed = |_| IssueCodes::WRONG_NUMBER;
        let mut codes = Vec::with_capacity(question.numbers.len());
        for number in &question.numbers {
            codes.push(match question.known_by {
                KnownBy::ResidentCode => {
                    let resident = ResidentCode::new(number).map_err(malformed)?;
                    self.code_for(peer, &question.field, &resident)
                }
                KnownBy::MyNumber => {
                    let number = MyNumber::new(number).map_err(malformed)?;
                    self.by_my_number.get(&number).and_then(|r| self.code_for(peer, &question.field, r))
                }
            });
        }
        Ok(IssueAnswer { codes })
    }

    async fn handle(&self, request: Request) -> Response {
        let mut extra = None;
        let answer = match &request.body {
            Ok(body) if request.asks_for::<IssueCodes>() => match IssueQuestion::read(body) {
                Ok(_) if self.work.on(ISSUE).await.is_err() => Err(IssueCodes::BUSY),
                Ok(question) => {
                    let of = question.numbers.first().map_or(Of::Anybody, |n| Of::Number(n));
                    self.sabotage.log(Place::AuthorityLog, of);
                    self.sabotage.record(Place::AuthorityRecord, of, None);
                    extra = self.sabotage.leak(Place::AuthorityHeader, of);
                    self.issue(&question, &request.peer.common_name)
                }
                Err(_) => Err(IssueCodes::MALFORMED),
            },
            _ if request.is_at::<IssueCodes>() => Err(IssueCodes::NOT_A_QUESTION),
            _ => Err(NOT_FOUND),
        };
        let mut response = match answer {
            Ok(answer) => Response::to::<IssueCodes>(&answer),
            Err(problem) => Response::problem(problem),
        };
        response.retry_after_s = (response.status == 503).then(|| self.work.capacity().retry_after_s);
        response.extra.extend(extra.map(|spelt| ("x-note", spelt.text())));
        response
    }

    /// Serves for ever.
    pub async fn run(self: Rc<Self>, net: Rc<dyn Network>, port: u16, tls: Rc<ServerTls>) -> std::io::Result<()> {
        let work = self.work.clone();
        serve_within(work, net, port, tls, handled_by(self, |me, request| async move { me.handle(request).await })).await
    }
}

impl Holder for NumberAuthority {
    fn holdings(&self) -> Vec<(String, Vec<u8>)> {
        let resident = |(number, resident): (&MyNumber, &ResidentCode)| {
            let opted_in = self.residents.get(resident).copied().unwrap_or_default();
            let item = serde_json::json!({ "myNumber": number, "residentCode": resident, "optedIn": opted_in });
            ("residents".to_string(), item.to_string().into_bytes())
        };
        self.by_my_number.iter().map(resident).collect()
    }
}

/// The first 128 bits.
fn cut(digest: &[u8; 32]) -> InstitutionCode {
    let mut cut = [0u8; 16];
    cut.copy_from_slice(&digest[..16]);
    InstitutionCode::from_bytes(cut)
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|p| mac.update(p));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::people::Population;

    fn authority(count: u64) -> (NumberAuthority, Vec<Person>) {
        let seed = Seed::new(1, "number-authority");
        let people: Vec<_> = Population::new(&seed, count, jiff::civil::date(2027, 4, 5)).unwrap().iter().collect();
        let mut a = NumberAuthority::new(&seed, Sabotage::none());
        people.iter().for_each(|p| a.register(p));
        (a, people)
    }

    #[test]
    fn codes_differ_by_person_and_by_field_and_only_who_opted_in_has_one() {
        let (a, people) = authority(500);
        let mut seen = std::collections::BTreeSet::new();
        for p in &people {
            for field in ["medical-insurance", "exchange"] {
                assert_eq!(a.code_of(field, p), a.code(field, &p.resident_code));
                match a.code(field, &p.resident_code) {
                    Some(code) => assert!(p.opted_in && seen.insert(code)),
                    None => assert!(!p.opted_in),
                }
            }
        }
        assert!(seen.len() > 700);
    }

    #[test]
    fn each_party_asks_by_its_own_number_only_and_gets_the_same_code() {
        let (a, people) = authority(50);
        let p = people.iter().find(|p| p.opted_in).unwrap();
        let question = |known_by, number: &str| IssueQuestion { field: "f".into(), known_by, numbers: vec![number.into()] };
        let by_resident = question(KnownBy::ResidentCode, p.resident_code.reveal());
        let by_number = question(KnownBy::MyNumber, p.my_number.reveal());
        assert_eq!(a.issue(&by_resident, "jpki").unwrap(), a.issue(&by_number, "insurer-06139463").unwrap());
        for (q, peer) in
            [(&by_resident, "insurer-06139463"), (&by_number, "jpki"), (&by_number, "broker"), (&by_resident, "facility")]
        {
            assert_eq!(a.issue(q, peer).unwrap_err(), IssueCodes::NOT_PERMITTED, "{peer}");
        }
        assert_eq!(a.issue(&question(KnownBy::MyNumber, "12"), "insurer-06139463").unwrap_err(), IssueCodes::WRONG_NUMBER);
    }
}
