//! Builds the world of a scenario: draws its people and cards, plans who comes when, and has the parties deployed.

mod cards;
mod insurers;
pub(crate) mod load;
pub(crate) mod people;
mod plan;
mod visits;

use crate::file::Scenario;
use crate::timeline::{FaultControls, Timeline};
use jiff::civil::{Date, date};
use mocks::deployment::error::BuildError;
use mocks::deployment::{Deployment, UnderTest};
use mocks::mutants::Mutant;
use mocks::pki::PkiError;
use mocks::roles::card::ContentError;
use mocks::roles::facility::record_token;
use mocks::roles::facility::visits::Outcomes;
use mocks::roles::number_authority::codes::InstitutionCodes;
use people::ScenarioPerson;
use plan::Setting;
use sim::clock;
use sim::context::World;
use sim::engine::{EngineKind, Simulation};
use sim::ground::{Ground, IssuedCertificate, Resident, Site};
use sim::journal::Journal;
use sim::people::{Population, PopulationError, jst};
use sim::seed::Seed;
use sim::terms::design::Design;
use sim::terms::messages::{FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, FIELD_RESEARCH};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// The day on which every run takes place: a Monday.
pub const DAY: Date = date(2027, 4, 5);
/// Second of the day, in Japan, at which a run starts: 9:00.
const START_SECOND: i64 = 9 * 3600;

/// The instant at which every run starts.
pub fn epoch() -> jiff::Timestamp {
    jst(DAY, START_SECOND)
}

/// Why a scenario cannot be staged. None of these lies with who runs it, except a population that is too large.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("people: {0}")]
    Population(#[from] PopulationError),
    #[error("certificates: {0}")]
    Pki(#[from] PkiError),
    #[error("card: {0}")]
    Card(#[from] ContentError),
    #[error("parties: {0}")]
    Build(#[from] BuildError),
}

/// A world that is ready to run.
pub struct Stage {
    pub simulation: Simulation,
    pub world: Rc<World>,
    pub ground: Ground,
    pub outcomes: Outcomes,
    pub timeline: Timeline,
    pub deployment: Rc<Deployment>,
}

impl Stage {
    /// Builds the world of `scenario`. Must be called on a thread that has entered the run's determinism.
    pub fn build(
        scenario: &Scenario,
        design: Arc<Design>,
        seed: Seed,
        mutant: Option<Mutant>,
        engine: EngineKind,
    ) -> Result<Stage, StageError> {
        let (mut simulation, world) = Simulation::new(engine, seed, epoch(), Journal::default());
        let setting = Setting::new(scenario, design, seed, mutant)?;
        let population = Population::new(&seed, scenario.people, DAY)?;
        let pki = setting.jpki_pki()?;
        let people = people::drawn(&population, scenario, setting.epoch);
        let codes = InstitutionCodes::new(&seed);
        setting.give_knowledge(&codes, &people);
        let cards = cards::cards(&setting, &people, &pki)?;
        setting.name_parties(&population, &people, &pki);
        let outcomes = Outcomes::of(scenario.visits.len());
        let visits = visits::visits(&setting, &people, &cards);
        let facilities = setting.facilities(&population, visits);
        let sites: Vec<Site> = facilities.iter().map(|f| setting.site(f)).collect();
        let mut plan = setting.plan(&population, &people, pki, facilities);
        plan.outcomes = outcomes.clone();
        for (planned, cards) in plan.people.iter_mut().zip(&cards) {
            planned.card = Some(cards.current.clone());
        }

        let deployment = Rc::new(Deployment::build(plan, &mut simulation, &world, &UnderTest::none())?);
        let controls = FaultControls::new(&world, simulation.commands(), deployment.clone(), &people)?;
        let cards_in_use = cards.iter().map(|c| c.current.clone()).collect();
        let timeline = Timeline::new(scenario, FaultControls { cards: cards_in_use, ..controls });
        let residents = people.into_iter().zip(cards);
        let people = residents.map(|(p, cards)| resident(scenario, &seed, &codes, p, cards.issued)).collect();
        let ground = Ground { day: DAY, epoch: epoch(), people, facilities: sites };
        Ok(Stage { simulation, world, ground, outcomes, timeline, deployment })
    }
}

/// What is true of a person, whatever the parties make of it: `codes` is the sound derivation, and no party that may be broken.
fn resident(
    scenario: &Scenario,
    seed: &Seed,
    codes: &InstitutionCodes,
    drawn: ScenarioPerson,
    certificates: Vec<IssuedCertificate>,
) -> Resident {
    let insured_before = drawn.history_before().map(|(until, periods)| (clock::nanos(until), periods));
    let person = drawn.person;
    let other_codes = codes.of(FIELD_EXCHANGE, &person).map(|c| (FIELD_EXCHANGE.to_string(), c)).into_iter().collect();
    let (institution_code, research_code) = (codes.of(FIELD_MEDICAL_INSURANCE, &person), codes.of(FIELD_RESEARCH, &person));
    let visited = scenario.visits.iter().filter(|v| v.person == person.index).map(|v| v.facility);
    let facilities: BTreeSet<u64> = visited.chain([0]).collect();
    let chart_tokens = facilities.into_iter().map(|f| record_token(seed, person.index, f)).collect();
    let known = Resident::new(person, institution_code);
    Resident { certificates, other_codes, research_code, chart_tokens, insured_before, ..known }
}
