//! `shikaku diff`.

use crate::exit::{Exit, usage};
use crate::output;
use clap::{Args, ValueEnum};
use reports::diff::Diff;
use reports::results::{OLDER_SCHEMAS, Results, SCHEMA, differences};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub const ABOUT: &str = "\
List every outcome, rule, expectation and figure that changed between two result sets

Runs are matched by scenario, design and seed. A regression is a run with a worse outcome or a missing run, and a rule or \
expectation that held and is now broken, not reached, not applicable or missing. Changed figures are listed but are not \
regressions, except p99 beyond --tolerance.

Results of two tools (version, commit, OpenSSL) and of two plans are compared, with a note on each difference. Results on two \
engines, results of which only one was judged by rules, and results in two designs of one name are refused: use --across.";

const EXAMPLES: &str = "\
Examples:
  shikaku run --out main; shikaku run --out mine; shikaku diff main mine
  shikaku diff main/results.json mine/results.json --tolerance 5% --format json";

const CODES: &str = "Exit codes:
  0  no regression
  1  a regression
  2  invalid usage or input
  4  the comparison could not be written";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{CODES}"))]
pub struct DiffArgs {
    /// The results to compare with: a results.json, or a folder with one
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The results to check
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// How much p99 may grow before it is a regression; without it, growth is never a regression
    #[arg(long, value_name = "N%", value_parser = percent)]
    tolerance: Option<f64>,
    /// Compare also across engines, judged and not judged results, and designs that differ under one name
    #[arg(long)]
    across: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text; the same change in several seeds is reported once
    Human,
    /// One JSON document: see `shikaku schema diff`
    Json,
}

/// Reads `5%`.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').and_then(|n| n.trim().parse::<f64>().ok());
    number.filter(|n| n.is_finite() && *n >= 0.0).ok_or_else(|| format!("`{text}` is not a percentage such as 5%"))
}

/// Both result sets are read into memory: about a kilobyte for each rule and run.
pub fn run(args: DiffArgs) -> anyhow::Result<Exit> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    if !args.across {
        comparable(&args, &old, &new)?;
    }
    let diff = Diff::of(&old, &new, args.tolerance).map_err(|double| {
        let file = if double.in_new { &args.new } else { &args.old };
        usage(format!("{}: {double}, so the comparison is ambiguous", file.display()))
    })?;
    output::print(&match args.format {
        Format::Human => diff.to_text(),
        Format::Json => diff.to_json()?,
    })?;
    Ok(if diff.regressions > 0 { Exit::Broken } else { Exit::Held })
}

/// Refuses results that differ by how they were made.
fn comparable(args: &DiffArgs, old: &Results, new: &Results) -> anyhow::Result<()> {
    let unlike = differences(&old.head(), &new.head()).into_iter().filter(|d| d.incomparable);
    let unlike: Vec<String> = unlike.map(|d| d.to_string()).collect();
    if unlike.is_empty() {
        return Ok(());
    }
    let (one, other, what) = (args.old.display(), args.new.display(), unlike.join("; "));
    Err(usage(format!("`{one}` and `{other}` were not made alike, and differ in {what}: give --across to compare them anyway")))
}

/// The results of a file, or of the results.json in a folder.
fn read(path: &Path) -> anyhow::Result<Results> {
    let file = if path.is_dir() { path.join("results.json") } else { path.to_path_buf() };
    let name = file.display();
    let text = std::fs::read_to_string(&file).map_err(|e| match path.is_dir() && !file.exists() {
        true => usage(format!("there is no results.json in the folder `{}`: create it with `shikaku run --out`", path.display())),
        false => usage(format!("{name}: cannot be read: {e}")),
    })?;
    serde_json::from_str(&text).map_err(|e| {
        // Another document or version is reported by its schema; any other error by line and column.
        let schema = serde_json::from_str::<Value>(&text).ok().map(|v| v["schema"].as_str().map(str::to_string));
        match schema {
            None => usage(format!("{name}:{}:{}: not JSON: {e}", e.line(), e.column())),
            Some(Some(schema)) if schema == SCHEMA || OLDER_SCHEMAS.contains(&schema.as_str()) => {
                usage(format!("{name}:{}:{}: {e}", e.line(), e.column()))
            }
            Some(Some(schema)) => {
                usage(format!("{name}: the schema is `{schema}`; expected `{SCHEMA}`, as written by `shikaku run --out`"))
            }
            Some(None) => usage(format!("{name}: there is no `schema`: give a results.json that `shikaku run --out` wrote")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_a_share() {
        assert_eq!((percent("5%"), percent("0.5 %"), percent("0%")), (Ok(5.0), Ok(0.5), Ok(0.0)));
        for wrong in ["5", "%", "-1%", "inf%", "NaN%", "a%", ""] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }
}
