//! `shikaku compare`.

mod listed;
mod out;
mod played;

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::output::Shown;
use crate::run::report::quoted;
use crate::run::{COMMIT, TOOL, select};
use crate::{interrupt, output, progress};
use ::compare::cost::Book;
use ::compare::document::Document;
use ::compare::document::build::{About, Compared, build};
use ::compare::measure::Measured;
use ::compare::summary::Summary;
use ::compare::views::words::Words;
use clap::{Args, ValueEnum};
use scenarios::designs::{self, Designs};
use scenarios::file::{Arrivals, Scenario};
use scenarios::run::RunError;
use scenarios::suite::{self, Orders};
use scenarios::{Design, EngineKind, catalog};
use sim::terms::shown;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

pub const ABOUT: &str = "\
Compare designs: what each shows, costs and loses, in a report for people.

Every design is played in the same scenarios with the same people, visits, faults and errors. What a design shows is read from its \
recordings; costs and how often errors occur are assumptions, each with its source. The folder of --out gets report.html (one file that \
needs nothing else, in Japanese and English), report.md, compare.json, compare.csv and compare.parquet, with the same figures in all. \
The default comparison, of 120 runs, takes one to two minutes on two processors; at its end the path of report.html is printed.";

const EXAMPLES: &str = "\
Examples:
  shikaku compare --out comparison               the eight designs that are known best
  shikaku compare --designs certificate,ask-insurer --seeds 1..20 --out two
  shikaku compare --list-assumptions             every figure with its source
  shikaku compare --assumptions mine.toml --out mine";

/// The most runs of a comparison, whose results are all kept until its end.
const MAX_RUNS: u64 = 20_000;

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct CompareArgs {
    /// The designs, built-in ones or files; the first is the reference. `all` for all that come with the tool; certificate,
    /// final-report-2015, built-2021, visible-number, my-number, paper, federated and most-private, if not given
    #[arg(long, value_name = "NAME|FILE", value_delimiter = ',', num_args = 1..)]
    designs: Vec<String>,
    /// The scenarios, of the comparison (everyday, outages, causes), other built-in ones or files; those of the comparison, if not given
    #[arg(long, value_name = "NAME|FILE", value_delimiter = ',', num_args = 1..)]
    scenarios: Vec<String>,
    /// Every seed from A to B, both included
    #[arg(long, value_name = "A..B", value_parser = select::seeds, default_value = "1..5")]
    seeds: RangeInclusive<u64>,
    /// The number of people in scenarios of the comparison without listed people; visits grow with it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    persons: Option<u64>,
    /// A file with figures in place of those of the tool: see --list-assumptions
    #[arg(long, value_name = "FILE")]
    assumptions: Option<PathBuf>,
    /// Print every figure with its range, source and confidence, and run nothing
    #[arg(long)]
    list_assumptions: bool,
    /// How to print the figures of --list-assumptions
    #[arg(long, value_enum, default_value_t = ListFormat::Human, requires = "list_assumptions")]
    format: ListFormat,
    /// Language of the figures of --list-assumptions; the report is in both
    #[arg(long, value_enum, default_value_t = LangArg::En, requires = "list_assumptions")]
    lang: LangArg,
    /// Number of parallel runs; the number of processors, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// The folder for the report and its data
    #[arg(long, value_name = "DIR", required_unless_present = "list_assumptions")]
    out: Option<PathBuf>,
    /// Replace the older comparison in the folder of --out, as soon as the new one is whole
    #[arg(long, requires = "out")]
    replace: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A table
    Human,
    /// One JSON document
    Json,
}

pub fn run(args: &CompareArgs) -> anyhow::Result<Exit> {
    let book = book(args)?;
    let Some(out) = args.out.as_deref().filter(|_| !args.list_assumptions) else {
        return listed::list(&book, args.format == ListFormat::Json, matches!(args.lang, LangArg::Ja));
    };
    let designs = match args.designs.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => designs::COMPARED.iter().map(|name| select::design(name)).collect::<anyhow::Result<Vec<_>>>()?,
        ["all"] => designs::named().to_vec(),
        names => names.iter().map(|name| select::design(name)).collect::<anyhow::Result<Vec<_>>>()?,
    };
    let scenarios = scenarios(args)?;
    let seeds = args.seeds.end().saturating_sub(*args.seeds.start()).saturating_add(1);
    let runs = seeds.saturating_mul(designs.len() as u64).saturating_mul(scenarios.len() as u64);
    if runs > MAX_RUNS {
        return Err(usage(format!(
            "--seeds: {} designs in {} scenarios with {seeds} seeds are {runs} runs, more than {MAX_RUNS}: name fewer",
            designs.len(),
            scenarios.len()
        )));
    }
    let out = out::Folder::open(out, args.replace)?;
    interrupt::listen();
    let document = document(args, &designs, &scenarios, &book)?;
    let Some(document) = document else {
        output::note("interrupted: nothing was written");
        return Ok(Exit::Unfinished);
    };
    interrupt::keeping(|| out.write(&document))?;
    output::print(&format!("{}\n", out.page().shown()))?;
    let failed = document.unfinished.len();
    if failed > 0 {
        output::note(&format!("{failed} runs did not end and are in no figure: {}", document.unfinished.join(", ")));
    }
    Ok(if failed > 0 { Exit::Unfinished } else { Exit::Held })
}

