//! `shikaku judge`: judges recordings again.

pub mod recording;
pub mod roles;

use crate::exit::{self, Exit, UsageError};
use crate::explain::LangArg;
use crate::results_out::RESULTS;
use crate::run::report::quoted;
use crate::run::{COMMIT, judge};
use crate::{interrupt, output, progress};
use clap::{Args, ValueEnum};
use recording::Recording;
use reports::judge::{JudgedRecording, Judgement, SCHEMA, Unreadable};
use reports::results::{Reader, RunOutcome, shown};
use reports::rules::titles;
use reports::texts::counted;
use roles::Roles;
use scenarios::file::bounded;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const ABOUT: &str = "\
Judge recordings again: by all rules of this version, from journal and ground truth alone

A recording is what `shikaku run --out DIR` keeps of a run: the journal SCENARIO.DESIGN.SEED.jsonl, the ground truth \
SCENARIO.DESIGN.SEED.ground.json and the plan SCENARIO.DESIGN.SEED.plan.toml. Rules that the plan breaks on purpose fail nothing. \
The expectations of the scenario are not judged again; how many were not met is read from results.json beside the recording.

With --seen, what parties of other roles wrote is left out, as if they wrote no journal: a vendor's system writes none. A rule that \
needs them is not observable. That is not held and no failure; it is listed with the side that the rule needs.";

const EXAMPLES: &str = "\
Examples:
  shikaku run --journals all --out out && shikaku judge out
  shikaku judge out/jpki-down.certificate.1.jsonl --format json
  shikaku judge out --seen facility,jpki,insurer,number-authority,line,reader,card,registry,municipality
                                        as if nothing were known of the broker's inside";

const CODES: &str = "\
A broken SHOULD rule is a warning and fails nothing. A recording that is not whole, or cannot be opened, ends with 4; one without
its ground truth, or with a line that is not of a journal, with 2. The others are judged all the same.";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{CODES}\n\n{}", exit::HELP))]
pub struct JudgeArgs {
    /// Folders of --out, or journals in them: SCENARIO.DESIGN.SEED.jsonl
    #[arg(value_name = "DIR|FILE", required = true)]
    what: Vec<PathBuf>,
    /// Use only what the parties of these roles wrote, separated by commas; all, if not given
    #[arg(long, value_name = "ROLE,…", value_parser = roles::parse)]
    seen: Option<Roles>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of text for people; JSON and other documents are the same in each
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// One JSON document: see `shikaku schema judge`
    Json,
}

pub fn run(args: &JudgeArgs) -> anyhow::Result<Exit> {
    let seen = args.seen.clone().unwrap_or_else(Roles::all);
    let journals = recording::journals(&args.what)?;
    let mut judgement = Judgement {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        commit: COMMIT.into(),
        rules: judge::ids(),
        seen: seen.zones(),
        recordings: Vec::new(),
        unreadable: Vec::new(),
    };
    let mut worst_error = None;
    let mut known = Expectations::default();
    let bar = progress::recordings(journals.len() as u64);
    interrupt::listen();
    for file in &journals {
        if interrupt::requested() {
            let what = "interrupted before it was judged".to_string();
            judgement.unreadable.push(Unreadable { journal: file.to_string_lossy().into_owned(), what });
            continue;
        }
        bar.inc(1);
        // One recording is in memory at a time.
        match Recording::read(file) {
            Ok(recording) => {
                let mut judged = judged(recording, file, &seen);
                judged.expectations_not_met = known.not_met(file, &judged);
                judgement.recordings.push(judged);
            }
            Err(e) => {
                output::error(&e);
                let invalid = e.downcast_ref::<UsageError>().is_some();
                worst_error = match (worst_error, invalid) {
                    (Some(Exit::Usage), _) | (_, true) => Some(Exit::Usage),
                    _ => Some(Exit::Unfinished),
                };
                judgement.unreadable.push(Unreadable { journal: file.to_string_lossy().into_owned(), what: format!("{e:#}") });
            }
        }
    }
    bar.finish_and_clear();
    interrupt::keeping(|| print(args, &judgement))?;
    if interrupt::requested() {
        let (done, all) = (judgement.recordings.len() as u64, journals.len() as u64);
        output::note(&counted(args.lang.into(), "note-judged", &[("done", done), ("all", all)]));
        return Ok(Exit::Unfinished);
    }
    Ok(worst_error.unwrap_or_else(|| judgement.worst().into()))
}

/// How many expectations of each run were not met, by the results in the folders of recordings.
#[derive(Default)]
struct Expectations(BTreeMap<PathBuf, BTreeMap<RunKey, u64>>);

/// Scenario, design, seed and digest of the journal.
type RunKey = (String, String, u64, String);

impl Expectations {
    fn not_met(&mut self, journal: &Path, of: &JudgedRecording) -> Option<u64> {
        let folder = journal.parent().unwrap_or(Path::new("")).to_path_buf();
        // Results are no part of a recording: without them, or with others, nothing is known of expectations.
        let runs = self.0.entry(folder).or_insert_with_key(|folder| read_expectations(&folder.join(RESULTS)).unwrap_or_default());
        runs.get(&(of.scenario.clone(), of.design.clone(), of.seed, of.journal_sha256.clone())).copied()
    }
}

fn read_expectations(results: &Path) -> Option<BTreeMap<RunKey, u64>> {
    let mut reader = Reader::begin(bounded::open(results, u64::MAX).ok()?).ok()?;
    let mut runs = BTreeMap::new();
    while let Some(run) = reader.run().ok()? {
        let not_met = run.expectations.iter().filter(|e| !e.held).count() as u64;
        runs.insert((run.scenario, run.design, run.seed, run.journal_sha256), not_met);
    }
    Some(runs)
}

fn judged(recording: Recording, file: &Path, seen: &Roles) -> JudgedRecording {
    let Recording { scenario, head, entries, ground, breaks, sha256, cut_off } = recording;
    let rules = judge::seen(&entries, &ground, seen.seen());
    let by_rules = JudgedRecording::outcome_of(&rules, |r| judge::fails(r, &breaks));
    JudgedRecording {
        journal: file.to_string_lossy().into_owned(),
        scenario,
        design: head.design,
        seed: head.seed,
        recorded_by: head.tool,
        journal_sha256: sha256,
        expectations_not_met: None,
        outcome: if cut_off.is_some() { RunOutcome::Unfinished } else { by_rules },
        error: cut_off,
        rules,
    }
}

fn print(args: &JudgeArgs, judgement: &Judgement) -> anyhow::Result<()> {
    if args.format == Format::Json {
        return output::print_as(true, &judgement.to_json()?);
    }
    let seen = args.seen.as_ref().map_or(String::new(), |roles| format!(" --seen {}", roles.written));
    let command = |r: &JudgedRecording| format!("shikaku judge {}{seen}", quoted(&r.journal));
    output::print(&shown(judgement).text(&titles(&crate::explain::all_rules(), args.lang.into()), command))
}
