//! `shikaku selftest`: proves every rule on parties that are broken on purpose.

use crate::exit::{self, Exit};
use crate::run::{TOOL, Watch, select};
use crate::{output, progress};
use anyhow::Context;
use clap::{Args, ValueEnum};
use conformance::{RuleOutcome, Verdict, rules};
use reports::selftest::{SCHEMA, SelfTest, TestedMutant, TestedRule};
use scenarios::designs;
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, RunError};
use scenarios::{Design, EngineKind, Mutant, catalog, suite};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const EXAMPLES: &str = "\
Plays every mutant in a scenario in which it has an effect, and the same scenarios without a mutant. A mutant names the rules
that must catch it. The self-test fails if no mutant names a rule, if a rule does not catch a mutant that names it, if a
mutant is caught by no rule or only by rules that it does not name, or if a rule is broken, or never tested, without a mutant.
With --design it plays the mutants that name a rule that applies to the design, and fails if such a rule does not catch its
mutant.

Examples:
  shikaku selftest                          the table rule × mutant
  shikaku selftest --format json            the same as JSON
  shikaku selftest --design keep-mapping    whether the mutants are also caught in that design
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
    /// Number of parallel runs; the number of processors, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The table as text
    Human,
    /// One JSON document
    Json,
}

pub fn run(args: &SelfTestArgs) -> anyhow::Result<Exit> {
    let watch = Watch::start();
    let scenarios = catalog::all()?;
    let design = args.design.as_deref().map(select::design).transpose()?;
    let orders = orders(&scenarios, args.seed, design.as_ref())?;
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let bar = progress::bar(orders.len() as u64);
    let mut judged: Vec<Result<Vec<Verdict>, String>> = Vec::with_capacity(orders.len());
    let digest = |_: &Scenario, _: &Order, played: Result<Played, RunError>| {
        played.map(|p| conformance::judge(&p.entries, &p.ground)).map_err(|e| e.to_string())
    };
    suite::play_all(&scenarios, &orders, jobs, TOOL, digest, |_, verdicts| {
        bar.inc(1);
        judged.push(verdicts);
        true
    });
    bar.finish_and_clear();

    let test = table(&scenarios, &orders, &judged, (args.seed, design.as_deref()));
    match args.format {
        Format::Json => output::print(&test.to_json()?)?,
        Format::Human => output::print(&format!("{}\n{}\n", test.table(), test.summary(watch.seconds())))?,
    }
    Ok(if test.passed() { Exit::Held } else { Exit::Broken })
}

/// Every scenario and design in which a mutant is played, without a mutant; then every mutant.
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

/// Whether a mutant's scenario can be played in a design, and a rule that it names applies to it.
fn shows_in(mutant: Mutant, scenario: &Scenario, design: &Design) -> bool {
    scenario.needs.met_by(design) && !applying(mutant, design).is_empty()
}

/// The rules that a mutant names and that apply to a design. An unknown rule is included, so that it is reported.
fn applying(mutant: Mutant, design: &Design) -> Vec<String> {
    let applies = |id: &&&str| rules::find(id).is_none_or(|rule| rule.about().applies.to(design));
    mutant.rules().iter().filter(applies).map(|id| id.to_string()).collect()
}

