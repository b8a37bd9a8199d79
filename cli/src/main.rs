//! The command `shikaku`: parses, calls, prints, and says by its exit code how it went.

mod exit;
mod output;
mod progress;
mod run;
mod selftest;

use clap::{Parser, Subcommand};
use exit::{Exit, UsageError};
use std::process::ExitCode;

/// Simulation and conformance testbed for Japan's online health-insurance eligibility check (オンライン資格確認).
#[derive(Parser)]
#[command(name = "shikaku", version, after_help = exit::HELP, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run scenarios on the simulated network: without arguments, the built-in `core` suite
    Run(run::RunArgs),
    /// Prove every rule on parties that are broken on purpose
    Selftest(selftest::SelfTestArgs),
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
    /// What `shikaku run --format json` prints
    Results,
    /// What `shikaku selftest --format json` prints
    Selftest,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Run(args) => run::run(args),
        Command::Selftest(args) => selftest::run(&args),
        Command::Schema { kind } => schema(kind),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) if output::is_broken_pipe(&error) => Exit::Held.into(),
        Err(error) => {
            output::complain(&error);
            let usage = error.downcast_ref::<UsageError>().is_some();
            if usage { Exit::Usage.into() } else { Exit::Unfinished.into() }
        }
    }
}

fn schema(kind: SchemaKind) -> anyhow::Result<Exit> {
    output::print(&match kind {
        SchemaKind::Results => reports::results::json_schema()?,
        SchemaKind::Selftest => reports::selftest::json_schema()?,
    })?;
    Ok(Exit::Held)
}
