//! 保険医療機関・薬局 (hospital, clinic, pharmacy). Checks the person, reads the certificate, asks the broker, records the
//! answer. It uses no number and no code; what it keeps about the person is its own record.

mod answer;
pub mod behaviour;
mod chart;
pub mod description;
mod deviation;
pub mod overload;
pub mod party;
mod patients;
mod reception;
mod visit;
pub mod visits;

use crate::capacity::RetryPolicy;
use crate::design::{presented, remembered};
use crate::env::Env;
use crate::host::http::{Answer, Client, HttpError, Limits};
use crate::host::tls::TlsError;
use crate::roles::reader::behaviour::{AtCounter, ReaderBehaviour};
use crate::roles::reader::counter::Counter;
use crate::roles::reader::{PinCheck, Reader, ReaderError};
use crate::timing::{FACILITY_RECORD, PHOTO_CHECK, PIN_ENTRY, Work};
use answer::{Answered, read_answer};
use behaviour::{FacilityBehaviour, PersonChecked};
use jiff::civil::Date;
use patients::PatientIndex;
use sim::context::Party;
use sim::disk::Disk;
use sim::journal::{CardSide, Event};
use sim::seed::Stream;
use sim::terms::calendar::jst_day;
use sim::terms::check::Step;
use sim::terms::design::Design;
use sim::terms::fhir::{EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::identifiers::{CertificateSerial, FacilityNumber};
use sim::terms::messages::{ChallengeGrant, signed_message};
use sim::terms::operation::{CHECK_ID, Empty, Message, Operation};
use sim::terms::operations::{RequestChallenge, SubmitEligibilityRequest};
use sim::terms::outcome::OutcomeCode;
use sim::terms::parties;
use sim::terms::roles::{FacilityKind, Zone};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

pub use chart::{CHARTS, record_token};
pub use deviation::Deviation;
pub use patients::PATIENTS;
pub use reception::{ReceptionRecord, STORE};
pub use visit::{PersonCheck, Visit};

/// The newest signed challenge that was sent. Clones share it.
type LastSigned = Rc<RefCell<Option<SignedChallenge>>>;

/// The configuration of a facility.
#[derive(Clone, Debug)]
pub struct FacilitySetup {
    pub index: u64,
    pub number: FacilityNumber,
    pub kind: FacilityKind,
    /// The token that the face terminal presents to a card after comparing the photo.
    pub terminal_token: [u8; 16],
    /// When it retries, and how long it waits for an answer.
    pub retry: RetryPolicy,
    pub limits: Limits,
}

/// A running facility, since its last start.
pub struct Facility {
    env: Env,
    number: FacilityNumber,
    kind: FacilityKind,
    design: Arc<Design>,
    /// The reader at the counter, a party of its own.
    reader: Rc<Party>,
    disk: Disk,
    broker: Client,
    terminal_token: [u8; 16],
    /// How the facility and its reader decide.
    behaviour: Rc<dyn FacilityBehaviour>,
    reader_behaviour: Rc<dyn ReaderBehaviour>,
    work: Work,
    retry: RetryPolicy,
    /// The stream from which it draws pauses.
    pauses: RefCell<Stream>,
    /// The newest signed challenge that was sent, for the deviation that sends it again.
    last_signed: LastSigned,
    /// The index of its patients, and the key with which it makes pseudonyms.
    patients: RefCell<PatientIndex>,
    patients_key: [u8; 32],
}

impl Facility {
    /// A facility that has just opened, with a reader at its counter.
    pub fn new(env: &Env, setup: &FacilitySetup) -> Self {
        let index = setup.index;
        Facility {
            env: env.clone(),
            number: setup.number.clone(),
            kind: setup.kind,
            design: env.design().clone(),
            reader: Party::new(env.seed(), &parties::reader(index), Zone::Reader),
            disk: env.disk().clone(),
            // Through the line.
            broker: env.client_through("line", "broker", setup.limits),
            terminal_token: setup.terminal_token,
            behaviour: env.behaviours().of(),
            reader_behaviour: env.behaviours().of(),
            work: env.work(&format!("facility/{index}/work")),
            retry: setup.retry,
            pauses: RefCell::new(env.stream(&format!("facility/{index}/pauses"))),
            last_signed: LastSigned::default(),
            patients: RefCell::new(PatientIndex::open(env.disk().clone())),
            patients_key: env.seed().bytes(&format!("facility/{index}/patients")),
        }
    }

    /// Performs one check, from the card to the record.
    pub async fn check(&self, visit: &Visit) -> OutcomeCode {
        // The day about which is asked, from the moment of asking on.
        let asked_day = Cell::new(None);
        let (outcome, answer, serial) = match self.steps(visit, &asked_day).await {
            Ok((answered, serial)) => (answered.outcome, answered.answer, serial),
            Err(code) => (code, None, None),
        };
        self.work.on(FACILITY_RECORD).await;
        let day = asked_day.get().unwrap_or_else(|| jst_day(self.env.wall()));
        let record = ReceptionRecord::new(visit, day, self.env.wall(), outcome, answer.as_ref());
        if self.behaviour.keep_record(&record, answer.is_some(), &self.disk) && answer.is_some() {
            let what = format!("recorded: {outcome}");
            self.env.record(Event::Step { check: visit.check.clone(), step: Step::EligibilityRecorded, what });
        }
        if self.env.records_everything() {
            self.env.record(Event::Screen { check: visit.check.clone(), text: self.behaviour.screen(&record, self.kind) });
        }
        if outcome == OutcomeCode::InForce {
            chart::write(visit, day, &self.disk);
            serial.into_iter().for_each(|serial| self.remember(visit, serial));
        }
        self.behaviour.on_check_ended(visit, &self.number);
        let detail = outcome.text_en().to_string();
        self.env.record(Event::Outcome { check: visit.check.clone(), outcome, detail });
        outcome
    }

    /// Enters the person into the index of patients, under the value that the design defines.
    fn remember(&self, visit: &Visit, serial: CertificateSerial) {
        let value = remembered::value(&self.design, serial, &self.patients_key);
        self.patients.borrow_mut().enter(&visit.check, self.behaviour.known_by(value, serial));
    }

    /// The steps ① to ⑥, and the serial number of the certificate that was read. `asked_day` is set at ④.
    async fn steps(
        &self,
        visit: &Visit,
        asked_day: &Cell<Option<Date>>,
    ) -> Result<(Answered, Option<CertificateSerial>), OutcomeCode> {
        let step = |step, what: &str| self.env.record(Event::Step { check: visit.check.clone(), step, what: what.to_string() });

        // ① The case shows the front only, so the number on the back is not visible.
        if self.env.records_everything() {
            let text = visit.card.borrow().front().lines();
            self.env.record(Event::CardFace { check: visit.check.clone(), side: CardSide::Front, in_case: true, text });
        }
        self.behaviour.on_card_shown(visit);
        step(Step::CardShown, "the card is shown in its case, front side up");

        // ②
        let mut reader = Reader::new(Counter::new(visit.card.clone(), self.reader.clone()));
        reader.open().await.map_err(unreadable)?;
        let person_checked = self.behaviour.when_person_is_checked(self.signs_with_pin(visit));
        if person_checked == PersonChecked::Before {
            self.check_person(visit, &mut reader).await?;
        }

        // ③
        let certificate = reader.authentication_certificate().await.map_err(unreadable)?;
        let serial = patients::serial_of(&certificate);
        step(Step::CertificateRead, "the reader read the authentication certificate");
        self.reader_behaviour.after_certificate(self.at_counter(visit)).await.map_err(unreadable)?;

        // ④, and the results of ⑤ and ⑥.
        let day = self.behaviour.day_asked(self.env.wall(), self.env.now());
        asked_day.set(Some(day));
        let answered = self.ask((visit, day), &mut reader, self.behaviour.presented(visit, certificate)).await?;
        if person_checked == PersonChecked::After {
            self.check_person(visit, &mut reader).await?;
        }
        Ok((answered, serial))
    }

    /// Whether the card has to sign and needs the PIN for it.
    fn signs_with_pin(&self, visit: &Visit) -> bool {
        presented::is_signed(&self.design) && matches!(visit.person_check, PersonCheck::Pin(_))
    }

    fn at_counter<'a>(&self, visit: &'a Visit) -> AtCounter<'a> {
        let pin = match &visit.person_check {
            PersonCheck::Pin(pin) => Some(pin),
            PersonCheck::Photo { .. } => None,
        };
        AtCounter { card: visit.card.clone(), reader: self.reader.clone(), person: visit.person, pin }
    }

    /// ② with the photo or the PIN.
    async fn check_person(&self, visit: &Visit, reader: &mut Reader<Counter>) -> Result<(), OutcomeCode> {
        let what = match &visit.person_check {
            PersonCheck::Photo { same_person } => {
                self.work.on(PHOTO_CHECK).await;
                if !same_person {
                    return Err(OutcomeCode::PhotoMismatch);
                }
                "staff compared the photo with the person"
            }
            PersonCheck::Pin(typed) => {
                self.work.on(PIN_ENTRY).await;
                match reader.verify_pin(typed).await.map_err(unreadable)? {
                    PinCheck::Right => "the card accepted the PIN",
                    PinCheck::Wrong { .. } => return Err(OutcomeCode::PinWrong),
                    PinCheck::Locked => return Err(OutcomeCode::PinLocked),
                }
            }
        };
        self.env.record(Event::Step { check: visit.check.clone(), step: Step::PersonChecked, what: what.to_string() });
        Ok(())
    }

    /// Asks about `day` until there is an answer: every attempt of a check asks the same.
    async fn ask(
        &self,
        (visit, day): (&Visit, Date),
        reader: &mut Reader<Counter>,
        certificate: Vec<u8>,
    ) -> Result<Answered, OutcomeCode> {
        let mut last = OutcomeCode::BrokerNoAnswer;
        for attempt in 1..=self.retry.attempts {
            let signed = self.what_is_signed((visit, day), reader).await;
            if attempt == 1 {
                // The request is ready, or cannot be made: the challenge and what the card had to do belong to this step.
                let what = "the facility requests the eligibility from the broker".to_string();
                self.env.record(Event::Step { check: visit.check.clone(), step: Step::EligibilityRequested, what });
            }
            let answered = match signed {
                Ok(signed) => self.ask_once((visit, day), certificate.clone(), signed).await,
                Err(failed) => Err(failed),
            };
            let retry_after = match answered {
                Ok(answered) => return Ok(answered),
                Err(Failed::Definitely(code)) => return Err(code),
                Err(Failed::Busy { code, .. }) if !self.retry.when_busy => return Err(code),
                Err(Failed::Busy { code, retry_after }) => {
                    tracing::warn!("attempt {attempt} for {} failed: {code}", visit.check);
                    last = code;
                    Some(retry_after)
                }
                Err(Failed::NoAnswer(code)) => {
                    tracing::warn!("attempt {attempt} for {} failed: {code}", visit.check);
                    last = code;
                    None
                }
            };
            if attempt < self.retry.attempts {
                let pause = self.retry.pause_after(attempt, retry_after, &mut self.pauses.borrow_mut());
                self.env.sleep(pause).await;
            }
        }
        Err(last)
    }

    /// A challenge that the card has signed, in designs in which it signs.
    async fn what_is_signed(
        &self,
        (visit, day): (&Visit, Date),
        reader: &mut Reader<Counter>,
    ) -> Result<Option<SignedChallenge>, Failed> {
        self.behaviour.before_request(visit, &self.number, &self.broker);
        let signed = match presented::is_signed(&self.design) {
            false => None,
            true => self.signed_challenge((visit, day), reader).await?,
        };
        *self.last_signed.borrow_mut() = signed.clone();
        Ok(signed)
    }

    async fn ask_once(
        &self,
        (visit, day): (&Visit, Date),
        certificate: Vec<u8>,
        signed_challenge: Option<SignedChallenge>,
    ) -> Result<Answered, Failed> {
        let question = EligibilityQuestion {
            check: visit.check.clone(),
            facility: self.number.clone(),
            day,
            created: self.env.wall(),
            certificate,
            signed_challenge,
            on_record: visit.on_record.clone(),
        };
        let body = match &visit.deviation {
            Some(deviation) => deviation.corrupt_request(question.to_json()),
            None => question.to_json(),
        };
        let extra = self.behaviour.extra_headers(visit);
        let extra = extra.iter().map(|(name, text)| (*name, text.as_str()));
        let headers: Vec<_> = std::iter::once((CHECK_ID.name, visit.check.as_str())).chain(extra).collect();
        let target = self.behaviour.target(visit, SubmitEligibilityRequest::PATH);
        let sent = self.broker.ask_with::<SubmitEligibilityRequest>(&target, &headers, body);
        let answer = sent.await.map_err(no_answer)?;
        self.behaviour.on_answer(visit, &answer);
        read_answer(visit, day, answer.status, &answer.body).map_err(|code| failure_of_refusal(code, &answer))
    }

    /// Gets a fresh challenge and has the card sign it, unless the visit deviates.
    async fn signed_challenge(
        &self,
        (visit, day): (&Visit, Date),
        reader: &mut Reader<Counter>,
    ) -> Result<Option<SignedChallenge>, Failed> {
        match &visit.deviation {
            Some(Deviation::SignatureMissing) => return Ok(None),
            Some(Deviation::ChallengeReused) => return Ok(self.last_signed.borrow().clone()),
            _ => {}
        }
        let answer = self.broker.ask::<RequestChallenge>(&Empty).await.map_err(no_answer)?;
        if answer.status != RequestChallenge::STATUS {
            // A facility without a licence is refused here.
            let refused = read_answer(visit, day, answer.status, &answer.body).err();
            return Err(failure_of_refusal(refused.unwrap_or(OutcomeCode::BrokerNonsense), &answer));
        }
        let nonsense = || Failed::Definitely(OutcomeCode::BrokerNonsense);
        let grant: ChallengeGrant = ChallengeGrant::read(&answer.body).map_err(|_| nonsense())?;
        let mut challenge = data_encoding::BASE64.decode(grant.challenge.as_bytes()).map_err(|_| nonsense())?;
        if let Some(Deviation::ChallengeInvented) = &visit.deviation {
            challenge = self.env.random::<32>().to_vec();
        }
        if let Some(Deviation::ChallengeStale { by }) = &visit.deviation {
            self.env.sleep(*by).await;
        }
        let message = signed_message(&self.number, &challenge);
        let signature = match &visit.deviation {
            Some(Deviation::SignatureByAnotherCard { card, pin }) => {
                let mut other = Reader::new(Counter::new(card.clone(), self.reader.clone()));
                self.sign(&mut other, &PersonCheck::Pin(pin.clone()), &message, true).await
            }
            _ => self.sign(reader, &visit.person_check, &message, false).await,
        };
        let mut signature = signature.map_err(|e| Failed::Definitely(unreadable(e)))?;
        if let Some(Deviation::SignatureWrong) = &visit.deviation
            && let Some(byte) = signature.last_mut()
        {
            *byte ^= 1;
        }
        Ok(Some(SignedChallenge { challenge, signature }))
    }

    /// The key needs the PIN, or the permit of a face terminal where staff compared the photo.
    async fn sign(
        &self,
        reader: &mut Reader<Counter>,
        by: &PersonCheck,
        message: &[u8],
        again: bool,
    ) -> Result<Vec<u8>, ReaderError> {
        if again {
            reader.open().await?;
        }
        match by {
            PersonCheck::Photo { .. } => reader.attest_face_compared(&self.terminal_token).await?,
            PersonCheck::Pin(pin) if again => {
                reader.verify_pin(pin).await?;
            }
            PersonCheck::Pin(_) => {}
        }
        reader.sign(message).await
    }
}

