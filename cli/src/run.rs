//! `shikaku run`.

pub mod html;
pub mod judge;
pub mod machine;
mod messages;
pub mod out;
pub mod report;
pub mod select;
pub mod shrink;

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::file::{Places, Ready};
use crate::results_out::{self, Format, Pages, Sinks, Wanted};
use crate::{interrupt, output, progress};
use clap::{Args, ValueEnum};
use html::Html;
use out::{OutDir, Recording};
use reports::human::{Tally, Widths};
use reports::results::{Head, Plan, PlannedDesign, PlannedScenario, Run, RunOutcome, SCHEMA, Smallest, Tail};
use reports::rules::Lang;
use reports::suite::Messages;
use reports::texts::{counted, say};
use scenarios::designs::{self, Designs};
use scenarios::file::Scenario;
use scenarios::partition::Partition;
use scenarios::run::{Order, Played, RunError, play};
use scenarios::shrink::token::Token;
use scenarios::suite::{self, Came, Orders};
use scenarios::{Design, EngineKind, Mutant, catalog};
use shrink::Shrinker;
use sim::terms::design::Parameter;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  shikaku run                                   the built-in core suite
  shikaku run --list                            list the scenarios of the suite
  shikaku run jpki-down --seed 7                one scenario, in the default designs
  shikaku run my.toml --format json             your own scenario
  shikaku run --seeds 1..100 --jobs 2 --out out many seeds, with results in a folder
  shikaku run --seeds 1..100 --partition hash:1/4 --out part1
                                                a quarter of it: see `shikaku merge`
  shikaku run --check-determinism               each run twice, compared
  shikaku run my.toml --lang ja                 結果を日本語で表示";

const NO_RETRIES: &str = "\
There is no --retries: runs are deterministic, so a failed run fails again, and a retry could only hide the failure.";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{NO_RETRIES}\n\n{}", exit::HELP))]
pub struct RunArgs {
    /// Scenario files, folders of them, or names of built-in scenarios; if not given, the whole suite
    #[arg(value_name = "FILE|DIR|NAME")]
    what: Vec<String>,
    /// A built-in suite: core, faults, swarm, soak or designs
    #[arg(long, value_name = "NAME", default_value = "core", conflicts_with = "what")]
    suite: String,
    /// Only scenarios whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// The design to play, a built-in one or a file; may be given more than once. certificate and signed-challenge, if not
    /// given: see `shikaku designs`
    #[arg(long, value_name = "NAME|FILE")]
    design: Vec<String>,
    /// The seed that everything is drawn from; if not given, that of a plan, else 1
    #[arg(long, value_name = "N", conflicts_with = "seeds", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Every seed from A to B, both included
    #[arg(long, value_name = "A..B", value_parser = select::seeds)]
    seeds: Option<RangeInclusive<u64>>,
    /// Only part I of N of all runs, for N machines; `shikaku merge` merges the results
    #[arg(long, value_name = "hash:I/N|slice:I/N", value_parser = str::parse::<Partition>)]
    partition: Option<Partition>,
    /// Number of parallel runs; the number of processors, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Break one party on purpose: see --list-mutants
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// The engine: events jumps from one event to the next, ticks steps each millisecond and takes four times as long; verdicts
    /// are the same, bytes are not
    #[arg(long, value_name = "events|ticks", default_value = "events", value_parser = select::engine)]
    engine: EngineKind,
    /// Play each run twice and compare the two journals
    #[arg(long)]
    check_determinism: bool,
    /// Play without judging: no rule is checked
    #[arg(long)]
    no_rules: bool,
    /// List the scenarios without running them
    #[arg(long)]
    list: bool,
    /// List the parties that can be broken on purpose
    #[arg(long)]
    list_mutants: bool,
    /// Start no further run after the first that did not pass
    #[arg(long, conflicts_with = "max_fail")]
    fail_fast: bool,
    /// Start no further run after N that did not pass
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_fail: Option<u64>,
    // A hidden option, so that the error explains why there are no retries.
    #[arg(long, hide = true, num_args = 0..=1)]
    retries: Option<Option<String>>,
    /// Shrink this many failing runs to the smallest case that fails in the same way
    #[arg(long, value_name = "N", default_value_t = 3)]
    shrink: u64,
    /// How long to shrink each of them
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = select::time)]
    shrink_time: Duration,
    #[command(flatten)]
    pages: Pages,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of text for people, and the one that the page of --html shows first; English text and a page in Japanese, if not
    /// given. JSON and other documents are the same in each
    #[arg(long, value_enum)]
    lang: Option<LangArg>,
    /// Keep results.json, Parquet tables and recordings (journal, ground truth, plan) in this folder. Recordings contain the
    /// secrets of the run's people: only their owner can read the files
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the older run in the folder of --out, as soon as the new results are whole
    #[arg(long, requires = "out")]
    replace: bool,
    /// The runs whose recordings --out keeps: see `shikaku judge`
    #[arg(long, value_enum, default_value_t = Journals::Failed, requires = "out")]
    journals: Journals,
    #[command(flatten)]
    html: html::HtmlArgs,
    #[command(flatten)]
    machine: machine::MachineArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Journals {
    /// All runs
    All,
    /// Runs that did not pass
    Failed,
    /// No runs
    None,
}

