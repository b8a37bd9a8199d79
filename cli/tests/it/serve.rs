//! `shikaku serve` as a vendor uses it: the kit's examples are played by `curl`, and the recording is judged. What was not seen is not
//! taken for missing.

use crate::tool;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Mocks that run until they are dropped.
struct Mocks(Child);

impl Mocks {
    /// Starts them and waits until all parties listen.
    fn start(args: &[&str], folder: &Path) -> Mocks {
        let mut command = tool::process();
        command.arg("serve").args(args).args(["--kit", "kit"]).current_dir(folder);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mocks = Mocks(child);
        assert!(line.contains("\"ready\":true"), "{line}");
        mocks
    }

    /// Ends them in good order, as SIGTERM does.
    fn stop(mut self) {
        let pid = self.0.id().to_string();
        assert!(std::process::Command::new("kill").arg(pid).status().unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Mocks {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs an example of the kit, and returns what it prints.
fn example(line: &str, folder: &Path) -> String {
    let output = tool::shell(&format!("sh kit/examples/{line}"), folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

fn has_curl(folder: &Path) -> bool {
    let has = tool::shell("curl --version && openssl version", folder).output().is_ok_and(|o| o.status.success());
    assert!(has || std::env::var_os("CI").is_none(), "curl or openssl is missing");
    if !has {
        let _ = writeln!(std::io::stderr(), "\nNOT RUN: curl or openssl is missing\n");
    }
    has
}

/// The exit code and the rules of one recording, by id.
fn judged(args: &[&str], folder: &Path) -> (Option<i32>, Vec<Value>) {
    let output = tool::shikaku().arg("judge").args(args).args(["--format", "json"]).current_dir(folder).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code(), json["recordings"][0]["rules"].as_array().unwrap().clone())
}

fn rule<'r>(rules: &'r [Value], id: &str) -> &'r Value {
    rules.iter().find(|rule| rule["id"] == id).unwrap()
}

fn broken(rules: &[Value]) -> Vec<&Value> {
    rules.iter().filter(|rule| rule["outcome"] == "broken").collect()
}

#[test]
fn the_examples_of_the_kit_break_no_rule_and_the_counter_was_not_seen() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if !has_curl(folder) {
        return;
    }
    let mocks = Mocks::start(&["--port", "0", "--out", "recording"], folder);
    assert!(example("check.sh", folder).contains("\"valueCode\":\"in-force\""));
    assert!(example("check.sh 03", folder).contains("certificate-revoked"));
    assert!(example("certificate-status.sh", folder).contains("Cert Status: good"));
    for (name, answer) in
        [("institution-code", "institutionCode"), ("revocation-list", "JPKI-MOCK"), ("issue-codes", "\"codes\"")]
    {
        let printed = example(&format!("{name}.sh"), folder);
        assert!(printed.contains(answer), "{name}: {printed}");
    }
    mocks.stop();
    let (code, rules) = judged(&["recording"], folder);
    assert_eq!((code, broken(&rules)), (Some(0), vec![]));
    let steps = rule(&rules, "FLOW-001");
    assert_eq!(steps["outcome"], "not-observable");
    assert_eq!(steps["why"], "this needs the side of `facility` and the side of `reader`");
    assert_eq!(rule(&rules, "SEC-001")["outcome"], "held");
}

#[test]
fn a_check_by_another_client_beside_visits_is_left_out_and_the_visits_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if !has_curl(folder) {
        return;
    }
    let mocks = Mocks::start(&["--port", "0", "--visits", "--out", "recording"], folder);
    assert!(example("check.sh", folder).contains("\"valueCode\":\"in-force\""));
    wait_for_visits(folder);
    mocks.stop();
    let (code, rules) = judged(&["recording"], folder);
    assert_eq!((code, broken(&rules)), (Some(0), vec![]));
    let steps = rule(&rules, "FLOW-001");
    assert_eq!((&steps["outcome"], steps["evaluated"].as_u64().unwrap() > 10), (&Value::from("held"), true));
    assert_eq!(steps["remarks"][0], "of 1 check nothing was seen at a counter");
}

#[test]
fn a_party_that_others_play_is_not_judged_by_its_absence() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let around = ["jpki", "insurer", "number-authority", "facility", "line"];
    let mocks = Mocks::start(&[&around[..], &["--port", "0", "--visits", "--out", "around"]].concat(), folder);
    let broker = Mocks::start(&["broker", "--out", "broker"], folder);
    wait_for_visits_in(&folder.join("around"));
    broker.stop();
    mocks.stop();
    let (code, rules) = judged(&["around"], folder);
    assert_eq!((code, broken(&rules)), (Some(0), vec![]));
    assert_eq!(rule(&rules, "FLOW-001")["outcome"], "held");
    assert_eq!(rule(&rules, "NVN-012")["outcome"], "not-observable");
    // The certificates that the other JPKI issued are not known.
    let (code, rules) = judged(&["broker"], folder);
    assert_eq!((code, broken(&rules)), (Some(0), vec![]));
    assert_eq!(
        (&rule(&rules, "FLOW-001")["outcome"], &rule(&rules, "SEC-001")["outcome"]),
        (&"not-observable".into(), &"not-reached".into())
    );
}

fn wait_for_visits(folder: &Path) {
    wait_for_visits_in(&folder.join("recording"));
}

/// Until each person of the kit has been at a facility.
fn wait_for_visits_in(recording: &Path) {
    let journal = recording.join("kit.certificate.1.jsonl");
    for _ in 0..1200 {
        let text = std::fs::read_to_string(&journal).unwrap_or_default();
        let (came, ended) = (text.matches("{\"visit\":{").count(), text.matches("{\"outcome\":{").count());
        if came >= 19 && ended == came {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the visits did not end");
}
