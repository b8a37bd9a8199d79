//! `shikaku load`: plays load studies, and finds the highest rate at which a service level holds.

mod limit;
mod measure;
mod out;
mod played;
mod slo;

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::file::Places;
use crate::results_out::Format;
use crate::run::machine::in_words;
use crate::run::select;
use crate::{interrupt, output};
use clap::Args;
use indicatif::ProgressBar;
use out::Files;
use played::play_seeds;
use reports::load::{LoadResults, LoadRun, PlannedFault, service_level};
use reports::rules::Lang;
use reports::texts::say;
use scenarios::estimate::Estimate;
use scenarios::file::load::LoadPart;
use scenarios::file::{FaultPart, Scenario};
use scenarios::{Crypto, Design, catalog};
use slo::Slo;
use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  shikaku load national-peak                        all of Japan's facilities, Monday from nine to ten
  shikaku load national-peak --minutes 1 --crypto real
                                                    a minute of it, with real cryptography
  shikaku load jpki-out --html page                 a prefecture at its peak, JPKI down for ten minutes, as a page with charts
  shikaku load jpki-out-remembered --seeds 1..5     the same with a caching broker, from five seeds
  shikaku load broker-at-half --find-limit --slo p99=2s
                                                    the highest rate at which 99 % of answers take at most 2 s
  shikaku load my-study.toml --format json          your own study, for machines";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct LoadArgs {
    /// A built-in load study, or a scenario file with a load part
    #[arg(value_name = "NAME|FILE", required_unless_present = "list")]
    what: Option<String>,
    /// List the built-in load studies
    #[arg(long)]
    list: bool,
    /// Measure at most this many minutes of virtual time. A fault that this cuts off is named in the results
    #[arg(long, value_name = "N", value_parser = minutes)]
    minutes: Option<f64>,
    /// The seed that everything is drawn from
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "seeds")]
    seed: u64,
    /// Every seed from A to B, both included; confidence intervals are then over the seeds. A study with a fault or a curve has
    /// intervals only so
    #[arg(long, value_name = "A..B", value_parser = select::seeds)]
    seeds: Option<RangeInclusive<u64>>,
    /// The design to play, a built-in one or a file; the first that meets the study's needs, if not given: see `shikaku designs`
    #[arg(long, value_name = "NAME|FILE")]
    design: Option<String>,
    /// Use real cryptography, or stand-ins whose cost is only in the capacity model: simulated times are the same, and it is faster
    #[arg(long, value_name = "real|modelled", default_value = "modelled", value_parser = crypto)]
    crypto: Crypto,
    /// Spread the same visits over about this many facilities
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=500_000))]
    facilities: Option<u64>,
    /// Override the scenario's rate, in visits per second
    #[arg(long, value_name = "N", value_parser = rate)]
    rate: Option<f64>,
    /// A service level, such as p99=2s of the answer (④ to the end) or counter-p99=30s: exit code 1 if it does not hold
    #[arg(long, value_name = "QUANTILE=TIME", value_parser = str::parse::<Slo>)]
    slo: Option<Slo>,
    /// Search the highest rate at which the service level holds and 99 % of checks get a definite answer. Each try plays the
    /// whole study if it has faults, otherwise three minutes of it, or --minutes
    #[arg(long, requires = "slo", conflicts_with = "html")]
    find_limit: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write the results as JSON to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also write report.html to this folder: one file that needs nothing else, with charts, in Japanese and English
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
    /// The language of text, and the one that a page shows first
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if n > 0.0 && n <= 1440.0 => Ok(n),
        _ => Err(format!("`{text}` is not a number of minutes above 0, up to 1440")),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if n > 0.0 && n <= 100_000.0 => Ok(n),
        _ => Err(format!("`{text}` is not a number of visits a second above 0, up to 100000")),
    }
}

fn crypto(text: &str) -> Result<Crypto, String> {
    Crypto::parse(text).ok_or_else(|| format!("unknown value `{text}`; known: real, modelled"))
}

/// What is to be played, apart from the seed.
struct Study<'a> {
    scenario: &'a Scenario,
    design: Arc<Design>,
    crypto: Crypto,
    load: LoadPart,
    seeds: RangeInclusive<u64>,
}

/// The most seeds of one call: the figures of all of them are kept, up to a few hundred kilobytes each.
const MOST_SEEDS: u128 = 10_000;

impl Study<'_> {
    /// How many seeds it is played from.
    fn count(&self) -> u64 {
        // There are at most [`MOST_SEEDS`].
        self.seeds.end().saturating_sub(*self.seeds.start()).saturating_add(1)
    }

    /// The faults, in seconds after the warm-up.
    fn faults(&self) -> Vec<PlannedFault> {
        let (warm_up, end) = (self.load.warm_up.0.as_secs_f64(), self.load.end());
        let planned = |f: &FaultPart| PlannedFault {
            what: f.does.name().into(),
            from_s: f.at.0.as_secs_f64() - warm_up,
            to_s: f.end().0.as_secs_f64() - warm_up,
            site: f.site,
            whole: f.end().0 <= end,
        };
        let mut all: Vec<PlannedFault> = self.scenario.faults.iter().map(planned).collect();
        all.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
        all
    }

    /// Whether all parts of the measured time are alike: the same rate, and no fault that has begun.
    fn is_stationary(&self) -> bool {
        self.load.is_level() && self.scenario.faults.iter().all(|f| f.at.0 >= self.load.end())
    }

    /// Says what is not played in full, and what the machine needs if that is much. `what` is played, by its text: the study or a try.
    fn announce(&self, what: &str, lang: Lang) {
        let seconds = |s: f64| format!("{s:.0}");
        let end = seconds(self.load.lasts.0.as_secs_f64());
        for fault in self.faults().iter().filter(|f| !f.whole) {
            let (from, to) = (seconds(fault.from_s), seconds(fault.to_s));
            let values = [("what", fault.what.as_str()), ("from", &from), ("to", &to), ("end", &end)];
            output::note(&say(lang, "note-cut-off", &values));
        }
        let one = self.scenario.estimate_load(&self.load, self.crypto);
        if let Some(needs) = in_words(Estimate { seconds: one.seconds * self.count() as f64, ..one }, lang) {
            let visits = format!("{:.0}", self.load.expected_visits() * self.count() as f64);
            let values = [("what", say(lang, what, &[])), ("visits", visits), ("needs", needs)];
            output::note(&say(lang, "note-plays", &values.each_ref().map(|(name, value)| (*name, value.as_str()))));
        }
    }
}

