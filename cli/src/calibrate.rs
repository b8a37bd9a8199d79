//! `shikaku calibrate`.

mod table;

use crate::exit::{Exit, usage};
use crate::explain::LangArg;
use crate::file::AtomicFile;
use crate::run::TOOL;
use crate::{interrupt, output, progress};
use anyhow::Context;
use clap::{Args, ValueEnum};
use mocks::calibration::file::{Calibration, Measured, SCHEMA};
use mocks::calibration::machine::Machine;
use mocks::calibration::measure::{Effort, measure};
use mocks::calibration::{self, Inputs, Operation, PEOPLE, operations};
use reports::rules::Lang;
use reports::texts::{counted, say};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

pub const ABOUT: &str = "\
Measure what the operations of a check cost on this machine\n\n\
Runs the cryptography and the reading and writing of messages with the mocks' own code: on one thread, in wall-clock time, each \
operation for --seconds, after a warm-up of a fifth of that. Each round measures the time of one operation; the report has the \
median, the mean, and the times that one round in ten is below (p10) and above (p90). With --write, scenarios can use these \
times instead of assumptions: they are the CPU part of a server's time, without disks, databases and networks. Let the machine \
be idle otherwise.";

const EXAMPLES: &str = "\
Examples:
  shikaku calibrate                                 a table of all operations, in about ten seconds
  shikaku calibrate --write this.toml               the same, written to a file for scenarios
  shikaku calibrate --only ocsp-status --only certificate-path --seconds 5
  shikaku calibrate --list                          what is measured
  shikaku schema calibration                        the JSON Schema of the file";

const CODES: &str = "Exit codes:
  0  everything was measured
  2  invalid usage or input
  4  could not measure everything, or write the results";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{CODES}"))]
pub struct CalibrateArgs {
    /// Write a calibration file (TOML), atomically
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    write: Option<PathBuf>,
    /// Only this operation; may be given more than once
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// How long to measure each operation, in seconds
    #[arg(long, value_name = "S", default_value = "0.4", value_parser = seconds)]
    seconds: Duration,
    /// Measure this many rounds of each operation instead
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rounds: Option<u64>,
    /// List the operations without measuring them
    #[arg(long)]
    list: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of text for people; JSON is the same in each
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Human,
    /// One JSON document
    Json,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let bounds = "seconds from 0.001 to 600, such as 0.5";
    let number: f64 = text.parse().map_err(|_| format!("not a number: write {bounds}"))?;
    match (0.001..=600.0).contains(&number) {
        true => Ok(Duration::from_secs_f64(number)),
        false => Err(format!("write {bounds}")),
    }
}

pub fn run(args: &CalibrateArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    let chosen = chosen(&args.only)?;
    if args.list {
        output::print_as(
            args.format == Format::Json,
            &match args.format {
                Format::Human => table::list(&chosen, lang),
                Format::Json => table::list_as_json(&chosen)?,
            },
        )?;
        return Ok(Exit::Held);
    }
    // A file that cannot be written is reported before the measurement.
    let file = args.write.as_deref().map(|path| AtomicFile::open("--write", path)).transpose()?;
    interrupt::listen();
    let effort = args.rounds.map_or(Effort::Time(args.seconds), Effort::Rounds);
    let measured = all(&chosen, effort)?;
    if measured.len() < chosen.len() {
        let (done, all) = (measured.len() as u64, chosen.len() as u64);
        output::note(&counted(lang, "calibrate-interrupted", &[("done", done), ("all", all)]));
        return Ok(Exit::Unfinished);
    }
    let calibration = calibration(&measured);
    if let Some(file) = file {
        write(file, &calibration)?;
    }
    output::print_as(
        args.format == Format::Json,
        &match args.format {
            Format::Human => table::measured(&measured, &calibration, lang),
            Format::Json => calibration.to_json()?,
        },
    )?;
    for (operation, _) in measured.iter().filter(|(_, m)| m.is_unsteady()) {
        output::note(&say(lang, "calibrate-busy", &[("name", operation.name)]));
    }
    Ok(Exit::Held)
}

fn chosen(only: &[String]) -> anyhow::Result<Vec<&'static Operation>> {
    if let Some(name) = only.iter().find(|name| calibration::find(name).is_none()) {
        let near = operations().map(|o| (strsim::jaro_winkler(o.name, name), o.name));
        let hint = match near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((_, near)) => format!("; did you mean `{near}`?"),
            None => ": see `shikaku calibrate --list`".to_string(),
        };
        return Err(usage(format!("--only: unknown operation `{name}`{hint}")));
    }
    Ok(operations().filter(|o| only.is_empty() || only.iter().any(|name| name == o.name)).collect())
}

/// Measures one operation after another, until interrupted.
fn all(chosen: &[&'static Operation], effort: Effort) -> anyhow::Result<Vec<(&'static Operation, Measured)>> {
    let inputs = Inputs::new(PEOPLE)?;
    let bar = progress::operations(chosen.len() as u64);
    let mut measured = Vec::with_capacity(chosen.len());
    for operation in chosen.iter().take_while(|_| !interrupt::requested()) {
        bar.set_message(operation.name);
        let one = measure(operation, &inputs, effort);
        measured.push((*operation, one.with_context(|| format!("`{}` cannot be measured", operation.name))?));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(measured)
}

fn calibration(measured: &[(&'static Operation, Measured)]) -> Calibration {
    Calibration {
        schema: SCHEMA.into(),
        tool: TOOL.into(),
        openssl: mocks::openssl_version().into(),
        machine: Machine::this(),
        operation: measured.iter().map(|(operation, m)| (operation.name.to_string(), m.clone())).collect(),
    }
}

fn write(mut file: AtomicFile, calibration: &Calibration) -> anyhow::Result<()> {
    let text = calibration.to_toml()?;
    let written = file.writer().write_all(text.as_bytes());
    written.map_err(|e| file.not_written(&e))?;
    file.keep()
}
