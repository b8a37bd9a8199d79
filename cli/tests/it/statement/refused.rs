//! What is not signed, and what cannot be used.

use super::evidence::Desk;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::symm::Cipher;
use std::fs;
use std::io::Write;

/// What is printed when it is refused; nothing is written.
fn refused(desk: &Desk, code: i32, args: &[&str]) -> String {
    let (found, out, err) = desk.sign(args);
    assert_eq!((found, out.as_str()), (code, ""), "{err}");
    assert!(!desk.path("statement.json").exists());
    assert!(!err.contains(&desk.number()), "a value is shown: {err}");
    err
}

#[test]
fn evidence_that_repeats_a_secret_is_not_signed() {
    let number = Desk::new().number();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(format!("one\ntwo {number}\n").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let config = format!("role = \"broker\"\nurl = \"https://broker.example/\"\n# {number}\n");
    let cases: [(&str, &[u8], &str); 3] = [
        ("captures/log.gz", &packed, "`captures/log.gz!log`, line 2, byte 8: "),
        ("notes.txt", number.as_bytes(), "`notes.txt`, line 1, byte 0: "),
        ("config.toml", config.as_bytes(), "`config.toml`, line 3, byte 50: "),
    ];
    for (name, content, expected) in cases {
        let desk = Desk::new();
        fs::create_dir(desk.path("evidence/captures")).unwrap();
        fs::write(desk.path("evidence").join(name), content).unwrap();
        desk.write(|c| {
            let config = fs::read(desk.path("evidence/config.toml")).unwrap();
            c.config_sha256 = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(config));
        });
        let error = refused(&desk, 1, &[]);
        assert!(error.contains("the evidence repeats secrets of people outside of `recordings/`"), "{error}");
        assert!(error.contains(expected), "expected: {expected}\n{error}");
    }
    let desk = Desk::new();
    desk.write(|c| c.claims.push(number.clone()));
    assert!(refused(&desk, 1, &[]).contains("`certification.json`, line "));
    let noise: String = (0..5000).map(|i| format!("{:x}", i * i)).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(noise.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let desk = Desk::new();
    fs::write(desk.path("evidence/cut.gz"), &packed[..packed.len() / 2]).unwrap();
    assert!(refused(&desk, 4, &[]).contains("not everything could be searched for secrets\n  `cut.gz"));
}

#[test]
fn a_certification_that_the_recordings_contradict_is_not_signed() {
    let desk = Desk::new();
    desk.write(|c| c.verdicts[0].outcome = statement::VerdictOutcome::NotReached);
    assert!(refused(&desk, 1, &[]).contains("the recordings say otherwise\n  rule "));
    desk.write(|c| c.config_sha256 = "0".repeat(64));
    assert!(refused(&desk, 1, &[]).contains("`config_sha256` is not the digest of `config.toml`"));
    desk.write(|c| c.rules.sha256 = "0".repeat(64));
    assert!(refused(&desk, 4, &[]).contains("the rules are those of shikaku 0.1.0 (unknown): sign with that version"));
    desk.write(|_| {});
    fs::remove_file(desk.path("evidence/recordings/everyday-visit.certificate.7.plan.toml")).unwrap();
    assert_eq!(desk.sign(&[]).0, 0, "a plan is not needed");
}

#[test]
fn what_cannot_be_used_is_named_and_ends_with_2() {
    let desk = Desk::new();
    let error = |args: &[&str]| {
        let (code, out, err) = desk.shikaku(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        err
    };
    let sign = |evidence: &str, key: &str, out: &str| error(&["statement", "sign", evidence, "--key", key, "--out", out]);
    fs::write(desk.path("empty.pem"), "").unwrap();
    fs::write(desk.path("huge.json"), vec![b' '; (16 << 20) + 1]).unwrap();
    fs::create_dir(desk.path("folder")).unwrap();
    let all = [
        sign("missing", "key.pem", "s.json"),
        sign("folder", "key.pem", "s.json"),
        sign("evidence", "missing.pem", "s.json"),
        sign("evidence", "empty.pem", "s.json"),
        sign("evidence", "pub.pem", "s.json"),
        sign("evidence", "key.pem", "evidence/s.json"),
        sign("evidence", "key.pem", "missing/s.json"),
        error(&["statement", "sign", "evidence", "--key", "key.pem", "--out", "s.json", "--passphrase-env", "NOT_SET"]),
        error(&["statement", "sign", "evidence", "--key", "key.pem", "--out", "s.json", "--expires", "soon"]),
        error(&["statement", "show", "missing.json"]),
        error(&["statement", "show", "pub.pem"]),
        error(&["verify", "missing.json", "--key", "pub.pem"]),
        error(&["verify", "huge.json", "--key", "pub.pem"]),
        error(&["verify", "huge.json", "--key", "key.pem"]),
        error(&["verify", "huge.json", "--key", "folder"]),
        error(&["verify", "evidence/config.toml", "--key", "pub.pem", "--evidence", "missing"]),
        error(&["verify", "huge.json"]),
    ];
    fs::write(desk.path("evidence/certification.json"), "{\"role\": 1}").unwrap();
    let last = sign("evidence", "key.pem", "s.json");
    insta::assert_snapshot!(all.join("") + &last);
}

#[test]
fn encrypted_keys_are_opened_with_a_passphrase_that_is_in_no_message() {
    let desk = Desk::new();
    let key = PKey::from_ec_key(
        openssl::ec::EcKey::generate(&openssl::ec::EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap(),
    )
    .unwrap();
    desk.use_key(&key);
    let pem = key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"correct horse").unwrap();
    fs::write(desk.path("key.pem"), pem).unwrap();
    let wrong = |args: &[&str], expected: &str| {
        let error = refused(&desk, 2, args);
        assert!(error.contains(expected) && !error.contains("battery"), "{error}");
    };
    wrong(&[], "the key is encrypted: give its passphrase with --passphrase-file or --passphrase-env");
    fs::write(desk.path("pass"), "battery\n").unwrap();
    wrong(&["--passphrase-file", "pass"], "the passphrase is wrong");
    fs::write(desk.path("pass"), "correct horse\r\nsecond line\n").unwrap();
    let (code, out, err) = desk.sign(&["--passphrase-file", "pass"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("(ECDSA P-256 with SHA-256)") && err.is_empty(), "{out}{err}");
    #[cfg(unix)]
    {
        desk.key_mode(0o640);
        assert!(desk.sign(&["--passphrase-file", "pass"]).2.contains("others can read the key `key.pem`: chmod 600 it"));
    }
    assert_eq!(desk.verify(&["--evidence", "evidence"]).0, 0);
    let output = crate::tool::shikaku()
        .current_dir(desk.folder())
        .env("PASS", "correct horse")
        .args(["statement", "sign", "evidence", "--key", "key.pem", "--passphrase-env", "PASS", "--at", super::evidence::AT])
        .args(["--out", "statement.json", "--replace"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", super::text(&output.stderr));
}
