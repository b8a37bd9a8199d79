//! Builds the world of a scenario: draws its people and cards, plans the visits, and deploys the parties.

mod cards;
pub mod error;
mod insurers;
pub(crate) mod load;
mod overloads;
pub(crate) mod people;
pub(crate) mod place;
mod plan;
mod register;
mod registry;
mod visits;

pub use error::StageError;
pub(crate) use people::before as days_before;

use crate::file::Scenario;
use crate::start::Start;
use crate::timeline::{FaultControls, Timeline};
use mocks::deployment::Deployment;
use mocks::deployment::plan::PlannedInsurer;
use mocks::mutants::Mutant;
use mocks::roles::facility::record_token;
use mocks::roles::facility::visits::Outcomes;
use mocks::roles::insurer::Feed;
use mocks::roles::number_authority::codes::InstitutionCodes;
use people::ScenarioPerson;
use place::Place;
use plan::Setting;
use registry::Cases;
use sim::clock::nanos;
use sim::context::World;
use sim::engine::Simulation;
use sim::ground::{Ground, GroundFacility, GroundPerson, IssuedCertificate};
use sim::people::Population;
use sim::seed::Seed;
use sim::terms::design::Design;
use sim::terms::identifiers::InsurerNumber;
use sim::terms::messages::{FIELD_CANCER_REGISTRY, FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, FIELD_RESEARCH};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

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
        start: Start,
        design: Arc<Design>,
        seed: Seed,
        mutant: Option<Mutant>,
        place: Place,
    ) -> Result<Stage, StageError> {
        let authorities = place.authorities(&seed, start);
        let (sites, past, gate, idle) = (place.sites(), place.past(), place.gate(), place.idle());
        let (mut simulation, world) = place.engine(seed, start.epoch);
        let setting = Setting::new(scenario, start, design, seed, mutant, authorities)?;
        let population = Population::new(&seed, scenario.people, start.day)?;
        let pki = setting.jpki_pki()?;
        let people = people::drawn(&population, scenario, start)?;
        let codes = InstitutionCodes::new(&seed, &setting.design, people.iter().map(|p| &p.person));
        setting.give_knowledge(&codes, &people);
        let cards = cards::cards(&setting, &people, &pki)?;
        setting.name_parties(&population, &people, &pki);
        let outcomes = Outcomes::of(scenario.visits.len());
        let visits = visits::visits(&setting, &people, (&cards, &codes), past.first_check);
        let mut facilities = setting.facilities(&population, visits);
        let cases = Cases::planned(&setting, &population, &people, &mut facilities);
        let ground_facilities: Vec<GroundFacility> = facilities.iter().map(|f| setting.ground_facility(f)).collect();
        let mut plan = setting.plan(&population, &people, pki, facilities);
        plan.registry = cases.registry;
        plan.outcomes = outcomes.clone();
        plan.gate = gate;
        for (number, name) in idle {
            let known = plan.insurers.iter().any(|i| i.number.reveal() == number);
            plan.insurers
                .extend(InsurerNumber::new(&number).ok().filter(|_| !known).map(|number| idle_insurer(number, name, start)));
        }
        for insurer in &mut plan.insurers {
            insurer.sent_before = past.feeds.get(insurer.number.reveal()).copied().unwrap_or_default();
        }
        for (planned, cards) in plan.people.iter_mut().zip(&cards) {
            planned.card = Some(cards.current.clone());
        }

        let deployment = Rc::new(Deployment::build(plan, &mut simulation, &world, sites)?);
        let controls = FaultControls::new(&world, simulation.commands(), deployment.clone(), &people, start.day)?;
        let cards_in_use = cards.iter().map(|c| c.current.clone()).collect();
        let timeline = Timeline::new(scenario, FaultControls { cards: cards_in_use, ..controls });
        let records = register::records(scenario, start, &people);
        let residents = people.into_iter().zip(cards);
        let people = residents.map(|(p, cards)| resident(scenario, &seed, &codes, &records, p, cards.issued)).collect();
        let (codes_asked_every_ns, reports) = (scenario.codes_asked_every().map(nanos), cases.ground);
        let ground = Ground { epoch: start.epoch, people, facilities: ground_facilities, reports, codes_asked_every_ns };
        Ok(Stage { simulation, world, ground, outcomes, timeline, deployment })
    }
}

