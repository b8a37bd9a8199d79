//! `shikaku replay`.

mod case;
mod show;

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::file::{AtomicFile, Places};
use crate::mask::Mask;
use crate::output;
use crate::run::machine::MachineArgs;
use crate::run::{TOOL, judge, out::OutDir, report, shrink::Failure, shrink::failures};
use case::{Case, Files, MadeOf};
use clap::Args;
use reports::human::{self, Widths};
use reports::results::{Run, shown};
use reports::rules::{Lang, titles};
use reports::texts::{details, say, sizes};
use scenarios::file::Scenario;
use scenarios::run::{Played, play};
use show::Until;
use std::io::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  shikaku replay sk2-…                          the result, and whether the run still fails in the same way
  shikaku replay sk2-… --file my.toml           of your own scenario
  shikaku replay out/jpki-down.certificate.1.smallest.json
                                                the same from the file that --out keeps
  shikaku replay sk2-… --show                   everything that happened, a line for each entry
  shikaku replay sk2-… --show --until 5         up to the first check that reaches step ⑤
  shikaku replay sk2-… --show --until 12s       up to second 12; --until '#482' up to entry 482
  shikaku replay sk2-… --save smallest.toml     the case as a scenario file";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct ReplayArgs {
    /// The token that a failing run printed after `shikaku replay`, or the .smallest.json that --out kept of it
    #[arg(value_name = "TOKEN|FILE")]
    what: String,
    /// The scenario file, if the scenario does not come with the tool
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The design file, if the design does not come with the tool
    #[arg(long, value_name = "FILE")]
    design: Option<PathBuf>,
    /// Show what happened, a line for each entry of the journal
    #[arg(long)]
    show: bool,
    /// Show the values of people in these lines too; without it they are masked
    #[arg(long, requires = "show")]
    reveal: bool,
    /// The last entry to show: a step (1 to 7), a time (12s) or an entry (#482)
    #[arg(long, value_name = "STEP|TIME|#ENTRY", requires = "show", value_parser = str::parse::<Until>)]
    until: Option<Until>,
    /// Write the case as a scenario file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Keep the recording in this folder: SCENARIO.DESIGN.SEED.smallest.jsonl, .smallest.ground.json and .smallest.plan.toml.
    /// It contains the secrets of the run's people: only their owner can read the files
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = crate::results_out::Format::Human)]
    format: crate::results_out::Format,
    /// The language of text for people; JSON is the same in each, and texts of the journal are shown as recorded
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    #[command(flatten)]
    machine: MachineArgs,
}

pub fn replay(args: &ReplayArgs) -> anyhow::Result<Exit> {
    let files = Files { scenario: args.file.as_deref(), design: args.design.as_deref() };
    let case = Case::read(&args.what, files)?;
    args.machine.admit(std::slice::from_ref(&case.scenario), 1)?;
    let lang: Lang = args.lang.into();
    let inputs = args.file.iter().chain(&args.design).cloned().chain([PathBuf::from(&args.what)]);
    let mut places = Places::reading(inputs);
    args.save.iter().try_for_each(|path| places.writes("--save", path))?;
    if let Some(by) = &case.other_tool {
        output::note(&say(lang, "note-other-tool", &[("by", by), ("tool", TOOL)]));
    }
    let whole = case.scenario.planned(case.order.seed);
    let plan = case
        .knobs
        .apply(&whole)
        .ok_or_else(|| usage("the token does not fit the scenario: another version of the tool made it"))?;
    if let Some(path) = &args.save {
        save(path, &plan, case.order.seed)?;
    }
    let played = match play(&plan, &case.order, TOOL) {
        Ok(played) => played,
        Err(e) => {
            output::note(&say(lang, "note-unfinished", &[("why", &e.to_string())]));
            return Ok(Exit::Unfinished);
        }
    };
    let mut run = report::run(&plan, &case.order, &played, true);
    run.replay = case.command;
    if let Some(out) = &args.out {
        let plan = plan.as_played(case.order.seed, Some(&case.order.design));
        OutDir::beside(out)?.smallest(&run, &played, &plan)?.keep()?;
    }
    print_result(args, &case.made_of, &run, &played)?;
    Ok(run.outcome.into())
}

fn save(path: &Path, plan: &Scenario, seed: u64) -> anyhow::Result<()> {
    let mut file = AtomicFile::open("--save", path)?;
    // The file has another name, but must be played with the same people.
    let text = plan.as_played(seed, None).to_toml()?;
    file.writer().write_all(text.as_bytes()).map_err(|e| file.not_written(&e))?;
    file.keep()
}

fn print_result(args: &ReplayArgs, made_of: &MadeOf, run: &Run, played: &Played) -> anyhow::Result<()> {
    if args.format == crate::results_out::Format::Json {
        return output::print_as(true, &(serde_json::to_string_pretty(run)? + "\n"));
    }
    let lang: Lang = args.lang.into();
    let mut text = String::new();
    if args.show {
        let mask = (!args.reveal).then(|| Mask::of(&played.ground)).transpose()?;
        text += &show::lines(&played.entries, args.until, mask.as_ref(), lang);
        text += "\n";
    }
    let widths = Widths::of([(run.scenario.as_str(), run.design.as_str())].into_iter(), run.seed, lang);
    let titles = titles(&crate::explain::all_rules(), lang);
    let shown = &*shown(run);
    text += &format!("{}\n{}\n\n{}", human::head(widths, lang), human::line(shown, widths, lang), human::failure(shown, &titles));
    text += &(size(&played.plan, lang) + "\n" + &against_token(made_of, run, played, lang) + "\n");
    output::print(&text)
}

fn size(plan: &Scenario, lang: Lang) -> String {
    let parts = [
        ("size-people", plan.people),
        ("size-facilities", plan.facilities),
        ("size-visits", plan.visits.len() as u64),
        ("size-faults", plan.faults.len() as u64),
    ];
    sizes(lang, &parts)
}

/// Whether the run failed as it did when the token was made.
fn against_token(made_of: &MadeOf, run: &Run, played: &Played, lang: Lang) -> String {
    let shown = |failure: &str| match lang {
        Lang::En => failure.to_string(),
        Lang::Ja => details::reason(failure),
    };
    let journal = if made_of.is_journal(&run.journal_sha256) { "replay-journal-same" } else { "replay-journal-other" };
    let same = failures(played, &judge::rules(played)).iter().map(Failure::to_string).find(|f| made_of.is_failure(f));
    match (same, made_of.failure()) {
        (Some(same), _) => say(lang, "replay-same", &[("failure", &shown(&same)), ("journal", &say(lang, journal, &[]))]),
        (None, Some(was)) => say(lang, "replay-other-than", &[("failure", &shown(was))]),
        (None, None) => say(lang, "replay-other", &[]),
    }
}
