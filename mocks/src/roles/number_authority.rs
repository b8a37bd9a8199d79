//! 住基ネット・情報提供ネットワークシステム. Knows resident codes and My Numbers, and issues institution codes to residents who
//! opted in.
//!
//! How the real system derives its codes is not public. The model: `link = HMAC(key₁, resident code)` represents the person and
//! never leaves; `code = HMAC(key₂, field ‖ link)`, truncated to 128 bits. A code discloses no number, the codes of one person in
//! two fields cannot be joined without the keys, and a code is independent of the card and the insurer.

pub mod behaviour;
pub mod changes;
pub mod codes;
pub mod description;
pub mod keys;
pub mod party;
pub mod register;
mod requests;

use crate::capacity::ServerWork;
use crate::env::Env;
use crate::host::http::{Request, Response, handled_by};
use behaviour::NumberAuthorityBehaviour;
use changes::CodeRequests;
use description::ISSUE;
use register::CodeRegister;
use sim::terms::design::Presented;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};
use sim::terms::messages::{
    CodeAnswer, FIELD_CANCER_REGISTRY, IssueAnswer, IssueQuestion, KnownBy, NumberKind, NumberQuestion, PersonQuestion,
};
use sim::terms::operation::{Message, NOT_FOUND, ProblemKind};
use sim::terms::operations::{IssueCodes, ReportCodeLeak, ResolveNumber, ResolvePerson, SubmitCodeConsent};
use sim::terms::parties;
use sim::terms::people::Person;
use sim::terms::roles::Zone;
use std::cell::RefCell;
use std::rc::Rc;

/// The number authority. Its register survives a restart.
pub struct NumberAuthority {
    env: Env,
    register: RefCell<CodeRegister>,
    /// What municipalities have asked for.
    requests: RefCell<CodeRequests>,
    behaviour: Rc<dyn NumberAuthorityBehaviour>,
    work: Rc<ServerWork>,
}

impl NumberAuthority {
    /// A number authority whose register is empty.
    pub fn new(env: &Env) -> Self {
        NumberAuthority {
            env: env.clone(),
            register: RefCell::new(CodeRegister::new(env.seed(), env.design())),
            requests: RefCell::default(),
            behaviour: env.behaviours().of(),
            work: env.server_work("number-authority/work"),
        }
    }

    /// Enters a resident, who has opted in to codes for medical use or has not.
    pub fn register(&mut self, person: &Person) {
        self.register.get_mut().enter(person);
        self.behaviour.on_registered(person);
    }

    /// Enters the four data of a resident, by which the cancer registry may ask.
    pub fn identify(&mut self, person: &Person) {
        self.register.get_mut().identify(person);
    }

    /// The code of a resident in a field. `None` for a resident who is not known or did not opt in.
    pub fn code(&self, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        self.behaviour.code(&self.register.borrow(), field, resident)
    }

    /// The code for a client: an honest authority gives all clients the same.
    fn code_for(&self, peer: &str, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        let code = self.code(field, resident)?;
        Some(self.behaviour.code_for(&self.register.borrow(), peer, code))
    }

