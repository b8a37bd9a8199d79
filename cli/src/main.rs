//! The command `shikaku`: parses arguments, calls, prints, and returns an exit code.

mod calibrate;
mod check;
mod color;
mod coverage;
mod designs;
mod diff;
mod exit;
mod explain;
mod file;
mod interrupt;
mod judge;
mod load;
mod merge;
mod output;
mod population;
mod progress;
mod replay;
mod results_out;
mod run;
mod scan;
mod selftest;

/// Simulations constantly allocate and free small blocks, also in OpenSSL: this allocator is faster than the system's and
/// fragments less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use clap::{Parser, Subcommand};
use exit::{Exit, UsageError};
use std::process::ExitCode;

/// Simulation and conformance testbed for Japan's online health-insurance eligibility check (オンライン資格確認).
#[derive(Parser)]
#[command(name = "shikaku", version, after_help = exit::HELP, arg_required_else_help = true)]
struct Cli {
    /// Whether to colour text: auto colours a terminal, unless the environment has NO_COLOR
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = color::When::Auto)]
    color: color::When,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run scenarios on the simulated network: without arguments, the built-in `core` suite
    Run(Box<run::RunArgs>),
    /// Play load studies: latency, queues and the limit, up to the national peak hour
    Load(load::LoadArgs),
    /// Check scenario and design files without running them
    Check(check::CheckArgs),
    /// Merge the results of a sweep's parts
    Merge(merge::MergeArgs),
    /// Judge recordings again
    #[command(long_about = judge::ABOUT)]
    Judge(judge::JudgeArgs),
    /// Replay a failing run from its token, and step through it
    Replay(replay::ReplayArgs),
    /// Show which scenario exercises which rule, and what was never reached
    Coverage(coverage::CoverageArgs),
    /// Prove every rule on parties that are broken on purpose
    Selftest(selftest::SelfTestArgs),
    /// Measure what the operations of a check cost on this machine
    #[command(long_about = calibrate::ABOUT)]
    Calibrate(calibrate::CalibrateArgs),
    /// Print the people of a seed with their secrets
    #[command(long_about = population::ABOUT)]
    Population(population::PopulationArgs),
    /// Search files for the secrets of people
    #[command(long_about = scan::ABOUT)]
    Scan(scan::ScanArgs),
    /// List what changed between two result sets
    #[command(long_about = diff::ABOUT)]
    Diff(diff::DiffArgs),
    /// List the designs that can be played, or explain one
    Designs(designs::DesignsArgs),
    /// List the rules that every run is judged by
    Rules(explain::RulesArgs),
    /// Explain a rule: what it demands and why, how it is checked, what to do when it fails
    Explain(explain::ExplainArgs),
    /// Print the JSON Schema of a document
    #[command(after_help = "Example:\n  shikaku schema results > results.schema.json")]
    Schema {
        /// Which document
        #[arg(value_enum)]
        kind: SchemaKind,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum SchemaKind {
    /// Scenario files
    Scenario,
    /// Design files
    Design,
    /// What `shikaku run --format json` prints
    Results,
    /// What `shikaku selftest --format json` prints
    Selftest,
    /// What `shikaku judge --format json` prints
    Judge,
    /// What `shikaku scan --format json` prints
    Scan,
    /// What `shikaku diff --format json` prints
    Diff,
    /// What `shikaku coverage --format json` prints
    Coverage,
    /// What `shikaku load --format json` prints
    Load,
    /// What `shikaku load --find-limit --format json` prints
    LoadLimit,
    /// What `shikaku calibrate --write` writes
    Calibration,
    /// The ground truth of a run, as recordings contain it
    Ground,
}

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => {
            cli.color.write_global();
            dispatch(cli.command)
        }
        Err(report) => output::parsed(&report),
    };
    done.unwrap_or_else(|error| {
        output::error(&error);
        let usage = error.downcast_ref::<UsageError>().is_some();
        if usage { Exit::Usage } else { Exit::Unfinished }
    })
    .into()
}

fn dispatch(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Run(args) => run::run(*args),
        Command::Load(args) => load::load(&args),
        Command::Check(args) => check::check(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Judge(args) => judge::run(&args),
        Command::Replay(args) => replay::replay(&args),
        Command::Coverage(args) => coverage::coverage(&args),
        Command::Selftest(args) => selftest::run(&args),
        Command::Calibrate(args) => calibrate::run(&args),
        Command::Population(args) => population::run(args),
        Command::Scan(args) => scan::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Designs(args) => designs::designs(&args),
        Command::Rules(args) => explain::rules(args),
        Command::Explain(args) => explain::explain(args),
        Command::Schema { kind } => schema(kind),
    }
}

fn schema(kind: SchemaKind) -> anyhow::Result<Exit> {
    output::print(&match kind {
        SchemaKind::Scenario => scenarios::file::json_schema()?,
        SchemaKind::Design => scenarios::designs::json_schema()?,
        SchemaKind::Results => reports::results::json_schema()?,
        SchemaKind::Selftest => reports::selftest::json_schema()?,
        SchemaKind::Judge => reports::judge::json_schema()?,
        SchemaKind::Scan => reports::scan::json_schema()?,
        SchemaKind::Diff => reports::diff::json_schema()?,
        SchemaKind::Coverage => reports::coverage::json_schema()?,
        SchemaKind::Load => reports::load::json_schema()?,
        SchemaKind::LoadLimit => reports::load::limit::json_schema()?,
        SchemaKind::Calibration => mocks::calibration::file::json_schema()?,
        SchemaKind::Ground => sim::terms::ground::json_schema()?,
    })?;
    Ok(Exit::Held)
}
