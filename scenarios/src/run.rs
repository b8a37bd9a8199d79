//! One run: one scenario in one design from one seed, on its own thread.

use crate::file::{CapacityPart, Expect, Origin, Scenario, VisitPart};
use crate::incidents::{Counted, Incidents};
use crate::reached::{Reached, VisitRecord};
use crate::stage::place::Place;
use crate::stage::{Stage, StageError};
use crate::start::Start;
use mocks::capacity::{LittleBroken, Station, StationFigures};
use mocks::mutants::Mutant;
use sim::determinism;
use sim::engine::{EngineKind, SimulationError, Until};
use sim::ground::Ground;
use sim::journal::{Entry, Event};
use sim::log::JournalLog;
use sim::seed::Seed;
use sim::terms::check::{CheckId, Step};
use sim::terms::design::Design;
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// What is run. It determines every byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Index of the scenario in its suite.
    pub scenario: usize,
    pub design: Arc<Design>,
    pub seed: u64,
    pub mutant: Option<Mutant>,
    /// The engine that runs it.
    pub engine: EngineKind,
}

/// The results of a run.
pub struct Played {
    pub entries: Vec<Entry>,
    pub journal_sha256: String,
    pub wire_sha256: String,
    /// Virtual time from the start to the last outcome.
    pub virtual_time: Duration,
    /// How long the run took on this machine. Not part of any journal or digest.
    pub wall_time: Duration,
    /// How much of that was setup: people, keys, certificates, cards.
    pub setup_time: Duration,
    pub ground: Ground,
    /// What was played, with everything drawn that the scenario leaves to the seed.
    pub plan: Scenario,
    pub design: Arc<Design>,
    pub visits: Vec<VisitResult>,
    pub reached: Reached,
    /// What came of attacks and errors, by cause.
    pub incidents: Vec<Incidents>,
    /// Why the run ended before every visit had an outcome, if it did.
    pub ended_early: Option<String>,
    /// From step ④ to the end of the check, for each check that reached ④, in nanoseconds and in the order of the checks.
    pub waits_ns: Vec<u64>,
    /// By step, how many checks reached it.
    pub steps: BTreeMap<Step, u64>,
    /// Figures of each server's workers and queue.
    pub stations: Vec<StationFigures>,
}

/// How a visit ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitResult {
    pub visit: usize,
    pub person: u64,
    pub facility: u64,
    /// Whether it was drawn for a workload.
    pub drawn: bool,
    pub expected: Expect,
    /// Whether it took place: the journal records that the person came.
    pub came: bool,
    /// The outcome in the journal. `None` if the run ended before the visit did.
    pub found: Option<OutcomeCode>,
    /// Whether it ended as expected.
    pub held: bool,
    /// Where the expectation is written.
    pub origin: Origin,
}

impl Played {
    /// How many checks ended in a class.
    pub fn count(&self, class: OutcomeClass) -> u64 {
        self.visits.iter().filter(|v| v.found.map(OutcomeCode::class) == Some(class)).count() as u64
    }
}

/// Why a run has no results.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(
        "the run lasts {hours} hours, and the engine `ticks` plays 24 at most: leave `--engine` out, or write `--engine events`"
    )]
    TooLongForTicks { hours: u64 },
    #[error("the scenario cannot be set up: {0}")]
    Stage(#[from] StageError),
    #[error("the simulation did not finish: {0}")]
    Simulation(#[from] SimulationError),
    #[error("the simulation panicked: {0}")]
    Panicked(String),
    #[error("the queue of `{station}` breaks Little's law, which is an error of the simulation: {broken}")]
    Queue { station: String, broken: LittleBroken },
    #[error("no thread could be started: {0}")]
    Thread(std::io::Error),
}

/// How long a run goes on after its last visit has begun and its last fault has ended, in virtual time. The longest check is
/// three attempts that all time out, each after a challenge that was kept for a minute.
const AFTER_LAST: Duration = Duration::from_secs(300);

/// Plays one scenario, with everything drawn that it leaves to the seed. Journals and results identify a run by scenario, design
/// and seed.
pub fn play(scenario: &Scenario, order: &Order, tool: &str) -> Result<Played, RunError> {
    let started = now();
    let (mut plan, order, tool) = (scenario.planned(order.seed), order.clone(), tool.to_string());
    plan.played_in = Some(order.design.clone());
    // The standard library draws the keys of its hash maps once per thread, so every run has a new one.
    let name = format!("run {}", plan.name);
    let thread = std::thread::Builder::new().name(name).stack_size(16 << 20);
    let running = thread.spawn(move || on_this_thread(plan, &order, &tool)).map_err(RunError::Thread)?;
    let mut played = running.join().unwrap_or_else(|panic| Err(RunError::Panicked(message(panic.as_ref()))))?;
    played.wall_time = started.elapsed();
    Ok(played)
}

#[allow(clippy::disallowed_methods, reason = "the time that a run takes on this machine is reported beside its results")]
pub(crate) fn now() -> std::time::Instant {
    std::time::Instant::now()
}

pub(crate) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|t| t.to_string())).unwrap_or_else(|| "no message".into())
}

