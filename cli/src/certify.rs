//! `shikaku certify`: tests a vendor's system in one role.

mod evidence;
mod load;
mod outputs;
mod running;
mod ui;
mod watch;

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::file::AtomicFile;
use crate::output::Shown;
use crate::run::report::quoted;
use crate::run::{self, select};
use crate::{interrupt, output};
use ::certify::logs;
use ::certify::report::{self, About, Ending, Waived};
use ::certify::session::{Kept, Subject, Watcher, every_case, other_cases};
use ::certify::site::SiteFile;
use ::certify::sut::{self, Configured};
use clap::{Args, ValueEnum};
use evidence::Evidence;
use load::LoadArgs;
use outputs::OutputArgs;
use scenarios::designs;
use sim::terms::roles::Zone;
use sim::terms::shown;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use ui::Ui;
use watch::Watch;

pub const ABOUT: &str = "\
Certify a system in one role: broker, jpki, number-authority or insurer

All other parties are mocks on real TCP. First the set-up is tried: whether the system can be reached, with the certificates of \
the kit. Then every scenario is played that a live run can play, and a server gets several hundred requests that no good client \
sends, each followed by a valid one. All rules judge what the mocks saw; what only the system's inside could show is *not \
observable*.

A new system begins with `--init`, which writes a commented configuration, and with a kit, which `shikaku serve` makes.";

const EXAMPLES: &str = "\
Examples:
  shikaku certify broker --self-test                 the mock of the role: proves that the certification is right
  shikaku serve jpki insurer number-authority        makes a kit in ./shikaku-kit; stop it with Ctrl-C
  shikaku certify broker --init sut.toml             writes a configuration to fill in
  shikaku certify broker --config sut.toml --fresh --quick
                                                     a first verdict within a minute or two, of a system
                                                     that was started with an empty state
  shikaku certify broker --config sut.toml --only tls/
                                                     only the cases whose names begin so
  shikaku certify broker --config sut.toml --load --rate 200 --seconds 30 --service-level p99=250ms
                                                     load, and whether the service level is held
  shikaku certify broker --config sut.toml --junit junit.xml --html report.html
                                                     the results also for CI, and as a page
  shikaku certify broker --config sut.toml --ui      a page that shows what happens; its address is on stderr";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
#[command(group(clap::ArgGroup::new("subject").required(true).args(["config", "self_test", "init"])))]
pub struct CertifyArgs {
    /// The role of the system
    #[arg(value_name = "ROLE", value_parser = role)]
    role: String,
    /// The configuration of the system under test
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Certify the mock of this role
    #[arg(long)]
    self_test: bool,
    /// Write a commented configuration, and do nothing else
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,
    /// Only the cases whose names begin so: scenario/card-renewed, tls/; may be given more than once. All others are not reached
    #[arg(long, value_name = "CASE")]
    only: Vec<String>,
    /// Without what takes long, which is then not reached
    #[arg(long)]
    quick: bool,
    /// The system was started with an empty state: it has accepted no feed yet
    #[arg(long)]
    fresh: bool,
    /// For --self-test: the design
    #[arg(long, value_name = "NAME", default_value = "certificate", conflicts_with = "config")]
    design: String,
    /// For --self-test: the seed from which people and keys are drawn
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "config")]
    seed: u64,
    /// For --self-test: the broken party, which must fail
    #[arg(long, value_name = "NAME", conflicts_with = "config")]
    mutant: Option<String>,
    /// Write the evidence to this folder: recordings, verdicts, configuration. `shikaku statement sign` signs it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Language of the text on stdout
    #[arg(long, visible_alias = "language", value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    outputs: OutputArgs,
    /// Serve a page that shows cases and messages while they happen, at a free port of this machine or at ADDRESS:PORT. It is
    /// served until Ctrl-C, also after the end
    #[arg(long, value_name = "ADDRESS:PORT", num_args = 0..=1, require_equals = true, default_missing_value = ui::ADDRESS)]
    ui: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// One JSON document
    Json,
}

fn role(name: &str) -> Result<String, String> {
    match sut::zone_of(name) {
        Some(_) => Ok(name.to_string()),
        None => Err(format!("`{name}` cannot be certified; known: {}", sut::ROLES.join(", "))),
    }
}

