//! `shikaku run`.

mod judge;
mod out;
pub mod select;
mod tell;

use crate::exit::{self, Exit, usage};
use crate::{output, progress};
use clap::{Args, ValueEnum};
use out::OutDir;
use reports::human;
use reports::results::{Plan, PlannedScenario, Results, Run, RunOutcome, SCHEMA};
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, RunError, play};
use scenarios::suite;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  shikaku run                                   the built-in core suite
  shikaku run --list                            what there is to run
  shikaku run jpki-down --seed 7                one scenario, in all its variants
  shikaku run my.toml --format json             a scenario of your own
  shikaku run --seeds 1..100 --jobs 2 --out out many seeds, with journals
  shikaku run --check-determinism               each run twice, compared";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct RunArgs {
    /// Scenario files, folders of them, or names of built-in scenarios; without any, the whole suite
    #[arg(value_name = "FILE|DIR|NAME")]
    what: Vec<String>,
    /// A built-in suite: core, faults, swarm or soak
    #[arg(long, value_name = "NAME", default_value = "core", conflicts_with = "what")]
    suite: String,
    /// Only scenarios whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only this design variant; may be given more than once
    #[arg(long, value_name = "NAME")]
    variant: Vec<String>,
    /// The seed that everything is drawn from
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "seeds", allow_negative_numbers = true)]
    seed: u64,
    /// Every seed from A to B, both included
    #[arg(long, value_name = "A..B", value_parser = select::seeds)]
    seeds: Option<RangeInclusive<u64>>,
    /// How many runs go on at once; as many as there are processors, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Break one party on purpose: see --list-mutants
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// Play each run twice and compare the two journals
    #[arg(long)]
    check_determinism: bool,
    /// Play without judging: no rule is looked at
    #[arg(long)]
    no_rules: bool,
    /// List what would be run, and run nothing
    #[arg(long)]
    list: bool,
    /// List the parties that can be broken on purpose
    #[arg(long)]
    list_mutants: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Keep results.json and each run's journal (JSON Lines) in this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each run
    Human,
    /// One JSON document
    Json,
}

/// The tool's name and version, as journals and results state it.
pub const TOOL: &str = concat!("shikaku ", env!("CARGO_PKG_VERSION"));

/// The one scenario of a name or a file.
pub fn scenario(name: &str) -> anyhow::Result<Scenario> {
    select::one(name)
}

pub fn run(args: RunArgs) -> anyhow::Result<Exit> {
    if args.list_mutants {
        return tell::list_mutants(args.format == Format::Json);
    }
    let scenarios = select::scenarios(&args.what, &args.suite, args.filter.as_deref())?;
    let variants = select::variants(&args.variant)?;
    let mutant = args.mutant.as_deref().map(select::mutant).transpose()?;
    let seeds = args.seeds.clone().unwrap_or(args.seed..=args.seed);
    select::affordable(&scenarios, &seeds)?;
    let orders = suite::orders(&scenarios, &variants, seeds.clone(), mutant);
    if orders.is_empty() {
        return Err(usage("none of these scenarios plays in the variants asked for: see --list"));
    }
    if args.list {
        return tell::list(&scenarios, &variants, args.format == Format::Json);
    }
    let out = args.out.as_deref().map(OutDir::open).transpose()?;
    let jobs = args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);

    let human = args.format == Format::Human;
    let widths = human::Widths::of(orders.iter().map(|o| (scenarios[o.scenario].name.as_str(), o.variant.name())));
    if human {
        output::print(&format!("{}\n", human::head(widths)))?;
    }
    let bar = progress::bar(orders.len());
    let watch = Watch::start();
    let mut runs: Vec<Run> = Vec::with_capacity(orders.len());
    // An error in writing ends the playing: what is not told and not kept need not be run.
    let mut trouble: Option<anyhow::Error> = None;
    let digest =
        |scenario: &Scenario, order: &Order, played: Result<Played, RunError>| one(scenario, order, played, &args, out.as_ref());
    suite::play_all(&scenarios, &orders, jobs, TOOL, digest, |_, (run, written)| {
        bar.inc(1);
        let told = match human {
            true => bar.suspend(|| output::print(&format!("{}\n", human::line(&run, widths)))),
            false => Ok(()),
        };
        runs.push(run);
        if let Err(e) = written.and(told) {
            trouble.get_or_insert(e);
        }
        trouble.is_none()
    });
    bar.finish_and_clear();
    let all_played = runs.len() == orders.len();

    let results = Results {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        openssl: scenarios::openssl_version().into(),
        seed: *seeds.start(),
        last_seed: *seeds.end(),
        mutant: mutant.map(|m| m.name().to_string()),
        plan: Plan {
            scenarios: scenarios
                .iter()
                .map(|s| PlannedScenario {
                    name: s.name.clone(),
                    sha256: s.sha256.clone(),
                    variants: s.variants_of(*seeds.start(), &variants).iter().map(|v| v.name().to_string()).collect(),
                })
                .collect(),
            runs: orders.len() as u64,
        },
        partition: None,
        runs,
        complete: all_played,
        digest: String::new(),
    };
    // What is known is told in any case, before it is said what could not be written.
    let printed = match args.format {
        Format::Json => output::print(&results.to_json()?),
        Format::Human => {
            let failures: String = results.runs.iter().map(human::failure).collect();
            let gap = if failures.is_empty() { "" } else { "\n" };
            output::print(&format!("{gap}{failures}\n{}\n", human::summary(&results, watch.seconds())))
        }
    };
    let kept = match &out {
        Some(out) if all_played => out.results(&results),
        _ => Ok(()),
    };
    for trouble in [trouble.map_or(Ok(()), Err), kept, printed] {
        match trouble {
            // Whoever read has gone: the exit code still tells how it went.
            Err(e) if output::is_broken_pipe(&e) => {}
            other => other?,
        }
    }
    Ok(match results.outcome() {
        _ if !all_played => Exit::Unfinished,
        RunOutcome::Passed => Exit::Held,
        RunOutcome::Broken => Exit::Broken,
        RunOutcome::Differed => Exit::Differed,
        RunOutcome::Unfinished => Exit::Unfinished,
    })
}

/// What is told of one run, and whether its journal could be kept.
fn one(
    scenario: &Scenario,
    order: &Order,
    played: Result<Played, RunError>,
    args: &RunArgs,
    out: Option<&OutDir>,
) -> (Run, anyhow::Result<()>) {
    let watch = Watch::start();
    let mut run = match &played {
        Ok(played) => tell::run(scenario, order, played, !args.no_rules),
        Err(e) => tell::unfinished(scenario, order, e),
    };
    let Ok(played) = played else { return (run, Ok(())) };
    if args.check_determinism {
        match play(scenario, order, TOOL) {
            Ok(again) => tell::compare(&mut run, &played, &again),
            Err(e) => {
                run.outcome = RunOutcome::Differed;
                run.error = Some(format!("the second run did not finish: {e}"));
            }
        }
    }
    let written = out.map_or(Ok(()), |out| out.journal(&run, &played.entries));
    run.wall_s = tell::seconds(played.wall_time + watch.elapsed());
    (run, written)
}

/// Real time, for what the user waits.
pub struct Watch(std::time::Instant);

impl Watch {
    #[allow(clippy::disallowed_methods, reason = "how long the user waits is the machine's time, and is in no journal")]
    pub fn start() -> Self {
        Watch(std::time::Instant::now())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    pub fn seconds(&self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}