/// The longest run that turmoil plays: it visits every host each millisecond, so that a day takes it minutes.
const LONGEST_WITH_TICKS: Duration = Duration::from_secs(24 * 3600);

fn on_this_thread(plan: Scenario, order: &Order, tool: &str) -> Result<Played, RunError> {
    if order.engine == EngineKind::Ticks && plan.last_moment() > LONGEST_WITH_TICKS {
        return Err(RunError::TooLongForTicks { hours: plan.last_moment().as_secs().div_ceil(3600) });
    }
    let seed = plan.seed(order.seed);
    let start = Start::of(&plan);
    let _answers = determinism::enter(&seed, start.epoch);
    tracing::subscriber::with_default(JournalLog::new(&["mocks"]), || {
        simulate(plan, start, order, seed, tool, Place::Simulated(order.engine))
    })
}

pub(crate) fn simulate(
    plan: Scenario,
    start: Start,
    order: &Order,
    seed: Seed,
    tool: &str,
    place: Place,
) -> Result<Played, RunError> {
    let setting_up = now();
    let (is_live, began, elsewhere) = (matches!(place, Place::Live(_)), place.began(), place.elsewhere());
    let mut stage = Stage::build(&plan, start, order.design.clone(), seed, order.mutant, place)?;
    began.into_iter().for_each(|began| began(&stage.ground));
    let setup_time = setting_up.elapsed();
    stage.world.note(0, head(&plan, order, tool, start, elsewhere));
    if is_live {
        stage.timeline.await_beginning(&stage.simulation);
    }
    let ended_early = ended_early(play_out(&mut stage, time_limit(&plan)))?;
    let virtual_time = stage.simulation.elapsed();
    // In real time a task wakes late, so queueing theory does not hold to the nanosecond.
    let stations = match is_live {
        true => Vec::new(),
        false => figures(stage.deployment.stations(), stage.world.engine_now())?,
    };
    stage.deployment.record_state(&stage.world);
    // Tasks on the hosts may still hold the journal, so its content is taken out.
    let (journal_sha256, wire_sha256, entries) = {
        let mut journal = stage.world.journal.borrow_mut();
        (journal.sha256(), journal.wire_sha256(), journal.take_entries())
    };
    let recorded = VisitRecord::of_all(&entries, plan.visits.len());
    let visits = visit_results(&plan, &recorded, &order.design);
    let reached = Reached::of(&plan, &stage.ground, &entries, &recorded);
    let counted = Counted { plan: &plan, seed, ground: &stage.ground, entries: &entries, visits: &recorded };
    let incidents = counted.incidents();
    let (steps, waits_ns) = measure(&entries);
    // The wall time is known when the thread has ended.
    let (ground, wall_time) = (stage.ground, Duration::ZERO);
    Ok(Played {
        entries,
        journal_sha256,
        wire_sha256,
        virtual_time,
        wall_time,
        setup_time,
        ground,
        ended_early,
        plan,
        design: order.design.clone(),
        visits,
        reached,
        incidents,
        waits_ns,
        steps,
        stations,
    })
}

