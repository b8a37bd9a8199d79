//! `shikaku judge` from outside: recordings are judged again with the same findings, from journal and ground truth alone.

use crate::tool;
use reports::judge::Judgement;
use reports::results::{Results, RuleOutcome, RunOutcome};
use sim::ground::Ground;
use sim::journal::{Entry, Event, read_lines, write_line};
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Every role but the broker.
const WITHOUT_BROKER: &str = "facility,jpki,insurer,number-authority,line,reader,card,registry,municipality";

fn shikaku(args: &[&str], out: &Path) -> Output {
    tool::shikaku().args(args).arg(out).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_string()
}

fn judged(args: &[&str], what: &Path) -> (Option<i32>, Judgement) {
    let output = shikaku(&[&["judge", "--format", "json"], args].concat(), what);
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stderr))))
}

fn results(folder: &Path) -> Results {
    serde_json::from_slice(&fs::read(folder.join("results.json")).unwrap()).unwrap()
}

/// A folder with every recording of the suite `core`.
static CORE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let output = shikaku(&["run", "--seed", "7", "--journals", "all", "--out"], &folder.path().join("core"));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    folder
});

/// A folder with a copy of one recording.
fn one(scenario: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for end in ["jsonl", "ground.json", "plan.toml"] {
        let name = format!("{scenario}.certificate.7.{end}");
        fs::copy(CORE.path().join("core").join(&name), folder.path().join(&name)).unwrap();
    }
    folder
}

fn journal_of(folder: &Path) -> Vec<Entry> {
    read_lines(&fs::read_to_string(folder.join("everyday-visit.certificate.7.jsonl")).unwrap()).unwrap()
}

fn write_journal(folder: &Path, entries: &[Entry]) {
    let mut lines = Vec::new();
    entries.iter().for_each(|e| write_line(e, &mut lines));
    fs::write(folder.join("everyday-visit.certificate.7.jsonl"), lines).unwrap();
}

/// The bytes of the rules of each run or recording of a document.
fn rules_as_written(document: &str) -> Vec<&str> {
    let mut all: Vec<&str> =
        document.split("\n      \"rules\": [").skip(1).map(|rest| rest.split("\n      ]").next().unwrap()).collect();
    all.sort_unstable();
    all
}

#[test]
fn recordings_are_judged_again_with_the_same_findings_byte_for_byte() {
    let folder = CORE.path().join("core");
    let recorded = results(&folder);
    let output = shikaku(&["judge", "--format", "json"], &folder);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let written = text(&output.stdout);
    let again: Judgement = serde_json::from_str(&written).unwrap();
    assert_eq!((again.recordings.len(), again.unreadable.len()), (recorded.runs.len(), 0));
    assert_eq!(Some(&again.rules), recorded.rules.as_ref());
    let by_name: BTreeMap<_, _> = again.recordings.iter().map(|r| ((&r.scenario, &r.design, r.seed), r)).collect();
    for run in &recorded.runs {
        let judged = by_name[&(&run.scenario, &run.design, run.seed)];
        assert_eq!(judged.rules, run.rules, "{}", judged.journal);
        assert_eq!((&judged.journal_sha256, judged.outcome), (&run.journal_sha256, RunOutcome::Passed));
    }
    let results = fs::read_to_string(folder.join("results.json")).unwrap();
    let (before, after) = (rules_as_written(&results), rules_as_written(&written));
    assert!(before.len() == recorded.runs.len() && before.iter().all(|rules| rules.len() > 1000));
    assert!(before == after, "the bytes of rules differ");
}

#[test]
fn a_plan_is_played_again_with_the_same_bytes() {
    let folder = one("morning-rush");
    let out = folder.path().join("again");
    let plan = folder.path().join("morning-rush.certificate.7.plan.toml");
    let output = tool::shikaku().arg("run").arg(plan).args(["--design", "certificate", "--out"]).arg(&out).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let recorded = results(&CORE.path().join("core"));
    let run = recorded.runs.iter().find(|r| r.scenario == "morning-rush" && r.design == "certificate").unwrap();
    assert_eq!(results(&out).runs[0].journal_sha256, run.journal_sha256);
}

#[test]
fn what_is_planted_in_a_journal_is_found_and_not_repeated() {
    let folder = one("everyday-visit");
    let ground = fs::read_to_string(folder.path().join("everyday-visit.certificate.7.ground.json")).unwrap();
    let number = Ground::from_json(&ground).unwrap().people[0].person.my_number.reveal().to_string();
    let mut entries = journal_of(folder.path());
    let shown = entries.iter_mut().find(|e| e.zone == Zone::Facility && matches!(e.event, Event::Screen { .. })).unwrap();
    let seq = shown.seq;
    if let Event::Screen { text, .. } = &mut shown.event {
        text.push_str(&number);
    }
    write_journal(folder.path(), &entries);
    let (code, judgement) = judged(&[], folder.path());
    assert_eq!((code, judgement.recordings[0].outcome), (Some(1), RunOutcome::Broken));
    let broken = judgement.recordings[0].rules.iter().filter(|r| r.outcome == RuleOutcome::Broken);
    let findings: Vec<_> = broken.flat_map(|r| &r.findings).collect();
    assert!(findings.iter().any(|f| f.entries.0 == seq && f.what.contains("My Number")), "{findings:?}");
    let human = shikaku(&["judge"], folder.path());
    assert_eq!(human.status.code(), Some(1));
    let human = text(&human.stdout);
    assert!(human.contains("BROKEN: everyday-visit / certificate / seed 7") && !human.contains(&number), "{human}");
}

