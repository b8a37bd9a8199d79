//! The stage of a load study: the same parties, authorities and protocol as in any run, on the event engine, without a journal,
//! and with facilities that come into being when somebody first comes to them. One to which nobody comes costs a few bytes.

use super::cards::{lean_contents, terminal_token};
use super::facilities::way_to_broker;
use super::holdings::Holdings;
use super::{DAY, FACILITY_LIMITS, FIRST_TLS_SERIAL, Setup, StageError, TlsCrls, links, people, tls_crl_made};
use crate::file::Scenario;
use crate::file::load::LoadPart;
use crate::load::{Arrival, LoadOrder};
use crate::timeline::{Levers, Timeline};
use mocks::behaviour::Behaviours;
use mocks::capacity::{RetryPolicy, Station};
use mocks::crypto::Crypto;
use mocks::design::Variant;
use mocks::host::http::Limits;
use mocks::host::tls::ClientTls;
use mocks::pki::Validity;
use mocks::pki::jpki_ca::JpkiPki;
use mocks::pki::tls::{TlsClient, TlsPki};
use mocks::roles::card::{Card, CardContent, Pin};
use mocks::roles::facility::{CHARTS, Facility, PersonCheck, STORE, Visit};
use mocks::timing::Work;
use sim::context::{Party, World};
use sim::disk::Disk;
use sim::engine::{EngineKind, Simulation};
use sim::journal::Journal;
use sim::net::Network;
use sim::people::Population;
use sim::seed::Seed;
use sim::terms::check::CheckId;
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio::sync::Semaphore;

/// How many records of a kind a facility keeps on its disk in a load study, if the scenario does not say: nobody looks at them.
const KEPT_RECORDS: usize = 1;

/// A load study that is ready to run.
pub(crate) struct LoadStage {
    pub simulation: Simulation,
    pub world: Rc<World>,
    pub timeline: Timeline,
    /// By host, its workers and their queue.
    pub stations: Vec<(String, Rc<Station>)>,
    pub facilities: Rc<Facilities>,
}

impl LoadStage {
    /// Builds the world of a load study. Must be called on a thread that has entered the run's determinism.
    pub fn build(scenario: &Scenario, order: &LoadOrder, seed: Seed, journal: Journal) -> Result<Self, StageError> {
        let (load, variant) = (&order.load, order.variant);
        let (mut simulation, world) = Simulation::new(EngineKind::Events, seed, super::epoch(), journal);
        let links = links(seed, scenario);
        let (setup, tls_crl) = Setup::new(scenario, variant, seed, None, (&simulation, &world, &links))?;
        let population = Population::new(&seed, scenario.people, DAY)?;
        let pki = Rc::new(JpkiPki::with_responder(&seed, super::before(setup.epoch, 1000), super::responder_key(scenario))?);
        let people = people::cast(&population, scenario, setup.epoch);
        let cards = lean_contents(&setup, &people, &pki)?;
        let authority = setup.authority(&people);
        let [jpki_party, broker_party, authority_party] =
            [("jpki", Zone::Jpki), ("broker", Zone::Broker), ("number-authority", Zone::NumberAuthority)]
                .map(|(name, zone)| setup.party(name, zone));
        setup.number_authority(&mut simulation, authority, &authority_party)?;
        let jpki = setup.jpki(&mut simulation, &jpki_party, &pki, &people)?;
        // What insurers hold is told by nobody here.
        setup.insurers(&mut simulation, &population, &people, &mut Holdings::default())?;
        let mut broker_setup = setup.broker_setup(&population, &people, &pki, &[]);
        let kinds = load.kinds.iter().flat_map(|k| std::iter::repeat_n(k.kind, k.facilities as usize));
        broker_setup.licensed = (0..).zip(kinds).map(|(i, kind)| population.facility_of_kind(i, kind).number).collect();
        let (_, broker_tls) = setup.broker(&mut simulation, &broker_party, broker_setup)?;
        setup.line(&mut simulation);

        let levers = Levers {
            world: world.clone(),
            links,
            commands: simulation.commands(),
            jpki,
            serials: people.iter().map(|p| p.person.current_certificate().serial).collect(),
            renewals: Default::default(),
            cards: Vec::new(),
            broker_party,
            jpki_party,
            authority_party,
            facility_parties: Vec::new(),
            broker_pace: setup.servers.broker.pace.clone(),
            jpki_pace: setup.servers.jpki.pace.clone(),
            authority_pace: setup.servers.number_authority.pace.clone(),
            stations: setup.servers.stations(),
            broker_tls,
            tls_crls: TlsCrls { current: tls_crl, old: tls_crl_made(&setup.tls, setup.epoch, 30)? },
        };
        let timeline = Timeline::new(scenario, levers);
        let stations = setup.servers.stations();
        let facilities = Rc::new(Facilities::new(setup, load, population, &people, cards, order.crypto)?);
        Ok(LoadStage { simulation, world, timeline, stations, facilities })
    }
}