/// Why an attempt failed: definitely, because no answer arrived, or because it cannot be answered now.
enum Failed {
    Definitely(OutcomeCode),
    NoAnswer(OutcomeCode),
    Busy { code: OutcomeCode, retry_after: Duration },
}

/// Classifies a refusal: it means *not now* if it states when to retry and its cause is load, JPKI or an insurer that did not answer.
fn failure_of_refusal(code: OutcomeCode, answer: &Answer) -> Failed {
    let temporary = code == OutcomeCode::BrokerBusy || code.is_transient();
    match answer.retry_after() {
        Some(retry_after) if temporary => Failed::Busy { code, retry_after },
        _ => Failed::Definitely(code),
    }
}

fn unreadable(error: ReaderError) -> OutcomeCode {
    tracing::warn!("the card cannot be read: {error}");
    OutcomeCode::CardUnreadable
}

/// What a facility concludes when no answer arrived. TLS alerts are those of RFC 8446, section 6.2; an alert that is not about
/// the facility's certificate gives no definite result.
fn no_answer(error: HttpError) -> Failed {
    tracing::warn!("the request to the broker failed: {error}");
    match error {
        HttpError::Tls(TlsError::Alert(116)) => Failed::Definitely(OutcomeCode::TlsCertificateMissing),
        HttpError::Tls(TlsError::Alert(45)) => Failed::Definitely(OutcomeCode::TlsCertificateExpired),
        HttpError::Tls(TlsError::Alert(44)) => Failed::Definitely(OutcomeCode::TlsCertificateRevoked),
        HttpError::Tls(TlsError::Alert(42 | 43 | 46 | 48)) => Failed::Definitely(OutcomeCode::TlsCertificateUntrusted),
        HttpError::NoConnection(_) => Failed::NoAnswer(OutcomeCode::LineNoAnswer),
        HttpError::Refused | HttpError::NotSent | HttpError::Tls(_) => Failed::NoAnswer(OutcomeCode::BrokerUnreachable),
        HttpError::ClosedEarly | HttpError::NoAnswer(_) => Failed::NoAnswer(OutcomeCode::BrokerNoAnswer),
        HttpError::NotHttp(_) | HttpError::TooLarge => Failed::Definitely(OutcomeCode::BrokerNonsense),
    }
}
