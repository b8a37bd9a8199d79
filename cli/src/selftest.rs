//! `shikaku selftest`: proves every claim of every rule on parties that are broken on purpose and on planted recordings.

mod crowds;
mod table;
mod tried;

use crate::exit::{self, Exit, usage};
use crate::explain::{LangArg, all_rules};
use crate::run::{TOOL, Watch, select};
use crate::{output, progress};
use anyhow::Context;
use clap::{Args, ValueEnum};
use conformance::plants::{self, Plant};
use conformance::rules;
use reports::rules::titles;
use scenarios::designs;
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, RunError};
use scenarios::{Design, EngineKind, Mutant, catalog, suite};
use sim::ground::Ground;
use sim::journal::Entry;
use sim::terms::claim::rule_of;
use std::sync::Arc;
use tried::{Tried, applying};

const EXAMPLES: &str = "\
A claim is one kind of finding of a rule, such as SEC-002/reported-lost. Plays every mutant (a party broken on purpose) in a
scenario in which it has an effect, and the same scenarios without a mutant; changes one thing in recordings of good runs (a
plant). Mutants and plants name the claims that must find them. The self-test fails if a claim is named by none, if a claim
does not find what names it, if a finding is of a claim that its rule does not list, or if a rule is broken, or never tested,
without a mutant. With --design it plays the mutants that name a rule that applies to the design, without plants, and fails if
such a claim does not find one, unless the tool lists why it cannot. A mutant whose journal is that of an honest run has no effect in the design, and is listed
as such: a party that takes no part there cannot be broken. --without shows that the self-test itself can fail: it drops what a claim
finds, and must fail.

Examples:
  shikaku selftest                          the table claim × mutant
  shikaku selftest --format json            the same as JSON
  shikaku selftest --design keep-mapping    whether the mutants are also caught in that design
  shikaku selftest --people 12 --people 300 --people 3000 --people 20000 --soak
                                            whether each leak is found among many people, too
  shikaku selftest --without SEC-002/reported-lost
                                            fails, since nothing else finds what that claim finds
  shikaku run --list-mutants                what each mutant breaks";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct SelfTestArgs {
    /// The seed that everything is drawn from
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// The design in which all mutants are played, a built-in one or a file; if not given, each in a design in which it has an
    /// effect
    #[arg(long, value_name = "NAME|FILE")]
    design: Option<String>,
    /// Drops all findings of this claim, as if the judge could not find it; may be given several times
    #[arg(long, value_name = "CLAIM", conflicts_with = "design")]
    without: Vec<String>,
    /// Play only the mutants that leak, each in its scenario with so many people; may be given several times
    #[arg(long, value_name = "N", conflicts_with_all = ["design", "without", "format"],
        value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    people: Vec<u64>,
    /// Play only the mutants that leak, each in a busy hour of the soak suite
    #[arg(long, conflicts_with_all = ["design", "without", "format"])]
    soak: bool,
    /// Number of parallel runs; the number of processors, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of text for people; JSON is the same in each
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The table as text
    Human,
    /// One JSON document
    Json,
}

pub fn run(args: &SelfTestArgs) -> anyhow::Result<Exit> {
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    if !args.people.is_empty() || args.soak {
        return crowds::run(&args.people, args.soak, args.seed, jobs, args.lang.into());
    }
    let watch = Watch::start();
    let scenarios = catalog::all()?;
    let design = args.design.as_deref().map(select::design).transpose()?;
    let orders = orders(&scenarios, args.seed, design.as_ref())?;
    let without = args.without.iter().map(|id| known(id)).collect::<anyhow::Result<Vec<&str>>>()?;
    let bar = progress::bar(orders.len() as u64, false);
    let mut tried: Vec<Result<Tried, String>> = Vec::with_capacity(orders.len());
    let digest = |scenario: &Scenario, order: &Order, played: Result<Played, RunError>| {
        let plants = if design.is_none() && order.mutant.is_none() { plants_of(scenario, order) } else { Vec::new() };
        played.map(|p| judged(&p, &plants, &without)).map_err(|e| e.to_string())
    };
    suite::play_all(&scenarios, &orders, jobs, TOOL, digest, |_, one| {
        bar.inc(1);
        tried.push(one);
        true
    });
    bar.finish_and_clear();

    let test = table::table(&scenarios, &orders, &tried, (args.seed, design.as_deref()));
    match args.format {
        Format::Json => output::print_as(true, &test.to_json()?)?,
        Format::Human => {
            let titles = titles(&all_rules(), args.lang.into());
            output::print(&format!("{}\n{}\n", test.table(&titles), test.summary(watch.seconds(), titles.lang)))?;
        }
    }
    // What could not be played shows nothing of a rule.
    Ok(match (test.passed(), tried.iter().any(Result::is_err)) {
        (true, _) => Exit::Held,
        (false, true) => Exit::Unfinished,
        (false, false) => Exit::Broken,
    })
}

