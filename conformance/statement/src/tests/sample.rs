//! A small certification, its files and keys.

use crate::certification::*;
use crate::evidence::{EvidenceFile, files_of};
use crate::in_toto::Statement;
use crate::keys::{PublicKey, SigningKey};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use sha2::{Digest, Sha256};
use std::fs;
use tempfile::TempDir;

pub const CONFIG_TEXT: &str = "[product]\nname = \"Example\"\n";
pub const JOURNAL: &str = "recordings/visit.certificate.7.jsonl";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn verdict(rule: &str, outcome: VerdictOutcome) -> RuleVerdict {
    RuleVerdict { rule: rule.into(), outcome, clauses: vec!["C-1".into()] }
}

pub fn waiver(rule: Option<&str>, case: Option<&str>, until: &str) -> Waiver {
    let owned = |text: Option<&str>| text.map(str::to_string);
    Waiver { rule: owned(rule), case: owned(case), reason: "known".into(), by: "A. Person".into(), until: at(until) }
}

/// A certification that passed, with one rule.
pub fn certification() -> Certification {
    let text = |text: &str| text.to_string();
    Certification {
        schema: SCHEMA.into(),
        role: text("broker"),
        product: Product { name: text("Example"), version: text("1.0"), vendor: text("Vendor") },
        contract: text("1"),
        tool: Tool { name: text("shikaku"), version: text("0.1.0"), commit: text("unknown"), openssl: text("3.6") },
        rules: RuleTable { sha256: "0".repeat(64), ids: vec![text("FLOW-001")] },
        design: text("certificate"),
        seed: 7,
        drive: DriveMode::Http,
        started: at("2027-04-05T00:00:00Z"),
        ended: at("2027-04-05T00:10:00Z"),
        config_sha256: HEXLOWER.encode(&Sha256::digest(CONFIG_TEXT)),
        claims: vec![text("tls")],
        verdicts: vec![verdict("FLOW-001", VerdictOutcome::Held)],
        cases: vec![CaseVerdict {
            name: text("visit"),
            outcome: CaseOutcome::Passed,
            clauses: vec![],
            recordings: vec![text(JOURNAL)],
        }],
        waivers: vec![],
        summary: Summary::Passed,
    }
}

/// A folder with the evidence of a certification.
pub fn folder(certification: &Certification) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("recordings")).unwrap();
    fs::write(folder.path().join("certification.json"), certification.to_json().unwrap()).unwrap();
    fs::write(folder.path().join("config.toml"), CONFIG_TEXT).unwrap();
    fs::write(folder.path().join(JOURNAL), "{}\n").unwrap();
    folder
}

pub fn files(certification: &Certification) -> Vec<EvidenceFile> {
    files_of(folder(certification).path()).unwrap()
}

pub fn statement(certification: Certification) -> Statement {
    let files = files(&certification);
    Statement::new(certification, files, at("2027-04-06T00:00:00Z"), at("2028-04-05T00:00:00Z")).unwrap()
}

pub fn ed25519() -> PKey<Private> {
    PKey::generate_ed25519().unwrap()
}

pub fn ec(curve: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(curve).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

pub fn signing(key: &PKey<Private>) -> SigningKey {
    SigningKey::from_pem(&key.private_key_to_pem_pkcs8().unwrap(), None).unwrap()
}

pub fn public(key: &PKey<Private>) -> PublicKey {
    PublicKey::from_pem(&key.public_key_to_pem().unwrap()).unwrap()
}
