//! The input of every rule: a run's journal, the ground truth, and an index over both that all rules share.

mod authority;
mod boundary;
mod card;
mod code_use;
mod days;
mod ended_codes;
mod exchanges;
mod index;
mod insurers;
mod lookups;
mod messages;
mod readings;
mod records;
mod steps;
mod trail;
mod validity;

use crate::sightings::{self, Sightings};
use index::Lookups;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use steps::Sources;
use terms::check::{CheckId, Step};
use terms::design::Design;
use terms::fault::Disturbance;
use terms::ground::{Ground, GroundPerson, IssuedCertificate};
use terms::identifiers::{FacilityNumber, InstitutionCode, InsurerNumber};
use terms::journal::{Direction, Entry, Event, Occasion};
use terms::outcome::OutcomeCode;
use terms::roles::Zone;
use terms::stores;

pub use authority::{IssuedCode, LookupKey};
pub use boundary::{Message, Seen};
pub use card::CardRead;
pub use code_use::{CodeChange, CodeRequest, CodeWish, EndedCode, SLACK_NS};
pub use exchanges::{Answer, BrokerExchanges, Feed, Grant};
pub use insurers::InsurerExchange;
pub use messages::{JpkiMessage, JpkiMessageKind, Submission, check_asked};
pub(crate) use records::check_in;
pub use records::{AuditRecord, ReceptionRecord, RecordContent, RecordedCoverage, StoredRecord};
pub use trail::Trail;
pub use validity::{is_renewal, serves_until};

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
    pub jpki_messages: Vec<JpkiMessage<'a>>,
    /// Answers, challenges and feeds at the broker.
    pub exchanges: BrokerExchanges<'a>,
    /// Questions to insurers and their statements, by institution code and insurer, in their order.
    pub insurer_exchanges: BTreeMap<InstitutionCode, BTreeMap<InsurerNumber, Vec<InsurerExchange<'a>>>>,
    /// Codes that the number authority issued and JPKI returned.
    pub codes: Vec<IssuedCode<'a>>,
    /// What municipalities asked the number authority for, in the order of the answers.
    pub code_requests: Vec<CodeRequest<'a>>,
    /// Records in the facilities' store `reception`.
    pub receptions: Vec<StoredRecord<'a, ReceptionRecord>>,
    /// Records in the broker's store `audit`.
    pub audits: Vec<StoredRecord<'a, AuditRecord>>,
    /// What the testbed did to the run, with the sequence numbers of the entries; `None` in journals of an older version.
    pub faults: Vec<(u64, Option<&'a Disturbance>)>,
    /// The certificates that JPKI issued, by their bytes, with the index of the person.
    issued: BTreeMap<&'a [u8], (u64, &'a IssuedCertificate)>,
    /// Whose parties were seen.
    pub seen: Seen,
    /// By reader, what was read from cards.
    pub card_reads: BTreeMap<&'a str, Vec<CardRead<'a>>>,
    /// By zone, the messages of its parties.
    messages: BTreeMap<Zone, Vec<Message<'a>>>,
    /// By check, its first request as the facility sent it.
    requested: BTreeMap<CheckId, &'a Entry>,
    /// By exchange, the index of the submission.
    by_exchange: BTreeMap<usize, usize>,
    /// By facility and check, the index of the first submission.
    first: BTreeMap<(FacilityNumber, CheckId), usize>,
    lookups: Lookups,
    /// Where numbers, codes and other data of the matrix's classes were seen.
    pub sightings: Sightings,
}

/// The broker's records by facility and check.
pub type Audits<'a> = BTreeMap<(&'a FacilityNumber, &'a CheckId), Vec<(&'a Entry, OutcomeCode)>>;

impl<'a> Evidence<'a> {
    /// Indexes a run, in time linear in the journal. What parties that were not `seen` wrote must not be in it.
    pub fn new(journal: &'a [Entry], ground: &'a Ground, seen: Seen) -> Self {
        let people = ground.people.iter().enumerate();
        let exchanging = Zone::ALL.into_iter().map(|zone| (zone, boundary::messages(zone, journal, ground, &seen)));
        let messages: BTreeMap<Zone, Vec<Message<'_>>> = exchanging.collect();
        let at = |zone: Zone| messages.get(&zone).map_or(&[][..], Vec::as_slice);
        let mut run = Evidence {
            journal,
            ground,
            checks: BTreeMap::new(),
            submissions: Submission::all(at(Zone::Broker)),
            design: Design::default(),
            jpki_messages: messages::with_jpki(at(Zone::Broker), ground),
            exchanges: BrokerExchanges::of(at(Zone::Broker), at(Zone::Facility)),
            insurer_exchanges: BTreeMap::new(),
            codes: authority::issued_codes(at(Zone::NumberAuthority), at(Zone::Jpki), ground),
            code_requests: code_use::requests(at(Zone::NumberAuthority), ground),
            receptions: Vec::new(),
            audits: Vec::new(),
            faults: Vec::new(),
            card_reads: card::card_reads(journal),
            issued: people.flat_map(|(i, r)| r.certificates.iter().map(move |c| (c.der.as_slice(), (i as u64, c)))).collect(),
            by_exchange: BTreeMap::new(),
            first: BTreeMap::new(),
            lookups: Lookups::default(),
            requested: BTreeMap::new(),
            sightings: sightings::of(journal, ground),
            seen,
            messages,
        };
        for entry in journal {
            run.take(entry);
        }
        run.index();
        let sources = Sources {
            ground,
            checks: &run.checks,
            requested: &run.requested,
            card_reads: &run.card_reads,
            readings: readings::readings(&run.card_reads, &run.issued),
            visits: run.visits(),
            jpki_messages: &run.jpki_messages,
            answers: &run.exchanges.sent,
            receptions: &run.receptions,
            resolved_by: JpkiMessageKind::that_resolves(&run.design),
        };
        for (check, steps) in sources.derive() {
            run.trail(&check).add(steps);
        }
        run
    }

