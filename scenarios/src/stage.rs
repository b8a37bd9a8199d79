//! Builds the world of a scenario: people and their cards, authorities and certificates, parties on their hosts.

mod cards;
mod facilities;
mod holdings;
pub(crate) mod load;
pub(crate) mod people;

use crate::file::{CapacityPart, FacilityPart, FeedOrder, Scenario, TlsPart};
use crate::timeline::{Levers, Timeline, TlsCrls};
use facilities::{Counter, PlannedVisit, way_to_broker};
use holdings::Holdings;
use jiff::civil::{Date, date};
use mocks::capacity::{BUCKET, ServerCapacity, ServerWork, Station};
use mocks::design::Variant;
use mocks::host::http::{Client, Limits};
use mocks::host::tls::{ClientTls, ServerTls, TlsSetupError, TlsTrust};
use mocks::mutants::{ActiveMutant, LeakSource, Mutant};
use mocks::pki::crl::{CrlContent, Revocation};
use mocks::pki::jpki_ca::{JpkiPki, ResponderKey};
use mocks::pki::profile::Purpose;
use mocks::pki::tls::{TlsClient, TlsIdentity, TlsPki};
use mocks::pki::{PkiError, Validity};
use mocks::roles::ROLES;
use mocks::roles::broker::behaviour::BrokerBehaviour;
use mocks::roles::broker::{self, Broker, BrokerSetup};
use mocks::roles::card::ContentError;
use mocks::roles::description::RoleDescription;
use mocks::roles::facility::record_token;
use mocks::roles::insurer::{Feed, Insured, Insurer, Sent};
use mocks::roles::jpki::{self, Jpki};
use mocks::roles::line::Line;
use mocks::roles::number_authority::{self, NumberAuthority};
use mocks::timing::Pace;
use sim::clock;
use sim::context::{self, Party, World};
use sim::disk::Disk;
use sim::engine::{EngineKind, Simulation};
use sim::ground::{Ground, IssuedCertificate, Resident};
use sim::journal::{Journal, Occasion};
use sim::net::{Endpoint, LinkSpec, Links, Network};
use sim::people::{Population, PopulationError, jst};
use sim::seed::{Seed, Stream};
use sim::terms::identifiers::CertificateSerial;
use sim::terms::messages::{FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, FIELD_RESEARCH};
use sim::terms::outcome::OutcomeCode;
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

/// The day on which every run takes place: a Monday.
pub const DAY: Date = date(2027, 4, 5);
/// Second of the day, in Japan, at which a run starts: 9:00.
const START_SECOND: i64 = 9 * 3600;
const HTTPS: u16 = 443;

const FACILITY_LIMITS: Limits =
    Limits { connect: Duration::from_secs(4), handshake: Duration::from_secs(6), answer: Duration::from_secs(10) };
const SERVER_LIMITS: Limits =
    Limits { connect: Duration::from_secs(2), handshake: Duration::from_secs(2), answer: Duration::from_secs(3) };

/// Links between zones: those of the roles' descriptions, and in their place those of the scenario.
fn links(seed: Seed, scenario: &Scenario) -> Links {
    let links = Links::new(seed);
    for role in ROLES {
        for link in role.links {
            links.set(role.zone, link.to, LinkSpec { latency: link.latency, bits_per_second: Some(link.bits_per_second) });
        }
    }
    for link in &scenario.links {
        let [a, b] = link.between.map(|place| place.zone());
        let spec = LinkSpec { latency: link.latency.distribution(), bits_per_second: link.rate.map(|rate| rate.0) };
        links.set(a, b, spec);
    }
    links
}

