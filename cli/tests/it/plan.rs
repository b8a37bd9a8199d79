//! `shikaku check --plan` from outside: the file is played again with the same bytes, by `shikaku run FILE` alone.

use crate::tool;
use reports::results::Results;
use std::path::Path;

fn shikaku(args: &[&str], folder: &Path) -> (i32, String, String) {
    let output = tool::shikaku().args(args).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// By design, the digests of the journals and the wires.
fn digests(args: &[&str], folder: &Path) -> Vec<(String, u64, String, String)> {
    let (code, out, err) = shikaku(&[&["run"], args, &["--no-rules", "--shrink", "0", "--format", "json"]].concat(), folder);
    assert_eq!(code, 0, "{err}");
    let results: Results = serde_json::from_str(&out).unwrap();
    results.runs.into_iter().map(|r| (r.design, r.seed, r.journal_sha256, r.wire_sha256)).collect()
}

#[test]
fn the_printed_plan_is_played_again_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for (name, seed, design) in [
        ("swarm", "17", None),
        ("poisson-minute", "6", None),
        ("everyday-visit", "1", Some("keep-mapping")),
        ("monday-morning", "2", Some("signed-challenge")),
    ] {
        let design: Vec<&str> = design.into_iter().flat_map(|d| ["--design", d]).collect();
        let (code, plan, err) = shikaku(&[&["check", "--plan", name, "--seed", seed], &design[..]].concat(), dir);
        assert_eq!(code, 0, "{err}");
        assert!(!plan.contains("[[workload]]") && plan.contains("[[visit]]"), "{name}");
        std::fs::write(dir.join("plan.toml"), &plan).unwrap();
        let original = digests(&[&[name, "--seed", seed], &design[..]].concat(), dir);
        assert_eq!(digests(&["plan.toml"], dir), original, "{name}");
        // A plan of a plan is the plan.
        let (_, again, _) = shikaku(&["check", "--plan", "plan.toml"], dir);
        let body = |text: &str| text.split_once('\n').unwrap().1.to_string();
        assert_eq!(body(&again), body(&plan), "{name}");
    }
}

#[test]
fn what_has_no_plan_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for seed in [3, 4] {
        let (_, plan, _) = shikaku(&["check", "--plan", "everyday-visit", "--seed", &seed.to_string()], dir);
        std::fs::write(dir.join(format!("plan-{seed}.toml")), plan).unwrap();
    }
    let mut reported = String::new();
    for args in [
        &["check", "--plan", "swarm", "17"][..],
        &["check", "--plan", "nobody"],
        &["check", "--plan", "challenge-reused", "--design", "certificate"],
        &["check", "--plan", "everyday-visit", "--design", "nothing"],
        &["check", "everyday-visit", "--seed", "7"],
        &["run", "plan-3.toml", "plan-4.toml"],
    ] {
        let (code, out, err) = shikaku(args, dir);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        reported += &format!("$ shikaku {}\n{err}", args.join(" "));
    }
    insta::assert_snapshot!(reported);
}
