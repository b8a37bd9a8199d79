//! `shikaku load`: plays load studies, and finds the highest rate at which a service level holds.

mod limit;
mod measure;
mod slo;

use crate::exit::{self, Exit, usage};
use crate::file::AtomicFile;
use crate::results_out::Format;
use crate::run::select;
use crate::{interrupt, output, progress};
use clap::Args;
use reports::load::{self, LoadResults};
use scenarios::file::Scenario;
use scenarios::file::load::LoadPart;
use scenarios::load::{LoadOrder, play};
use scenarios::{Crypto, Design, catalog};
use slo::Slo;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  shikaku load national-peak --crypto modelled      all of Japan's facilities, Monday from nine to ten
  shikaku load national-peak --minutes 1            a minute of it, with real cryptography
  shikaku load jpki-out                             a prefecture at its peak, JPKI down for ten minutes
  shikaku load jpki-out-remembered --seeds 1..5     the same with a caching broker, from five seeds
  shikaku load jpki-out --find-limit --slo p99=2s   the highest rate at which 99 % of answers take at most 2 s
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
    /// Measure at most this many minutes of virtual time
    #[arg(long, value_name = "N", value_parser = minutes)]
    minutes: Option<f64>,
    /// The seed that everything is drawn from
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "seeds")]
    seed: u64,
    /// Every seed from A to B, both included; confidence intervals are then over the seeds
    #[arg(long, value_name = "A..B", value_parser = select::seeds)]
    seeds: Option<RangeInclusive<u64>>,
    /// The design to play, a built-in one or a file; the first that meets the study's needs, if not given: see `shikaku designs`
    #[arg(long, value_name = "NAME|FILE")]
    design: Option<String>,
    /// Use real cryptography, or stand-ins whose cost is only in the capacity model
    #[arg(long, value_name = "real|modelled", default_value = "real", value_parser = crypto)]
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
    /// Search the highest rate at which the service level holds and 99 % of checks get a definite answer
    #[arg(long, requires = "slo")]
    find_limit: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write the results as JSON to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
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

pub fn load(args: &LoadArgs) -> anyhow::Result<Exit> {
    let studies = catalog::load_studies()?;
    let Some(name) = args.what.as_deref().filter(|_| !args.list) else {
        let lines: Vec<String> = studies.iter().map(|s| format!("{:<24}{}\n", s.name, s.title.en)).collect();
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
        return Err(usage(format!("`{name}` has no [load]: play it with `shikaku run`")));
    };
    let fitting = select::designs(args.design.as_slice())?.fitting(&scenario);
    let Some(design) = fitting.first().cloned() else {
        return Err(usage(format!("`{name}` needs {}: choose another --design, see `shikaku designs`", scenario.needs)));
    };
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
    // A file that cannot be written is reported before the study is played.
    let out = args.out.as_deref().map(|path| AtomicFile::open("--out", path)).transpose()?;
    interrupt::listen()?;
    let seeds = args.seeds.clone().unwrap_or(args.seed..=args.seed);
    let study = Study { scenario: &scenario, design, crypto: args.crypto, load, seeds };
    match &args.slo {
        Some(slo) if args.find_limit => limit::find(&study, slo, args, out),
        slo => once(&study, slo.as_ref(), args, out),
    }
}

/// Plays the study from every seed. `None` if interrupted.
fn results(study: &Study<'_>) -> anyhow::Result<Option<LoadResults>> {
    let mut runs = Vec::new();
    let bar = progress::bar(study.seeds.end() - study.seeds.start() + 1);
    for seed in study.seeds.clone() {
        if interrupt::requested() {
            return Ok(None);
        }
        let order = LoadOrder { design: study.design.clone(), seed, crypto: study.crypto, load: study.load.clone() };
        runs.push(measure::run(seed, &study.load, &play(study.scenario, &order)?));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Some(measure::results(study, runs)?))
}

fn once(study: &Study<'_>, slo: Option<&Slo>, args: &LoadArgs, out: Option<AtomicFile>) -> anyhow::Result<Exit> {
    let Some(results) = results(study)? else {
        output::note("interrupted: nothing is reported");
        return Ok(Exit::Unfinished);
    };
    if let Some(file) = out {
        file.write_whole(results.to_json()?.as_bytes())?;
    }
    let held = slo.is_none_or(|slo| slo.holds(&results));
    match args.format {
        Format::Json => output::print(&results.to_json()?)?,
        Format::Human => {
            let mut text = load::human(&results);
            if let Some(slo) = slo {
                let holds = if held { "holds" } else { "does NOT hold" };
                text += &format!("the service level {slo} {holds}: {:.1} ms\n", slo.found_ms(&results));
            }
            output::print(&text)?;
        }
    }
    Ok(if held { Exit::Held } else { Exit::Broken })
}