pub fn run(args: &CertifyArgs) -> anyhow::Result<Exit> {
    if let Some(path) = &args.init {
        return init(path, &args.role);
    }
    interrupt::listen();
    // Whoever is interrupted does not wait for what is under way, which goes on with it until the process ends.
    let configured: Option<&'static Configured> = read_config(args)?.map(|configured| &*Box::leak(Box::new(configured)));
    let outputs = args.outputs.open(&inputs(args, configured))?;
    let state = configured.as_ref().map(|c| c.folder.join(&c.sut.kit).join(STATE));
    let load = args.load.plan(configured)?;
    let mut subject = subject(args, configured, accepted(args, configured, state.as_deref(), load.is_some())?)?;
    subject.load = load;
    known(&subject)?;
    let subject = Arc::new(subject);
    let evidence = args.out.as_deref().map(Evidence::open).transpose()?.map(Arc::new);
    let leaves_this_machine = configured.as_ref().is_some_and(|c| c.sut.leaves_this_machine);
    let ui = args.ui.as_deref().map(|at| Ui::start(at, leaves_this_machine)).transpose()?;
    let watch = Arc::new(Watch::new(evidence.clone()));
    let progress: Arc<dyn Watcher> = watch.clone();
    let watcher = ui.as_ref().map_or_else(|| progress.clone(), |ui| ui.watcher(Some(progress.clone())));
    let (certified, interrupted) = running::certify(&subject, &watcher)?;
    watch.finish();
    let keep_state = |fed: &BTreeMap<String, u64>| state.as_deref().map_or(Ok(()), |path| write_state(path, fed));
    if !interrupted {
        keep_state(&certified.fed)?;
    }
    if let Some(evidence) = &evidence {
        interrupt::keeping(|| evidence.finish(&certified, &subject, &args.role, interrupted))?;
    }
    let waivers = configured.map(|c| c.sut.waivers.as_slice()).unwrap_or_default();
    let today = sim::terms::calendar::jst_day(certified.ended);
    let waived: Waived<'_> = waivers.iter().filter(|w| w.until >= today).map(|w| (w.of.as_str(), w.reason.as_str())).collect();
    let about = about(args, configured, &subject);
    output::print_as(
        args.format == Format::Json,
        &match args.format {
            Format::Human => report::text(&about, &certified, &waived, args.lang.into()),
            Format::Json => report::json(&about, &certified, &waived)?,
        },
    )?;
    interrupt::keeping(|| outputs.write(&about, &certified, &waived, run::TOOL, args.config.as_deref()))?;
    if interrupted {
        return Ok(Exit::Unfinished);
    }
    let ending = report::ending(&certified, &waived);
    if let Some(ui) = ui {
        ui.ended(&certified, &waived);
        serve_page(&ui, Subject { fed: certified.fed, ..Subject::clone(&subject) }, keep_state);
    }
    Ok(match ending {
        Ending::Passed => Exit::Held,
        Ending::Failed => Exit::Broken,
        Ending::Setup | Ending::Inconclusive => Exit::Unfinished,
    })
}

/// Whether each case that is wanted alone is one of this role.
fn known(subject: &Subject<'_>) -> anyhow::Result<()> {
    let listed = every_case(&subject.scope()).map_err(|e| anyhow::anyhow!(e))?;
    // Cases that only a system in use can have, such as an error of its set-up.
    let others = other_cases().into_iter().map(|(name, _)| name.to_string()).filter(|_| subject.configured.is_some());
    let names: Vec<String> = listed.into_iter().map(|case| case.name).chain(others).collect();
    let is_known = |only: &&String| names.iter().any(|name| name.starts_with(only.as_str())) || logs::is_of_search(only);
    match subject.only.iter().find(|only| !is_known(only)) {
        Some(only) => {
            Err(usage(format!("--only: no case's name begins with `{only}`: without --only, --format json lists all cases")))
        }
        None => Ok(()),
    }
}

/// By insurer's number, the feed messages that the system has accepted in earlier runs.
fn accepted(
    args: &CertifyArgs,
    configured: Option<&Configured>,
    state: Option<&Path>,
    load: bool,
) -> anyhow::Result<BTreeMap<String, u64>> {
    let is_fresh = args.fresh || args.only.is_empty() && reset(configured)?;
    let fed = match (state, is_fresh) {
        (Some(path), false) => read_state(path)?,
        _ => BTreeMap::new(),
    };
    if !fed.is_empty() && args.only.is_empty() && !load {
        return Err(usage(
            "the system was certified with this kit before, and remembers the people: start it with an empty state and use --fresh, or \
             repeat single cases with --only",
        ));
    }
    Ok(fed)
}

/// Continues to serve the page, from which single cases can be repeated.
fn serve_page(ui: &Ui, mut subject: Subject<'_>, keep_state: impl Fn(&BTreeMap<String, u64>) -> anyhow::Result<()>) {
    let watcher = ui.watcher(None);
    ui.serve(|case| {
        let again = Subject { only: vec![case.to_string()], exactly: true, quick: false, ..subject.clone() };
        subject.fed = ::certify::session::certify(&again, &watcher, &Kept::default()).map_err(|e| anyhow::anyhow!(e))?.fed;
        keep_state(&subject.fed)
    });
}