#[test]
fn without_the_broker_nothing_is_broken_and_what_is_not_observable_is_listed() {
    let folder = one("everyday-visit");
    let seen = ["--seen", WITHOUT_BROKER];
    let (code, judgement) = judged(&seen, folder.path());
    assert_eq!((code, judgement.recordings[0].outcome), (Some(0), RunOutcome::Passed));
    assert!(!judgement.seen.contains(&"broker".to_string()) && judgement.seen.contains(&"card-chip".to_string()));
    let with = |outcome| judgement.recordings[0].rules.iter().filter(move |r| r.outcome == outcome);
    assert!(with(RuleOutcome::NotObservable).count() > 5 && with(RuleOutcome::Held).count() > 40);
    assert!(with(RuleOutcome::NotObservable).all(|r| r.why.as_deref().unwrap().contains("`broker`")));
    let human = shikaku(&[&["judge"][..], &seen].concat(), folder.path());
    assert_eq!(human.status.code(), Some(0));
    insta::assert_snapshot!(text(&human.stdout));
    let japanese = [&seen[..], &["--lang", "ja"]].concat();
    insta::assert_snapshot!("in_japanese", text(&shikaku(&[&["judge"][..], &japanese].concat(), folder.path()).stdout));
    assert_eq!(judged(&japanese, folder.path()), (code, judgement), "JSON is the same in each language");
}

#[test]
fn rules_that_hold_are_no_run_that_passed_and_unmet_expectations_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/core/everyday-visit.toml");
    let wrong = fs::read_to_string(file).unwrap().replacen("expect = \"in-force\"", "expect = \"not-insured\"", 1);
    let (scenario, out) = (folder.path().join("wrong.toml"), folder.path().join("out"));
    fs::write(&scenario, wrong).unwrap();
    let run = shikaku(&["run", scenario.to_str().unwrap(), "--seeds", "1..2", "--shrink", "0", "--out"], &out);
    assert_eq!(run.status.code(), Some(1), "{}{}", text(&run.stdout), text(&run.stderr));
    let output = shikaku(&["judge"], &out);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    let last =
        "4 recordings: 4 held\nexpectations of scenarios are not judged: by results.json, 4 were not met, in 4 of 4 recordings\n";
    assert!(printed.ends_with(last) && !printed.contains("passed"), "{printed}");
    assert!(judged(&[], &out).1.recordings.iter().all(|r| r.expectations_not_met == Some(1)));
    fs::remove_file(out.join("results.json")).unwrap();
    let printed = text(&shikaku(&["judge"], &out).stdout);
    assert!(printed.ends_with("expectations of scenarios are not judged\n"), "{printed}");
}

