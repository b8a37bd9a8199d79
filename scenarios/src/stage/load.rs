//! The stage of a load study: the same deployment as for any run, on the event engine, without a journal, and with facilities
//! that are opened at their first visit. A facility without visits takes a few bytes.

use super::StageError;
use super::cards::lean_contents;
use super::people::{self, ScenarioPerson};
use super::place::Authorities;
use super::plan::Setting;
use crate::file::Scenario;
use crate::file::load::LoadPart;
use crate::load::{Arrival, LoadOrder};
use crate::start::Start;
use crate::timeline::{FaultControls, Timeline};
use mocks::crypto::Crypto;
use mocks::deployment::Deployment;
use mocks::deployment::error::BuildError;
use mocks::deployment::sites::Sites;
use mocks::host::tls::ClientTls;
use mocks::roles::card::{Card, CardContent, Pin};
use mocks::roles::facility::party::{Opened, open_late};
use mocks::roles::facility::{Facility, PersonCheck, Visit};
use sim::context::{Party, World};
use sim::engine::{EngineKind, Simulation};
use sim::journal::Journal;
use sim::people::Population;
use sim::seed::Seed;
use sim::terms::check::CheckId;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio::sync::Semaphore;

/// How many records of a kind a facility keeps on its disk in a load study, by default: nobody reads them.
const KEPT_RECORDS: usize = 1;

/// A load study that is ready to run.
pub(crate) struct LoadStage {
    pub simulation: Simulation,
    pub world: Rc<World>,
    pub timeline: Timeline,
    pub deployment: Rc<Deployment>,
    pub facilities: Rc<Facilities>,
}

impl LoadStage {
    /// Builds the world of a load study. Must be called on a thread that has entered the run's determinism.
    pub fn build(scenario: &Scenario, start: Start, order: &LoadOrder, seed: Seed, journal: Journal) -> Result<Self, StageError> {
        let load = &order.load;
        let (mut simulation, world) = Simulation::new(EngineKind::Events, seed, start.epoch, journal);
        let setting = Setting::new(scenario, start, order.design.clone(), seed, None, Authorities::of_run(&seed, start))?;
        let population = Population::new(&seed, scenario.people, start.day)?;
        let pki = setting.jpki_pki()?;
        let people = people::drawn(&population, scenario, start)?;
        let cards = lean_contents(&setting, &people, &pki)?;
        let mut plan = setting.plan(&population, &people, pki, Vec::new());
        let kinds = load.kinds.iter().flat_map(|k| std::iter::repeat_n(k.kind, k.facilities as usize));
        plan.licensed = (0..).zip(kinds).map(|(i, kind)| population.facility_of_kind(i, kind).number).collect();
        plan.capacity.kept_records.entry("facility".into()).or_insert(KEPT_RECORDS);

        let deployment = Rc::new(Deployment::build(plan, &mut simulation, &world, Sites::simulated())?);
        let controls = FaultControls::new(&world, simulation.commands(), deployment.clone(), &people, start.day)?;
        let timeline = Timeline::new(scenario, FaultControls { renewals: Default::default(), ..controls });
        let facilities = Rc::new(Facilities::new(deployment.clone(), load, seed, population, &people, cards, order.crypto)?);
        Ok(LoadStage { simulation, world, timeline, deployment, facilities })
    }
}

/// All facilities of a study, and the cards in use.
pub(crate) struct Facilities {
    deployment: Rc<Deployment>,
    seed: Seed,
    crypto: Crypto,
    population: Population,
    shared: ClientTls,
    load: LoadPart,
    cards: Vec<Rc<CardContent>>,
    pins: Vec<Pin>,
    /// By facility, from its first visit on.
    open: RefCell<Vec<Option<Rc<OpenFacility>>>>,
    opened: Cell<u64>,
}

/// A facility that has had a visit.
pub(crate) struct OpenFacility {
    pub facility: Facility,
    pub party: Rc<Party>,
    /// While all card readers are in use, people wait, first come first served.
    pub readers: Semaphore,
    checks: Cell<usize>,
}

impl Facilities {
    fn new(
        deployment: Rc<Deployment>,
        load: &LoadPart,
        seed: Seed,
        population: Population,
        people: &[ScenarioPerson],
        cards: Vec<Rc<CardContent>>,
        crypto: Crypto,
    ) -> Result<Self, StageError> {
        Ok(Facilities {
            seed,
            crypto,
            population,
            shared: deployment.plan().tls.shared_client().map_err(BuildError::from)?,
            load: load.clone(),
            cards,
            pins: people.iter().map(|p| Pin::typed(p.person.card.pin.reveal())).collect(),
            open: RefCell::new(vec![None; load.facilities() as usize]),
            opened: Cell::new(0),
            deployment,
        })
    }

    /// How many facilities have had a visit.
    pub fn opened(&self) -> u64 {
        self.opened.get()
    }

    /// The facility of an arrival.
    pub fn at(&self, arrival: &Arrival) -> Result<Rc<OpenFacility>, StageError> {
        let index = arrival.facility as usize;
        if let Some(Some(open)) = self.open.borrow().get(index) {
            return Ok(open.clone());
        }
        let open = Rc::new(self.open(arrival)?);
        self.opened.set(self.opened.get() + 1);
        if let Some(slot) = self.open.borrow_mut().get_mut(index) {
            *slot = Some(open.clone());
        }
        Ok(open)
    }

    fn open(&self, arrival: &Arrival) -> Result<OpenFacility, StageError> {
        let (i, part) = (arrival.facility, &self.load.kinds[arrival.kind]);
        let known = self.population.facility_of_kind(i, part.kind);
        let issuer = &self.deployment.plan().tls;
        let tls = match self.crypto {
            Crypto::Real => issuer.opened_facility(&self.shared, i, &known.number, &known.name)?,
            Crypto::Modelled => self.shared.called(known.number.reveal()),
        };
        let Opened { facility, identity: party } =
            open_late(&self.deployment.builder(), i, (known.number, part.kind), Rc::new(tls))?;
        let readers = Semaphore::new(part.readers as usize);
        Ok(OpenFacility { facility, party, readers, checks: Cell::new(0) })
    }

    /// The visit of an arrival.
    pub fn visit(&self, arrival: &Arrival, at: &OpenFacility) -> Visit {
        let card = (arrival.person % self.cards.len() as u64) as usize;
        let running = at.checks.replace(at.checks.get() + 1);
        let stream = self.seed.stream(&format!("load/card/{}", arrival.person));
        Visit {
            check: CheckId::new(arrival.facility as usize, running),
            // A fresh card per visit: nobody enters a wrong PIN here, so no state is lost.
            card: Rc::new(RefCell::new(Card::new(self.cards[card].clone(), stream))),
            person_check: match arrival.by_pin {
                true => PersonCheck::Pin(self.pins[card].clone()),
                false => PersonCheck::Photo { same_person: true },
            },
            pin: self.pins[card].clone(),
            number: None,
            insurance_card: None,
            at_reader: Default::default(),
            on_record: None,
            deviation: None,
            person: arrival.person,
            record: String::new(),
        }
    }
}
