//! `shikaku statement show`.

use super::files;
use crate::exit::{self, Exit, usage};
use crate::output::{self, Shown};
use clap::{Args, ValueEnum};
use statement::escape::escaped;
use statement::in_toto::Predicate;
use statement::{CaseOutcome, Certification, Envelope, Statement, VerdictOutcome, dsse};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// The most cases that are named for one outcome, unless they failed.
const NAMED: usize = 10;

const EXAMPLES: &str = "\
Examples:
  shikaku statement show statement.json
  shikaku statement show statement.json --format json | jq .predicate.certification.verdicts";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct ShowArgs {
    /// The statement
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// The in-toto statement: see `shikaku schema statement`
    Json,
}

pub fn run(args: &ShowArgs) -> anyhow::Result<Exit> {
    let bytes = files::read("the statement", &args.file, dsse::LARGEST)?;
    let wrong = |e: String| usage(format!("`{}` is not a statement: {e}", args.file.shown()));
    let envelope = Envelope::read(&bytes).map_err(wrong)?;
    let statement = Statement::read(&envelope.payload().map_err(wrong)?).map_err(wrong)?;
    output::print_as(
        args.format == Format::Json,
        &match args.format {
            Format::Json => statement.to_json()?,
            Format::Human => text(&statement, &envelope),
        },
    )?;
    output::note("nothing was verified: `shikaku verify` does that");
    Ok(Exit::Held)
}

fn text(statement: &Statement, envelope: &Envelope) -> String {
    let Predicate { issued, expires, digests, certification: c, files } = &statement.predicate;
    let lines = [
        ("product", format!("{} {}, of {}", c.product.name, c.product.version, c.product.vendor)),
        ("role", c.role.clone()),
        ("summary", c.summary.name().to_string()),
        ("contract", c.contract.clone()),
        ("design", format!("{}, seed {}", c.design, c.seed)),
        ("tool", format!("{} {} ({}), {}", c.tool.name, c.tool.version, c.tool.commit, c.tool.openssl)),
        ("rules", format!("{}, {}", c.rules.ids.len(), c.rules.sha256)),
        ("certified", format!("{} to {}", c.started, c.ended)),
        ("issued", issued.to_string()),
        ("expires", expires.to_string()),
        ("evidence", format!("{}, {} files", digests.evidence, files.len())),
        ("claims", c.claims.join(", ")),
        ("keys", envelope.key_ids().join(", ")),
    ];
    let mut text = String::new();
    for (name, value) in lines {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{name:<10}{}", escaped(&value));
    }
    text + &verdicts(c) + &cases(c) + &waivers(c)
}

fn verdicts(c: &Certification) -> String {
    let mut by_outcome: BTreeMap<VerdictOutcome, Vec<String>> = BTreeMap::new();
    for verdict in &c.verdicts {
        by_outcome.entry(verdict.outcome).or_default().push(escaped(&verdict.rule));
    }
    let lines =
        by_outcome.iter().rev().map(|(outcome, rules)| format!("  {} {}: {}\n", rules.len(), outcome.name(), rules.join(", ")));
    format!("\nrules\n{}", lines.collect::<String>())
}

fn cases(c: &Certification) -> String {
    let mut by_outcome: BTreeMap<CaseOutcome, Vec<String>> = BTreeMap::new();
    for case in &c.cases {
        by_outcome.entry(case.outcome).or_default().push(escaped(&case.name));
    }
    let passed = by_outcome.remove(&CaseOutcome::Passed).unwrap_or_default().len();
    let line = |(outcome, names): (&CaseOutcome, &Vec<String>)| {
        // What was not played may be nearly everything; what failed is always named.
        let shown = if *outcome == CaseOutcome::Failed { names.len() } else { names.len().min(NAMED) };
        let more = names.len() - shown;
        let more = if more > 0 { format!(" and {more} more: see --format json") } else { String::new() };
        format!("  {} {}: {}{more}\n", names.len(), outcome.name(), names[..shown].join(", "))
    };
    format!("\ncases\n  {passed} of {} passed\n{}", c.cases.len(), by_outcome.iter().map(line).collect::<String>())
}

fn waivers(c: &Certification) -> String {
    if c.waivers.is_empty() {
        return String::new();
    }
    let line =
        |w: &statement::Waiver| format!("  {}, until {}, by {}: {}\n", w.what(), w.until, escaped(&w.by), escaped(&w.reason));
    format!("\naccepted failures\n{}", c.waivers.iter().map(line).collect::<String>())
}
