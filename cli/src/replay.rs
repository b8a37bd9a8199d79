//! `shikaku replay`.

mod show;

use crate::exit::{self, Exit, UsageError, usage};
use crate::file::AtomicFile;
use crate::output;
use crate::run::{TOOL, judge, out::OutDir, report, select, shrink::failures};
use clap::Args;
use reports::human::{self, Widths};
use reports::results::Run;
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, play};
use scenarios::shrink::token::Token;
use scenarios::{Design, EngineKind, Mutant, designs};
use show::Until;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  shikaku replay sk1-…                          the result, and whether the run still fails in the same way
  shikaku replay sk1-… --show                   everything that happened, a line for each entry
  shikaku replay sk1-… --show --until 5         up to the first check that reaches step ⑤
  shikaku replay sk1-… --show --until 12s       up to second 12; --until '#482' up to entry 482
  shikaku replay sk1-… --save smallest.toml     the case as a scenario file";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct ReplayArgs {
    /// The token that a failing run printed after `shikaku replay`
    token: String,
    /// The scenario file, if it has moved
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The design file, if it has moved
    #[arg(long, value_name = "FILE")]
    design: Option<PathBuf>,
    /// Show what happened, a line for each entry of the journal
    #[arg(long)]
    show: bool,
    /// The last entry to show: a step (1 to 7), a time (12s) or an entry (#482)
    #[arg(long, value_name = "STEP|TIME|#ENTRY", requires = "show", value_parser = str::parse::<Until>)]
    until: Option<Until>,
    /// Write the case as a scenario file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Keep the journal in this folder, as SCENARIO.DESIGN.SEED.smallest.jsonl
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = crate::results_out::Format::Human)]
    format: crate::results_out::Format,
}

pub fn replay(args: &ReplayArgs) -> anyhow::Result<Exit> {
    let token = Token::read(&args.token).map_err(|e| usage(format!("this is not a token of `shikaku run`: {e}")))?;
    if token.tool != TOOL {
        output::note(&format!("the token was made by {}, and this is {TOOL}: the runs may differ", token.tool));
    }
    let scenario = scenario_of(&token, args.file.as_deref())?;
    let foreign = |what: &str, name: &str| usage(format!("unknown {what} `{name}` in the token: {TOOL} does not have it"));
    let design = design_of(&token, args.design.as_deref())?;
    let mutant = match &token.mutant {
        Some(name) => Some(Mutant::parse(name).ok_or_else(|| foreign("mutant", name))?),
        None => None,
    };
    let engine = match &token.engine {
        Some(name) => EngineKind::parse(name).ok_or_else(|| foreign("engine", name))?,
        None => Token::UNNAMED_ENGINE,
    };
    let whole = scenario.planned(token.seed);
    let plan = token
        .knobs
        .apply(&whole)
        .ok_or_else(|| usage("the token does not fit the scenario: another version of the tool made it"))?;
    if let Some(path) = &args.save {
        save(path, &plan, token.seed)?;
    }
    let order = Order { scenario: 0, design, seed: token.seed, mutant, engine };
    let played = match play(&plan, &order, TOOL) {
        Ok(played) => played,
        Err(e) => {
            output::note(&format!("the run could not finish: {e}"));
            return Ok(Exit::Unfinished);
        }
    };
    let mut run = report::run(&plan, &order, &played, true);
    run.replay = format!("shikaku replay {}", args.token.trim());
    if let Some(out) = &args.out {
        OutDir::open(out)?.smallest(&run, &played.entries)?.keep()?;
    }
    print_result(args, &token, &run, &played)?;
    Ok(run.outcome.into())
}

/// The scenario of a token, as it was when the token was made.
fn scenario_of(token: &Token, file: Option<&Path>) -> anyhow::Result<Scenario> {
    let name = file.map_or(token.scenario.clone(), |f| f.display().to_string());
    let scenario = select::one(&name).map_err(|e| match (file, e.downcast_ref::<UsageError>()) {
        (None, Some(e)) => usage(format!("the token's scenario: {e}\ngive its path with --file")),
        _ => e,
    })?;
    if scenario.sha256 != token.sha256 {
        let (was, is) = (short(&token.sha256), short(&scenario.sha256));
        return Err(usage(format!(
            "`{name}` has changed since the token was made (SHA-256 {was}…, now {is}…): use that version of it, or of the tool"
        )));
    }
    Ok(scenario)
}

/// The design of a token, as it was when the token was made.
fn design_of(token: &Token, file: Option<&Path>) -> anyhow::Result<Arc<Design>> {
    let name = file.map_or(token.design.clone(), |f| f.display().to_string());
    let design = select::design(&name).map_err(|e| match (file, e.downcast_ref::<UsageError>()) {
        (None, Some(e)) => usage(format!("the token's design: {e}\ngive its path with --design")),
        _ => e,
    })?;
    match &token.design_sha256 {
        Some(was) if *was != designs::sha256(&design) => Err(usage(format!(
            "the design `{name}` has changed since the token was made: use that version of the file or of the tool"
        ))),
        _ => Ok(design),
    }
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

fn save(path: &Path, plan: &Scenario, seed: u64) -> anyhow::Result<()> {
    let mut file = AtomicFile::open("--save", path)?;
    // The file has another name, but must be played with the same people.
    let text = plan.as_played(seed, None).to_toml()?;
    file.writer().write_all(text.as_bytes()).map_err(|e| file.not_written(&e))?;
    file.keep()
}

fn print_result(args: &ReplayArgs, token: &Token, run: &Run, played: &Played) -> anyhow::Result<()> {
    if args.format == crate::results_out::Format::Json {
        return output::print(&(serde_json::to_string_pretty(run)? + "\n"));
    }
    let plan = &played.plan;
    let mut text = String::new();
    if args.show {
        text += &show::lines(&played.entries, args.until);
        text += "\n";
    }
    let widths = Widths::of([(run.scenario.as_str(), run.design.as_str())].into_iter());
    text += &format!("{}\n{}\n\n{}", human::head(widths), human::line(run, widths), human::failure(run));
    let count = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    text += &format!(
        "{}, {}, {}, {}\n",
        count(plan.people, "person", "people"),
        count(plan.facilities, "facility", "facilities"),
        count(plan.visits.len() as u64, "visit", "visits"),
        count(plan.faults.len() as u64, "fault", "faults"),
    );
    let same = failures(played, &judge::rules(played)).iter().any(|f| f.to_string() == token.failure);
    let journal = run.journal_sha256 == token.journal_sha256;
    text += &match (same, journal) {
        (true, true) => format!("same failure as when the token was made: {}, and a byte-identical journal\n", token.failure),
        (true, false) => format!("same failure as when the token was made: {}, but a different journal\n", token.failure),
        (false, _) => format!("NOT the failure of the token, which was: {}\n", token.failure),
    };
    output::print(&text)
}
