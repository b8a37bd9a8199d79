//! `shikaku statement sign`.

use super::cases::missing_cases;
use super::when::{self, Expiry};
use super::{again, files, secrets, show};
use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::file::{AtomicFile, Places};
use crate::output::{self, Shown};
use clap::Args;
use jiff::Timestamp;
use reports::rules::Lang;
use reports::scan::Scan;
use reports::texts::say;
use statement::escape::escaped;
use statement::evidence::{CERTIFICATION, RECORDINGS};
use statement::{Certification, Envelope, SigningKey, Statement, certification};
use std::path::{Path, PathBuf};

pub const ABOUT: &str = "\
Sign a statement of the evidence of a certification

The evidence is the folder that `shikaku certify --out` wrote: certification.json, config.toml, recordings/ and perhaps more. Before \
anything is signed, it is checked: that the summary follows from the verdicts, that every verdict is what this tool finds when it \
judges the recordings again, and that no file outside of recordings/ repeats a secret of the people of the recordings. A broken \
certification can be stated, as broken.

The key is Ed25519 or ECDSA on P-256, as PKCS#8 in PEM, encrypted or not. Keys on tokens (PKCS#11) cannot be used.";

const EXAMPLES: &str = "\
Examples:
  openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out pub.pem
  shikaku statement sign evidence --key key.pem --out statement.json
  shikaku statement sign evidence --key key.pem --expires 2028-03-31 --out statement.json --replace
  PASS=… shikaku statement sign evidence --key key.pem --passphrase-env PASS --out s.json";

const CODES: &str = "\
Nothing is signed, and the exit code is
  1  if the certification contradicts itself or the recordings, does not list every case of its role,
     or a secret is where none may be
  2  if a file or the key is missing or cannot be used
  4  if there is no recording, since the set-up failed; if one could not be judged again, or a file
     could not be searched";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{CODES}\n\n{}", exit::HELP))]