#[test]
fn a_broken_should_rule_is_a_warning_in_both_commands() {
    let folder = tempfile::tempdir().unwrap();
    let mutant = scenarios::Mutant::ALL.into_iter().find(|m| m.rules() == ["LINK-001"]).unwrap();
    let run = ["run", mutant.scenario(), "--design", mutant.design(), "--mutant", mutant.name(), "--journals", "all", "--out"];
    let output = shikaku(&run, folder.path());
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    assert!(printed.contains("passed, with warnings: ") && printed.contains("  warning: LINK-001 "), "{printed}");
    let recorded = results(folder.path());
    let rule = recorded.runs[0].rules.iter().find(|r| r.id == "LINK-001").unwrap();
    assert!(rule.warning && rule.outcome == RuleOutcome::Broken && !rule.findings.is_empty());
    let output = shikaku(&["judge"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("held, with warnings: "), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("  warning: LINK-001 "), "{}", text(&output.stdout));
    let (_, judgement) = judged(&[], folder.path());
    assert_eq!(judgement.recordings[0].rules, recorded.runs[0].rules);
}

#[test]
fn what_cannot_be_judged_is_named_and_the_rest_is_judged() {
    let reported = |change: &dyn Fn(&Path)| {
        let folder = one("everyday-visit");
        for end in ["jsonl", "ground.json"] {
            let name = format!("borrowed-card.certificate.7.{end}");
            fs::copy(CORE.path().join("core").join(&name), folder.path().join(&name)).unwrap();
        }
        change(folder.path());
        let (code, judgement) = judged(&[], folder.path());
        assert!(judgement.recordings.iter().any(|r| r.scenario == "borrowed-card" && r.outcome == RunOutcome::Passed));
        let errors = judgement.unreadable.iter().map(|u| u.what.clone());
        let errors: Vec<String> = errors.chain(judgement.recordings.iter().filter_map(|r| r.error.clone())).collect();
        format!("exit {}: {}", code.unwrap(), errors.join("\n").replace(folder.path().to_str().unwrap(), "FOLDER"))
    };
    let file = |folder: &Path, end: &str| folder.join(format!("everyday-visit.certificate.7.{end}"));
    let edited = |folder: &Path, end: &str, edit: &dyn Fn(String) -> String| {
        let text = fs::read_to_string(file(folder, end)).unwrap();
        fs::write(file(folder, end), edit(text)).unwrap();
    };
    let remove = |folder: &Path, line: usize| {
        edited(folder, "jsonl", &|text| {
            text.lines().enumerate().filter(|(i, _)| *i != line).map(|(_, l)| format!("{l}\n")).collect()
        })
    };
    let all = [
        reported(&|folder| fs::remove_file(file(folder, "ground.json")).unwrap()),
        reported(&|folder| edited(folder, "ground.json", &|text| text.replacen("\"people\"", "\"humans\"", 1))),
        reported(&|folder| {
            let other = CORE.path().join("core/fiscal-year-begins-at-midnight.certificate.7.ground.json");
            fs::copy(other, file(folder, "ground.json")).unwrap();
        }),
        reported(&|folder| edited(folder, "plan.toml", &|text| format!("peolpe = 3\n{text}"))),
        reported(&|folder| edited(folder, "jsonl", &|text| text.replacen("\"seq\":41,", "\"seq\":\"0110113718\",", 1))),
        reported(&|folder| edited(folder, "jsonl", &|text| text.replacen("journal/v3", "journal/v9", 1))),
        reported(&|folder| remove(folder, 0)),
        reported(&|folder| remove(folder, 7)),
        reported(&|folder| {
            let entries = journal_of(folder);
            write_journal(folder, &entries[..entries.len() / 2]);
        }),
        reported(&|folder| fs::write(file(folder, "jsonl"), [b'{', b'\n', 0xff]).unwrap()),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[cfg(unix)]
#[test]
fn a_recording_that_cannot_be_opened_ends_with_4() {
    let folder = one("everyday-visit");
    fs::remove_file(folder.path().join("everyday-visit.certificate.7.jsonl")).unwrap();
    fs::create_dir(folder.path().join("everyday-visit.certificate.7.jsonl")).unwrap();
    assert_eq!(judged(&[], folder.path()).0, Some(4));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_out_keeps() {
    use std::os::unix::fs::PermissionsExt;
    let folder = CORE.path().join("core");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let failing = tempfile::tempdir().unwrap();
    let args = ["run", "everyday-visit", "--mutant", "broker-shows-code", "--shrink-time", "2s", "--out"];
    assert_eq!(shikaku(&args, failing.path()).status.code(), Some(1));
    let mut kinds = std::collections::BTreeSet::new();
    for folder in [&folder, failing.path()] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            kinds.insert(path.file_name().unwrap().to_string_lossy().rsplit(['7', '1']).next().unwrap().to_string());
        }
    }
    for kind in [".jsonl", ".ground.json", ".plan.toml", ".smallest.json", "results.json", "runs.parquet"] {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn an_older_run_is_replaced_whole_and_nothing_else_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let names = || -> Vec<String> {
        let mut all: Vec<String> =
            fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().to_string()).collect();
        all.sort();
        all
    };
    let args =
        ["run", "everyday-visit", "--mutant", "broker-shows-code", "--shrink-time", "2s", "--design", "certificate", "--out"];
    assert_eq!(shikaku(&args, folder.path()).status.code(), Some(1));
    assert!(names().contains(&"everyday-visit.certificate.1.smallest.json".to_string()), "{:?}", names());
    for own in ["people.jsonl", "notes.txt", "my.plan.toml"] {
        fs::write(folder.path().join(own), "mine").unwrap();
    }
    let before = names();
    let args = ["run", "borrowed-card", "--design", "certificate", "--journals", "all", "--out"];
    assert_eq!(shikaku(&args, folder.path()).status.code(), Some(2));
    assert_eq!(names(), before);
    let args = ["run", "borrowed-card", "--design", "certificate", "--journals", "all", "--replace", "--out"];
    assert_eq!(shikaku(&args, folder.path()).status.code(), Some(0));
    let expected = [
        "borrowed-card.certificate.1.ground.json",
        "borrowed-card.certificate.1.jsonl",
        "borrowed-card.certificate.1.plan.toml",
        "findings.parquet",
        "my.plan.toml",
        "notes.txt",
        "people.jsonl",
        "results.json",
        "rules.parquet",
        "runs.parquet",
    ];
    assert_eq!(names(), expected);
}