impl RunArgs {
    fn jobs(&self) -> usize {
        self.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
    }

    fn lang(&self) -> Lang {
        self.lang.map_or(Lang::En, Lang::from)
    }

    /// After so many runs that did not pass, no further one is started.
    fn most_failed(&self) -> u64 {
        if self.fail_fast { 1 } else { self.max_fail.unwrap_or(u64::MAX) }
    }
}

impl Journals {
    fn keeps(self, outcome: RunOutcome) -> bool {
        match self {
            Journals::All => true,
            Journals::Failed => outcome != RunOutcome::Passed,
            Journals::None => false,
        }
    }
}

/// The tool's name and version, as journals and results state it.
pub const TOOL: &str = concat!("shikaku ", env!("CARGO_PKG_VERSION"));

/// The commit of the tool's source, as the build script found it; `-modified` if files differed from it, `unknown` without git.
pub const COMMIT: &str = env!("SHIKAKU_COMMIT");

/// The one scenario of a name or a file.
pub fn scenario(name: &str) -> anyhow::Result<Scenario> {
    select::one(name)
}

pub fn run(args: RunArgs) -> anyhow::Result<Exit> {
    if args.retries.is_some() {
        return Err(usage(format!("{NO_RETRIES} To inspect it, use the replay command at the end of its failure")));
    }
    if args.list_mutants {
        return report::list_mutants(args.format == Format::Json, args.lang());
    }
    let scenarios = select::scenarios(&args.what, &args.suite, args.filter.as_deref())?;
    select::distinct(&scenarios)?;
    if let Some(study) = scenarios.iter().find(|s| s.load.is_some()) {
        return Err(usage(format!("`{}` is a load study: play it with `shikaku load`", study.source)));
    }
    let designs = select::designs(&args.design)?;
    let mutant = args.mutant.as_deref().map(select::mutant).transpose()?;
    let seeds = match &args.seeds {
        Some(seeds) => seeds.clone(),
        None => select::seed(args.seed, &scenarios).map(|seed| seed..=seed)?,
    };
    let orders = Orders::new(&scenarios, &designs, seeds.clone(), mutant, args.partition)
        .map_err(|e| usage(e.to_string()))?
        .on(args.engine);
    if orders.planned() == 0 {
        let needs = scenarios.iter().find(|s| !s.needs.is_empty());
        let needs = needs.map_or(String::new(), |s| format!(" (`{}` needs {})", s.name, s.needs));
        return Err(usage(format!("none of these scenarios can be played in the given designs{needs}: see `shikaku designs`")));
    }
    if args.list {
        return report::list(&scenarios, &designs, args.format == Format::Json);
    }
    args.machine.admit(&scenarios, orders.len().min(args.jobs() as u64))?;
    places(&args, &scenarios)?;
    interrupt::listen();
    let head = head(&args, &scenarios, &designs, seeds, orders.planned());
    sweep(&args, &scenarios, &designs, &orders, head, mutant)
}

