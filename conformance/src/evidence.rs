//! The input of every rule: a run's journal, the ground truth, and an index over both that all rules share.

mod authority;
mod days;
mod exchanges;
mod insurers;
mod messages;
mod records;

use crate::sightings::{self, Sightings};
use crate::wire::Head;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use terms::check::{CheckId, Step};
use terms::design::Design;
use terms::ground::{Ground, IssuedCertificate, Resident, Site};
use terms::identifiers::{FacilityNumber, InstitutionCode};
use terms::journal::{Direction, Entry, Event};
use terms::outcome::OutcomeCode;
use terms::roles::Zone;
use terms::stores;

pub use authority::{IssuedCode, LookupKey};
pub use exchanges::{Answer, BrokerExchanges, Feed, Grant};
pub use insurers::InsurerExchange;
pub use messages::{JpkiMessage, JpkiMessageKind, Submission};
pub(crate) use records::check_in;
pub use records::{AuditRecord, ReceptionRecord, RecordContent, RecordedCoverage, StoredRecord};

/// One run, as the judge sees it.
pub struct Evidence<'a> {
    pub journal: &'a [Entry],
    pub ground: &'a Ground,
    /// The design that the head of the journal names; the source's example if there is no head.
    pub design: Design,
    /// What the journal records of each check.
    pub checks: BTreeMap<CheckId, Trail<'a>>,
    /// Requests for eligibility that the broker received, in order.
    pub submissions: Vec<Submission<'a>>,
    /// Messages between the broker and JPKI, in order.
    pub jpki_messages: Vec<JpkiMessage>,
    /// Answers, challenges and feeds at the broker.
    pub exchanges: BrokerExchanges<'a>,
    /// Questions to insurers and their statements, by institution code, in their order.
    pub insurer_exchanges: BTreeMap<InstitutionCode, Vec<InsurerExchange<'a>>>,
    /// Codes that the number authority issued and JPKI returned.
    pub codes: Vec<IssuedCode<'a>>,
    /// Records in the facilities' store `reception`.
    pub receptions: Vec<StoredRecord<'a, ReceptionRecord>>,
    /// Records in the broker's store `audit`.
    pub audits: Vec<StoredRecord<'a, AuditRecord>>,
    /// Faults that the testbed injected, with the sequence numbers of their entries.
    pub faults: Vec<(u64, &'a str)>,
    /// The certificates that JPKI issued, by their bytes, with the index of the person.
    issued: BTreeMap<&'a [u8], (u64, &'a IssuedCertificate)>,
    /// By exchange, the index of the submission.
    by_exchange: BTreeMap<u64, usize>,
    /// By facility and check, the index of the first submission.
    first: BTreeMap<(FacilityNumber, CheckId), usize>,
    /// Where numbers, codes and other data of the matrix's classes were seen.
    pub sightings: Sightings,
}

/// The broker's records by facility and check.
pub type Audits<'a> = BTreeMap<(&'a FacilityNumber, &'a CheckId), Vec<(&'a Entry, OutcomeCode)>>;

/// What the journal records of one check.
#[derive(Clone, Debug, Default)]
pub struct Trail<'a> {
    /// Index of the person who came, if the testbed recorded it.
    pub person: Option<u64>,
    pub steps: Vec<(&'a Entry, Step)>,
    pub outcomes: Vec<(&'a Entry, OutcomeCode)>,
    /// Sequence numbers of the entries in which the broker received the check's request.
    pub requests: Vec<u64>,
    /// When the broker received the first of them, in nanoseconds of the run.
    pub first_request_ns: Option<u64>,
}

impl Trail<'_> {
    /// How the check ended; `None` if it has not ended.
    pub fn outcome(&self) -> Option<OutcomeCode> {
        self.outcomes.last().map(|(_, outcome)| *outcome)
    }

    pub fn count(&self, step: Step) -> usize {
        self.steps.iter().filter(|(_, s)| *s == step).count()
    }

    /// How often the broker had received the check's request before that entry.
    pub fn asked_before(&self, seq: u64) -> usize {
        self.requests.iter().filter(|r| **r < seq).count()
    }

    /// The first entry of `step`.
    pub fn first(&self, step: Step) -> Option<&Entry> {
        self.steps.iter().find(|(_, s)| *s == step).map(|(entry, _)| *entry)
    }
}

