//! Facilities, their counters, and who comes when.

use super::cards::{Cards, terminal_token};
use super::people::Cast;
use super::{DAY, FACILITY_LIMITS, HTTPS, Setup, StageError};
use crate::file::{AsksAbout, CardPart, DeviationPart, FaultKind, FaultPart, PersonCheckPart, VisitPart};
use mocks::behaviour::Behaviours;
use mocks::capacity::RetryPolicy;
use mocks::host::http::{Client, Limits};
use mocks::host::tls::ClientTls;
use mocks::pki::tls::TlsClient;
use mocks::roles::card::Pin;
use mocks::roles::facility::overload::{SlowLoris, flood};
use mocks::roles::facility::{CHARTS, Deviation, Facility, PersonCheck, STORE, Visit, record_token};
use mocks::timing::Work;
use sim::clock::{self, nanos};
use sim::context::{self, Party, World};
use sim::disk::Disk;
use sim::ground::Site;
use sim::journal::Event;
use sim::net::{Endpoint, Network};
use sim::people::Population;
use sim::seed::{Seed, Stream};
use sim::terms::check::CheckId;
use sim::terms::identifiers::{FacilityNumber, InsuredIdentifier};
use sim::terms::parties;
use sim::terms::roles::{FacilityKind, Zone};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// A facility as it stands before it opens.
pub(super) struct Counter {
    index: u64,
    pub number: FacilityNumber,
    pub licensed: bool,
    pub party: Rc<Party>,
    pub tls: Rc<ClientTls>,
    pub disk: Disk,
    kind: FacilityKind,
    reader: Rc<Party>,
    variant: mocks::design::Variant,
    behaviours: Behaviours,
    terminal_token: [u8; 16],
    work: Stream,
    pauses: Stream,
    retry: RetryPolicy,
    /// How long it waits.
    pub limits: Limits,
}

impl Counter {
    /// The facility as the authorities know it.
    pub fn site(&self) -> Site {
        Site { host: self.party.name.clone(), number: self.number.clone(), licensed: self.licensed }
    }

    /// Starts what the facility's system does to the broker when it is out of control.
    pub fn lose_control(&self, faults: &[FaultPart], net: &Rc<dyn Network>, world: &Rc<World>) {
        for fault in faults {
            let (at, until) = (nanos(fault.at.0), nanos(fault.end().0));
            match fault.does {
                FaultKind::Flood { facility, rate } if facility == self.index => {
                    let broker = Rc::new(way_to_broker(net, &self.tls, self.limits));
                    context::start(world, &self.party, async move {
                        clock::sleep_until(at).await;
                        flood(broker, rate.0, until).await;
                    });
                }
                FaultKind::SlowLoris { facility, connections } if facility == self.index => {
                    let (net, tls) = (net.clone(), self.tls.clone());
                    let (line, server_name) = (Endpoint::new("line", HTTPS), "broker".to_string());
                    let loris = Rc::new(SlowLoris { net, line, server_name, tls, limits: self.limits });
                    context::start(world, &self.party, async move {
                        clock::sleep_until(at).await;
                        loris.hold(connections, until).await;
                    });
                }
                _ => {}
            }
        }
    }

    /// The facility at work, with its way to the broker.
    pub fn open(&self, broker: Client) -> Facility {
        Facility {
            number: self.number.clone(),
            kind: self.kind,
            variant: self.variant,
            reader: self.reader.clone(),
            disk: self.disk.clone(),
            broker,
            terminal_token: self.terminal_token,
            behaviour: self.behaviours.of(),
            reader_behaviour: self.behaviours.of(),
            work: Work::new(self.work.clone()),
            retry: self.retry,
            pauses: RefCell::new(self.pauses.clone()),
            last_signed: RefCell::new(None),
        }
    }
}

/// A facility's way to the broker: over the line.
pub(super) fn way_to_broker(net: &Rc<dyn Network>, tls: &Rc<ClientTls>, limits: Limits) -> Client {
    Client::new(net.clone(), Endpoint::new("line", HTTPS), "broker", tls.clone(), limits)
}

/// A visit with its time and its place in the scenario.
#[derive(Clone)]
pub(super) struct PlannedVisit {
    pub at: Duration,
    pub index: usize,
    pub person: u64,
    pub visit: Visit,
}

impl PlannedVisit {
    /// Tells the journal, as the testbed, which check is whose.
    pub fn announce(&self) {
        let event = Event::Visit { visit: self.index, check: self.visit.check.clone(), person: self.person };
        context::world().note(clock::now(), event);
    }
}