/// Why a scenario cannot be staged. None of these lies with who runs it, except a population that is too large.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("people: {0}")]
    Population(#[from] PopulationError),
    #[error("certificates: {0}")]
    Pki(#[from] PkiError),
    #[error("TLS: {0}")]
    Tls(#[from] TlsSetupError),
    #[error("card: {0}")]
    Card(#[from] ContentError),
}

/// A world that is ready to run.
pub struct Stage {
    pub simulation: Simulation,
    pub world: Rc<World>,
    pub ground: Ground,
    /// By visit, what came of it.
    pub outcomes: Rc<RefCell<Outcomes>>,
    pub timeline: Timeline,
    pub holdings: Holdings,
    /// By host, its workers and their queue.
    pub stations: Vec<(String, Rc<Station>)>,
}

/// By visit, what came of it.
pub struct Outcomes {
    found: Vec<Option<OutcomeCode>>,
    missing: usize,
}

impl Outcomes {
    fn of(visits: usize) -> Outcomes {
        Outcomes { found: vec![None; visits], missing: visits }
    }

    fn put(&mut self, visit: usize, outcome: OutcomeCode) {
        if let Some(place) = self.found.get_mut(visit)
            && place.replace(outcome).is_none()
        {
            self.missing -= 1;
        }
    }

    pub fn complete(&self) -> bool {
        self.missing == 0
    }

    pub fn take(&mut self) -> Vec<Option<OutcomeCode>> {
        std::mem::take(&mut self.found)
    }
}

/// What several parts of the set-up need.
struct Setup<'a> {
    scenario: &'a Scenario,
    variant: Variant,
    mutant: ActiveMutant,
    seed: Seed,
    epoch: jiff::Timestamp,
    tls: TlsPki,
    trust: TlsTrust,
    net: Rc<dyn Network>,
    world: Rc<World>,
    next_serial: Cell<u64>,
    servers: Servers,
}

/// What the servers can do: of each its capacity, its station and its pace.
struct Servers {
    broker: Server,
    jpki: Server,
    number_authority: Server,
}

struct Server {
    name: &'static str,
    capacity: Rc<ServerCapacity>,
    station: Rc<Station>,
    pace: Pace,
}

impl Servers {
    fn of(scenario: &Scenario) -> Servers {
        let server = |role: &'static RoleDescription| {
            let capacity = Rc::new(scenario.capacity.clone().unwrap_or_default().of_role(role));
            let station = Station::new(capacity.queueing, BUCKET);
            Server { name: role.name, capacity, station, pace: Pace::default() }
        };
        let roles =
            [&broker::description::DESCRIPTION, &jpki::description::DESCRIPTION, &number_authority::description::DESCRIPTION];
        let [broker, jpki, number_authority] = roles.map(server);
        Servers { broker, jpki, number_authority }
    }

    fn all(&self) -> [&Server; 3] {
        [&self.broker, &self.jpki, &self.number_authority]
    }

    fn named(&self, name: &str) -> Option<&Server> {
        self.all().into_iter().find(|s| s.name == name)
    }

    fn stations(&self) -> Vec<(String, Rc<Station>)> {
        self.all().map(|s| (s.name.to_string(), s.station.clone())).to_vec()
    }
}

impl Server {
    fn work(&self, stream: Stream) -> Rc<ServerWork> {
        Rc::new(ServerWork::new(stream, self.pace.clone(), self.station.clone(), self.capacity.clone()))
    }

    /// What the station does when its host goes down.
    fn loses_all(&self, world: &Rc<World>) -> impl Fn() + 'static {
        let (station, world) = (self.station.clone(), world.clone());
        move || station.reset(world.engine_now())
    }
}

impl<'a> Setup<'a> {
    /// What every stage begins with, and the list of revoked TLS certificates that its parties go by.
    fn new(
        scenario: &'a Scenario,
        variant: Variant,
        seed: Seed,
        mutant: Option<Mutant>,
        (simulation, world, links): (&Simulation, &Rc<World>, &Links),
    ) -> Result<(Setup<'a>, Vec<u8>), StageError> {
        let epoch = epoch();
        let listening = ROLES.iter().filter(|role| role.listens);
        let hosts = listening.flat_map(|role| role.hosts.iter().map(|host| (host.to_string(), role.zone))).collect();
        let net = simulation.network(links.clone(), hosts);
        let tls = TlsPki::new(&seed, before(epoch, 1000))?;
        let tls_crl = tls_crl_made(&tls, epoch, 1)?;
        let trust = TlsTrust::from_der(&[tls.root().der()], &[&tls_crl])?;
        let setup = Setup {
            scenario,
            variant,
            mutant: ActiveMutant::new(mutant),
            seed,
            epoch,
            tls,
            trust,
            net,
            world: world.clone(),
            next_serial: Cell::new(FIRST_TLS_SERIAL),
            servers: Servers::of(scenario),
        };
        Ok((setup, tls_crl))
    }
}