/// An insurer that insures nobody in the run, and reports so.
fn idle_insurer(number: InsurerNumber, name: String, start: Start) -> PlannedInsurer {
    let feeds = vec![Feed::new(Duration::ZERO, start.day)];
    PlannedInsurer { number, name, insured: Vec::new(), feeds, sent_before: 0 }
}

/// Ground truth about a person, independent of the parties: `codes` is the correct derivation, not a party that may be mutated.
fn resident(
    scenario: &Scenario,
    seed: &Seed,
    codes: &InstitutionCodes,
    records: &[register::Record],
    drawn: ScenarioPerson,
    certificates: Vec<IssuedCertificate>,
) -> GroundPerson {
    let person = drawn.person;
    let registered = register::versions(records, &person);
    let has_code = scenario.ever_has_code(person.index);
    let code = |field: &str, generation| has_code.then(|| codes.of_generation(field, &person, generation));
    // The registry's codes are there to be found only in runs in which there is one.
    let fields = [FIELD_EXCHANGE].into_iter().chain(scenario.uses_registry().then_some(FIELD_CANCER_REGISTRY));
    let other_codes = fields.filter_map(|field| Some((field.to_string(), code(field, 0)?))).collect();
    let (institution_code, research_code) = (code(FIELD_MEDICAL_INSURANCE, 0), codes.of(FIELD_RESEARCH, &person));
    let replaced = scenario.codes_replaced(person.index);
    let later = |field: &str| ((1..=replaced).filter_map(|n| code(field, n)).collect::<Vec<_>>(), field.to_string());
    let fields =
        [FIELD_MEDICAL_INSURANCE, FIELD_EXCHANGE].into_iter().chain(scenario.uses_registry().then_some(FIELD_CANCER_REGISTRY));
    let later = fields.map(later).filter(|(codes, _)| !codes.is_empty());
    let reissued_codes = later.map(|(codes, field)| (field, codes)).collect();
    let visited = scenario.visits.iter().filter(|v| v.person == person.index).map(|v| v.facility);
    // Drawn reports come from any facility.
    let anywhere = if scenario.uses_registry() { 0..scenario.facilities } else { 0..0 };
    let facilities: BTreeSet<u64> = visited.chain([0]).chain(anywhere).collect();
    let chart_tokens = facilities.into_iter().map(|f| record_token(seed, person.index, f)).collect();
    let medical_number = codes.medical_number(&person);
    let known = GroundPerson::new(person, institution_code);
    GroundPerson { certificates, medical_number, other_codes, reissued_codes, research_code, chart_tokens, registered, ..known }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use crate::file::Library;
    use sim::determinism;
    use sim::engine::EngineKind;

    const THREE_PEOPLE: &str = r#"
title = { ja = "三人", en = "Three people" }
story = "One of them has no institution code."
people = 3
[[person]]
index = 0
opted-in = false
[[visit]]
at = "2s"
person = 1
expect = "in-force"
"#;

    /// The ground truth of a run with this mutant, as a document.
    fn truth(mutant: Option<Mutant>) -> String {
        let plan = Scenario::read("three.toml", THREE_PEOPLE, &Library::none()).unwrap().planned(1);
        // Like a run, on its own thread.
        let build = move || {
            let (seed, start) = (plan.seed(1), Start::of(&plan));
            let _answers = determinism::enter(&seed, start.epoch);
            let stage = Stage::build(&plan, start, Arc::default(), seed, mutant, Place::Simulated(EngineKind::Events)).unwrap();
            stage.ground.to_json().unwrap()
        };
        std::thread::spawn(build).join().unwrap()
    }

    #[test]
    fn no_mutant_of_any_party_changes_the_ground_truth() {
        let right = truth(None);
        let codes: Vec<_> = Ground::from_json(&right).unwrap().people.into_iter().map(|p| p.institution_code).collect();
        assert!(codes[0].is_none() && codes[1].is_some() && codes[1] != codes[2]);
        for mutant in Mutant::ALL {
            assert!(truth(Some(mutant)) == right, "{}", mutant.name());
        }
    }
}