impl Setup<'_> {
    pub(super) fn counters(&self, population: &Population) -> Result<Vec<Counter>, StageError> {
        let capacity = self.scenario.capacity.clone().unwrap_or_default();
        let disk = || {
            let disk = Disk::default();
            for store in [STORE, CHARTS] {
                capacity.kept_records().1.into_iter().for_each(|most| disk.keeping(store, most));
            }
            disk
        };
        (0..self.scenario.facilities)
            .map(|i| {
                let part = self.scenario.facility_part(i);
                let facility = match part.kind {
                    Some(kind) => population.facility_of_kind(i, kind),
                    None => population.facility(i),
                };
                let client = TlsClient::Facility { number: facility.number.clone(), name: facility.name.clone() };
                let identity = self.facility_identity(&client, &part)?;
                Ok(Counter {
                    index: i,
                    number: facility.number,
                    licensed: part.licensed,
                    party: self.party(&parties::facility(i), Zone::Facility),
                    tls: Rc::new(ClientTls::new(identity.as_ref(), &self.trust)?),
                    kind: facility.kind,
                    reader: self.party(&parties::reader(i), Zone::Reader),
                    disk: disk(),
                    variant: self.variant,
                    behaviours: self.mutant.behaviours(),
                    terminal_token: terminal_token(&self.seed),
                    work: self.seed.stream(&format!("facility/{i}/work")),
                    pauses: self.seed.stream(&format!("facility/{i}/pauses")),
                    retry: capacity.retry(),
                    limits: capacity.limits(FACILITY_LIMITS),
                })
            })
            .collect()
    }
}

/// All visits, by facility, in the order of the scenario.
pub(super) fn visits(setup: &Setup<'_>, people: &[Cast], cards: &[Cards]) -> Vec<Vec<PlannedVisit>> {
    let mut by_facility: Vec<Vec<PlannedVisit>> = (0..setup.scenario.facilities).map(|_| Vec::new()).collect();
    for (index, part) in setup.scenario.visits.iter().enumerate() {
        let facility = part.facility as usize;
        let check = CheckId::new(facility, by_facility[facility].len());
        let visit = visit(part, check, &setup.seed, people, cards);
        by_facility[facility].push(PlannedVisit { at: part.at.0, index, person: part.person, visit });
    }
    by_facility
}

fn visit(part: &VisitPart, check: CheckId, seed: &Seed, people: &[Cast], cards: &[Cards]) -> Visit {
    let (person, own) = (&people[part.person as usize], &cards[part.person as usize]);
    // Whose card is renewed during the run has the old one until then.
    let renewed = person.renews_at.is_none_or(|at| at <= part.at.0);
    let card = match (part.card, &own.previous) {
        (CardPart::Previous, Some(previous)) => previous.clone(),
        (CardPart::Current, Some(previous)) if !renewed => previous.clone(),
        _ => own.current.clone(),
    };
    let pin = |of: &Cast| Pin::typed(of.person.card.pin.reveal());
    let person_check = match part.person_check {
        PersonCheckPart::Photo => PersonCheck::Photo { same_person: true },
        PersonCheckPart::PhotoOfAnother => PersonCheck::Photo { same_person: false },
        PersonCheckPart::Pin => PersonCheck::Pin(pin(person)),
        PersonCheckPart::WrongPin => {
            // Any other four digits.
            let wrong = if person.person.card.pin.reveal() == "0000" { "0001" } else { "0000" };
            PersonCheck::Pin(Pin::typed(wrong))
        }
    };
    let deviation = part.deviation.map(|d| match d {
        DeviationPart::RequestMalformed => Deviation::RequestMalformed,
        DeviationPart::RequestTooLarge => Deviation::RequestTooLarge,
        DeviationPart::RequestUnknownField => Deviation::RequestUnknownField,
        DeviationPart::SignatureMissing => Deviation::SignatureMissing,
        DeviationPart::SignatureWrong => Deviation::SignatureWrong,
        DeviationPart::SignatureByAnotherCard => {
            let other = part.person as usize + 1;
            Deviation::SignatureByAnotherCard { card: cards[other].current.clone(), pin: pin(&people[other]) }
        }
        DeviationPart::ChallengeReused => Deviation::ChallengeReused,
        DeviationPart::ChallengeStale => Deviation::ChallengeStale { by: Duration::from_secs(61) },
        DeviationPart::ChallengeInvented => Deviation::ChallengeInvented,
    });
    Visit {
        check,
        card,
        person_check,
        day: DAY,
        on_record: part.asks_about.and_then(|a| on_record(a, person)),
        deviation,
        person: part.person,
        record: record_token(seed, part.person, part.facility),
    }
}

/// What the facility has on record of a person, as the story has it.
fn on_record(asks: AsksAbout, person: &Cast) -> Option<InsuredIdentifier> {
    let periods = &person.person.insurance;
    let period = match asks {
        // The last one may begin tomorrow only.
        AsksAbout::CurrentCoverage => periods.iter().rev().find(|p| p.from <= DAY),
        AsksAbout::PreviousCoverage => periods.len().checked_sub(2).and_then(|i| periods.get(i)),
    };
    period.map(|p| p.insured.clone())
}