/// Empties the state of the system, if its configuration says how.
fn reset(configured: Option<&Configured>) -> anyhow::Result<bool> {
    let Some((configured, line)) = configured.and_then(|c| Some((c, c.sut.commands.reset.as_ref()?))) else { return Ok(false) };
    output::note("the state of the system is emptied: `reset` of the configuration");
    let done = ::certify::command::run(line, &configured.folder, RESET);
    done.map_err(|failed| usage(format!("commands.reset: {}: {}", failed.how, failed.last_lines.join(" / "))))?;
    Ok(true)
}

fn read_config(args: &CertifyArgs) -> anyhow::Result<Option<Configured>> {
    let configured = args.config.as_deref().map(Configured::read).transpose().map_err(|e| usage(e.to_string()))?;
    if let Some(other) = configured.as_ref().filter(|c| c.sut.role != args.role) {
        let what = format!("the configuration is of the role `{}`, and `{}` is to be certified", other.sut.role, args.role);
        return Err(usage(what));
    }
    Ok(configured)
}

fn subject<'a>(
    args: &CertifyArgs,
    configured: Option<&'a Configured>,
    fed: BTreeMap<String, u64>,
) -> anyhow::Result<Subject<'a>> {
    let site = match configured {
        Some(configured) => configured.site.clone(),
        None => SiteFile::new(args.seed, &args.design, 0, scenarios::live::now()),
    };
    let design =
        designs::find(&site.design).ok_or_else(|| usage(format!("there is no design `{}`", shown::line(&site.design))))?;
    Ok(Subject {
        zone: sut::zone_of(&args.role).unwrap_or(Zone::Broker),
        design,
        site,
        configured,
        fed,
        only: args.only.clone(),
        exactly: false,
        quick: args.quick,
        load: None,
        mutant: args.mutant.as_deref().map(select::mutant).transpose()?,
        tool: run::TOOL,
    })
}

fn init(path: &Path, role: &str) -> anyhow::Result<Exit> {
    if path.exists() {
        return Err(usage(format!("--init: `{}` exists: name another file", path.shown())));
    }
    AtomicFile::open("--init", path)?.write_whole(sut::template(role).as_bytes())?;
    let (path, role) = (path.shown(), role);
    output::note(&format!(
        "`{path}` is written: fill it in, start the system with an empty state, then `shikaku certify {role} --config {path} --fresh --quick`"
    ));
    Ok(Exit::Held)
}

/// What is read: no output may replace it.
fn inputs(args: &CertifyArgs, configured: Option<&Configured>) -> Vec<PathBuf> {
    let of_system = configured.into_iter().flat_map(|c| {
        let paths = std::iter::once(&c.sut.kit).chain(&c.sut.evidence.logs);
        paths.map(|path| c.folder.join(path))
    });
    args.config.iter().cloned().chain(of_system).collect()
}

fn about(args: &CertifyArgs, configured: Option<&Configured>, subject: &Subject<'_>) -> About {
    let product = configured.map_or_else(
        || "the mock".to_string(),
        |c| format!("{} {} ({})", c.sut.product.name, c.sut.product.version, c.sut.product.vendor),
    );
    let how = match &args.config {
        Some(path) => format!("--config {}", quoted(&path.display().to_string())),
        None => {
            let mutant = args.mutant.as_ref().map_or(String::new(), |mutant| format!(" --mutant {mutant}"));
            format!("--self-test --design {} --seed {}{mutant}", quoted(&args.design), args.seed)
        }
    };
    About {
        role: args.role.clone(),
        product,
        design: subject.design.name.clone(),
        seed: subject.site.seed,
        repeat: format!("{} {how}", args.role),
    }
}

/// How long the command `reset` may take.
const RESET: Duration = Duration::from_secs(120);
/// In the kit: the feed messages that the system has accepted, by insurer.
const STATE: &str = "feeds.json";

fn read_state(path: &Path) -> anyhow::Result<BTreeMap<String, u64>> {
    match std::fs::read(path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_err(|e| usage(format!("`{}`: {e}: remove it and use --fresh", path.shown())))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(e) => Err(usage(format!("`{}` cannot be read: {e}", path.shown()))),
    }
}

fn write_state(path: &Path, fed: &BTreeMap<String, u64>) -> anyhow::Result<()> {
    let mut file = crate::file::AtomicFile::private("the kit", path)?;
    serde_json::to_writer_pretty(file.writer(), fed)?;
    file.keep()
}