impl Setup<'_> {
    fn serial(&self) -> u64 {
        self.next_serial.replace(self.next_serial.get() + 1)
    }

    fn validity(&self) -> Validity {
        Validity::days(before(self.epoch, 30), 365)
    }

    fn server(&self, host: &str) -> Result<Rc<ServerTls>, StageError> {
        let (serial, validity) = (self.serial(), self.validity());
        let broker = (host == "broker").then(|| self.mutant.behaviours().of::<dyn BrokerBehaviour>());
        let unit = broker.and_then(|broker| broker.tls_unit());
        let identity = match unit {
            Some(unit) => self.tls.issue_tls_server_of_unit(host, &unit, serial, validity)?,
            None => self.tls.issue_tls_server(host, serial, validity)?,
        };
        let resumes = self.servers.named(host).is_some_and(|server| server.capacity.resumes);
        let tls = if resumes { ServerTls::resuming(identity, &self.trust)? } else { ServerTls::new(identity, &self.trust)? };
        Ok(Rc::new(tls))
    }

    fn client(&self, role: &str) -> Result<Rc<ClientTls>, StageError> {
        let client = TlsClient::Role { name: role.to_string() };
        let identity = self.tls.issue_tls_client(&client, self.serial(), self.validity())?;
        Ok(Rc::new(ClientTls::new(Some(&identity), &self.trust)?))
    }

    fn party(&self, name: &str, zone: Zone) -> Rc<Party> {
        Party::new(&self.seed, name, zone)
    }
}

fn responder_key(scenario: &Scenario) -> ResponderKey {
    scenario.capacity.as_ref().map(CapacityPart::responder_key).unwrap_or_default()
}

