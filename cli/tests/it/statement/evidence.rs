//! The evidence of a small certification of a broker, in a folder with keys.

use crate::tool;
use certify::session::{Listed, Scope, every_case};
use data_encoding::HEXLOWER;
use reports::judge::Judgement;
use reports::results::RuleOutcome;
use sha2::{Digest, Sha256};
use sim::journal::{Event, read_lines, write_line};
use sim::terms::roles::Zone;
use statement::certification::*;
use statement::evidence::files_of;
use statement::verification::Verification;
use statement::{Envelope, SigningKey, Statement};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

/// The instant of signing, and of verifying if a test gives no other.
pub const AT: &str = "2027-05-01T00:00:00Z";
const STEM: &str = "everyday-visit.certificate.7";
const WITHOUT_BROKER: &str = "facility,jpki,insurer,number-authority,line,reader,card,registry,municipality";
const CONFIG: &str = "role = \"broker\"\nurl = \"https://broker.example/\"\n";

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_string()
}

/// One recording of the suite `core`.
static RECORDING: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let args = ["run", "everyday-visit", "--design", "certificate", "--seed", "7", "--journals", "all", "--out"];
    let output = tool::shikaku().args(args).arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    folder
});

pub struct Desk(TempDir);

impl Desk {
    /// With evidence and an Ed25519 key.
    pub fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        fs::create_dir_all(desk.path("evidence/recordings")).unwrap();
        for end in ["jsonl", "ground.json", "plan.toml"] {
            let name = format!("{STEM}.{end}");
            fs::copy(RECORDING.path().join(&name), desk.path("evidence/recordings").join(&name)).unwrap();
        }
        desk.keep_records_inside();
        fs::write(desk.path("evidence/config.toml"), CONFIG).unwrap();
        desk.write(|_| {});
        desk.make_keys();
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn make_keys(&self) {
        self.use_key(&openssl::pkey::PKey::generate_ed25519().unwrap());
    }

