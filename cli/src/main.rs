//! The command `shikaku`: parses arguments, calls, prints, and returns an exit code.

mod calibrate;
mod certify;
mod check;
mod color;
mod compare;
mod contract;
mod coverage;
mod designs;
mod diff;
mod exit;
mod explain;
mod file;
#[cfg(test)]
mod fuzz;
mod interrupt;
mod judge;
mod limits;
mod load;
mod mask;
mod merge;
mod output;
mod population;
mod progress;
mod replay;
mod results_out;
mod run;
mod scan;
mod selftest;
mod serve;
mod statements;
mod verify;

#[global_allocator]
static ALLOCATOR: limits::Allocator = limits::Allocator;

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
    /// Serve the mocks on real TCP, for a system that is developed against them
    #[command(long_about = serve::ABOUT)]
    Serve(serve::ServeArgs),
    /// Certify a vendor's system in one role
    #[command(long_about = certify::ABOUT)]
    Certify(Box<certify::CertifyArgs>),
    /// Search files for the secrets of people
    #[command(long_about = scan::ABOUT)]
    Scan(scan::ScanArgs),
    /// Sign the statement of a certification, or show one
    #[command(long_about = statements::ABOUT)]
    Statement(statements::StatementArgs),
    /// Verify the signed statement of a certification, offline
    #[command(long_about = verify::ABOUT)]
    Verify(verify::VerifyArgs),
    /// List what changed between two result sets
    #[command(long_about = diff::ABOUT)]
    Diff(diff::DiffArgs),
    /// Compare designs: what each shows, costs and loses, in a report for people
    #[command(long_about = compare::ABOUT)]
    Compare(Box<compare::CompareArgs>),
    /// List the designs that can be played, or explain one
    Designs(designs::DesignsArgs),
    /// List the rules that every run is judged by
    Rules(explain::RulesArgs),
    /// Explain a rule: what it demands and why, how it is checked, what to do when it fails
    Explain(explain::ExplainArgs),
    /// Print the contract: what a system of a role must do, message by message
    Contract(contract::ContractArgs),
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
    /// What a certification writes about itself: certification.json in the evidence
    Certification,
    /// The payload of a signed statement, as `shikaku statement show --format json` prints it
    Statement,
    /// What `shikaku verify --format json` prints
    Verify,
    /// What `shikaku compare` writes: compare.json
    Compare,
}

fn main() -> ExitCode {
    limits::say_what_is_missing();
    // A panic was reported when it occurred: what is left is the exit code of a command that could not finish.
    std::panic::catch_unwind(whole).unwrap_or(Exit::Unfinished).into()
}

fn whole() -> Exit {
    mocks::init_openssl();
    let done = interrupt::survive_limits().and_then(|()| interrupt::install()).and_then(|()| match Cli::try_parse() {
        Ok(cli) => {
            cli.color.write_global();
            dispatch(cli.command)
        }
        Err(report) => output::parsed(&report),
    });
    done.unwrap_or_else(|error| {
        output::error(&error);
        let usage = error.downcast_ref::<UsageError>().is_some();
        if usage { Exit::Usage } else { Exit::Unfinished }
    })
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
        Command::Serve(args) => serve::run(&args),
        Command::Certify(args) => certify::run(&args),
        Command::Scan(args) => scan::run(args),
        Command::Statement(args) => statements::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Diff(args) => diff::run(args),
        Command::Compare(args) => compare::run(&args),
        Command::Designs(args) => designs::designs(&args),
        Command::Rules(args) => explain::rules(args),
        Command::Explain(args) => explain::explain(args),
        Command::Contract(args) => contract::run(&args),
        Command::Schema { kind } => schema(kind),
    }
}

fn schema(kind: SchemaKind) -> anyhow::Result<Exit> {
    output::print_as(
        true,
        &match kind {
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
            SchemaKind::Certification => statement::certification::json_schema()?,
            SchemaKind::Statement => statement::in_toto::json_schema()?,
            SchemaKind::Verify => statement::verification::json_schema()?,
            SchemaKind::Compare => ::compare::document::json_schema()?,
        },
    )?;
    Ok(Exit::Held)
}