fn before(at: jiff::Timestamp, days: i64) -> jiff::Timestamp {
    at.saturating_sub(jiff::SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

/// Serial number under which the facility's revoked TLS certificate stands in the CRL.
const FIRST_TLS_SERIAL: u64 = 1000;
const REVOKED_TLS_SERIAL: u64 = 900;

impl Stage {
    /// Builds the world of `scenario`. Must be called on a thread that has entered the run's determinism.
    pub fn build(
        scenario: &Scenario,
        variant: Variant,
        seed: Seed,
        mutant: Option<Mutant>,
        engine: EngineKind,
    ) -> Result<Stage, StageError> {
        let (mut simulation, world) = Simulation::new(engine, seed, epoch(), Journal::default());
        let links = links(seed, scenario);
        let (setup, tls_crl) = Setup::new(scenario, variant, seed, mutant, (&simulation, &world, &links))?;
        let epoch = setup.epoch;
        let population = Population::new(&seed, scenario.people, DAY)?;
        let pki = Rc::new(JpkiPki::with_responder(&seed, before(epoch, 1000), responder_key(scenario))?);
        let people = people::cast(&population, scenario, epoch);
        let authority = setup.authority(&people);
        setup.give_knowledge(&authority, &people);
        let cards = cards::cards(&setup, &people, &pki)?;
        setup.name_parties(&population, &people, &pki);

        let jpki_party = setup.party("jpki", Zone::Jpki);
        let broker_party = setup.party("broker", Zone::Broker);
        let authority_party = setup.party("number-authority", Zone::NumberAuthority);
        let mut holdings = Holdings::default();
        let authority = setup.number_authority(&mut simulation, authority, &authority_party)?;
        holdings.of(&authority_party, authority.clone());
        let jpki = setup.jpki(&mut simulation, &jpki_party, &pki, &people)?;
        holdings.of(&jpki_party, jpki.clone());
        setup.insurers(&mut simulation, &population, &people, &mut holdings)?;
        let counters = setup.counters(&population)?;
        counters.iter().for_each(|c| holdings.of_disk(&c.party, c.disk.clone()));
        let facilities = counters.iter().map(Counter::site).collect();
        let facility_parties = counters.iter().map(|c| c.party.clone()).collect();
        let broker_setup = setup.broker_setup(&population, &people, &pki, &counters);
        let (disk, broker_tls) = setup.broker(&mut simulation, &broker_party, broker_setup)?;
        holdings.of_disk(&broker_party, disk);
        for (p, of_person) in people.iter().zip(&cards) {
            holdings.of_card(&seed, p.person.index, of_person);
        }
        setup.line(&mut simulation);
        let outcomes = Rc::new(RefCell::new(Outcomes::of(scenario.visits.len())));
        let visits = facilities::visits(&setup, &people, &cards);
        setup.facilities(&mut simulation, counters, visits, &outcomes)?;

        let levers = Levers {
            world: world.clone(),
            links,
            commands: simulation.commands(),
            jpki,
            serials: people.iter().map(|p| p.person.current_certificate().serial).collect(),
            renewals: people.iter().filter_map(people::Cast::renewal).collect(),
            cards: cards.iter().map(|c| c.current.clone()).collect(),
            broker_party,
            jpki_party,
            authority_party,
            facility_parties,
            broker_pace: setup.servers.broker.pace.clone(),
            jpki_pace: setup.servers.jpki.pace.clone(),
            authority_pace: setup.servers.number_authority.pace.clone(),
            stations: setup.servers.stations(),
            broker_tls,
            // Made a month ago.
            tls_crls: TlsCrls { current: tls_crl, old: tls_crl_made(&setup.tls, epoch, 30)? },
        };
        let timeline = Timeline::new(scenario, levers);
        let stations = setup.servers.stations();
        let residents = people.into_iter().zip(cards);
        let people = residents.map(|(p, cards)| setup.resident(p, cards.issued, &authority)).collect();
        Ok(Stage {
            simulation,
            world,
            ground: Ground { day: DAY, epoch, people, facilities },
            outcomes,
            timeline,
            holdings,
            stations,
        })
    }
}

/// The list of revoked TLS certificates that was made so many days ago and lasts for eight.
fn tls_crl_made(tls: &TlsPki, epoch: jiff::Timestamp, days_ago: i64) -> Result<Vec<u8>, PkiError> {
    tls.crl(&CrlContent {
        number: 1,
        this_update: before(epoch, days_ago),
        next_update: before(epoch, days_ago - 8),
        revoked: vec![Revocation { serial: CertificateSerial(REVOKED_TLS_SERIAL), at: before(epoch, 2), reason: None }],
    })
}

/// The instant at which every run starts.
pub fn epoch() -> jiff::Timestamp {
    jst(DAY, START_SECOND)
}

impl Setup<'_> {
    /// What is true of a person, whatever the parties make of it.
    fn resident(&self, cast: people::Cast, certificates: Vec<IssuedCertificate>, authority: &NumberAuthority) -> Resident {
        let insured_before = cast.history_before().map(|(until, periods)| (clock::nanos(until), periods));
        let person = cast.person;
        let code = |field: &str| authority.code(field, &person.resident_code);
        let other_codes = code(FIELD_EXCHANGE).map(|c| (FIELD_EXCHANGE.to_string(), c)).into_iter().collect();
        let (institution_code, research_code) = (code(FIELD_MEDICAL_INSURANCE), code(FIELD_RESEARCH));
        let visited = self.scenario.visits.iter().filter(|v| v.person == person.index).map(|v| v.facility);
        let facilities: BTreeSet<u64> = visited.chain([0]).collect();
        let chart_tokens = facilities.into_iter().map(|f| record_token(&self.seed, person.index, f)).collect();
        let known = Resident::new(person, institution_code);
        Resident { certificates, other_codes, research_code, chart_tokens, insured_before, ..known }
    }

    fn authority(&self, people: &[people::Cast]) -> NumberAuthority {
        let work = self.servers.number_authority.work(NumberAuthority::stream(&self.seed));
        let mut authority = NumberAuthority::working(&self.seed, &self.mutant.behaviours(), work);
        people.iter().for_each(|p| authority.register(&p.person));
        authority
    }

    /// Gives a mutant what it could disclose of each person.
    fn give_knowledge(&self, authority: &NumberAuthority, people: &[people::Cast]) {
        let of = |p: &people::Cast| {
            let code = |field| authority.code(field, &p.person.resident_code);
            LeakSource {
                institution_code: code(FIELD_MEDICAL_INSURANCE),
                exchange_code: code(FIELD_EXCHANGE),
                research_code: code(FIELD_RESEARCH),
                ..LeakSource::of(&p.person, DAY, record_token(&self.seed, p.person.index, 0))
            }
        };
        people.iter().map(of).for_each(|source| self.mutant.knowledge().add_person(source));
    }

    /// Gives a mutant whom it could pass itself off as, and how a certificate's issuer is named.
    fn name_parties(&self, population: &Population, people: &[people::Cast], pki: &JpkiPki) {
        let used = used_insurers(people);
        let insurers = population.insurers().iter().filter(|i| used.contains(&i.index)).map(|i| i.number.clone()).collect();
        let key_id = pki.issuing(Purpose::Authentication).key_id().as_bytes();
        self.mutant.knowledge().set_parties(insurers, key_id.iter().map(|b| format!("{b:02x}")).collect());
    }

    fn number_authority(
        &self,
        simulation: &mut Simulation,
        authority: NumberAuthority,
        party: &Rc<Party>,
    ) -> Result<Rc<NumberAuthority>, StageError> {
        let (authority, tls) = (Rc::new(authority), self.server("number-authority")?);
        let (net, world, party) = (self.net.clone(), self.world.clone(), party.clone());
        let told = authority.clone();
        let loses_all = self.servers.number_authority.loses_all(&self.world);
        simulation.host(
            "number-authority",
            move |_| loses_all(),
            move || {
                let serving = authority.clone().run(net.clone(), HTTPS, tls.clone());
                context::within(world.clone(), party.clone(), ended(serving))
            },
        );
        Ok(told)
    }

    fn jpki(
        &self,
        simulation: &mut Simulation,
        party: &Rc<Party>,
        pki: &Rc<JpkiPki>,
        people: &[people::Cast],
    ) -> Result<Rc<Jpki>, StageError> {
        let work = self.servers.jpki.work(Jpki::stream(&self.seed));
        let jpki = Rc::new(Jpki::working(pki.clone(), &self.mutant.behaviours(), work));
        for p in people {
            p.enter_into(&jpki, self.epoch);
        }
        let (tls, authority_tls) = (self.server("jpki")?, self.client("jpki")?);
        let (net, world, party, me) = (self.net.clone(), self.world.clone(), party.clone(), jpki.clone());
        let loses_all = self.servers.jpki.loses_all(&self.world);
        simulation.host(
            "jpki",
            move |_| loses_all(),
            move || {
                let authority = to("number-authority", &net, &authority_tls);
                let serving = me.clone().run(net.clone(), HTTPS, tls.clone(), authority);
                context::within(world.clone(), party.clone(), ended(serving))
            },
        );
        Ok(jpki)
    }

    /// The insurers that insure somebody of the run, now or before: by number, as the broker knows them.
    fn insurers(
        &self,
        simulation: &mut Simulation,
        population: &Population,
        people: &[people::Cast],
        holdings: &mut Holdings,
    ) -> Result<(), StageError> {
        let mut tasks = Vec::new();
        for index in used_insurers(people) {
            let Some(insurer) = population.insurers().get(index) else { continue };
            let insured = people.iter().flat_map(people::Cast::insured).filter(|i| i.period.insurer == index).collect::<Vec<_>>();
            let name = parties::insurer(&insurer.number);
            let mock = Rc::new(Insurer {
                number: insurer.number.clone(),
                feeds: self.feeds(index, people, &insured),
                insured,
                sent: Sent::default(),
                behaviour: self.mutant.behaviours().of(),
            });
            let party = self.party(&name, Zone::Insurer);
            holdings.of(&party, mock.clone());
            tasks.push((party, mock, self.client(&name)?));
        }
        let (net, world) = (self.net.clone(), self.world.clone());
        simulation.host(
            "insurers",
            |_| {},
            move || {
                for (party, insurer, tls) in &tasks {
                    let [authority, broker, jpki] = ["number-authority", "broker", "jpki"].map(|host| to(host, &net, tls));
                    context::start(&world, party, insurer.clone().run(authority, broker, jpki));
                }
                std::future::pending()
            },
        );
        Ok(())
    }

    /// What an insurer sends: what the scenario says of it, and at once whatever it learns during the run.
    fn feeds(&self, insurer: usize, people: &[people::Cast], insured: &[Insured]) -> Vec<Feed> {
        let of = |index: u64| people.get(index as usize).and_then(|p| p.person.insurance_on(DAY)).map(|i| i.insurer);
        let mut feeds = match self.scenario.feeds.iter().find(|f| of(f.of_insurer_of) == Some(insurer)) {
            None => vec![Feed::new(Duration::ZERO, DAY)],
            Some(part) => {
                let behind = DAY.saturating_sub(jiff::Span::new().days(part.days_behind));
                let (reversed, sent_twice) = (part.order == FeedOrder::LastFirst, part.sent_twice);
                let feed = |after, complete_through| Feed { reversed, sent_twice, ..Feed::new(after, complete_through) };
                let first = part.arrives.map(|s| feed(s.0, behind));
                first.into_iter().chain(part.catches_up.map(|s| feed(s.0, DAY))).collect()
            }
        };
        let learnt = insured.iter().flat_map(|i| [i.begins_known_from, i.end_known_from]);
        let learnt: BTreeSet<Duration> = learnt.filter(|at| !at.is_zero()).collect();
        feeds.extend(learnt.into_iter().map(|at| Feed::new(at, DAY)));
        feeds.sort_by_key(|f| f.after);
        feeds
    }

    fn broker_setup(
        &self,
        population: &Population,
        people: &[people::Cast],
        pki: &Rc<JpkiPki>,
        counters: &[Counter],
    ) -> BrokerSetup {
        let used = used_insurers(people);
        let insurers: BTreeMap<_, _> = population
            .insurers()
            .iter()
            .filter(|i| used.contains(&i.index))
            .map(|i| (i.number.clone(), i.name.clone()))
            .collect();
        let licensed: BTreeSet<_> = counters.iter().filter(|c| c.licensed).map(|c| c.number.clone()).collect();
        let server = &self.servers.broker;
        BrokerSetup {
            variant: self.variant,
            licensed,
            insurers,
            trust: pki.trust(),
            behaviours: self.mutant.behaviours(),
            pace: server.pace.clone(),
            capacity: server.capacity.clone(),
            station: server.station.clone(),
            cache: self.scenario.capacity.as_ref().map(|c| c.cache()).unwrap_or_default(),
            reopens: self.scenario.capacity.as_ref().is_some_and(|c| c.retry().when_busy),
        }
    }

    /// The broker's host, its disk, and how it tells who calls.
    fn broker(
        &self,
        simulation: &mut Simulation,
        party: &Rc<Party>,
        setup: BrokerSetup,
    ) -> Result<(Disk, Rc<ServerTls>), StageError> {
        let setup = Rc::new(setup);
        let (tls, jpki_tls) = (self.server("broker")?, self.client("broker")?);
        let serves_as = tls.clone();
        let (net, world, party, seed) = (self.net.clone(), self.world.clone(), party.clone(), self.seed);
        let (disk, starts) = (Disk::default(), Cell::new(0));
        let bound = self.scenario.capacity.as_ref().and_then(|c| c.kept_records().0);
        if let Some(most) = bound {
            disk.keeping(broker::audit::STORE, most);
            // Which of these are of no use any more, the broker knows.
            disk.keeping(broker::challenges::STORE, usize::MAX);
        }
        let kept = disk.clone();
        let crashed = (disk.clone(), world.clone(), party.clone());
        let loses_all = self.servers.broker.loses_all(&self.world);
        simulation.host(
            "broker",
            move |unsynced| {
                let (disk, world, party) = &crashed;
                loses_all();
                context::act_as(world, party, || {
                    disk.crash(unsynced);
                    disk.tell(Occasion::Crash);
                });
            },
            move || {
                let restarts = starts.replace(starts.get() + 1);
                let jpki = to("jpki", &net, &jpki_tls);
                let broker = Rc::new(Broker::start(setup.clone(), disk.clone(), jpki, &seed, restarts));
                context::within(world.clone(), party.clone(), ended(broker.run(net.clone(), HTTPS, tls.clone())))
            },
        );
        Ok((kept, serves_as))
    }

    fn line(&self, simulation: &mut Simulation) {
        let line = Rc::new(Line { broker: Endpoint::new("broker", HTTPS), behaviour: self.mutant.behaviours().of() });
        let (net, world, party) = (self.net.clone(), self.world.clone(), self.party("line", Zone::Line));
        simulation.host(
            "line",
            |_| {},
            move || context::within(world.clone(), party.clone(), ended(line.clone().run(net.clone(), HTTPS))),
        );
    }

    /// The certificate that a facility shows on the line. `None` is no certificate.
    fn facility_identity(&self, client: &TlsClient, part: &FacilityPart) -> Result<Option<TlsIdentity>, StageError> {
        let (serial, mut validity) = (self.serial(), self.validity());
        if let Some(after) = part.tls_expires {
            validity.not_after = people::after(self.epoch, after.0);
        }
        Ok(Some(match part.tls_certificate {
            TlsPart::Missing => return Ok(None),
            TlsPart::Good => self.tls.issue_tls_client(client, serial, validity)?,
            TlsPart::Expired => self.tls.issue_tls_client(client, serial, Validity::days(before(self.epoch, 366), 365))?,
            TlsPart::Revoked => self.tls.issue_tls_client(client, REVOKED_TLS_SERIAL, validity)?,
            TlsPart::Untrusted => {
                let elsewhere = Seed::new(self.seed.number("tls/untrusted"), "tls/untrusted");
                TlsPki::new(&elsewhere, before(self.epoch, 1000))?.issue_tls_client(client, serial, validity)?
            }
        }))
    }

    /// Two hosts for all facilities, so that what concerns a region can go wrong for one.
    fn facilities(
        &self,
        simulation: &mut Simulation,
        counters: Vec<Counter>,
        visits: Vec<Vec<PlannedVisit>>,
        outcomes: &Rc<RefCell<Outcomes>>,
    ) -> Result<(), StageError> {
        let all: Vec<_> = counters.into_iter().zip(visits).collect();
        let mut regions = [Vec::new(), Vec::new()];
        for (i, counter) in all.into_iter().enumerate() {
            regions[i % 2].push(counter);
        }
        for (name, region) in ["facilities-east", "facilities-west"].into_iter().zip(regions) {
            if region.is_empty() {
                continue;
            }
            let (net, world, outcomes) = (self.net.clone(), self.world.clone(), outcomes.clone());
            let faults = self.scenario.faults.clone();
            simulation.host(
                name,
                |_| {},
                move || {
                    for (counter, visits) in &region {
                        counter.lose_control(&faults, &net, &world);
                        let facility = Rc::new(counter.open(way_to_broker(&net, &counter.tls, counter.limits)));
                        for planned in visits {
                            let (facility, planned, outcomes) = (facility.clone(), planned.clone(), outcomes.clone());
                            context::start(&world, &counter.party, async move {
                                clock::sleep_until(clock::nanos(planned.at)).await;
                                planned.announce();
                                let outcome = facility.check(&planned.visit).await;
                                outcomes.borrow_mut().put(planned.index, outcome);
                            });
                        }
                    }
                    std::future::pending()
                },
            );
        }
        Ok(())
    }
}

fn to(host: &str, net: &Rc<dyn Network>, tls: &Rc<ClientTls>) -> Client {
    Client::new(net.clone(), Endpoint::new(host, HTTPS), host, tls.clone(), SERVER_LIMITS)
}

/// A server serves for ever; if it ends, its log says why.
async fn ended(serving: impl Future<Output = std::io::Result<()>>) {
    if let Err(e) = serving.await {
        tracing::error!(target: "mocks", "a server ended: {e}");
    }
}

fn used_insurers(people: &[people::Cast]) -> BTreeSet<usize> {
    people.iter().flat_map(|p| p.person.insurance.iter().map(|i| i.insurer)).collect()
}