/// No output is an input, or another output.
fn places(args: &RunArgs, scenarios: &[Scenario]) -> anyhow::Result<()> {
    let files = scenarios.iter().flat_map(|s| s.origins.files().map(PathBuf::from).chain([PathBuf::from(&s.source)]));
    let mut places = Places::reading(files.chain(args.design.iter().map(PathBuf::from)));
    args.out.iter().try_for_each(|out| results_out::files(out).iter().try_for_each(|file| places.writes("--out", file)))?;
    args.html.baseline().iter().for_each(|file| places.reads(file));
    args.pages.claim(&mut places)?;
    args.html.claim(&mut places)
}

/// The head of the results, before the first run.
fn head(args: &RunArgs, scenarios: &[Scenario], designs: &Designs, seeds: RangeInclusive<u64>, runs: u64) -> Head {
    let (seed, last_seed) = seeds.into_inner();
    let planned = |s: &Scenario| PlannedScenario {
        name: s.name.clone(),
        sha256: s.sha256.clone(),
        designs: s.designs_of(seed, designs).iter().map(|d| d.name.clone()).collect(),
    };
    Head {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        commit: Some(COMMIT.into()),
        openssl: scenarios::openssl_version().into(),
        engine: Some(args.engine.name().into()),
        rules: Some(if args.no_rules { Vec::new() } else { judge::ids() }),
        seed,
        last_seed,
        mutant: args.mutant.clone(),
        plan: Plan { scenarios: scenarios.iter().map(planned).collect(), designs: planned_designs(scenarios, designs), runs },
        partition: args.partition.map(|p| p.to_string()),
    }
}

/// Every design in which a scenario is played, in the order in which they are named.
fn planned_designs(scenarios: &[Scenario], designs: &Designs) -> Vec<PlannedDesign> {
    let mut all: Vec<PlannedDesign> = Vec::new();
    for design in scenarios.iter().flat_map(|s| designs.fitting(s)) {
        if !all.iter().any(|d| d.name == design.name) {
            all.push(planned_design(&design));
        }
    }
    all
}

fn planned_design(design: &Design) -> PlannedDesign {
    let parameter = |p| Some((Parameter::id(p).to_string(), design.parameters.get(p)?));
    PlannedDesign {
        name: design.name.clone(),
        sha256: designs::sha256(design),
        choices: design.choices().map(|c| (c.axis().id().to_string(), c.id().to_string())).collect(),
        parameters: Parameter::ALL.iter().copied().filter_map(parameter).collect(),
    }
}

/// A sweep under way: what is reported and kept of it.
struct Sweep<'a> {
    args: &'a RunArgs,
    orders: &'a Orders<'a>,
    out: Option<&'a OutDir>,
    sinks: Sinks,
    html: Option<Html>,
    /// A write error ends the sweep: runs that cannot be reported or kept are not played.
    written: anyhow::Result<()>,
    /// The names of recordings and smallest cases, and those that wait until the new results are whole.
    kept: BTreeSet<String>,
    waiting: Vec<Recording>,
    watch: Watch,
}

