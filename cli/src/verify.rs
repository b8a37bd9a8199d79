//! `shikaku verify`: checks a statement, offline.

mod text;

use crate::exit::{self, Exit};
use crate::explain::LangArg;
use crate::output::{self, Shown};
use crate::statements::cases::missing_cases;
use crate::statements::{again, files, when};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use statement::dsse::{self, Envelope};
use statement::escape::escaped;
use statement::evidence::{CERTIFICATION, EvidenceError, differences, files_of};
use statement::verification::{Check, CheckName, CheckOutcome, SCHEMA, Says, Verification, VerificationOutcome};
use statement::{CaseOutcome, Certification, PublicKey, Statement, certification};
use std::path::{Path, PathBuf};

pub const ABOUT: &str = "\
Verify the signed statement of a certification, offline

Checks the signature with the key's own algorithm, that the statement fits together and its summary follows from its verdicts, \
that it has not expired, and that no case of the role was dropped. With --evidence also every file of the evidence, and every verdict: the recordings are judged again with \
the rules of this tool, as if nothing were known of the inside of the role under test.

Outcomes of cases are taken as stated: only rules are judged again.";

const EXAMPLES: &str = "\
Examples:
  shikaku verify statement.json --key pub.pem --evidence evidence
  shikaku verify statement.json --key pub.pem --evidence evidence --at 2028-03-31T00:00:00Z
  shikaku verify statement.json --key pub.pem       without the evidence: ends with 4";

const CODES: &str = "\
The exit code is
  0  if the statement is valid, whatever it says: look at what it states
  1  if it is invalid or expired, or a verdict differs
  2  if a file, a key or the evidence is missing or cannot be used
  4  if nothing is wrong and not everything was checked: without --evidence, without the key of a
     signature, with a recording that cannot be judged, or by a tool with other rules";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{CODES}\n\n{}", exit::HELP))]
pub struct VerifyArgs {
    /// The statement
    #[arg(value_name = "STATEMENT")]
    statement: PathBuf,
    /// The public key of the signer, in PEM; may be given more than once
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// The folder with the evidence
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// The instant at which the statement must count; now, if not given
    #[arg(long, value_name = "INSTANT")]
    at: Option<Timestamp>,
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
    /// One JSON document: see `shikaku schema verify`
    Json,
}

pub fn run(args: &VerifyArgs) -> anyhow::Result<Exit> {
    let keys = files::public_keys(&args.key)?;
    let bytes = files::read("the statement", &args.statement, dsse::LARGEST)?;
    if let Some(folder) = &args.evidence
        && !folder.is_dir()
    {
        return Err(exit::usage(format!("--evidence: `{}` is not a folder", folder.shown())));
    }
    let tool = again::tool();
    let mut report = Verification {
        schema: SCHEMA.into(),
        tool: tool.name,
        version: tool.version,
        commit: tool.commit,
        statement: args.statement.display().to_string(),
        at: when::given_or_now(args.at),
        outcome: VerificationOutcome::Invalid,
        says: None,
        signed_by: Vec::new(),
        checks: Vec::new(),
    };
    if let Some(statement) = signed_statement(&bytes, &keys, &mut report) {
        let at = report.at;
        report.says = Some(says(&statement));
        report.checks.push(Check::of(CheckName::Structure, statement.problems()));
        report.checks.push(Check::of(CheckName::Time, statement.time_problems(at)));
        report.checks.push(of_cases(&statement));
        report.checks.extend(of_evidence(args.evidence.as_deref(), &statement));
    }
    report.outcome = VerificationOutcome::of(&report.checks);
    output::print_as(
        args.format == Format::Json,
        &match args.format {
            Format::Human => text::text(&report, args.lang.into()),
            Format::Json => report.to_json()?,
        },
    )?;
    Ok(match report.outcome {
        VerificationOutcome::Valid => Exit::Held,
        VerificationOutcome::Invalid => Exit::Broken,
        VerificationOutcome::Incomplete => Exit::Unfinished,
    })
}

