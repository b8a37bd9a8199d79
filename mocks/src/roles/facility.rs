//! 保険医療機関・薬局 (hospital, clinic, pharmacy). Checks the person, reads the certificate, asks the broker, records the
//! answer. It uses no number and no code; what it keeps about the person is its own record.

mod answer;
mod backup;
pub mod behaviour;
mod chart;
mod counter;
pub mod description;
mod deviation;
pub mod overload;
pub mod party;
mod patients;
mod person;
mod reception;
pub mod reports;
mod visit;
pub mod visits;

use crate::capacity::RetryPolicy;
use crate::design::presented::Shown;
use crate::design::{line, presented, remembered};
use crate::env::Env;
use crate::host::http::{Answer, Client, HttpError, Limits};
use crate::host::tls::TlsError;
use crate::roles::reader::behaviour::{AtCounter, ReaderBehaviour};
use crate::roles::reader::counter::Counter;
use crate::roles::reader::counter_faults::CounterFaults;
use crate::roles::reader::{Reader, ReaderError};
use crate::timing::{FACILITY_RECORD, Work};
use answer::{Answered, read_answer};
use behaviour::{FacilityBehaviour, PersonChecked};
use jiff::civil::Date;
use patients::PatientIndex;
use sim::context::Party;
use sim::disk::Disk;
use sim::journal::Event;
use sim::seed::Stream;
use sim::terms::calendar::jst_day;
use sim::terms::check::Step;
use sim::terms::design::Design;
use sim::terms::fhir::{EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::identifiers::{CertificateSerial, FacilityNumber, PresentedNumber};
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
    /// What fails at its counter, and when.
    pub faults: Rc<CounterFaults>,
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
    /// The stream of what goes wrong at the counter: slips of typing, errors of a face terminal.
    slips: RefCell<Stream>,
    /// Whether its tunnel over the internet is up, in designs that have one; and how long it takes to establish it.
    tunnel_is_up: Cell<bool>,
    tunnel_work: Work,
    /// The index of its patients, and the key with which it makes pseudonyms.
    patients: RefCell<PatientIndex>,
    patients_key: [u8; 32],
    faults: Rc<CounterFaults>,
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
            slips: RefCell::new(env.stream(&format!("facility/{index}/slips"))),
            tunnel_is_up: Cell::new(false),
            tunnel_work: env.work(&format!("facility/{index}/tunnel")),
            patients: RefCell::new(PatientIndex::open(env.disk().clone())),
            patients_key: env.seed().bytes(&format!("facility/{index}/patients")),
            faults: setup.faults.clone(),
        }
    }

    /// Performs one check, from the card to the record.
    pub async fn check(&self, visit: &Visit) -> OutcomeCode {
        // The day about which is asked, from the moment of asking on.
        let asked_day = Cell::new(None);
        let (outcome, answer, seen) = match self.steps(visit, &asked_day).await {
            Ok((answered, seen)) => (answered.outcome, answered.answer, seen),
            Err(code) => (code, None, SeenAtCounter::Nothing),
        };
        self.work.on(FACILITY_RECORD).await;
        self.space_on_disk().await;
        let day = asked_day.get().unwrap_or_else(|| jst_day(self.env.wall()));
        let mut record = ReceptionRecord::new(visit, day, self.env.wall(), outcome, answer.as_ref());
        record.copied = visit.insurance_card.clone().filter(|_| outcome == OutcomeCode::CopiedFromCard);
        let has_space = self.faults.full_until(self.env.now()).is_none();
        if has_space && self.behaviour.keep_record(&record, answer.is_some(), &self.disk) && answer.is_some() {
            let what = format!("recorded: {outcome}");
            self.env.record(Event::Step { check: visit.check.clone(), step: Step::EligibilityRecorded, what });
        }
        self.show_outcome(visit, &record);
        if matches!(outcome, OutcomeCode::InForce | OutcomeCode::CopiedFromCard) {
            chart::write(visit, day, &self.disk);
            self.remember(visit, &seen);
        }
        self.behaviour.on_check_ended(visit, &self.number);
        let detail = outcome.text_en().to_string();
        self.env.record(Event::Outcome { check: visit.check.clone(), outcome, detail });
        outcome
    }

    /// Shows how a check ended, on the screen and, if the facility prints, on paper.
    fn show_outcome(&self, visit: &Visit, record: &ReceptionRecord) {
        if !self.env.records_everything() {
            return;
        }
        let shown = self.behaviour.screen(record, self.kind);
        for text in std::iter::once(shown).chain(self.behaviour.print(record, self.kind)) {
            self.env.record(Event::Screen { check: visit.check.clone(), text });
        }
    }

    /// Ends a check that was under way when the terminal stopped: staff know who is at the counter. A record that was made before
    /// counts.
    pub async fn end_interrupted(&self, visit: &Visit) -> OutcomeCode {
        self.work.on(FACILITY_RECORD).await;
        self.space_on_disk().await;
        let made = ReceptionRecord::of_check(&visit.check, &self.disk);
        let record = made.unwrap_or_else(|| {
            let now = self.env.wall();
            let record = ReceptionRecord::new(visit, jst_day(now), now, OutcomeCode::Interrupted, None);
            self.behaviour.keep_record(&record, false, &self.disk);
            record
        });
        self.show_outcome(visit, &record);
        let outcome = record.outcome;
        self.env.record(Event::Outcome { check: visit.check.clone(), outcome, detail: outcome.text_en().to_string() });
        outcome
    }

    /// Waits until there is space on the disk: nothing is asked or shown that cannot be recorded.
    async fn space_on_disk(&self) {
        while let Some(until) = self.faults.full_until(self.env.now()).filter(|_| self.behaviour.waits_for_the_disk()) {
            self.env.sleep_until(until).await;
        }
    }

    /// Enters the person into the index of patients, under the value that the design defines.
    fn remember(&self, visit: &Visit, seen: &SeenAtCounter) {
        let value = |seen| remembered::value(&self.design, seen, &self.patients_key);
        let value = match seen {
            SeenAtCounter::Certificate(serial) => self.behaviour.known_by(value(remembered::Seen::Certificate(*serial)), *serial),
            SeenAtCounter::Number(number) => value(remembered::Seen::Number(number.reveal())),
            SeenAtCounter::Nothing => None,
        };
        value.into_iter().for_each(|value| self.patients.borrow_mut().enter(&visit.check, value));
    }

    /// The steps ① to ⑥, and what was seen of the person at the counter. `asked_day` is set at ④.
    async fn steps(&self, visit: &Visit, asked_day: &Cell<Option<Date>>) -> Result<(Answered, SeenAtCounter), OutcomeCode> {
        let shown = presented::shown(&self.design);
        if let (Shown::CardInCase, Some(copy)) = (shown, visit.deviation.as_ref().and_then(Deviation::without_card)) {
            return self.ask_without_card(visit, copy.to_vec(), asked_day).await;
        }
        let step = |step, what: &str| self.env.record(Event::Step { check: visit.check.clone(), step, what: what.to_string() });
        // ①
        self.show(visit, shown);
        match shown {
            Shown::InsuranceCard => return Err(self.copy_card(visit).await),
            Shown::CardBack | Shown::NumberSlip => return self.steps_by_number(visit, asked_day).await,
            Shown::CardInCase => {}
        }

        // ②. The person may be here twice, one visit after the other: the card is on the reader for one of them.
        let on_reader = visit.card.borrow().on_reader();
        let on_reader = on_reader.lock().await;
        let counter = Counter::with(visit.card.clone(), self.reader.clone(), visit.at_reader, self.faults.clone());
        let mut reader = Reader::new(counter);
        reader.open().await.map_err(|error| unreadable(&reader, error))?;
        let person_checked = self.behaviour.when_person_is_checked(self.signs_with_pin(visit));
        if person_checked == PersonChecked::Before {
            self.check_person(visit, Some(&mut reader)).await?;
        }

        // ③
        let certificate = match reader.authentication_certificate().await {
            Ok(certificate) => certificate,
            Err(error) => self.behaviour.when_unreadable().ok_or_else(|| unreadable(&reader, error))?,
        };
        let serial = patients::serial_of(&certificate);
        step(Step::CertificateRead, "the reader read the authentication certificate");
        self.reader_behaviour.after_certificate(self.at_counter(visit)).await.map_err(|error| unreadable(&reader, error))?;
        let is_needed = presented::is_signed(&self.design) || person_checked == PersonChecked::After;
        let _on_reader = is_needed.then_some(on_reader);

        // ④, and the results of ⑤ and ⑥.
        self.space_on_disk().await;
        let day = self.behaviour.day_asked(self.env.wall(), self.env.now());
        asked_day.set(Some(day));
        let presented = Presents::Certificate(self.behaviour.presented(visit, certificate), &mut reader);
        let answered = self.ask((visit, day), presented).await?;
        if person_checked == PersonChecked::After {
            self.check_person(visit, Some(&mut reader)).await?;
        }
        Ok((answered, serial.map_or(SeenAtCounter::Nothing, SeenAtCounter::Certificate)))
    }

    /// ④ of an attacker who has a copy of a certificate and no card.
    async fn ask_without_card(
        &self,
        visit: &Visit,
        copy: Vec<u8>,
        asked_day: &Cell<Option<Date>>,
    ) -> Result<(Answered, SeenAtCounter), OutcomeCode> {
        let day = self.behaviour.day_asked(self.env.wall(), self.env.now());
        asked_day.set(Some(day));
        let mut reader = Reader::new(Counter::new(visit.card.clone(), self.reader.clone()));
        Ok((self.ask((visit, day), Presents::Certificate(copy, &mut reader)).await?, SeenAtCounter::Nothing))
    }

    fn at_counter<'a>(&self, visit: &'a Visit) -> AtCounter<'a> {
        let pin = match &visit.person_check {
            PersonCheck::Pin(pin) => Some(pin),
            PersonCheck::Photo { .. } | PersonCheck::Skipped => None,
        };
        AtCounter { card: visit.card.clone(), reader: self.reader.clone(), person: visit.person, pin }
    }

    /// Establishes the tunnel over the internet, in designs that have one, unless it is up.
    async fn raise_tunnel(&self) {
        if let Some(time) = line::tunnel(&self.design).filter(|_| !self.tunnel_is_up.get()) {
            self.tunnel_work.on(time).await;
            self.tunnel_is_up.set(true);
        }
    }

    /// Asks about `day` until there is an answer: every attempt of a check asks the same.
    async fn ask(&self, (visit, day): (&Visit, Date), mut presents: Presents<'_>) -> Result<Answered, OutcomeCode> {
        let mut last = OutcomeCode::BrokerNoAnswer;
        for attempt in 1..=self.retry.attempts {
            self.raise_tunnel().await;
            let signed = self.what_is_signed((visit, day), &mut presents).await;
            if attempt == 1 {
                // The request is ready, or cannot be made: the challenge and what the card had to do belong to this step.
                let what = "the facility requests the eligibility from the broker".to_string();
                self.env.record(Event::Step { check: visit.check.clone(), step: Step::EligibilityRequested, what });
            }
            let answered = match signed {
                Ok(signed) => self.ask_once((visit, day), &presents, signed).await,
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
                    // What carried it may be gone.
                    self.tunnel_is_up.set(false);
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
        presents: &mut Presents<'_>,
    ) -> Result<Option<SignedChallenge>, Failed> {
        self.behaviour.before_request(visit, &self.number, &self.broker);
        let signed = match presents {
            Presents::Certificate(_, reader) if presented::is_signed(&self.design) => {
                self.signed_challenge((visit, day), reader).await?
            }
            _ => None,
        };
        *self.last_signed.borrow_mut() = signed.clone();
        Ok(signed)
    }

    async fn ask_once(
        &self,
        (visit, day): (&Visit, Date),
        presents: &Presents<'_>,
        signed_challenge: Option<SignedChallenge>,
    ) -> Result<Answered, Failed> {
        let (certificate, number) = match presents {
            Presents::Certificate(certificate, _) => (certificate.clone(), None),
            Presents::Number(number) => (Vec::new(), Some(number.clone())),
        };
        let question = EligibilityQuestion {
            check: visit.check.clone(),
            facility: self.number.clone(),
            day,
            created: self.env.wall(),
            certificate,
            number,
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
            Some(Deviation::SignatureMissing | Deviation::CertificateCopied { .. }) => return Ok(None),
            Some(Deviation::ChallengeReused | Deviation::RequestReplayed { .. }) => return Ok(self.last_signed.borrow().clone()),
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
                self.sign_with_another(&mut other, pin, &message).await
            }
            _ => self.sign(visit, reader, &message).await,
        };
        let mut signature = signature.map_err(|error| Failed::Definitely(unreadable(reader, error)))?;
        if let Some(Deviation::SignatureWrong) = &visit.deviation
            && let Some(byte) = signature.last_mut()
        {
            *byte ^= 1;
        }
        Ok(Some(SignedChallenge { challenge, signature }))
    }
}

/// What a facility presents in a check.
enum Presents<'a> {
    /// The certificate, and the reader with the card, which may have to sign.
    Certificate(Vec<u8>, &'a mut Reader<Counter>),
    Number(PresentedNumber),
}

/// What a facility saw of a person at the counter.
enum SeenAtCounter {
    Certificate(CertificateSerial),
    Number(PresentedNumber),
    /// Nothing by which it could recognize the person.
    Nothing,
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

fn unreadable(reader: &Reader<Counter>, error: ReaderError) -> OutcomeCode {
    reader.channel().outcome(error)
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
