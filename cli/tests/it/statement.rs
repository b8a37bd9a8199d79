//! `shikaku statement` and `shikaku verify` from outside.

mod evidence;
mod refused;
mod without_the_tool;

use crate::tool;
use evidence::{Desk, text};
use statement::verification::{CheckName, CheckOutcome, Verification, VerificationOutcome};
use statement::{Summary, VerdictOutcome};
use std::fs;

fn outcomes(report: &Verification) -> Vec<(CheckName, CheckOutcome)> {
    report.checks.iter().map(|c| (c.check, c.outcome)).collect()
}

fn problems(report: &Verification) -> String {
    report.checks.iter().flat_map(|c| c.problems.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_statement_is_signed_shown_and_verified() {
    let desk = Desk::new();
    let (code, out, err) = desk.sign(&[]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("says      Example 1.0, as broker: passed") && out.contains("1 recordings judged again"), "{out}");
    let (code, report) = desk.verify(&["--evidence", "evidence"]);
    assert_eq!((code, report.outcome), (0, VerificationOutcome::Valid), "{report:?}");
    assert_eq!(report.signed_by.len(), 1);
    assert_eq!(report.says.unwrap().summary, Summary::Passed);
    let (_, shown, note) = desk.shikaku(&["statement", "show", "statement.json"]);
    assert!(
        shown.contains(" passed\n")
            && shown.contains(" not-applicable: scenario/")
            && shown.contains("product   Example 1.0, of Vendor"),
        "{shown}"
    );
    assert!(shown.contains(" not-observable: ") && note.contains("nothing was verified"), "{shown}{note}");
    let (_, json, _) = desk.shikaku(&["statement", "show", "statement.json", "--format", "json"]);
    assert!(json.starts_with("{\n  \"_type\": \"https://in-toto.io/Statement/v1\""), "{json}");
    let human = desk.shikaku(&["verify", "statement.json", "--key", "pub.pem", "--evidence", "evidence", "--at", evidence::AT]);
    assert_eq!(human.0, 0);
    // How many cases there are changes with the tool.
    let cases = human.1.lines().find(|line| line.contains(" cases passed, ")).unwrap();
    insta::assert_snapshot!(human.1.replace(cases, "[N] of [N] cases passed, [N] do not apply"));
    let key = ["verify", "statement.json", "--key", "pub.pem", "--at", evidence::AT, "--lang", "ja"];
    let valid = desk.shikaku(&[&key[..], &["--evidence", "evidence"]].concat()).1;
    fs::write(desk.path("evidence/more.txt"), "more").unwrap();
    let later = ["--at", "2040-01-01T00:00:00Z", "--evidence", "evidence"];
    let invalid = desk.shikaku(&[&["verify", "statement.json", "--key", "pub.pem", "--lang", "ja"][..], &later].concat()).1;
    let incomplete = desk.shikaku(&key).1;
    let japanese = [valid, invalid, incomplete].join("\n");
    let counted = japanese.lines().find(|line| line.contains("件のうち合格")).unwrap().to_string();
    insta::assert_snapshot!("in_japanese", japanese.replace(&counted, "試験項目[N]件のうち合格[N]件、対象外[N]件"));
    let shown = desk.shikaku(&["statement", "show", "statement.json", "--lang", "ja"]);
    assert!(shown.1.contains("製品      Vendorの") && shown.1.contains("\n規則\n"), "{}", shown.1);
    assert!(shown.2.contains("何も確認していない"), "{}", shown.2);
}

#[test]
fn a_certification_of_some_cases_is_incomplete_and_one_that_hides_the_others_is_refused() {
    let desk = Desk::new();
    let (code, out, err) = desk.shikaku(&[
        "certify",
        "number-authority",
        "--self-test",
        "--only",
        "tls/version-1-3",
        "--only",
        "http/root",
        "--out",
        "some",
    ]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("2 of ") && out.contains("a statement of it is incomplete"), "{out}");
    let sign = ["statement", "sign", "some", "--key", "key.pem", "--out", "some.json"];
    let (code, out, err) = desk.shikaku(&sign);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains(", as number-authority: incomplete"), "{out}");
    let (code, out, err) = desk.shikaku(&["verify", "some.json", "--key", "pub.pem", "--evidence", "some"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("\n2 of ") && out.contains("as stated: INCOMPLETE"), "{out}");
    // It is not replaced without a word.
    let before = fs::read(desk.path("some.json")).unwrap();
    let (code, _, err) = desk.shikaku(&sign);
    assert!(code == 2 && err.contains("`some.json` exists: name another file, or give --replace"), "{err}");
    assert_eq!(fs::read(desk.path("some.json")).unwrap(), before);
    assert_eq!(desk.shikaku(&[&sign[..], &["--replace"]].concat()).0, 0);

    // By the tool of the same build, a list that is shorter is found.
    desk.state(|_| {});
    let commit = desk.verify(&[]).1.commit;
    let drop = |c: &mut statement::Certification| {
        c.tool.commit = commit.clone();
        c.cases.retain(|case| case.name == "scenario/everyday-visit");
    };
    desk.write(drop);
    let (code, out, err) = desk.sign(&[]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(
        err.contains("the certification does not list every case") && err.contains(" cases of the role are not listed: "),
        "{err}"
    );
    desk.state(drop);
    let (code, report) = desk.verify(&["--evidence", "evidence"]);
    assert_eq!((code, report.outcome), (1, VerificationOutcome::Invalid), "{report:?}");
    assert_eq!(report.checks.iter().find(|c| c.check == CheckName::Cases).unwrap().outcome, CheckOutcome::Failed);
    // Another build may have other cases.
    desk.state(|c| {
        drop(c);
        c.tool.commit = "0".repeat(40);
    });
    let (code, report) = desk.verify(&["--evidence", "evidence"]);
    assert_eq!((code, report.outcome), (4, VerificationOutcome::Incomplete), "{report:?}");
    assert!(problems(&report).contains("this tool has other cases: verify with the version that certified"), "{report:?}");
}

/// Several runs with probes: a rule has another outcome in each, and the certification and `verify` must choose the same one.
#[test]
fn what_certify_states_is_what_verify_finds() {
    let desk = Desk::new();
    let (code, out, err) = desk.shikaku(&["certify", "jpki", "--self-test", "--quick", "--out", "certified"]);
    assert_eq!(code, 0, "{out}{err}");
    let sign = ["statement", "sign", "certified", "--key", "key.pem", "--out", "certified.json"];
    let (code, out, err) = desk.shikaku(&sign);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("as jpki: incomplete") && out.contains(" 4 recordings judged again"), "{out}");
    let (code, out, err) =
        desk.shikaku(&["verify", "certified.json", "--key", "pub.pem", "--evidence", "certified", "--format", "json"]);
    let report: Verification = serde_json::from_str(&out).unwrap();
    assert_eq!((code, report.outcome), (0, VerificationOutcome::Valid), "{out}{err}");
}

#[test]
fn what_was_not_checked_is_said_and_ends_with_4() {
    let desk = Desk::new();
    assert_eq!(desk.sign(&[]).0, 0);
    let (code, report) = desk.verify(&[]);
    assert_eq!((code, report.outcome), (4, VerificationOutcome::Incomplete));
    let expected = [
        (CheckName::Signature, CheckOutcome::Ok),
        (CheckName::Structure, CheckOutcome::Ok),
        (CheckName::Time, CheckOutcome::Ok),
        (CheckName::Cases, CheckOutcome::Ok),
        (CheckName::Files, CheckOutcome::NotChecked),
        (CheckName::Verdicts, CheckOutcome::NotChecked),
    ];
    assert_eq!(outcomes(&report), expected);
    assert!(problems(&report).contains("only the signature and what the statement says of itself were checked"));

    // A statement that another version made: its rules are not ours.
    desk.state(|c| c.rules.sha256 = "0".repeat(64));
    let (code, report) = desk.verify(&["--evidence", "evidence"]);
    assert_eq!((code, report.outcome), (4, VerificationOutcome::Incomplete), "{report:?}");
    assert!(problems(&report).contains("this tool has other rules: verify with the version that certified, shikaku 0.1.0"));

    // A recording that was cut off, or that cannot be read.
    let journal = fs::read_to_string(desk.path("evidence/recordings/everyday-visit.certificate.7.jsonl")).unwrap();
    let half: String = journal.lines().take(journal.lines().count() / 2).map(|l| format!("{l}\n")).collect();
    for (content, expected) in [(half, "it was cut off"), ("{}\n".into(), "give the journal of a recording")] {
        fs::write(desk.path("evidence/recordings/everyday-visit.certificate.7.jsonl"), content).unwrap();
        desk.state(|_| {});
        let (code, report) = desk.verify(&["--evidence", "evidence"]);
        assert_eq!(code, 4, "{report:?}");
        assert!(problems(&report).contains(expected), "{report:?}");
    }
}

#[test]
fn a_recording_that_cannot_be_judged_hides_no_violation_in_another() {
    let desk = Desk::new();
    let honest = desk.certification();
    desk.plant();
    fs::write(desk.path("evidence/recordings/other.certificate.7.jsonl"), "{}\n").unwrap();
    desk.state(|c| (c.verdicts, c.summary) = (honest.verdicts.clone(), Summary::Passed));
    let (code, report) = desk.verify(&["--evidence", "evidence"]);
    assert_eq!(code, 1, "{report:?}");
    assert!(problems(&report).contains("is stated as held, and judged again it is broken"), "{report:?}");
    assert!(!problems(&report).contains("no rule has this id"), "{report:?}");
}

#[test]
fn a_changed_statement_another_key_and_an_expired_one_are_invalid() {
    let desk = Desk::new();
    assert_eq!(desk.sign(&["--expires", "30"]).0, 0);
    let invalid = |args: &[&str]| {
        let (code, report) = desk.verify(args);
        assert_eq!((code, report.outcome), (1, VerificationOutcome::Invalid), "{report:?}");
        problems(&report)
    };
    assert!(invalid(&["--evidence", "evidence", "--at", "2028-01-01T00:00:00Z"]).contains("it has expired"));
    assert!(invalid(&["--evidence", "evidence", "--at", "2020-01-01T00:00:00Z"]).contains("which is after"));
    let good = fs::read(desk.path("statement.json")).unwrap();
    for position in (0..good.len()).step_by(good.len() / 20) {
        let mut changed = good.clone();
        changed[position] ^= 1;
        fs::write(desk.path("statement.json"), changed).unwrap();
        let (code, report) = desk.verify(&["--evidence", "evidence"]);
        assert_eq!((code, report.says), (1, None), "byte {position}");
    }
    fs::write(desk.path("statement.json"), good).unwrap();
    assert_eq!(desk.verify(&["--evidence", "evidence"]).0, 0);
    desk.make_keys();
    assert!(invalid(&["--evidence", "evidence"]).contains("there is no signature of the key"));
}

#[test]
fn every_file_that_is_missing_changed_or_additional_is_named() {
    let desk = Desk::new();
    assert_eq!(desk.sign(&[]).0, 0);
    let found = |expected: &str| {
        let (code, report) = desk.verify(&["--evidence", "evidence"]);
        assert_eq!(code, 1, "{report:?}");
        assert!(problems(&report).contains(expected), "expected: {expected}\n{report:?}");
        assert_eq!(report.checks.last().unwrap().outcome, CheckOutcome::NotChecked);
    };
    let stem = "recordings/everyday-visit.certificate.7";
    let names = [".jsonl", ".ground.json", ".plan.toml"].map(|end| format!("{stem}{end}"));
    for name in names.iter().map(String::as_str).chain(["certification.json", "config.toml"]) {
        let path = desk.path("evidence").join(name);
        let good = fs::read(&path).unwrap();
        for position in [0, good.len() / 2, good.len() - 1] {
            let mut changed = good.clone();
            changed[position] ^= 1;
            fs::write(&path, changed).unwrap();
            found(&format!("`{name}` was changed"));
        }
        fs::remove_file(&path).unwrap();
        found(&format!("`{name}` is missing"));
        fs::write(&path, good).unwrap();
    }
    fs::write(desk.path("evidence/more\u{202e}"), "").unwrap();
    found("`more\\u{202e}` is not in the statement");
    fs::remove_file(desk.path("evidence/more\u{202e}")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("config.toml", desk.path("evidence/link")).unwrap();
        found("`link`: a symbolic link");
        fs::remove_file(desk.path("evidence/link")).unwrap();
    }
    assert_eq!(desk.verify(&["--evidence", "evidence"]).0, 0);
}

#[test]
fn verdicts_that_the_recordings_do_not_give_are_found() {
    let desk = Desk::new();
    let found = |change: &dyn Fn(&mut statement::Certification), expected: &str| {
        desk.state(change);
        let (code, report) = desk.verify(&["--evidence", "evidence"]);
        assert_eq!(code, 1, "{report:?}");
        let verdicts = report.checks.last().unwrap();
        assert_eq!((verdicts.check, verdicts.outcome), (CheckName::Verdicts, CheckOutcome::Failed));
        assert!(verdicts.problems.join("\n").contains(expected), "expected: {expected}\n{report:?}");
    };
    let unseen = desk.certification().verdicts.iter().position(|v| v.outcome == VerdictOutcome::NotObservable).unwrap();
    found(&|c| c.verdicts[unseen].outcome = VerdictOutcome::Held, "as held, and judged again it is not-observable");
    let leave_out = |c: &mut statement::Certification| {
        c.verdicts.retain(|v| v.rule != "FLOW-001");
        c.rules.ids.retain(|id| id != "FLOW-001");
    };
    found(&leave_out, "rule FLOW-001 is missing: judged again it is ");
    let add = |c: &mut statement::Certification| {
        c.rules.ids.push("FLOW-999".into());
        c.verdicts.push(statement::RuleVerdict { rule: "FLOW-999".into(), ..c.verdicts[0].clone() });
    };
    found(&add, "rule FLOW-999 is stated, and no rule has this id");
    found(&|c| c.role = "facility".into(), "judged again it is");
    found(&|c| c.role = "facilty".into(), "`facilty` is not a role");
    found(&|c| c.design = "challenge".into(), "is of the design certificate and seed 7");
    found(&|c| c.seed = 8, "the certification is of the design certificate and seed 8");
}

#[test]
fn a_broken_certification_can_be_stated_as_broken_only() {
    let desk = Desk::new();
    desk.plant();
    desk.write(|c| c.summary = Summary::Passed);
    let (code, out, err) = desk.sign(&[]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("the summary is `passed`, and `failed` is what follows"), "{err}");
    desk.state(|c| c.summary = Summary::Passed);
    let (code, report) = desk.verify(&["--evidence", "evidence"]);
    assert_eq!(code, 1);
    assert!(problems(&report).contains("the summary is `passed`"), "{report:?}");

    desk.write(|_| {});
    assert_eq!(desk.sign(&[]).0, 0);
    let (code, report) = desk.verify(&["--evidence", "evidence"]);
    assert_eq!((code, report.says.unwrap().summary), (0, Summary::Failed));

    // Waived, with reasons: it passes until the waiver has expired.
    desk.write(|c| {
        let broken = c.verdicts.iter().filter(|v| v.outcome == VerdictOutcome::Broken);
        let waiver = |v: &statement::RuleVerdict| evidence::waiver(&v.rule, "2027-06-01T00:00:00Z");
        c.waivers = broken.map(waiver).collect();
        c.summary = Summary::Passed;
    });
    let (code, _, err) = desk.sign(&[]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(desk.verify(&["--evidence", "evidence"]).0, 0);
    let (code, report) = desk.verify(&["--evidence", "evidence", "--at", "2027-07-01T00:00:00Z"]);
    assert_eq!(code, 1);
    assert!(problems(&report).contains("has expired: it counted until 2027-06-01T00:00:00Z"), "{report:?}");
}

#[test]
fn the_schemas_are_current() {
    for kind in ["certification", "statement", "verify"] {
        let output = tool::shikaku().args(["schema", kind]).output().unwrap();
        let file = format!("{}/../docs/schema/{kind}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let current = text(&output.stdout);
        if std::env::var_os("SHIKAKU_BLESS").is_some() {
            fs::write(&file, &current).unwrap();
        }
        let same = fs::read_to_string(&file).unwrap_or_default() == current;
        assert!(same, "docs/schema/{kind}.schema.json is outdated: SHIKAKU_BLESS=1 regenerates it");
    }
}