/// The assumptions of the tool, with those of the user in their place.
fn book(args: &CompareArgs) -> anyhow::Result<Book> {
    let book = Book::built_in()?;
    let Some(file) = &args.assumptions else { return Ok(book) };
    let name = file.shown();
    let text =
        scenarios::file::bounded::source(file).map_err(|e| usage(format!("--assumptions: `{name}` cannot be read: {e}")))?;
    book.with(&name, &text).map_err(|e| usage(shown::line(&e.to_string()).into_owned()))
}

/// The scenarios, with the number of people that was asked for.
fn scenarios(args: &CompareArgs) -> anyhow::Result<Vec<Scenario>> {
    let own = catalog::comparison()?;
    let mut chosen: Vec<Scenario> = Vec::new();
    for name in &args.scenarios {
        match own.iter().find(|s| s.name == *name) {
            Some(scenario) => chosen.push(scenario.clone()),
            None => chosen.extend(select::scenarios(std::slice::from_ref(name), "core", None)?),
        }
    }
    let mut chosen = if args.scenarios.is_empty() { own } else { chosen };
    select::distinct(&chosen)?;
    if let Some(study) = chosen.iter().find(|s| s.load.is_some()) {
        return Err(usage(format!("`{}` is a load study, which has no recording: name a scenario", study.source)));
    }
    if let Some(people) = args.persons {
        chosen.iter_mut().filter(|s| s.persons.is_empty() && s.visits.is_empty()).for_each(|s| scale(s, people));
    }
    Ok(chosen)
}

/// The scenario with another number of people, who come as often as before.
fn scale(scenario: &mut Scenario, people: u64) {
    let times = people as f64 / scenario.people.max(1) as f64;
    scenario.people = people;
    for workload in &mut scenario.workloads {
        match &mut workload.arrivals {
            Arrivals::Poisson { rate } | Arrivals::Curve { peak: rate, .. } => rate.0 *= times,
            Arrivals::Constant { .. } | Arrivals::Trace { .. } => {}
        }
    }
}

/// Plays everything. `None` if the user interrupts.
fn document(
    args: &CompareArgs,
    designs: &[Arc<Design>],
    scenarios: &[Scenario],
    book: &Book,
) -> anyhow::Result<Option<Document>> {
    let all = Designs::of(designs.to_vec());
    let orders =
        Orders::new(scenarios, &all, args.seeds.clone(), None, None).map_err(|e| usage(e.to_string()))?.on(EngineKind::Events);
    let mut summaries: BTreeMap<(String, u64), Summary> = BTreeMap::new();
    let mut unfinished = Vec::new();
    let listed: Vec<_> = orders.iter().map(|o| (scenarios[o.scenario].name.clone(), o.design.name.clone(), o.seed)).collect();
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let bar = progress::bar(orders.len(), true);
    let digest =
        |_: &Scenario, _: &scenarios::run::Order, played: Result<scenarios::run::Played, RunError>| played::measure(played);
    let due = orders.iter().take_while(|_| !interrupt::requested());
    let mut done = 0;
    suite::play_all(scenarios, due, jobs, TOOL, digest, |index, measured: Result<Measured, String>| {
        let Some((scenario, design, seed)) = listed.get(index) else { return false };
        match measured {
            Ok(measured) => summaries.entry((design.clone(), *seed)).or_default().add(measured, *seed),
            Err(why) => unfinished.push(format!("{scenario}/{design}/{seed} ({why})")),
        }
        done = index + 1;
        bar.inc(1);
        true
    });
    bar.finish_and_clear();
    if done < listed.len() {
        return Ok(None);
    }
    let mut of_design = |design: &Arc<Design>| Compared {
        design: design.clone(),
        seeds: args.seeds.clone().map(|seed| summaries.remove(&(design.name.clone(), seed)).unwrap_or_default()).collect(),
    };
    let compared: Vec<Compared> = designs.iter().map(&mut of_design).collect();
    let about = About {
        version: env!("CARGO_PKG_VERSION").into(),
        commit: COMMIT.into(),
        commands: commands(args),
        first_seed: *args.seeds.start(),
        last_seed: *args.seeds.end(),
        people: scenarios.iter().map(|s| (s.name.clone(), s.people)).collect(),
        unfinished,
    };
    Ok(Some(build(about, &compared, book, &Words::new())))
}

/// The commands that make the report again, and one that judges a design's recordings.
fn commands(args: &CompareArgs) -> Vec<String> {
    let (first, last) = (args.seeds.start(), args.seeds.end());
    let mut command = "shikaku compare".to_string();
    for (option, values) in [("--designs", &args.designs), ("--scenarios", &args.scenarios)] {
        if !values.is_empty() {
            command += &format!(" {option} {}", values.join(","));
        }
    }
    command += &format!(" --seeds {first}..{last}");
    command += &args.persons.map_or(String::new(), |n| format!(" --persons {n}"));
    command +=
        &args.assumptions.as_ref().map_or(String::new(), |file| format!(" --assumptions {}", quoted(&file.to_string_lossy())));
    command += " --out DIR";
    vec![command]
}
