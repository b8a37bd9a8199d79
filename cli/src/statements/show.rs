//! `shikaku statement show`.

use super::files;
use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::output::{self, Shown};
use clap::{Args, ValueEnum};
use reports::human::fitted;
use reports::rules::Lang;
use reports::texts::{counted_saying, say};
use statement::escape::escaped;
use statement::in_toto::Predicate;
use statement::{CaseOutcome, Certification, Envelope, Statement, VerdictOutcome, dsse};
use std::collections::BTreeMap;
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
    /// The language of text for people; JSON is the same in each
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// The in-toto statement: see `shikaku schema statement`
    Json,
}

pub fn run(args: &ShowArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    let bytes = files::read("the statement", &args.file, dsse::LARGEST)?;
    let wrong = |e: String| usage(format!("`{}` is not a statement: {e}", args.file.shown()));
    let envelope = Envelope::read(&bytes).map_err(wrong)?;
    let statement = Statement::read(&envelope.payload().map_err(wrong)?).map_err(wrong)?;
    output::print_as(
        args.format == Format::Json,
        &match args.format {
            Format::Json => statement.to_json()?,
            Format::Human => text(&statement, &envelope, lang),
        },
    )?;
    output::note(&say(lang, "statement-unverified", &[]));
    Ok(Exit::Held)
}

/// The name of an outcome of a rule, a case or a certification.
pub(super) fn outcome(name: &str, lang: Lang) -> String {
    say(lang, &format!("statement-outcome-{name}"), &[])
}

/// `sha256…, 12 files`.
pub(super) fn evidence(digest: &str, files: usize, lang: Lang) -> String {
    counted_saying(lang, "statement-files", &[("n", files as u64)], &[("digest", digest)])
}

/// A name in a column, and its value.
pub(super) fn line(name: &str, value: &str, lang: Lang) -> String {
    format!("{}{}\n", fitted(&say(lang, &format!("statement-{name}"), &[]), 10), escaped(value))
}

fn text(statement: &Statement, envelope: &Envelope, lang: Lang) -> String {
    let Predicate { issued, expires, digests, certification: c, files } = &statement.predicate;
    let say = |id: &str, values: &[(&str, &str)]| say(lang, id, values);
    let comma = say("comma", &[]);
    let product = [("name", c.product.name.as_str()), ("version", &c.product.version), ("vendor", &c.product.vendor)];
    let [seed, started, ended] = [c.seed.to_string(), c.started.to_string(), c.ended.to_string()];
    let lines = [
        ("product", say("statement-product-of", &product)),
        ("role", c.role.clone()),
        ("summary", outcome(c.summary.name(), lang)),
        ("contract", c.contract.clone()),
        ("design", say("statement-design-of", &[("design", &c.design), ("seed", &seed)])),
        ("tool", format!("{} {} ({}){comma}{}", c.tool.name, c.tool.version, c.tool.commit, c.tool.openssl)),
        ("rules", format!("{}{comma}{}", c.rules.ids.len(), c.rules.sha256)),
        ("certified", say("statement-from-to", &[("from", &started), ("to", &ended)])),
        ("issued", issued.to_string()),
        ("expires", expires.to_string()),
        ("evidence", evidence(&digests.evidence, files.len(), lang)),
        ("claims", c.claims.join(&comma)),
        ("keys", envelope.key_ids().join(&comma)),
    ];
    let text: String = lines.iter().map(|(name, value)| line(name, value, lang)).collect();
    text + &verdicts(c, lang) + &cases(c, lang) + &waivers(c, lang)
}

fn verdicts(c: &Certification, lang: Lang) -> String {
    let mut by_outcome: BTreeMap<VerdictOutcome, Vec<String>> = BTreeMap::new();
    for verdict in &c.verdicts {
        by_outcome.entry(verdict.outcome).or_default().push(escaped(&verdict.rule));
    }
    let lines = by_outcome.iter().rev().map(|(outcome, rules)| of_outcome(outcome.name(), rules, rules.len(), lang));
    format!("\n{}\n{}", say(lang, "statement-rules", &[]), lines.collect::<String>())
}

/// How many have an outcome, and the names of so many of them.
fn of_outcome(name: &str, all: &[String], shown: usize, lang: Lang) -> String {
    let more = all.len().saturating_sub(shown);
    let more = if more > 0 { say(lang, "statement-more", &[("n", &more.to_string())]) } else { String::new() };
    let names: Vec<&str> = all.iter().take(shown).map(String::as_str).collect();
    let names = names.join(&say(lang, "comma", &[])) + &more;
    let (n, outcome) = (all.len().to_string(), outcome(name, lang));
    format!("  {}\n", say(lang, "statement-verdicts", &[("n", &n), ("outcome", &outcome), ("names", &names)]))
}

fn cases(c: &Certification, lang: Lang) -> String {
    let mut by_outcome: BTreeMap<CaseOutcome, Vec<String>> = BTreeMap::new();
    for case in &c.cases {
        by_outcome.entry(case.outcome).or_default().push(escaped(&case.name));
    }
    let passed = by_outcome.remove(&CaseOutcome::Passed).unwrap_or_default().len().to_string();
    let line = |(outcome, names): (&CaseOutcome, &Vec<String>)| {
        // What was not played may be nearly everything; what failed is always named.
        let shown = if *outcome == CaseOutcome::Failed { names.len() } else { names.len().min(NAMED) };
        of_outcome(outcome.name(), names, shown, lang)
    };
    let all = c.cases.len().to_string();
    let passed = say(lang, "statement-cases-passed", &[("passed", &passed), ("all", &all)]);
    format!("\n{}\n  {passed}\n{}", say(lang, "statement-cases", &[]), by_outcome.iter().map(line).collect::<String>())
}

fn waivers(c: &Certification, lang: Lang) -> String {
    if c.waivers.is_empty() {
        return String::new();
    }
    let line = |w: &statement::Waiver| {
        let (until, by, reason) = (w.until.to_string(), escaped(&w.by), escaped(&w.reason));
        let values = [("what", waived(w, lang)), ("until", until), ("by", by), ("reason", reason)];
        format!("  {}\n", say(lang, "statement-waiver", &values.each_ref().map(|(name, value)| (*name, value.as_str()))))
    };
    format!("\n{}\n{}", say(lang, "statement-accepted", &[]), c.waivers.iter().map(line).collect::<String>())
}

/// What a waiver is for.
pub(super) fn waived(waiver: &statement::Waiver, lang: Lang) -> String {
    match (&waiver.rule, &waiver.case) {
        (Some(rule), _) => say(lang, "statement-waiver-rule", &[("name", &escaped(rule))]),
        (None, Some(case)) => say(lang, "statement-waiver-case", &[("name", &escaped(case))]),
        (None, None) => waiver.what(),
    }
}