/// All facilities of a study, and the cards that people come with.
pub(crate) struct Facilities {
    seed: Seed,
    variant: Variant,
    crypto: Crypto,
    population: Population,
    net: Rc<dyn Network>,
    tls: TlsPki,
    shared: ClientTls,
    validity: Validity,
    terminal_token: [u8; 16],
    retry: RetryPolicy,
    limits: Limits,
    kept_records: usize,
    load: LoadPart,
    cards: Vec<Rc<CardContent>>,
    pins: Vec<Pin>,
    /// By facility, once somebody has come.
    open: RefCell<Vec<Option<Rc<OpenFacility>>>>,
    opened: Cell<u64>,
}

/// A facility to which somebody has come.
pub(crate) struct OpenFacility {
    pub facility: Facility,
    pub party: Rc<Party>,
    /// Who finds all card readers taken waits, first come first served.
    pub readers: Semaphore,
    checks: Cell<usize>,
}

impl Facilities {
    fn new(
        setup: Setup<'_>,
        load: &LoadPart,
        population: Population,
        people: &[people::Cast],
        cards: Vec<Rc<CardContent>>,
        crypto: Crypto,
    ) -> Result<Self, StageError> {
        let capacity = setup.scenario.capacity.clone().unwrap_or_default();
        Ok(Facilities {
            seed: setup.seed,
            variant: setup.variant,
            crypto,
            population,
            shared: ClientTls::shared(setup.tls.issuing().der(), &setup.trust)?,
            validity: setup.validity(),
            terminal_token: terminal_token(&setup.seed),
            retry: capacity.retry(),
            limits: capacity.limits(FACILITY_LIMITS),
            kept_records: capacity.kept_records().1.unwrap_or(KEPT_RECORDS),
            load: load.clone(),
            cards,
            pins: people.iter().map(|p| Pin::typed(p.person.card.pin.reveal())).collect(),
            open: RefCell::new(vec![None; load.facilities() as usize]),
            opened: Cell::new(0),
            net: setup.net,
            tls: setup.tls,
        })
    }

    /// How many facilities somebody has come to.
    pub fn opened(&self) -> u64 {
        self.opened.get()
    }

    /// The facility to which somebody comes.
    pub fn at(&self, arrival: &Arrival) -> Result<Rc<OpenFacility>, StageError> {
        let index = arrival.facility as usize;
        if let Some(Some(open)) = self.open.borrow().get(index) {
            return Ok(open.clone());
        }
        let open = Rc::new(self.open(arrival)?);
        self.opened.set(self.opened.get() + 1);
        if let Some(place) = self.open.borrow_mut().get_mut(index) {
            *place = Some(open.clone());
        }
        Ok(open)
    }

    fn open(&self, arrival: &Arrival) -> Result<OpenFacility, StageError> {
        let (i, part) = (arrival.facility, &self.load.kinds[arrival.kind]);
        let known = self.population.facility_of_kind(i, part.kind);
        let tls = match self.crypto {
            Crypto::Real => {
                let client = TlsClient::Facility { number: known.number.clone(), name: known.name };
                self.shared.of(&self.tls.issue_tls_client(&client, FIRST_TLS_SERIAL + 1000 + i, self.validity)?)?
            }
            Crypto::Modelled => self.shared.called(known.number.reveal()),
        };
        let tls = Rc::new(tls);
        let party = Party::new(&self.seed, &parties::facility(i), Zone::Facility);
        let disk = Disk::default();
        [STORE, CHARTS].into_iter().for_each(|store| disk.keeping(store, self.kept_records));
        let facility = Facility {
            number: known.number,
            kind: part.kind,
            variant: self.variant,
            reader: Party::new(&self.seed, &parties::reader(i), Zone::Reader),
            disk,
            broker: way_to_broker(&self.net, &tls, self.limits),
            terminal_token: self.terminal_token,
            behaviour: Behaviours::honest().of(),
            reader_behaviour: Behaviours::honest().of(),
            work: Work::new(self.seed.stream(&format!("facility/{i}/work"))),
            retry: self.retry,
            pauses: RefCell::new(self.seed.stream(&format!("facility/{i}/pauses"))),
            last_signed: RefCell::new(None),
        };
        let readers = Semaphore::new(part.readers as usize);
        Ok(OpenFacility { facility, party, readers, checks: Cell::new(0) })
    }

    /// What happens at the counter.
    pub fn visit(&self, arrival: &Arrival, at: &OpenFacility) -> Visit {
        let card = (arrival.person % self.cards.len() as u64) as usize;
        let running = at.checks.replace(at.checks.get() + 1);
        let stream = self.seed.stream(&format!("load/card/{}", arrival.person));
        Visit {
            check: CheckId::new(arrival.facility as usize, running),
            // The card as it is before a visit: nobody types a wrong PIN here.
            card: Rc::new(RefCell::new(Card::new(self.cards[card].clone(), stream))),
            person_check: match arrival.by_pin {
                true => PersonCheck::Pin(self.pins[card].clone()),
                false => PersonCheck::Photo { same_person: true },
            },
            day: DAY,
            on_record: None,
            deviation: None,
            person: arrival.person,
            record: String::new(),
        }
    }
}