impl Sweep<'_> {
    /// Takes a run and its recording, and returns whether to go on.
    fn take(&mut self, run: &Run, recording: anyhow::Result<Option<Recording>>, messages: Option<Messages>) -> bool {
        self.html.iter_mut().for_each(|html| html.take(run, messages.clone()));
        if self.written.is_ok() {
            self.written = recording.and_then(|recording| self.keep(recording));
        }
        let reported = self.sinks.take(run);
        self.written.is_ok() && reported && self.sinks.tally().failed() < self.args.most_failed()
    }

    /// Keeps what identifies a smallest case, and returns the name of its file.
    fn token(&mut self, run: &Run, token: &Token) -> Option<String> {
        let file = self.out?.token(run, token);
        let name = file.as_ref().ok().and_then(|file| file.names().next().map(str::to_string));
        if let Err(e) = file.and_then(|file| self.keep(Some(file))) {
            self.written = Err(e);
        }
        name
    }

    /// Only now: which recordings are kept must not depend on which runs were under way when the sweep ended.
    fn keep(&mut self, recording: Option<Recording>) -> anyhow::Result<()> {
        let Some(recording) = recording else { return Ok(()) };
        self.kept.extend(recording.names().map(str::to_string));
        match self.args.replace {
            // What is there stays until the new results are whole.
            true => self.waiting.push(recording),
            false => recording.keep()?,
        }
        Ok(())
    }

    /// Writes the results of what was played, and says if that is not all.
    fn finish(self) -> anyhow::Result<Exit> {
        interrupt::keeping(|| {
            let all = self.orders.len();
            let enough_failed = self.sinks.tally().failed() >= self.args.most_failed();
            let waiting = self.waiting;
            // An older run is replaced by a whole one or not at all.
            let (lost, written) = if self.args.replace { (self.written, Ok(())) } else { (Ok(()), self.written) };
            let html = self.html;
            let keep = |tail: &Tail| {
                lost?;
                let page = html.map(|html| html.finish(tail.clone())).transpose()?;
                waiting.into_iter().try_for_each(Recording::keep)?;
                page.map_or(Ok(()), Ready::keep)
            };
            let reported = self.sinks.finish(all, Some(self.watch.seconds()), keep);
            written?;
            let tally = reported?;
            // The new results are in place, so nothing of an older run may stay beside them.
            self.out.map_or(Ok(()), |out| out.remove_older(&self.kept))?;
            Ok(completeness(self.args, self.orders, &tally, enough_failed))
        })
    }
}

/// Plays all orders and reports them, until all are done, the user interrupts, or --max-fail is reached.
fn sweep(
    args: &RunArgs,
    scenarios: &[Scenario],
    designs: &Designs,
    orders: &Orders,
    head: Head,
    mutant: Option<Mutant>,
) -> anyhow::Result<Exit> {
    let out = args.out.as_deref().map(|out| OutDir::open(out, args.replace)).transpose()?;
    let played: Vec<(&Scenario, Vec<Arc<Design>>)> = scenarios.iter().map(|s| (s, designs.fitting(s))).collect();
    let columns = played.iter().flat_map(|(s, designs)| designs.iter().map(|d| (s.name.as_str(), d.name.as_str())));
    let slow = scenarios.iter().any(|s| s.estimate().seconds > progress::WORTH_SECONDS);
    let bar = progress::bar(orders.len(), slow);
    let watch = Watch::start();
    let lines = Some((Widths::of(columns, head.last_seed, args.lang()), bar.clone()));
    let file = |s: &Scenario| catalog::Suite::file_of(&s.source).unwrap_or(s.source.clone());
    let files = scenarios.iter().map(|s| (s.name.clone(), file(s))).collect();
    let wanted =
        Wanted { format: args.format, lang: args.lang(), lines, out: args.out.as_deref(), pages: &args.pages, files: &files };
    let html = args.html.begin(&head, args.lang.map_or(Lang::Ja, Lang::from))?;
    let sinks = Sinks::begin(head, wanted)?;
    let (kept, waiting) = Default::default();
    let mut sweep = Some(Sweep { args, orders, out: out.as_ref(), sinks, html, written: Ok(()), kept, waiting, watch });
    let mut shrinker = Shrinker::new(args.shrink, args.shrink_time, args.engine);
    let digest =
        |scenario: &Scenario, order: &Order, played: Result<Played, RunError>| one(scenario, order, played, args, out.as_ref());
    let due = orders.iter().take_while(|_| !interrupt::requested());
    suite::play_watched(scenarios, due, args.jobs(), TOOL, digest, |came| {
        let Came::Result(_, (mut run, recording, messages)) = came else {
            if interrupt::is_overdue() {
                give_up(&mut sweep);
            }
            return true;
        };
        let is_shrunk = shrinker.takes(&run);
        let smallest = || {
            let scenario = scenarios.iter().find(|s| s.name == run.scenario)?;
            shrinker.smallest(scenario, &designs.fitting(scenario), &run, mutant)
        };
        let smallest = match is_shrunk {
            true => interrupt::watched(smallest, || give_up(&mut sweep)),
            false => None,
        };
        let Some(sweep) = &mut sweep else { return false };
        run.smallest = smallest.map(|(smallest, token)| Smallest { file: sweep.token(&run, &token), ..smallest });
        let goes_on = sweep.take(&run, recording, messages);
        bar.set_message(sweep.sinks.tally().counts(args.lang()));
        bar.inc(1);
        goes_on
    });
    bar.finish_and_clear();
    sweep.map_or(Ok(Exit::Unfinished), Sweep::finish)
}