/// Plays a run until everything is over, or up to the limit.
fn play_out(stage: &mut Stage, limit: Duration) -> Result<(), SimulationError> {
    let (outcomes, timeline) = (stage.outcomes.clone(), &mut stage.timeline);
    let until = |now| {
        timeline.advance(now);
        match outcomes.complete() {
            true => Until::Done,
            false => timeline.next().map_or(Until::Open, Until::At),
        }
    };
    stage.simulation.run_until(until, limit)
}

/// Why a run ended before it was over, if what has happened so far is worth judging.
fn ended_early(ended: Result<(), SimulationError>) -> Result<Option<String>, RunError> {
    match ended {
        Ok(()) => Ok(None),
        // The journal so far can still be judged and saved.
        Err(e) if e.leaves_a_journal() => Ok(Some(e.to_string())),
        Err(e) => Err(e.into()),
    }
}

/// The head of the journal.
pub(crate) fn head(plan: &Scenario, order: &Order, tool: &str, start: Start, elsewhere: Vec<Zone>) -> Event {
    Event::Run {
        schema: sim::journal::SCHEMA.into(),
        tool: tool.to_string(),
        openssl: mocks::openssl_version().to_string(),
        scenario: plan.drawing_name().to_string(),
        design: Box::new((*order.design).clone()),
        seed: order.seed,
        epoch: start.epoch.to_string(),
        elsewhere,
    }
}

/// The limit of a run's virtual time.
fn time_limit(plan: &Scenario) -> Duration {
    let last = plan.visits.iter().map(|v| v.at.0).max().unwrap_or_default();
    let asks_longer = plan.capacity.as_ref().map(CapacityPart::longest_asking).unwrap_or_default();
    let reports = if plan.uses_registry() { plan.last_moment() } else { Duration::ZERO };
    last.max(plan.healed_at().0).max(reports).saturating_add(AFTER_LAST).saturating_add(asks_longer)
}

/// How each visit ended by the journal, and whether as expected.
fn visit_results(plan: &Scenario, recorded: &[VisitRecord], design: &Design) -> Vec<VisitResult> {
    let result = |(visit, (part, recorded)): (usize, (&VisitPart, &VisitRecord))| VisitResult {
        visit,
        person: part.person,
        facility: part.facility,
        drawn: part.drawn,
        expected: part.expect,
        came: recorded.came.is_some(),
        found: recorded.outcome,
        held: recorded.outcome.is_some_and(|found| plan.meets(part, found, design)),
        origin: part.origin.clone(),
    };
    plan.visits.iter().zip(recorded).enumerate().map(result).collect()
}

/// The figures of each station up to `now_ns`, checked against Little's law.
fn figures(stations: BTreeMap<String, Rc<Station>>, now_ns: u64) -> Result<Vec<StationFigures>, RunError> {
    let of = |(name, station): (String, Rc<Station>)| {
        let broken = |broken| RunError::Queue { station: name.clone(), broken };
        let little = Some(station.littles_law(now_ns).map_err(broken)?);
        Ok(StationFigures { name: name.clone(), little, ..station.figures(now_ns) })
    };
    stations.into_iter().map(of).collect()
}

/// Counts steps and measures waits, from the journal. A wait begins with ④: when ③ is done, or, where there is no ③, when the
/// request is ready.
fn measure(entries: &[Entry]) -> (BTreeMap<Step, u64>, Vec<u64>) {
    let mut steps: BTreeMap<Step, u64> = Step::ALL.into_iter().map(|s| (s, 0)).collect();
    let (mut asked, mut read): (BTreeMap<&CheckId, u64>, BTreeMap<&CheckId, u64>) = Default::default();
    let mut waits = Vec::new();
    for entry in entries {
        match &entry.event {
            Event::Step { check, step, .. } => {
                *steps.entry(*step).or_default() += 1;
                match step {
                    Step::CertificateRead => drop(read.insert(check, entry.at_ns)),
                    Step::EligibilityRequested => {
                        asked.insert(check, read.get(check).copied().unwrap_or(entry.at_ns));
                    }
                    _ => {}
                }
            }
            Event::Outcome { check, .. } => {
                waits.extend(asked.get(check).map(|at| entry.at_ns.saturating_sub(*at)));
            }
            _ => {}
        }
    }
    (steps, waits)
}
