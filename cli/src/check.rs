//! `shikaku check`.

use crate::exit::{self, Exit, usage};
use crate::output;
use crate::run::report::quoted;
use crate::run::select::{self, files_of, library_of};
use clap::Args;
use scenarios::catalog;
use scenarios::file::{Diagnostic, Scenario};
use scenarios::{Design, designs};
use serde_json::json;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  shikaku check my.toml                 check a scenario or design, and summarise it
  shikaku check designs/                every design
  shikaku check scenarios/ --format json  every file of a folder, for an editor
  shikaku check --plan swarm --seed 17  what is really played from seed 17, as a scenario file
  shikaku check --plan my.toml --seed 7 --design keep-mapping > plan.toml; shikaku run plan.toml
                                        the same run again: same journal, same bytes on the wires";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct CheckArgs {
    /// Scenario files, design files, folders of them, or names of built-in scenarios
    #[arg(value_name = "FILE|DIR|NAME", required = true)]
    files: Vec<PathBuf>,
    /// Print what is really played of one scenario, as a scenario file: with everything that is drawn, and with its seed.
    /// `shikaku run` plays the file again with the same journal and the same bytes
    #[arg(long)]
    plan: bool,
    /// The seed of the plan; that of the file, if it is a plan itself, else 1
    #[arg(long, value_name = "N", requires = "plan")]
    seed: Option<u64>,
    /// The design in which the plan is played, a built-in one or a file; every design that fits, if not given. The swarm's is
    /// drawn from the seed
    #[arg(long, value_name = "NAME|FILE", requires = "plan")]
    design: Option<String>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each valid file; errors on stderr
    Human,
    /// One JSON document: a list of files, each with its errors
    Json,
}

pub fn check(args: &CheckArgs) -> anyhow::Result<Exit> {
    if args.plan {
        return plan(args);
    }
    let (mut files, mut reported) = (Vec::new(), Vec::new());
    for path in &args.files {
        // Built-in scenarios are valid; they are only described or planned.
        match built_in(path)? {
            Some(scenario) => {
                describe(args, &scenario.name, &scenario)?;
                reported.push(json!({ "file": scenario.name, "errors": [] }));
            }
            None => files.extend(files_of(path)?),
        }
    }
    let mut wrong = 0;
    for file in &files {
        let name = file.display().to_string();
        let errors = match read(file) {
            Ok(File::Scenario(scenario)) => {
                describe(args, &name, &scenario)?;
                Vec::new()
            }
            Ok(File::Design(design)) => {
                if args.format == Format::Human {
                    output::print(&format!("{name}: {}\n", described_design(&design)))?;
                }
                Vec::new()
            }
            Err(Unreadable::Io(e)) => {
                output::error(&usage(format!("{name}: cannot be read: {e}")));
                vec![json!({ "message": format!("cannot be read: {e}") })]
            }
            Err(Unreadable::Invalid(errors)) => {
                errors.iter().for_each(|e| output::error(&usage(e.render())));
                errors.iter().map(as_json).collect()
            }
        };
        wrong += usize::from(!errors.is_empty());
        reported.push(json!({ "file": name, "errors": errors }));
    }
    if args.format == Format::Json {
        output::print(&(serde_json::to_string_pretty(&reported)? + "\n"))?;
    }
    match wrong {
        0 => Ok(Exit::Held),
        n => Err(usage(format!("{n} of {} files are invalid", files.len()))),
    }
}

fn built_in(path: &Path) -> anyhow::Result<Option<Scenario>> {
    let name = path.to_string_lossy();
    match path.exists() {
        true => Ok(None),
        false => Ok(catalog::all()?.into_iter().find(|s| s.name == name)),
    }
}

/// Prints the summary of a valid scenario.
fn describe(args: &CheckArgs, name: &str, scenario: &Scenario) -> anyhow::Result<()> {
    match args.format {
        Format::Human => output::print(&format!("{}\n", described(name, scenario))),
        Format::Json => Ok(()),
    }
}

/// `--plan`.
fn plan(args: &CheckArgs) -> anyhow::Result<Exit> {
    let [what] = args.files.as_slice() else {
        let number = args.files.iter().find(|f| !f.exists() && f.to_string_lossy().parse::<u64>().is_ok());
        let help = number.map_or(String::new(), |n| format!(": a seed is given with --seed {}", n.display()));
        return Err(usage(format!("--plan takes one scenario, and there are {}{help}", args.files.len())));
    };
    let scenario = select::one(&what.to_string_lossy())?;
    if scenario.load.is_some() {
        let source = &scenario.source;
        return Err(usage(format!("`{source}` is a load study, which has no plan: its arrivals are drawn as it is played")));
    }
    let seed = select::seed(args.seed, std::slice::from_ref(&scenario))?;
    let designs = select::designs(args.design.as_slice())?;
    let played = scenario.designs_of(seed, &designs);
    if played.is_empty() {
        let design = args.design.as_deref().unwrap_or("any design");
        return Err(usage(format!("`{}` is not played in `{design}`: it needs {}", scenario.source, scenario.needs)));
    }
    // Without a design, a story is played in several.
    let only = played.first().filter(|_| args.design.is_some() || scenario.generator.is_some());
    let plan = scenario.as_played(seed, only.map(|d| &**d));
    let design = only.map_or(String::new(), |d| format!(" in the design `{}`", d.name));
    // A design file may have the same choices as a built-in design, and other parameters.
    let more = only.filter(|d| d.source != d.name).map_or(String::new(), |d| format!(" --design {}", quoted(&d.source)));
    let head =
        format!("# What is played of `{}` from seed {seed}{design}. Repeat with: shikaku run FILE{more}\n\n", scenario.source);
    output::print(&(head + &plan.to_toml()?))?;
    Ok(Exit::Held)
}

enum Unreadable {
    Io(std::io::Error),
    Invalid(Vec<Diagnostic>),
}

/// A valid file.
enum File {
    Scenario(Box<Scenario>),
    Design(Design),
}

fn read(file: &Path) -> Result<File, Unreadable> {
    let text = std::fs::read_to_string(file).map_err(Unreadable::Io)?;
    let name = file.display().to_string();
    if designs::is_design(&text) {
        return designs::read(&name, &text).map(File::Design).map_err(|e| Unreadable::Invalid(e.0));
    }
    let read = library_of(|library| Scenario::read(&name, &text, library));
    read.map(|s| File::Scenario(Box::new(s))).map_err(|e| Unreadable::Invalid(e.0))
}

/// The choices of a design, in one line.
fn described_design(design: &Design) -> String {
    let choices: Vec<&str> = design.choices().map(|c| c.id()).collect();
    format!("{} (design: {})", design.title.en, choices.join(", "))
}

fn as_json(e: &Diagnostic) -> serde_json::Value {
    json!({ "file": e.file, "line": e.line, "column": e.column, "message": e.message, "help": e.help })
}

/// A summary of a scenario, in one line.
fn described(name: &str, s: &Scenario) -> String {
    let count = |n: usize, what: &str| match n {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    };
    let parts = [
        count(s.people as usize, "person").map(|t| t.replace("persons", "people")),
        (s.facilities == 1).then(|| "1 facility".to_string()).or(Some(format!("{} facilities", s.facilities))),
        count(s.visits.len(), "visit"),
        count(s.workloads.len(), "workload"),
        count(s.events.len(), "event"),
        count(s.faults.len(), "fault"),
    ];
    format!("{name}: {} ({})", s.title.en, parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}