/// Keeps what is done, and ends the command: runs under way are given up.
fn give_up(sweep: &mut Option<Sweep<'_>>) {
    if let Some(Err(e)) = sweep.take().map(Sweep::finish) {
        output::error(&e);
    }
    interrupt::end();
}

/// The exit code of a sweep, with a note if runs are missing.
fn completeness(args: &RunArgs, orders: &Orders, tally: &Tally, enough_failed: bool) -> Exit {
    let (done, all, lang) = (tally.runs(), orders.len(), args.lang());
    if all == 0 {
        let part = args.partition.map_or(String::new(), |p| format!(" {p}"));
        output::note(&say(lang, "nothing-run", &[("part", &part), ("n", &orders.planned().to_string())]));
    }
    if args.check_determinism && done > 0 {
        let same = done - tally.differed() - tally.unfinished();
        output::note(&match same == done {
            true => counted(lang, "twice-same", &[("n", done)]),
            false => counted(lang, "twice-differed", &[("n", done), ("same", same)]),
        });
    }
    if done == all {
        return tally.worst().into();
    }
    if enough_failed {
        let failed = tally.failed();
        output::note(&counted(lang, "stopped", &[("done", done), ("all", all), ("failed", failed)]));
        return tally.worst().into();
    }
    output::note(&counted(lang, "interrupted", &[("done", done), ("all", all)]));
    Exit::Unfinished
}

/// A run, its recording if it is to be kept, and its messages if they are to be shown.
type One = (Run, anyhow::Result<Option<Recording>>, Option<Messages>);

/// The report of one run.
fn one(scenario: &Scenario, order: &Order, played: Result<Played, RunError>, args: &RunArgs, out: Option<&OutDir>) -> One {
    let watch = Watch::start();
    let mut run = match &played {
        Ok(played) => report::run(scenario, order, played, !args.no_rules),
        Err(e) => report::unfinished(scenario, order, e),
    };
    let Ok(played) = played else { return (run, Ok(None), None) };
    if args.check_determinism {
        match play(scenario, order, TOOL) {
            Ok(again) => report::compare(&mut run, &played, &again),
            Err(e) => {
                run.outcome = RunOutcome::Differed;
                run.error = Some(format!("the second run did not finish: {e}"));
            }
        }
    }
    let kept = out.filter(|_| args.journals.keeps(run.outcome));
    let plan = || scenario.as_played(order.seed, Some(&order.design));
    let written = kept.map(|out| out.recording(&run, &played, &plan())).transpose();
    run.wall_s = report::seconds(played.wall_time + watch.elapsed());
    let is_shown = args.html.is_wanted() && !matches!(run.outcome, RunOutcome::Passed | RunOutcome::Differed);
    let messages = if is_shown { messages::of(&run, &played) } else { None };
    (run, written, messages)
}

/// A stopwatch in wall-clock time.
pub struct Watch(std::time::Instant);

impl Watch {
    #[allow(clippy::disallowed_methods, reason = "the time that the user waits is wall-clock time, and is in no journal")]
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