/// The statement, if one of the keys has signed it and it can be read. Nothing of it is believed otherwise.
fn signed_statement(bytes: &[u8], keys: &[PublicKey], report: &mut Verification) -> Option<Statement> {
    let mut failed = |check, problems: Vec<String>| report.checks.push(Check::of(check, problems));
    let envelope = match Envelope::read(bytes) {
        Ok(envelope) => envelope,
        Err(e) => {
            failed(CheckName::Signature, vec![format!("it is not a statement: {e}")]);
            return None;
        }
    };
    let signed = envelope.signed(keys);
    let unchecked = signed.unchecked.iter().map(|id| format!("the signature of the key {id} was not checked: give that key too"));
    let unchecked: Vec<String> = unchecked.collect();
    if !signed.problems.is_empty() || signed.by.is_empty() {
        failed(CheckName::Signature, signed.problems.into_iter().chain(unchecked).collect());
        return None;
    }
    report.checks.push(match unchecked.is_empty() {
        true => Check::of(CheckName::Signature, Vec::new()),
        false => Check { check: CheckName::Signature, outcome: CheckOutcome::NotChecked, problems: unchecked },
    });
    report.signed_by = signed.by;
    match envelope.payload().and_then(|payload| Statement::read(&payload)) {
        Ok(statement) => Some(statement),
        Err(e) => {
            report.checks.push(Check::of(CheckName::Structure, vec![e]));
            None
        }
    }
}

fn says(statement: &Statement) -> Says {
    let (p, c) = (&statement.predicate, &statement.predicate.certification);
    let count = |outcome| c.cases.iter().filter(|case| case.outcome == outcome).count() as u64;
    Says {
        product: escaped(&format!("{} {}", c.product.name, c.product.version)),
        vendor: escaped(&c.product.vendor),
        role: escaped(&c.role),
        design: escaped(&c.design),
        contract: escaped(&c.contract),
        summary: c.summary,
        issued: p.issued,
        expires: p.expires,
        waivers: (c.waivers.len() - c.unneeded_waivers().len()) as u64,
        cases: c.cases.len() as u64,
        cases_passed: count(CaseOutcome::Passed),
        cases_not_applicable: count(CaseOutcome::NotApplicable),
    }
}

/// Whether the certification lists every case of its role.
fn of_cases(statement: &Statement) -> Check {
    match missing_cases(&statement.predicate.certification) {
        Ok(missing) => Check::of(CheckName::Cases, missing),
        Err(why) => Check::not_made(CheckName::Cases, why),
    }
}

/// The files, and the verdicts if the files are those of the statement.
fn of_evidence(folder: Option<&Path>, statement: &Statement) -> [Check; 2] {
    let (files, verdicts) = (CheckName::Files, CheckName::Verdicts);
    let Some(folder) = folder else {
        let why = "only the signature and what the statement says of itself were checked: give --evidence DIR";
        return [Check::not_made(files, why), Check::not_made(verdicts, why)];
    };
    let of_files = match files_of(folder) {
        Ok(there) => {
            let mut problems = differences(&statement.predicate.files, &there);
            if problems.is_empty() {
                problems.extend(certification_problem(folder, statement));
            }
            Check::of(files, problems)
        }
        Err(EvidenceError::Unfit(what)) => Check::of(files, vec![what]),
        Err(e @ EvidenceError::Unreadable(..)) => Check::not_made(files, e.to_string()),
    };
    let of_verdicts = match of_files.outcome {
        CheckOutcome::Ok => judged_again(folder, statement),
        _ => Check::not_made(verdicts, "the evidence is not that of the statement"),
    };
    [of_files, of_verdicts]
}

/// The statement repeats `certification.json`.
fn certification_problem(folder: &Path, statement: &Statement) -> Option<String> {
    let read = files::read(CERTIFICATION, &folder.join(CERTIFICATION), certification::LARGEST).map_err(|e| e.to_string());
    match read.and_then(|bytes| Certification::read(&bytes)) {
        Ok(there) if there == statement.predicate.certification => None,
        Ok(_) => Some(format!("`{CERTIFICATION}` says other than the statement")),
        Err(e) => Some(format!("`{CERTIFICATION}`: {e}")),
    }
}

fn judged_again(folder: &Path, statement: &Statement) -> Check {
    let certification = &statement.predicate.certification;
    let (stated, ours) = (&certification.rules, again::rule_table());
    if stated.sha256 != ours.sha256 {
        let why =
            format!("this tool has other rules: verify with the version that certified, {}", again::said_tool(certification));
        return Check::not_made(CheckName::Verdicts, why);
    }
    let judged = again::judge_again(folder, &statement.predicate.files, certification);
    let problems = judged.wrong(&certification.verdicts);
    match (problems.is_empty(), judged.unjudged.is_empty()) {
        (true, false) => Check { check: CheckName::Verdicts, outcome: CheckOutcome::NotChecked, problems: judged.unjudged },
        _ => Check::of(CheckName::Verdicts, problems.into_iter().chain(judged.unjudged).collect()),
    }
}
