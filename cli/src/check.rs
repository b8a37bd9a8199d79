//! `shikaku check`.

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::output::{self, Shown};
use crate::run::machine;
use crate::run::report::quoted;
use crate::run::select::{self, files_of, library_of};
use clap::Args;
use reports::rules::Lang;
use reports::texts::{say, sizes};
use scenarios::catalog;
use scenarios::file::{Diagnostic, FileErrors, Scenario, bounded};
use scenarios::{Design, designs};
use serde_json::json;
use sim::terms::shown;
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
    /// The language of the summary of a valid file; JSON is the same in each, and errors are in English
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
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
        let name = file.to_string_lossy().into_owned();
        let errors = match read(file) {
            Ok(File::Scenario(scenario)) => {
                describe(args, &name, &scenario)?;
                Vec::new()
            }
            Ok(File::Design(design)) => {
                if args.format == Format::Human {
                    output::print(&described_design(&file.shown(), &design, args.lang.into()))?;
                }
                Vec::new()
            }
            Err(Unreadable::Io(e)) => {
                output::error(&usage(format!("{}: cannot be read: {e}", file.shown())));
                vec![json!({ "message": format!("cannot be read: {e}") })]
            }
            Err(Unreadable::Invalid(errors)) => {
                errors.shown.iter().for_each(|e| output::error(&usage(e.render())));
                let rest = errors.rest();
                rest.iter().for_each(|rest| output::error(&usage(format!("{}: {rest}", file.shown()))));
                errors.shown.iter().map(as_json).chain(rest.map(|rest| json!({ "message": rest }))).collect()
            }
        };
        wrong += usize::from(!errors.is_empty());
        reported.push(json!({ "file": name, "errors": errors }));
    }
    if args.format == Format::Json {
        output::print_as(true, &(serde_json::to_string_pretty(&reported)? + "\n"))?;
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
        Format::Human => output::print(&described(name, scenario, args.lang.into())),
        Format::Json => Ok(()),
    }
}

/// A plan whose texts may be printed. The name under which it is drawn must stay as it is.
fn printable(mut plan: Scenario) -> anyhow::Result<Scenario> {
    if let Some(name) = plan.draws_as.as_ref().filter(|name| name.chars().any(shown::is_hidden)) {
        let name = shown::line(name);
        return Err(usage(format!(
            "the name `{name}` has characters that cannot be seen: rename the file, or give it `draws-as`"
        )));
    }
    for title in [&mut plan.title.ja, &mut plan.title.en] {
        *title = shown::line(title).into_owned();
    }
    // On one line, so that no line of the output is a text of the file.
    let words: Vec<&str> = plan.story.split_whitespace().collect();
    plan.story = shown::line(&words.join(" ")).into_owned();
    Ok(plan)
}

/// `--plan`.
fn plan(args: &CheckArgs) -> anyhow::Result<Exit> {
    let [what] = args.files.as_slice() else {
        let number = args.files.iter().find(|f| !f.exists() && f.to_string_lossy().parse::<u64>().is_ok());
        let help = number.map_or(String::new(), |n| format!(": a seed is given with --seed {}", n.shown()));
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
    let plan = printable(scenario.as_played(seed, only.map(|d| &**d)))?;
    let design = only.map_or(String::new(), |d| format!(" in the design `{}`", d.name));
    // A design file may have the same choices as a built-in design, and other parameters.
    let more = only.filter(|d| d.source != d.name).map_or(String::new(), |d| format!(" --design {}", quoted(&d.source)));
    let head = format!(
        "# What is played of `{}` from seed {seed}{design}. Repeat with: shikaku run FILE{more}\n\n",
        shown::line(&scenario.source)
    );
    output::print(&(head + &plan.to_toml()?))?;
    Ok(Exit::Held)
}

enum Unreadable {
    Io(std::io::Error),
    Invalid(FileErrors),
}

/// A valid file.
enum File {
    Scenario(Box<Scenario>),
    Design(Box<Design>),
}

fn read(file: &Path) -> Result<File, Unreadable> {
    let text = bounded::source(file).map_err(Unreadable::Io)?;
    let name = file.to_string_lossy();
    if designs::is_design(&text) {
        return designs::read(&name, &text).map(|design| File::Design(Box::new(design))).map_err(Unreadable::Invalid);
    }
    let read = library_of(|library| Scenario::read(&name, &text, library));
    read.map(|s| File::Scenario(Box::new(s))).map_err(Unreadable::Invalid)
}

/// The choices of a design, in one line.
fn described_design(name: &str, design: &Design, lang: Lang) -> String {
    let choices: Vec<&str> = design.choices().map(|c| c.id()).collect();
    let title = if lang == Lang::Ja { &design.title.ja } else { &design.title.en };
    let (title, choices) = (shown::line(title), choices.join(&say(lang, "comma", &[])));
    let values = [("name", name), ("title", &*title), ("choices", &*choices)];
    say(lang, "check-design", &values) + "\n"
}

fn as_json(e: &Diagnostic) -> serde_json::Value {
    json!({ "file": e.file, "line": e.line, "column": e.column, "message": e.message, "help": e.help })
}

/// A summary of a scenario, in one line.
fn described(name: &str, s: &Scenario, lang: Lang) -> String {
    let parts = [
        ("size-people", s.people),
        ("size-facilities", s.facilities),
        ("size-visits", s.visits.len() as u64),
        ("size-workloads", s.workloads.len() as u64),
        ("size-events", s.events.len() as u64),
        ("size-faults", s.faults.len() as u64),
    ];
    let some: Vec<_> = parts.into_iter().filter(|(id, n)| *n > 0 || *id == "size-facilities").collect();
    let needs = machine::in_words(s.estimate(), lang).filter(|_| s.load.is_none());
    let needs = needs.map_or(String::new(), |needs| say(lang, "check-needs", &[("needs", &needs)]));
    let title = if lang == Lang::Ja { &s.title.ja } else { &s.title.en };
    let (name, title, size) = (shown::line(name), shown::line(title), sizes(lang, &some));
    let values = [("name", &*name), ("title", &*title), ("size", &*size), ("needs", &*needs)];
    say(lang, "check-scenario", &values) + "\n"
}
