//! `shikaku merge`.

mod shard;

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::file::{Places, claim_folder, create_private_folder};
use crate::interrupt;
use crate::output::Shown;
use crate::results_out::{self, Format, Pages, RESULTS, Sinks, Wanted};
use clap::Args;
use reports::results::Head;
use shard::{NextRun, Shard};
use sim::terms::shown::line;
use std::collections::BTreeMap;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  shikaku run --seeds 1..100 --partition hash:1/2 --out part1      on one machine
  shikaku run --seeds 1..100 --partition hash:2/2 --out part2      on another
  shikaku merge part1 part2 --out whole

The result equals that of a run without --partition, except for `wall_s` and `smallest`; its digest is the same.";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct MergeArgs {
    /// The parts, in any order: folders of --out, or the results.json in them
    #[arg(value_name = "DIR|FILE", required = true)]
    parts: Vec<PathBuf>,
    /// Keep results.json and Parquet tables in this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the results in the folder of --out
    #[arg(long, requires = "out")]
    replace: bool,
    #[command(flatten)]
    pages: Pages,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of text for people; JSON and other documents are the same in each
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

pub fn run(args: &MergeArgs) -> anyhow::Result<Exit> {
    let files: Vec<PathBuf> = args.parts.iter().map(|p| if p.is_dir() { p.join(RESULTS) } else { p.clone() }).collect();
    let shards = files.iter().map(|f| Shard::check(f)).collect::<anyhow::Result<Vec<_>>>()?;
    check_parts(&shards)?;
    let mut claimed = None;
    if let Some(out) = &args.out {
        create_private_folder(out).map_err(|e| usage(format!("--out: the folder `{}` cannot be created: {e}", out.shown())))?;
        claimed = claim_folder("--out", out)?;
        if !args.replace && out.join(RESULTS).exists() {
            let out = out.shown();
            return Err(usage(format!("--out: `{out}` has results already: name another folder, or give --replace")));
        }
    }
    let mut places = Places::reading(&files);
    args.pages.claim(&mut places)?;
    args.out.iter().try_for_each(|out| results_out::files(out).iter().try_for_each(|file| places.writes("--out", file)))?;
    let head = Head { partition: None, ..shards[0].head.clone() };
    let mut sinks = Sinks::begin(
        head,
        Wanted {
            format: args.format,
            lang: args.lang.into(),
            lines: None,
            out: args.out.as_deref(),
            pages: &args.pages,
            files: &files_of(&shards[0].head),
        },
    )?;
    let planned = shards[0].head.plan.runs;
    join(&shards, &mut sinks)?;
    let worst = interrupt::keeping(|| sinks.finish(planned, None, |_| Ok(())))?.worst();
    drop(claimed);
    Ok(worst.into())
}

/// The files of built-in scenarios. The paths of other scenarios are unknown here.
fn files_of(head: &Head) -> BTreeMap<String, String> {
    let names = head.plan.scenarios.iter().map(|s| &s.name);
    names.filter_map(|name| Some((name.clone(), scenarios::catalog::Suite::file_of(name)?))).collect()
}

/// Passes the runs of all shards to the sinks in the order of the plan. One run per shard is in memory.
fn join(shards: &[Shard], sinks: &mut Sinks) -> anyhow::Result<()> {
    let mut due: BTreeMap<u64, NextRun> = BTreeMap::new();
    for shard in shards {
        due.extend(shard.reopen()?);
    }
    while let Some((_, ahead)) = due.pop_first() {
        if !sinks.take(&ahead.run) {
            break;
        }
        due.extend(ahead.next()?);
    }
    Ok(())
}

/// Checks that all are parts of one sweep, that no part is missing, and that none is duplicated.
fn check_parts(shards: &[Shard]) -> anyhow::Result<()> {
    let first = &shards[0];
    for shard in shards {
        if let Some(what) = first.differs(shard) {
            let (a, b) = (first.file.shown(), shard.file.shown());
            return Err(usage(format!("`{a}` and `{b}` are not parts of the same sweep: {}", line(&what))));
        }
    }
    let mut parts: BTreeMap<u64, &Shard> = BTreeMap::new();
    for shard in shards {
        if let Some(other) = parts.insert(shard.partition.part, shard) {
            let (a, b) = (other.file.shown(), shard.file.shown());
            return Err(usage(format!("duplicate part {}: `{a}` and `{b}`", shard.partition)));
        }
    }
    let all = first.partition.parts;
    let missing: Vec<String> = (1..=all)
        .filter(|part| !parts.contains_key(part))
        .take(NAMED)
        .map(|part| first.partition.other(part).to_string())
        .collect();
    let count = all.saturating_sub(parts.len() as u64);
    if count > 0 {
        let more = if count > NAMED as u64 { ", …" } else { "" };
        let (is, missing) = (if count == 1 { "is" } else { "are" }, missing.join(", "));
        return Err(usage(format!("{count} of {all} parts {is} missing: run --partition {missing}{more}, or add their results")));
    }
    let (runs, planned) = (shards.iter().map(|s| s.runs).fold(0, u64::saturating_add), first.head.plan.runs);
    match runs == planned {
        true => Ok(()),
        false => Err(usage(format!("all {all} parts together have {runs} runs, but the plan has {planned}"))),
    }
}

/// The most missing parts that are named.
const NAMED: usize = 8;
