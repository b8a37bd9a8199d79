//! `shikaku diff`.

use crate::exit::{Exit, usage};
use crate::explain::LangArg;
use crate::output;
use crate::output::Shown;
use clap::{Args, ValueEnum};
use reports::diff::Diff;
use reports::load::{self, LoadResults};
use reports::results::{OLDER_SCHEMAS, Results, SCHEMA, differences, shown};
use scenarios::file::bounded;
use serde_json::Value;
use sim::terms::shown::line;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

pub const ABOUT: &str = "\
List every outcome, rule, expectation and figure that changed between two result sets

Runs are matched by scenario, design and seed. A regression is a run with a worse outcome or a missing run, and a rule or \
expectation that held and is now broken, not reached, not applicable or missing. Changed figures are listed but are not \
regressions, except p99 beyond --tolerance.

Results of two load studies (`shikaku load --out`) are compared seed by seed. A regression is a share of definite answers that is more \
than 0.01 lower, a system that no longer recovers, more visits that do not end, a missing seed, and p99 beyond --tolerance. Results of \
other scenarios, rates, times or cryptography are refused: use --across.

Results of two tools (version, commit, OpenSSL) and of two plans are compared, with a note on each difference. Results on two \
engines, results of which only one was judged by rules, and results in two designs of one name are refused: use --across.";

const EXAMPLES: &str = "\
Examples:
  shikaku run --out main; shikaku run --out mine; shikaku diff main mine
  shikaku diff main/results.json mine/results.json --tolerance 5% --format json
  shikaku load jpki-out --out main.json; shikaku load jpki-out --design mine.toml --out mine.json; shikaku diff main.json mine.json";

const CODES: &str = "Exit codes:
  0  no regression
  1  a regression
  2  invalid usage or input
  4  the comparison could not be written";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{CODES}"))]
pub struct DiffArgs {
    /// The results to compare with: a results.json, or a folder with one, or the results of a load study
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The results to check
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// How much p99 may grow before it is a regression; without it, growth is never a regression
    #[arg(long, value_name = "N%", value_parser = percent)]
    tolerance: Option<f64>,
    /// Compare also across engines, judged and not judged results, designs that differ under one name, and load studies that were made
    /// differently
    #[arg(long)]
    across: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of text for people; JSON and other documents are the same in each
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
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
    let (old, new) = match (read(&args.old)?, read(&args.new)?) {
        (Document::Results(old), Document::Results(new)) => (old, new),
        (Document::Load(old), Document::Load(new)) => return loads(&args, &old, &new),
        _ => {
            let (one, other) = (args.old.shown(), args.new.shown());
            return Err(usage(format!("`{one}` and `{other}`: one has results of runs, the other those of a load study")));
        }
    };
    let (old, new) = match args.format {
        Format::Human => (shown(&old), shown(&new)),
        Format::Json => (Cow::Borrowed(&old), Cow::Borrowed(&new)),
    };
    if !args.across {
        comparable(&args, &old, &new)?;
    }
    let diff = Diff::of(&old, &new, args.tolerance).map_err(|double| {
        let file = if double.in_new { &args.new } else { &args.old };
        usage(format!("{}: {}, so the comparison is ambiguous", file.shown(), line(&double.to_string())))
    })?;
    print(&args, &diff)
}

fn print(args: &DiffArgs, diff: &Diff) -> anyhow::Result<Exit> {
    output::print_as(
        args.format == Format::Json,
        &match args.format {
            Format::Human => diff.to_text(args.lang.into()),
            Format::Json => diff.to_json()?,
        },
    )?;
    Ok(if diff.regressions > 0 { Exit::Broken } else { Exit::Held })
}

/// Compares two load studies.
fn loads(args: &DiffArgs, old: &LoadResults, new: &LoadResults) -> anyhow::Result<Exit> {
    let unlike = load::unlike(old, new);
    if !args.across && !unlike.is_empty() {
        let (one, other, what) = (args.old.shown(), args.new.shown(), line(&unlike.join("; ")).into_owned());
        return Err(usage(format!(
            "`{one}` and `{other}` were not made alike, and differ in {what}: give --across to compare them anyway"
        )));
    }
    let (old, new) = match args.format {
        Format::Human => (shown(old), shown(new)),
        Format::Json => (Cow::Borrowed(old), Cow::Borrowed(new)),
    };
    print(args, &load::compare(&old, &new, args.tolerance))
}

/// What can be compared.
enum Document {
    Results(Box<Results>),
    Load(Box<LoadResults>),
}

/// Refuses results that differ by how they were made.
fn comparable(args: &DiffArgs, old: &Results, new: &Results) -> anyhow::Result<()> {
    let unlike = differences(&old.head(), &new.head()).into_iter().filter(|d| d.incomparable);
    let unlike: Vec<String> = unlike.map(|d| line(&d.to_string()).into_owned()).collect();
    if unlike.is_empty() {
        return Ok(());
    }
    let (one, other, what) = (args.old.shown(), args.new.shown(), unlike.join("; "));
    Err(usage(format!("`{one}` and `{other}` were not made alike, and differ in {what}: give --across to compare them anyway")))
}

/// What every document has.
#[derive(serde::Deserialize)]
struct Schema {
    schema: String,
}

/// The largest results that are compared, in bytes.
const MOST_BYTES: u64 = 2 << 30;

fn text(file: &Path) -> std::io::Result<String> {
    let bytes = bounded::bytes(file, MOST_BYTES)?;
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not text in UTF-8"))
}

/// The results of runs in a file, or in the results.json of a folder.
///
/// # Errors
/// If they cannot be read, or are those of a load study.
pub fn results(path: &Path) -> anyhow::Result<Box<Results>> {
    match read(path)? {
        Document::Results(results) => Ok(results),
        Document::Load(_) => Err(usage(format!("`{}` has the results of a load study, and not of runs", path.shown()))),
    }
}

/// The results of a file, or of the results.json in a folder.
fn read(path: &Path) -> anyhow::Result<Document> {
    let file = if path.is_dir() { path.join("results.json") } else { path.to_path_buf() };
    let name = file.shown();
    let text = text(&file).map_err(|e| match path.is_dir() && !file.exists() {
        true => usage(format!("there is no results.json in the folder `{}`: create it with `shikaku run --out`", path.shown())),
        false => usage(format!("{name}: cannot be read: {e}")),
    })?;
    let is_load = || serde_json::from_str::<Schema>(&text).is_ok_and(|s| s.schema == load::SCHEMA);
    let results = match serde_json::from_str(&text) {
        Ok(results) => return Ok(Document::Results(results)),
        Err(_) if is_load() => serde_json::from_str(&text).map(|load| Document::Load(Box::new(load))),
        Err(e) => Err(e),
    };
    results.map_err(|e| {
        // Another document or version is reported by its schema; any other error by line and column.
        let schema = serde_json::from_str::<Value>(&text).ok().map(|v| v["schema"].as_str().map(str::to_string));
        match schema {
            None => usage(format!("{name}:{}:{}: not JSON: {}", e.line(), e.column(), line(&e.to_string()))),
            Some(Some(schema)) if schema == SCHEMA || schema == load::SCHEMA || OLDER_SCHEMAS.contains(&schema.as_str()) => {
                usage(format!("{name}:{}:{}: {}", e.line(), e.column(), line(&e.to_string())))
            }
            Some(Some(schema)) => usage(format!(
                "{name}: the schema is `{}`; expected `{SCHEMA}`, as written by `shikaku run --out`, or `{}`, as written by `shikaku load --out`",
                line(&schema),
                load::SCHEMA
            )),
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