pub fn load(args: &LoadArgs) -> anyhow::Result<Exit> {
    let studies = catalog::load_studies()?;
    let Some(name) = args.what.as_deref().filter(|_| !args.list) else {
        let title = |s: &Scenario| match args.lang {
            LangArg::En => s.title.en.clone(),
            LangArg::Ja => s.title.ja.clone(),
        };
        let lines: Vec<String> = studies.iter().map(|s| format!("{:<24}{}\n", s.name, title(s))).collect();
        output::print(&lines.concat())?;
        return Ok(Exit::Held);
    };
    let scenario = match studies.iter().find(|s| s.name == name) {
        Some(study) => study.clone(),
        None => select::one(name).map_err(|e| match e.downcast_ref::<exit::UsageError>() {
            Some(_) if !std::path::Path::new(name).exists() => {
                usage(format!("`{name}` is neither a file nor a built-in load study: see `shikaku load --list`"))
            }
            _ => e,
        })?,
    };
    let Some(part) = &scenario.load else {
        return Err(usage(format!("`{}` has no [load]: play it with `shikaku run`", sim::terms::shown::line(name))));
    };
    let fitting = select::designs(args.design.as_slice())?.fitting(&scenario);
    let Some(design) = fitting.first().cloned() else {
        return Err(usage(format!("`{name}` needs {}: choose another --design, see `shikaku designs`", scenario.needs)));
    };
    let load = changed(part, args);
    let places = Places::reading(scenario.origins.files().map(PathBuf::from).chain(args.design.iter().map(PathBuf::from)));
    let files = Files::open(args, places)?;
    let seeds = args.seeds.clone().unwrap_or(args.seed..=args.seed);
    let count = u128::from(*seeds.end()) - u128::from(*seeds.start()) + 1;
    if count > MOST_SEEDS {
        return Err(usage(format!("--seeds: {count} seeds are too many to be reported in one study: give at most {MOST_SEEDS}")));
    }
    interrupt::listen();
    let study = Study { scenario: &scenario, design, crypto: args.crypto, load, seeds };
    match &args.slo {
        Some(slo) if args.find_limit => limit::find(&study, slo, args, files),
        slo => {
            study.announce("note-study", args.lang.into());
            once(&study, slo.as_ref(), args, files)
        }
    }
}

/// The study's load with what the command line changes.
fn changed(part: &LoadPart, args: &LoadArgs) -> LoadPart {
    let mut load = part.clone();
    if let Some(m) = args.minutes {
        load = load.cut_to(Duration::from_secs_f64(m * 60.0));
    }
    if let Some(n) = args.facilities {
        load = load.spread_over(n);
    }
    if let Some(per_second) = args.rate {
        load.rate.0 = per_second;
    }
    load
}

/// The results of every seed. `None` if interrupted; `give_up` is called instead if a seed under way cannot be stopped.
fn results(study: &Study<'_>, bar: &ProgressBar, give_up: impl Fn()) -> anyhow::Result<Option<LoadResults>> {
    let played = play_seeds(study, bar, |_| give_up())?;
    if !played.whole {
        return Ok(None);
    }
    measure::results(study, played.runs, true).map(Some)
}

fn once(study: &Study<'_>, slo: Option<&Slo>, args: &LoadArgs, files: Files) -> anyhow::Result<Exit> {
    let files = RefCell::new(files);
    let part = |runs: Vec<LoadRun>| {
        let (done, all) = (runs.len(), study.count());
        if !runs.is_empty() {
            files.borrow_mut().write(args, &measure::results(study, runs, false)?, "")?;
        }
        let (lang, id) = (args.lang.into(), if done > 0 { "note-seeds" } else { "note-no-seeds" });
        output::note(&say(lang, id, &[("done", &done.to_string()), ("all", &all.to_string())]));
        anyhow::Ok(())
    };
    let given_up = |runs| {
        if let Err(e) = interrupt::keeping(|| part(runs)) {
            output::error(&e);
        }
    };
    let bar = played::bar(study, 1);
    let played = play_seeds(study, &bar, given_up)?;
    bar.finish_and_clear();
    if !played.whole {
        interrupt::keeping(|| part(played.runs))?;
        return Ok(Exit::Unfinished);
    }
    let results = measure::results(study, played.runs, true)?;
    let held = slo.is_none_or(|slo| slo.holds(&results));
    let also = slo.map_or(String::new(), |slo| service_level(&slo.to_string(), held, slo.found_ms(&results), args.lang.into()));
    files.borrow_mut().write(args, &results, &also)?;
    Ok(if held { Exit::Held } else { Exit::Broken })
}