    fn index(&mut self) {
        self.lookups.take_facilities(self.ground);
        self.lookups.take_receptions(&self.receptions);
        self.lookups.take_jpki(&self.jpki_messages);
        self.lookups.take_feeds(&self.exchanges.feeds);
        self.lookups.take_challenges(&self.exchanges.grants, &self.submissions);
        for exchange in insurers::exchanges(self.messages_of(Zone::Broker)) {
            let of_code = self.insurer_exchanges.entry(exchange.code.clone()).or_default();
            of_code.entry(exchange.insurer.clone()).or_default().push(exchange);
        }
        for (index, s) in self.submissions.iter().enumerate() {
            self.by_exchange.entry(s.exchange).or_insert(index);
            self.first.entry((s.facility.clone(), s.check.clone())).or_insert(index);
            let trail = self.checks.entry(s.check.clone()).or_default();
            trail.requests.push(s.entry.seq);
            trail.first_request_ns.get_or_insert(s.entry.at_ns);
        }
        let sent = self.messages.get(&Zone::Facility).into_iter().flatten().filter(|m| m.direction == Direction::Sent);
        for message in sent {
            if let Some(check) = messages::check_asked(message) {
                self.requested.entry(check).or_insert(message.entry);
            }
        }
    }

    fn take(&mut self, entry: &'a Entry) {
        match &entry.event {
            // What only the testbed can know is taken from nobody else, and what a facility does from no other party.
            Event::Run { design, .. } if entry.seq == 0 => self.design = (**design).clone(),
            Event::Visit { check, person, .. } if entry.zone == Zone::Testbed => self.trail(check).person = Some(*person),
            Event::Step { check, step: step @ (Step::CardShown | Step::PersonChecked), .. } if entry.zone == Zone::Facility => {
                self.trail(check).steps.push((entry, *step));
            }
            Event::Outcome { check, outcome, .. } if entry.zone == Zone::Facility => {
                self.trail(check).outcomes.push((entry, *outcome));
            }
            Event::Fault { does, .. } if entry.zone == Zone::Testbed => self.faults.push((entry.seq, does.as_ref())),
            Event::Record { store, content } if entry.zone == Zone::Facility && store == stores::RECEPTION.name => {
                self.receptions.push(StoredRecord::read(entry, content));
            }
            Event::State { store, when: Occasion::End, content }
                if entry.zone == Zone::Broker && self.seen.has_only_records(Zone::Broker) && store == stores::AUDIT.name =>
            {
                self.audits.push(StoredRecord::read(entry, content));
            }
            Event::Record { store, content } if entry.zone == Zone::Broker && store == stores::AUDIT.name => {
                self.audits.push(StoredRecord::read(entry, content));
            }
            _ => {}
        }
    }

    /// By person and facility, when the card was shown and when the check ended.
    fn visits(&self) -> BTreeMap<(u64, &'a str), Vec<(u64, u64)>> {
        let mut visits: BTreeMap<(u64, &str), Vec<(u64, u64)>> = BTreeMap::new();
        for trail in self.checks.values() {
            let (Some(person), Some(shown)) = (trail.person, trail.first(Step::CardShown)) else { continue };
            let ended = trail.outcomes.last().map_or(u64::MAX, |(entry, _)| entry.seq);
            visits.entry((person, &shown.host)).or_default().push((shown.seq, ended));
        }
        visits
    }

    /// The messages of a zone's parties, in the order of the journal, from whichever end saw them.
    pub fn messages_of(&self, zone: Zone) -> &[Message<'a>] {
        self.messages.get(&zone).map_or(&[], Vec::as_slice)
    }

    fn trail(&mut self, check: &CheckId) -> &mut Trail<'a> {
        self.checks.entry(check.clone()).or_default()
    }

    /// The person with that index, if the run has one.
    pub fn resident(&self, person: u64) -> Option<&'a GroundPerson> {
        usize::try_from(person).ok().and_then(|i| self.ground.people.get(i))
    }

    /// The certificate with these bytes as JPKI issued it, and to whom.
    pub fn issued(&self, der: &[u8]) -> Option<(u64, &'a IssuedCertificate)> {
        self.issued.get(der).copied()
    }

    /// The request that an answer of the broker responds to: the one of the same exchange.
    pub fn request_of(&self, answer: &Answer<'a>) -> Option<&Submission<'a>> {
        self.request_in(answer.exchange)
    }

    /// The request in an exchange of the broker with a facility.
    pub fn request_in(&self, exchange: usize) -> Option<&Submission<'a>> {
        self.by_exchange.get(&exchange).and_then(|i| self.submissions.get(*i))
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
