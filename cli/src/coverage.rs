//! `shikaku coverage`.

use crate::exit::{Exit, usage};
use crate::explain::LangArg;
use crate::run::machine::MachineArgs;
use crate::run::select;
use crate::run::{TOOL, report};
use crate::{output, progress};
use clap::Args;
use reports::coverage::{Coverage, Lists};
use scenarios::catalog::{SUITES, Suite};
use scenarios::file::{FaultKind, Scenario};
use scenarios::run::{Order, Played, RunError};
use scenarios::suite::{self, Orders};
use sim::terms::design::{Axis, Choice};
use sim::terms::outcome::OutcomeCode;
use std::ops::RangeInclusive;

const EXAMPLES: &str = "\
Examples:
  shikaku coverage                          the suites core and faults
  shikaku coverage --suite swarm --seeds 1..50
  shikaku coverage my/ --matrix             your own scenarios, as a matrix";

const CODES: &str = "Exit codes:
  0  every run finished, whatever its outcome
  2  invalid usage or input
  4  a run could not finish, or the report could not be written";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{CODES}"))]
pub struct CoverageArgs {
    /// Scenario files, folders of them, or names of built-in scenarios
    #[arg(value_name = "FILE|DIR|NAME")]
    what: Vec<String>,
    /// A built-in suite; may be given more than once. core and faults, if nothing is named
    #[arg(long, value_name = "NAME", conflicts_with = "what")]
    suite: Vec<String>,
    /// The design to play, a built-in one or a file; may be given more than once. certificate and signed-challenge, if not given
    #[arg(long, value_name = "NAME|FILE")]
    design: Vec<String>,
    /// Every seed from A to B, both included
    #[arg(long, value_name = "A..B", value_parser = select::seeds, default_value = "1..1")]
    seeds: RangeInclusive<u64>,
    /// Number of parallel runs; the number of processors, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Print the whole matrix of rules and scenarios
    #[arg(long)]
    matrix: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of text for people; JSON and other documents are the same in each
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    #[command(flatten)]
    machine: MachineArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text
    Human,
    /// Markdown, for a page
    Markdown,
    /// One JSON document
    Json,
}

/// Everything that can be reached.
fn lists() -> Lists {
    let text = |all: &[&str]| all.iter().map(|s| s.to_string()).collect::<Vec<_>>();
    Lists {
        rules: conformance::rules::all().iter().map(|r| r.about().id.to_string()).collect(),
        outcomes: OutcomeCode::ALL.iter().map(|o| o.code().to_string()).collect(),
        faults: text(&FaultKind::NAMES),
        states: scenarios::reached::states(),
        choices: Axis::ALL.iter().flat_map(|axis| axis.choices()).map(|choice| choice_name(*choice)).collect(),
    }
}

/// As `axis/choice`.
fn choice_name(choice: Choice) -> String {
    format!("{}/{}", choice.axis().id(), choice.id())
}

fn chosen(args: &CoverageArgs) -> anyhow::Result<Vec<Scenario>> {
    if !args.what.is_empty() {
        return select::scenarios(&args.what, "core", None);
    }
    let suites =
        if args.suite.is_empty() { ["core", "faults", "data", "source"].map(String::from).to_vec() } else { args.suite.clone() };
    let mut all = Vec::new();
    for name in &suites {
        let suite = Suite::find(name).ok_or_else(|| {
            let known: Vec<&str> = SUITES.iter().map(|s| s.name).collect();
            usage(format!("unknown suite `{name}`; known: {}", known.join(", ")))
        })?;
        all.extend(suite.scenarios()?);
    }
    Ok(all)
}

pub fn coverage(args: &CoverageArgs) -> anyhow::Result<Exit> {
    let scenarios = chosen(args)?;
    select::distinct(&scenarios)?;
    let designs = select::designs(&args.design)?;
    let orders = Orders::new(&scenarios, &designs, args.seeds.clone(), None, None).map_err(|e| usage(e.to_string()))?;
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    args.machine.admit(&scenarios, orders.len().min(jobs as u64))?;
    let bar = progress::bar(orders.len(), false);
    let mut coverage = Coverage::new(lists());
    let mut unfinished = 0;
    let digest = |scenario: &Scenario, order: &Order, played: Result<Played, RunError>| match &played {
        Ok(played) => (report::run(scenario, order, played, true), order.design.clone()),
        Err(e) => (report::unfinished(scenario, order, e), order.design.clone()),
    };
    suite::play_all(&scenarios, orders.iter(), jobs, TOOL, digest, |_, (run, design)| {
        bar.inc(1);
        unfinished += u64::from(run.error.is_some());
        coverage.take(&run);
        coverage.take_choices(design.choices().map(choice_name));
        true
    });
    bar.finish_and_clear();
    let (report, lang) = (coverage.finish(), args.lang.into());
    output::print_as(
        args.format == Format::Json,
        &match (args.format, args.matrix) {
            (Format::Human, false) => report.to_text(lang),
            (Format::Human, true) => report.to_matrix(lang),
            (Format::Markdown, _) => report.to_markdown(lang),
            (Format::Json, _) => report.to_json()?,
        },
    )?;
    Ok(if unfinished > 0 { Exit::Unfinished } else { Exit::Held })
}