fn table(
    scenarios: &[Scenario],
    orders: &[Order],
    judged: &[Result<Vec<Verdict>, String>],
    (seed, asked_for): (u64, Option<&Design>),
) -> SelfTest {
    let mut failures = Vec::new();
    let mut held: BTreeMap<&str, u64> = BTreeMap::new();
    let mut mutants = Vec::new();
    for (order, judged) in orders.iter().zip(judged) {
        let (scenario, design) = (scenarios[order.scenario].name.clone(), order.design.name.clone());
        let verdicts = match judged {
            Ok(verdicts) => verdicts,
            Err(e) => {
                let with = order.mutant.map_or(String::new(), |m| format!(" with `{}`", m.name()));
                failures.push(format!("{scenario} / {design}{with} did not finish: {e}"));
                continue;
            }
        };
        let broken = verdicts.iter().filter(|v| v.outcome == RuleOutcome::Broken);
        match order.mutant {
            None => {
                failures.extend(broken.map(|v| format!("{} is broken in {scenario} / {design} without a mutant", v.id)));
                verdicts.iter().filter(|v| v.outcome == RuleOutcome::Held).for_each(|v| *held.entry(v.id).or_default() += 1);
            }
            Some(mutant) => {
                let findings = broken.clone().flat_map(|v| &v.findings);
                let spellings: BTreeSet<String> = findings.filter_map(|f| f.spelling.clone()).collect();
                mutants.push(TestedMutant {
                    name: mutant.name().to_string(),
                    what: mutant.describe().to_string(),
                    scenario,
                    design,
                    made_for: applying(mutant, &order.design),
                    broke: broken.map(|v| v.id.to_string()).collect(),
                    spellings: spellings.into_iter().collect(),
                });
            }
        }
    }
    failures.extend(uncaught(&mutants));
    let about = rules::all().iter().map(|r| r.about()).filter(|about| asked_for.is_none_or(|design| about.applies.to(design)));
    let rules: Vec<TestedRule> = about.map(|about| rule(about, &mutants, &held, &mut failures)).collect();
    if asked_for.is_none() {
        failures.extend(unproved(&rules, &mutants));
    }
    SelfTest { schema: SCHEMA.into(), version: env!("CARGO_PKG_VERSION").into(), seed, rules, mutants, failures }
}

/// Failures of mutants that are caught by none of the rules that they name.
fn uncaught(mutants: &[TestedMutant]) -> Vec<String> {
    let mut failures = Vec::new();
    for m in mutants {
        let caught = m.made_for.iter().any(|id| m.broke.contains(id));
        if m.made_for.is_empty() {
            failures.push(format!("the mutant `{}` names no rule", m.name));
        } else if m.broke.is_empty() {
            failures.push(format!("the mutant `{}` is caught by no rule", m.name));
        } else if !caught {
            failures.push(format!(
                "the mutant `{}` is caught only by rules that it does not name: {}",
                m.name,
                m.broke.join(", ")
            ));
        }
    }
    for (mutant, id) in mutants.iter().flat_map(|m| m.made_for.iter().map(move |id| (&m.name, id))) {
        if rules::find(id).is_none() {
            failures.push(format!("the mutant `{mutant}` names the unknown rule `{id}`"));
        }
    }
    failures
}

/// Failures if each mutant is played in its own design: a rule without a mutant or without a run in which it held, and a mutant
/// that names a rule that does not apply.
fn unproved(rules: &[TestedRule], mutants: &[TestedMutant]) -> Vec<String> {
    let mut failures = Vec::new();
    for rule in rules {
        if rule.caught.is_empty() && rule.missed.is_empty() {
            failures.push(format!("{} has no mutant", rule.id));
        }
        if rule.held_without_mutant == 0 {
            failures.push(format!("{} was not reached in any run without a mutant", rule.id));
        }
    }
    for (m, named) in mutants.iter().filter_map(|m| Some((m, Mutant::parse(&m.name)?.rules()))) {
        for id in named.iter().filter(|id| !m.made_for.iter().any(|made_for| made_for == *id)) {
            failures.push(format!("the mutant `{}` names {id}, which does not apply to the design `{}`", m.name, m.design));
        }
    }
    failures
}

fn rule(
    about: &'static conformance::About,
    mutants: &[TestedMutant],
    held: &BTreeMap<&str, u64>,
    failures: &mut Vec<String>,
) -> TestedRule {
    let (id, held) = (about.id, held.get(about.id).copied().unwrap_or_default());
    let made_for = |m: &&TestedMutant| m.made_for.iter().any(|made_for| made_for == id);
    let broke = |m: &TestedMutant| m.broke.iter().any(|b| b == id);
    let (mut caught, mut missed) = (Vec::new(), Vec::new());
    for mutant in mutants.iter().filter(made_for) {
        if broke(mutant) {
            caught.push(mutant.name.clone());
        } else {
            failures.push(format!("{id} does not catch `{}`, which names it", mutant.name));
            missed.push(mutant.name.clone());
        }
    }
    let also = mutants.iter().filter(|m| broke(m) && !made_for(m));
    TestedRule {
        id: id.to_string(),
        title: about.title_en.to_string(),
        held_without_mutant: held,
        caught,
        missed,
        also_caught: also.map(|m| m.name.clone()).collect(),
    }
}