impl<'a> Evidence<'a> {
    /// Indexes a run in one pass, in time linear in the journal.
    pub fn new(journal: &'a [Entry], ground: &'a Ground) -> Self {
        let people = ground.people.iter().enumerate();
        let mut run = Evidence {
            journal,
            ground,
            checks: BTreeMap::new(),
            submissions: Vec::new(),
            design: Design::default(),
            jpki_messages: messages::with_jpki(journal, ground),
            exchanges: BrokerExchanges::of(journal),
            insurer_exchanges: BTreeMap::new(),
            codes: authority::issued_codes(journal, ground),
            receptions: Vec::new(),
            audits: Vec::new(),
            faults: Vec::new(),
            issued: people.flat_map(|(i, r)| r.certificates.iter().map(move |c| (c.der.as_slice(), (i as u64, c)))).collect(),
            by_exchange: BTreeMap::new(),
            first: BTreeMap::new(),
            sightings: sightings::of(journal, ground),
        };
        for entry in journal {
            run.take(entry);
        }
        for exchange in insurers::exchanges(journal) {
            run.insurer_exchanges.entry(exchange.code.clone()).or_default().push(exchange);
        }
        messages::attribute_answers(&mut run.submissions, journal);
        for (index, s) in run.submissions.iter().enumerate() {
            run.by_exchange.entry(s.exchange).or_insert(index);
            run.first.entry((s.facility.clone(), s.check.clone())).or_insert(index);
        }
        run
    }

    fn take(&mut self, entry: &'a Entry) {
        match &entry.event {
            Event::Run { design, .. } => self.design = (**design).clone(),
            Event::Visit { check, person, .. } => self.trail(check).person = Some(*person),
            Event::Step { check, step, .. } => self.trail(check).steps.push((entry, *step)),
            Event::Outcome { check, outcome, .. } => self.trail(check).outcomes.push((entry, *outcome)),
            Event::Fault { what } => self.faults.push((entry.seq, what)),
            Event::Record { store, content } if entry.zone == Zone::Facility && store == stores::RECEPTION.name => {
                self.receptions.push(StoredRecord::read(entry, content));
            }
            Event::Record { store, content } if entry.zone == Zone::Broker && store == stores::AUDIT.name => {
                self.audits.push(StoredRecord::read(entry, content));
            }
            Event::Message { exchange, direction: Direction::Received, peer, head, body } if entry.zone == Zone::Broker => {
                if let Some(submission) = Submission::read(entry, *exchange, peer, Head::new(head), body) {
                    let trail = self.trail(&submission.check);
                    trail.requests.push(entry.seq);
                    trail.first_request_ns.get_or_insert(entry.at_ns);
                    self.submissions.push(submission);
                }
            }
            _ => {}
        }
    }

    fn trail(&mut self, check: &CheckId) -> &mut Trail<'a> {
        self.checks.entry(check.clone()).or_default()
    }

    /// The person with that index, if the run has one.
    pub fn resident(&self, person: u64) -> Option<&'a Resident> {
        usize::try_from(person).ok().and_then(|i| self.ground.people.get(i))
    }

    /// The certificate with these bytes as JPKI issued it, and to whom.
    pub fn issued(&self, der: &[u8]) -> Option<(u64, &'a IssuedCertificate)> {
        self.issued.get(der).copied()
    }

    /// The request that an answer of the broker responds to: the one of the same exchange.
    pub fn request_of(&self, answer: &Answer<'a>) -> Option<&Submission<'a>> {
        self.by_exchange.get(&answer.exchange).and_then(|i| self.submissions.get(*i))
    }

    /// The first request of the same check from the same facility.
    pub fn first_request_like(&self, request: &Submission<'a>) -> Option<&Submission<'a>> {
        let key = (request.facility.clone(), request.check.clone());
        self.first.get(&key).and_then(|i| self.submissions.get(*i))
    }

    /// The broker's readable records by facility and check, in order.
    pub fn audits_by_check(&self) -> Audits<'_> {
        let mut records = Audits::new();
        for stored in &self.audits {
            if let RecordContent::Parsed(record) = &stored.content {
                records.entry((&record.facility, &record.check)).or_default().push((stored.entry, record.outcome));
            }
        }
        records
    }

    /// The facility with that host name in the journal.
    pub fn site(&self, host: &str) -> Option<&'a Site> {
        self.ground.facilities.iter().find(|f| f.host == host)
    }

    /// True time of an entry.
    pub fn time(&self, entry: &Entry) -> Timestamp {
        self.time_at(entry.at_ns)
    }

    /// True time, so many nanoseconds after the start of the run.
    pub fn time_at(&self, at_ns: u64) -> Timestamp {
        let since = SignedDuration::from_nanos(i64::try_from(at_ns).unwrap_or(i64::MAX));
        self.ground.epoch.saturating_add(since).unwrap_or(self.ground.epoch)
    }

    /// Whether a fault was injected before that entry.
    pub fn fault_before(&self, seq: u64) -> bool {
        self.faults.first().is_some_and(|(first, _)| *first < seq)
    }
}