    pub fn use_key(&self, key: &openssl::pkey::PKey<openssl::pkey::Private>) {
        fs::write(self.path("key.pem"), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        self.key_mode(0o600);
        fs::write(self.path("pub.pem"), key.public_key_to_pem().unwrap()).unwrap();
    }

    pub fn key_mode(&self, mode: u32) {
        #[cfg(unix)]
        fs::set_permissions(self.path("key.pem"), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        #[cfg(not(unix))]
        let _ = mode;
    }

    /// Exit code, stdout and stderr of the tool in this folder.
    pub fn shikaku(&self, args: &[&str]) -> (i32, String, String) {
        let output = tool::shikaku().current_dir(self.0.path()).args(args).output().unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    pub fn sign(&self, args: &[&str]) -> (i32, String, String) {
        let sign = ["statement", "sign", "evidence", "--key", "key.pem", "--at", AT, "--out", "statement.json", "--replace"];
        self.shikaku(&[&sign[..], args].concat())
    }

    pub fn verify(&self, args: &[&str]) -> (i32, Verification) {
        let at = if args.contains(&"--at") { &[][..] } else { &["--at", AT] };
        let all = [&["verify", "statement.json", "--key", "pub.pem", "--format", "json"], at, args].concat();
        let (code, out, err) = self.shikaku(&all);
        let report: Verification = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
        for problem in report.checks.iter().flat_map(|c| &c.problems) {
            let japanese = reports::texts::verify::problem(problem);
            assert!(japanese.is_some(), "without Japanese: {problem}");
        }
        (code, report)
    }

    /// The certification whose verdicts are those of `shikaku judge`.
    pub fn certification(&self) -> Certification {
        let judge = ["judge", "evidence/recordings", "--seen", WITHOUT_BROKER, "--format", "json"];
        let (_, out, _) = self.shikaku(&judge);
        let verdicts = match serde_json::from_str::<Judgement>(&out) {
            Ok(judgement) if !judgement.recordings.is_empty() => verdicts(&judgement),
            _ => {
                let held = |id: String| RuleVerdict { rule: id, outcome: VerdictOutcome::Held, clauses: Vec::new() };
                rule_table().ids.into_iter().map(held).collect()
            }
        };
        let mut certification = certification(verdicts);
        certification.summary = certification.summary_at(AT.parse().unwrap());
        certification
    }

    /// Writes `certification.json`.
    pub fn write(&self, change: impl Fn(&mut Certification)) {
        let mut certification = self.certification();
        change(&mut certification);
        fs::write(self.path("evidence/certification.json"), certification.to_json().unwrap()).unwrap();
    }

    /// Signs whatever is stated, without the checks of the tool: as a signer would who wants to deceive.
    pub fn state(&self, change: impl Fn(&mut Certification)) {
        self.write(&change);
        let bytes = fs::read(self.path("evidence/certification.json")).unwrap();
        let certification = Certification::read(&bytes).unwrap();
        let files = files_of(&self.path("evidence")).unwrap();
        let expires = "2028-05-01T00:00:00Z".parse().unwrap();
        let statement = Statement::new(certification, files, AT.parse().unwrap(), expires).unwrap();
        let key = SigningKey::from_pem(&fs::read(self.path("key.pem")).unwrap(), None).unwrap();
        let envelope = Envelope::sign(statement.to_json().unwrap().as_bytes(), &key).unwrap();
        fs::write(self.path("statement.json"), envelope.to_json().unwrap()).unwrap();
    }

    /// The broker exports none of its records: it has no snapshot at the end of the run.
    fn keep_records_inside(&self) {
        let path = self.path(&format!("evidence/recordings/{STEM}.jsonl"));
        let mut entries = read_lines(&fs::read_to_string(&path).unwrap()).unwrap();
        for entry in entries.iter_mut().filter(|e| e.zone == Zone::Broker) {
            if let Event::Snapshot { .. } = entry.event {
                entry.event = Event::Log { level: "INFO".into(), target: "test".into(), text: "the end".into() };
            }
        }
        let mut lines = Vec::new();
        entries.iter().for_each(|e| write_line(e, &mut lines));
        fs::write(path, lines).unwrap();
    }

    /// My Number of the first person.
    pub fn number(&self) -> String {
        let ground = fs::read_to_string(self.path(&format!("evidence/recordings/{STEM}.ground.json"))).unwrap();
        sim::ground::Ground::from_json(&ground).unwrap().people[0].person.my_number.reveal().to_string()
    }

    /// A facility shows My Number: rules are broken.
    pub fn plant(&self) {
        let path = self.path(&format!("evidence/recordings/{STEM}.jsonl"));
        let mut entries = read_lines(&fs::read_to_string(&path).unwrap()).unwrap();
        let shown = entries.iter_mut().find(|e| e.zone == Zone::Facility && matches!(e.event, Event::Screen { .. })).unwrap();
        if let Event::Screen { text, .. } = &mut shown.event {
            text.push_str(&self.number());
        }
        let mut lines = Vec::new();
        entries.iter().for_each(|e| write_line(e, &mut lines));
        fs::write(path, lines).unwrap();
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }
}

pub fn waiver(rule: &str, until: &str) -> Waiver {
    let (reason, by) = ("known, to be corrected in 1.1".into(), "A. Person".into());
    Waiver { rule: Some(rule.into()), case: None, reason, by, until: until.parse().unwrap() }
}

/// As documented in docs/statement.md.
pub fn rule_table() -> RuleTable {
    let all = conformance::rules::all().iter().map(|rule| rule.about());
    let line = |about: &conformance::About| {
        let claims: String = about.claims.iter().map(|claim| format!(" {}", claim.id)).collect();
        let strength = if about.strength == conformance::Strength::Must { "must" } else { "should" };
        format!("{} {strength}{claims}\n", about.id)
    };
    let lines: String = all.clone().map(line).collect();
    RuleTable { sha256: HEXLOWER.encode(&Sha256::digest(lines)), ids: all.map(|about| about.id.to_string()).collect() }
}

fn verdicts(judgement: &Judgement) -> Vec<RuleVerdict> {
    let mut worst: BTreeMap<&str, VerdictOutcome> = BTreeMap::new();
    for rule in judgement.recordings.iter().flat_map(|r| &r.rules) {
        let outcome = match rule.outcome {
            RuleOutcome::Held => VerdictOutcome::Held,
            RuleOutcome::Broken if rule.warning => VerdictOutcome::Warning,
            RuleOutcome::Broken => VerdictOutcome::Broken,
            RuleOutcome::NotReached => VerdictOutcome::NotReached,
            RuleOutcome::NotApplicable => VerdictOutcome::NotApplicable,
            RuleOutcome::NotObservable => VerdictOutcome::NotObservable,
            RuleOutcome::Inconclusive => VerdictOutcome::Inconclusive,
        };
        let entry = worst.entry(&rule.id).or_insert(outcome);
        *entry = outcome.max(*entry);
    }
    let verdict = |id: &String| RuleVerdict { rule: id.clone(), outcome: worst[id.as_str()], clauses: Vec::new() };
    judgement.rules.iter().map(verdict).collect()
}

/// Every case of a broker: all that apply passed.
fn cases() -> Vec<CaseVerdict> {
    let design = scenarios::designs::find("certificate").unwrap();
    let scope =
        Scope { zone: Zone::Broker, design: &design, seed: 7, is_self_test: false, can_be_stopped: true, has_records: true };
    let case = |listed: Listed| {
        let passed = listed.not_applicable.is_none();
        CaseVerdict {
            name: listed.name,
            outcome: if passed { CaseOutcome::Passed } else { CaseOutcome::NotApplicable },
            clauses: Vec::new(),
            recordings: passed.then(|| format!("recordings/{STEM}.jsonl")).into_iter().collect(),
        }
    };
    every_case(&scope).unwrap().into_iter().map(case).collect()
}

fn certification(verdicts: Vec<RuleVerdict>) -> Certification {
    let text = |text: &str| text.to_string();
    Certification {
        schema: SCHEMA.into(),
        role: text("broker"),
        product: Product { name: text("Example"), version: text("1.0"), vendor: text("Vendor") },
        contract: contract::VERSION.into(),
        tool: Tool { name: text("shikaku"), version: text("0.1.0"), commit: text("unknown"), openssl: text("3.6") },
        rules: rule_table(),
        design: text("certificate"),
        seed: 7,
        drive: DriveMode::Http,
        started: "2027-04-30T00:00:00Z".parse().unwrap(),
        ended: "2027-04-30T00:10:00Z".parse().unwrap(),
        config_sha256: HEXLOWER.encode(&Sha256::digest(CONFIG)),
        claims: vec![text("certificate")],
        verdicts,
        cases: cases(),
        waivers: Vec::new(),
        summary: Summary::Passed,
    }
}