    /// Which client may ask by which number: JPKI keeps resident codes, insurers keep My Numbers, and neither needs the other.
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
        let register = self.register.borrow();
        let (mut codes, mut issued_in) = (Vec::with_capacity(question.numbers.len()), Vec::new());
        for number in &question.numbers {
            let resident = match question.known_by {
                KnownBy::ResidentCode => Some(ResidentCode::new(number).map_err(malformed)?),
                KnownBy::MyNumber => register.resident(&MyNumber::new(number).map_err(malformed)?).cloned(),
            };
            let code = resident.as_ref().and_then(|resident| self.code_for(peer, &question.field, resident));
            issued_in.push(resident.filter(|_| code.is_some()).and_then(|resident| register.issued_in(&resident)));
            codes.push(code);
        }
        let revision = question.with_revision.then(|| register.revision());
        Ok(IssueAnswer { codes, revision, issued_in: question.with_revision.then_some(issued_in) })
    }

    /// The code of the person to whom a number belongs that a facility presented. Only the broker may ask, and only where the
    /// design presents that kind of number.
    fn resolve(&self, question: &NumberQuestion, peer: &str) -> Result<CodeAnswer, ProblemKind> {
        let number = question.number().ok_or(ResolveNumber::WRONG_NUMBER)?;
        let shown = match self.env.design().presented {
            Presented::VisibleNumber => Some(NumberKind::MedicalNumber),
            Presented::MyNumber => Some(NumberKind::MyNumber),
            _ => None,
        };
        if !self.behaviour.resolves(peer == Zone::Broker.name() && shown == Some(question.kind)) {
            return Err(ResolveNumber::NOT_PERMITTED);
        }
        let register = self.register.borrow();
        let resident = register.holder(&number).ok_or(ResolveNumber::NO_CODE)?;
        let institution_code = self.code_for(peer, &question.field, resident).ok_or(ResolveNumber::NO_CODE)?;
        Ok(CodeAnswer { institution_code, issued_in: register.issued_in(resident) })
    }

    /// The code of the only resident with these four data. Only the cancer registry may ask.
    fn resolve_person(&self, question: &PersonQuestion, peer: &str) -> Result<CodeAnswer, ProblemKind> {
        if !self.behaviour.resolves(peer == Zone::Registry.name() && question.field == FIELD_CANCER_REGISTRY) {
            return Err(ResolvePerson::NOT_PERMITTED);
        }
        let register = self.register.borrow();
        let resident = register.with_data(question).ok_or(ResolvePerson::NO_CODE)?;
        let institution_code = self.code_for(peer, &question.field, resident).ok_or(ResolvePerson::NO_CODE)?;
        Ok(CodeAnswer { institution_code, issued_in: register.issued_in(resident) })
    }

    async fn handle_person(&self, request: &Request) -> Response {
        let answer = match &request.body {
            Ok(body) if request.asks_for::<ResolvePerson>() => match PersonQuestion::read(body) {
                Ok(_) if self.work.on(ISSUE).await.is_err() => Err(ResolvePerson::BUSY),
                Ok(question) => self.resolve_person(&question, &request.peer.common_name),
                Err(_) => Err(ResolvePerson::MALFORMED),
            },
            _ => Err(ResolvePerson::NOT_A_QUESTION),
        };
        let mut response = match answer {
            Ok(answer) => Response::to::<ResolvePerson>(&answer),
            Err(problem) => Response::problem(problem),
        };
        response.retry_after_s = (response.status == 503).then(|| self.work.capacity().retry_after_s);
        response
    }

    async fn handle_number(&self, request: &Request) -> Response {
        let answer = match &request.body {
            Ok(body) if request.asks_for::<ResolveNumber>() => match NumberQuestion::read(body) {
                Ok(_) if self.work.on(ISSUE).await.is_err() => Err(ResolveNumber::BUSY),
                Ok(question) => self.resolve(&question, &request.peer.common_name),
                Err(_) => Err(ResolveNumber::MALFORMED),
            },
            _ => Err(ResolveNumber::NOT_A_QUESTION),
        };
        let mut response = match answer {
            Ok(answer) => Response::to::<ResolveNumber>(&answer),
            Err(problem) => Response::problem(problem),
        };
        response.retry_after_s = (response.status == 503).then(|| self.work.capacity().retry_after_s);
        response
    }

    async fn handle(&self, request: Request) -> Response {
        if request.is_at::<ResolveNumber>() {
            return self.handle_number(&request).await;
        }
        if request.is_at::<ResolvePerson>() {
            return self.handle_person(&request).await;
        }
        if request.is_at::<SubmitCodeConsent>() || request.is_at::<ReportCodeLeak>() {
            return self.handle_municipality(&request).await;
        }
        let mut extra = Vec::new();
        let answer = match &request.body {
            Ok(body) if request.asks_for::<IssueCodes>() => match IssueQuestion::read(body) {
                Ok(_) if self.work.on(ISSUE).await.is_err() => Err(IssueCodes::BUSY),
                Ok(question) => {
                    self.behaviour.on_question(&question.numbers);
                    extra = self.behaviour.extra_headers(&question.numbers);
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
        response.extra.extend(extra);
        response
    }

    /// Serves forever.
    ///
    /// # Errors
    /// If listening is not possible on this network.
    pub async fn run(self: Rc<Self>) -> std::io::Result<()> {
        let (env, work) = (self.env.clone(), self.work.clone());
        env.serve(work, handled_by(self, |me, request| async move { me.handle(request).await })).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::people::Population;
    use sim::seed::Seed;
    use sim::terms::roles::Zone;

    fn authority(count: u64) -> (NumberAuthority, Vec<Person>) {
        let seed = Seed::new(1, "number-authority");
        let people: Vec<_> = Population::new(&seed, count, jiff::civil::date(2027, 4, 5)).unwrap().iter().collect();
        let mut a = NumberAuthority::new(&Env::offline(&seed, "number-authority", Zone::NumberAuthority));
        people.iter().for_each(|p| a.register(p));
        (a, people)
    }

    #[test]
    fn codes_differ_by_person_and_by_field_and_only_residents_who_opted_in_have_one() {
        let (a, people) = authority(500);
        let codes = codes::InstitutionCodes::new(&Seed::new(1, "number-authority"), &Default::default(), &people);
        let mut seen = std::collections::BTreeSet::new();
        for p in &people {
            for field in ["medical-insurance", "exchange"] {
                assert_eq!(codes.of(field, p), a.code(field, &p.resident_code));
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
        let question = |known_by, number: &str| IssueQuestion::new("f", known_by, vec![number.into()]);
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

    #[test]
    fn a_code_that_was_given_up_comes_back_and_one_that_leaked_does_not() {
        use changes::{CodeChange, CodeRequest};
        use sim::terms::operations::{ReportCodeLeak, SubmitCodeConsent};
        let (a, people) = authority(50);
        let person = people.iter().find(|p| p.opted_in).unwrap();
        let resident = person.resident_code.clone();
        let code = || a.code("medical-insurance", &resident);
        let take = |number, change| a.take_request("municipality", CodeRequest { number, resident: resident.clone(), change });
        let first = code();
        assert_eq!(
            a.take_request("jpki", CodeRequest { number: 1, resident: resident.clone(), change: CodeChange::GivesUp })
                .unwrap_err(),
            SubmitCodeConsent::NOT_PERMITTED
        );
        assert_eq!((take(1, CodeChange::GivesUp), code()), (Ok(()), None));
        assert_eq!(take(2, CodeChange::Leaked), Err(ReportCodeLeak::NO_CODE));
        assert_eq!((take(3, CodeChange::Asks), code()), (Ok(()), first.clone()));
        assert_eq!(take(4, CodeChange::Leaked), Ok(()));
        let second = code();
        assert!(second.is_some() && second != first);
        // The answer was lost: the same again changes nothing, and nothing else may have its number.
        assert_eq!((take(4, CodeChange::Leaked), code()), (Ok(()), second.clone()));
        assert_eq!(take(4, CodeChange::GivesUp), Err(SubmitCodeConsent::OUT_OF_ORDER));
        assert_eq!(take(6, CodeChange::GivesUp), Err(SubmitCodeConsent::OUT_OF_ORDER));
        assert_eq!(code(), second);
        let question = IssueQuestion {
            with_revision: true,
            ..IssueQuestion::new("medical-insurance", KnownBy::MyNumber, vec![person.my_number.reveal().into()])
        };
        let answer = a.issue(&question, "insurer-06139463").unwrap();
        assert_eq!((answer.codes, answer.revision, answer.issued_in), (vec![second], Some(3), Some(vec![Some(3)])));
    }
}