fn plants_of(scenario: &Scenario, order: &Order) -> Vec<&'static Plant> {
    plants::all().filter(|plant| plant.scenario == scenario.name && plant.design == order.design.name).collect()
}

fn judged(played: &Played, plants: &[&'static Plant], without: &[&str]) -> Tried {
    let judge = |entries: &[Entry], ground: &Ground| {
        let mut verdicts = conformance::judge(entries, ground);
        verdicts.iter_mut().for_each(|verdict| verdict.drop_claims(without));
        verdicts
    };
    let planted = plants.iter().map(|plant| {
        let planted = plant.apply(&played.entries, &played.ground);
        (*plant, planted.map(|(entries, ground)| judge(&entries, &ground)))
    });
    let digest = played.journal_sha256.clone();
    Tried { digest, verdicts: judge(&played.entries, &played.ground), planted: planted.collect() }
}

/// A claim that a rule has.
fn known(id: &str) -> anyhow::Result<&str> {
    let mut claims = rules::all().iter().flat_map(|rule| rule.about().claims);
    match claims.any(|claim| claim.id == id) {
        true => Ok(id),
        false => Err(usage(format!("--without: unknown claim `{id}`: `shikaku explain {}` lists those of a rule", rule_of(id)))),
    }
}

/// Every scenario and design in which a mutant or a plant is played, without a mutant; then every mutant.
fn orders(scenarios: &[Scenario], seed: u64, asked_for: Option<&Arc<Design>>) -> anyhow::Result<Vec<Order>> {
    let index = |name: &str| scenarios.iter().position(|s| s.name == name).with_context(|| format!("unknown scenario `{name}`"));
    let mut with = Vec::new();
    let mut without: Vec<(usize, Arc<Design>)> = Vec::new();
    for mutant in Mutant::ALL {
        let scenario = index(mutant.scenario())?;
        let design = match asked_for {
            Some(design) if !shows_in(mutant, &scenarios[scenario], design) => continue,
            Some(design) => design.clone(),
            None => design_of(mutant)?,
        };
        with.push(Order { scenario, design: design.clone(), seed, mutant: Some(mutant), engine: EngineKind::default() });
        if !without.contains(&(scenario, design.clone())) {
            without.push((scenario, design));
        }
    }
    for plant in plants::all().filter(|_| asked_for.is_none()) {
        let (name, design) = (plant.name, plant.design);
        let design = designs::find(design).with_context(|| format!("the plant `{name}` names the unknown design `{design}`"))?;
        let played = (index(plant.scenario)?, design);
        if !without.contains(&played) {
            without.push(played);
        }
    }
    let clean = without.into_iter().map(|(scenario, design)| Order {
        scenario,
        design,
        seed,
        mutant: None,
        engine: EngineKind::default(),
    });
    Ok(clean.chain(with).collect())
}

fn design_of(mutant: Mutant) -> anyhow::Result<Arc<Design>> {
    let (name, design) = (mutant.name(), mutant.design());
    designs::find(design).with_context(|| format!("the mutant `{name}` names the unknown design `{design}`"))
}

/// Whether a mutant's scenario can be played in a design, and a claim that it names finds it there.
fn shows_in(mutant: Mutant, scenario: &Scenario, design: &Design) -> bool {
    scenario.needs.met_by(design) && !applying(mutant, design).is_empty()
}
