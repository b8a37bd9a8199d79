//! A statement can be verified without this tool, as docs/statement.md says.

use super::evidence::{Desk, text};
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use statement::{Envelope, Statement, dsse};
use std::fs;
use std::io::Write;
use std::process::Command;

/// Whether a program is there. In CI it must be.
fn is_there(program: &str, version: &str) -> bool {
    let there = Command::new(program).arg(version).output().is_ok_and(|o| o.status.success());
    if !there {
        assert!(std::env::var_os("CI").is_none(), "{program} is missing");
        let _ = writeln!(std::io::stderr(), "\nNOT RUN: there is no {program}\n");
    }
    there
}

#[test]
fn twenty_lines_of_python_compute_the_same_root() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/evidence-root.py");
    assert!(fs::read_to_string(script).unwrap().lines().count() <= 20);
    if !is_there("python3", "--version") {
        return;
    }
    let desk = Desk::new();
    let mut previous = String::new();
    for count in 0..9 {
        fs::create_dir_all(desk.path("evidence/資格/b")).unwrap();
        fs::write(desk.path(&format!("evidence/資格/b{}{count}", if count % 2 == 0 { "/" } else { "" })), [count]).unwrap();
        let output = Command::new("python3").arg(script).arg(desk.path("evidence")).output().unwrap();
        let root = statement::merkle::root(&statement::evidence::files_of(&desk.path("evidence")).unwrap()).unwrap();
        assert_eq!(text(&output.stdout).trim(), root, "{}", text(&output.stderr));
        assert_ne!(root, previous);
        previous = root;
    }
}

#[test]
fn openssl_verifies_the_signature() {
    if !is_there("openssl", "version") {
        return;
    }
    let ec = PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap()).unwrap();
    let ed = PKey::generate_ed25519().unwrap();
    let verify_ed =
        ["pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin", "-in", "signed.bin", "-sigfile", "signature.bin"];
    let verify_ec = ["dgst", "-sha256", "-verify", "pub.pem", "-signature", "signature.bin", "signed.bin"];
    for (key, args) in [(ed, &verify_ed[..]), (ec, &verify_ec[..])] {
        let desk = Desk::new();
        desk.use_key(&key);
        assert_eq!(desk.sign(&[]).0, 0);
        let bytes = fs::read(desk.path("statement.json")).unwrap();
        let envelope: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let decoded = |at: &serde_json::Value| data_encoding::BASE64.decode(at.as_str().unwrap().as_bytes()).unwrap();
        let payload = decoded(&envelope["payload"]);
        assert_eq!(Envelope::read(&bytes).unwrap().payload().unwrap(), payload);
        let digests = Statement::read(&payload).unwrap().predicate.digests;
        let there = statement::evidence::files_of(&desk.path("evidence")).unwrap();
        assert_eq!(digests.evidence, statement::merkle::root(&there).unwrap());
        let mut signed = format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len()).into_bytes();
        signed.extend(&payload);
        assert_eq!(signed, dsse::pae(dsse::PAYLOAD_TYPE, &payload));
        fs::write(desk.path("signature.bin"), decoded(&envelope["signatures"][0]["sig"])).unwrap();
        let openssl = |signed: &[u8]| {
            fs::write(desk.path("signed.bin"), signed).unwrap();
            Command::new("openssl").args(args).current_dir(desk.folder()).output().unwrap()
        };
        let output = openssl(&signed);
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
        signed[50] ^= 1;
        assert!(!openssl(&signed).status.success());
    }
}