pub struct SignArgs {
    /// The folder with the evidence
    #[arg(value_name = "EVIDENCE_DIR")]
    evidence: PathBuf,
    /// The private key: PKCS#8 in PEM
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The passphrase of the key is in this environment variable
    #[arg(long, value_name = "NAME", conflicts_with = "passphrase_file")]
    passphrase_env: Option<String>,
    /// The passphrase of the key is the first line of this file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Until when the statement counts: days from now, the last day (in Japan), or an instant
    #[arg(long, value_name = "DAYS|DATE", default_value = "365", value_parser = when::parse)]
    expires: Expiry,
    /// The instant of signing; now, if not given
    #[arg(long, value_name = "INSTANT")]
    at: Option<Timestamp>,
    /// Write the statement to this file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file of --out if it exists
    #[arg(long)]
    replace: bool,
    /// The language of text on stdout
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

pub fn run(args: &SignArgs) -> anyhow::Result<Exit> {
    Places::reading([&args.key].into_iter().chain(&args.passphrase_file)).writes("--out", &args.out)?;
    let key = signing_key(args)?;
    refuse_out_in_evidence(args)?;
    if !args.replace && args.out.exists() {
        return Err(usage(format!("--out: `{}` exists: name another file, or give --replace", args.out.shown())));
    }
    // Found out before the work, not after it.
    let out = AtomicFile::open("--out", &args.out)?;
    let evidence = files::evidence(&args.evidence)?;
    let certification = read_certification(&args.evidence)?;
    let issued = when::given_or_now(args.at);
    let expires = args.expires.after(issued).map_err(|e| usage(format!("--expires: {e}")))?;
    let statement = Statement::new(certification, evidence, issued, expires)
        .map_err(|e| usage(format!("{e}: give the folder that `certify --out` wrote")))?;
    if let Some(refused) = refusal(&args.evidence, &statement)? {
        return Ok(refused);
    }
    let envelope = Envelope::sign(statement.to_json()?.as_bytes(), &key)?;
    out.write_whole(envelope.to_json()?.as_bytes())?;
    report(args, &statement, &key)
}

fn signing_key(args: &SignArgs) -> anyhow::Result<SigningKey> {
    let passphrase = match (&args.passphrase_env, &args.passphrase_file) {
        (Some(name), _) => {
            let value = std::env::var_os(name).ok_or_else(|| usage(format!("--passphrase-env: `{name}` is not set")))?;
            Some(value.as_encoded_bytes().to_vec())
        }
        (None, Some(path)) => Some(files::passphrase(path)?),
        (None, None) => None,
    };
    let key = files::signing_key(&args.key, passphrase.as_deref())?;
    #[cfg(unix)]
    if std::fs::metadata(&args.key).is_ok_and(|m| std::os::unix::fs::PermissionsExt::mode(&m.permissions()) & 0o077 != 0) {
        output::note(&say(args.lang.into(), "note-key", &[("file", &args.key.shown())]));
    }
    Ok(key)
}

/// The statement has the digest of every file of the evidence, so it cannot be one of them.
fn refuse_out_in_evidence(args: &SignArgs) -> anyhow::Result<()> {
    let folder = args.out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let inside = folder.canonicalize().ok().zip(args.evidence.canonicalize().ok()).is_some_and(|(out, of)| out.starts_with(of));
    match inside {
        true => Err(usage("--out: the statement cannot be in the evidence folder: write it beside the folder")),
        false => Ok(()),
    }
}

fn read_certification(folder: &Path) -> anyhow::Result<Certification> {
    let path = folder.join(CERTIFICATION);
    let bytes = files::read("the evidence", &path, certification::LARGEST)?;
    Certification::read(&bytes).map_err(|e| usage(format!("{}: {e}", path.shown())))
}

/// Why it is not signed, if it is not.
fn refusal(folder: &Path, statement: &Statement) -> anyhow::Result<Option<Exit>> {
    let (certification, evidence) = (&statement.predicate.certification, &statement.predicate.files);
    let refused = |code: Exit, why: &str, problems: &[String]| {
        output::error(&anyhow::anyhow!("not signed: {why}\n  {}", problems.join("\n  ")));
        Ok(Some(code))
    };
    let mut problems = statement.problems();
    problems.extend(statement.time_problems(statement.predicate.issued));
    if !problems.is_empty() {
        return refused(Exit::Broken, "the certification contradicts itself", &problems);
    }
    if let Some(scan) = secrets::scan(folder, evidence)? {
        if scan.found > 0 {
            let why = format!("the evidence repeats secrets of people outside of `{RECORDINGS}`: remove them and certify again");
            return refused(Exit::Broken, &why, &places(&scan));
        }
        if !scan.unread.is_empty() {
            let unread: Vec<String> = scan.unread.iter().map(|u| format!("`{}`: {}", u.path, escaped(&u.what))).collect();
            return refused(Exit::Unfinished, "not everything could be searched for secrets", &unread);
        }
    }
    if certification.rules != again::rule_table() {
        let why = format!("the rules are those of {}: sign with that version", again::said_tool(certification));
        return refused(Exit::Unfinished, &why, &["the verdicts cannot be judged again".into()]);
    }
    match missing_cases(certification) {
        Ok(missing) if missing.is_empty() => {}
        Ok(missing) => return refused(Exit::Broken, "the certification does not list every case: certify again", &missing),
        Err(why) => return refused(Exit::Unfinished, "it is not known whether every case is listed", &[why]),
    }
    let judged = again::judge_again(folder, evidence, certification);
    let wrong = judged.wrong(&certification.verdicts);
    match (wrong.is_empty(), judged.unjudged.is_empty()) {
        (false, _) => refused(Exit::Broken, "the recordings say otherwise", &wrong),
        (true, false) => refused(Exit::Unfinished, "not every recording could be judged again", &judged.unjudged),
        (true, true) => Ok(None),
    }
}

/// Where secrets were found, without values.
fn places(scan: &Scan) -> Vec<String> {
    let place = |f: &reports::scan::Finding| {
        let line = f.place.line.map_or(String::new(), |line| format!(", line {line}"));
        let at = if f.place.in_name { ", in the name".into() } else { format!("{line}, byte {}", f.place.byte) };
        format!("`{}`{at}: {}", f.place.path, f.what)
    };
    scan.findings.iter().take(20).map(place).collect()
}

fn report(args: &SignArgs, statement: &Statement, key: &SigningKey) -> anyhow::Result<Exit> {
    let (p, lang): (_, Lang) = (&statement.predicate, args.lang.into());
    for waiver in p.certification.unneeded_waivers() {
        output::note(&say(lang, "note-unneeded", &[("what", &show::waived(waiver, lang))]));
    }
    let (c, recordings) = (&p.certification, again::journals(&p.files).count().to_string());
    let summary = show::outcome(c.summary.name(), lang);
    let says = [("name", c.product.name.as_str()), ("version", &c.product.version), ("role", &c.role), ("summary", &summary)];
    let files = show::evidence(&p.digests.evidence, p.files.len(), lang);
    let lines = [
        ("says", say(lang, "statement-signed-says", &says)),
        ("evidence", say(lang, "statement-signed-evidence", &[("files", &files), ("recordings", &recordings)])),
        ("key", format!("{} ({})", key.public().id(), key.public().algorithm().name())),
        ("expires", p.expires.to_string()),
    ];
    let signed = say(lang, "statement-signed", &[("file", &args.out.shown())]);
    let lines: String = lines.iter().map(|(name, value)| format!("  {}", show::line(name, value, lang))).collect();
    output::print(&format!("{signed}\n{lines}"))?;
    Ok(Exit::Held)
}
