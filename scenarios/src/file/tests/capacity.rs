//! Capacities, links and calibrations.

use super::super::*;

const STUDY: &str = r#"
title = { ja = "平日", en = "A weekday" }
story = "①〜⑦"
people = 4
[capacity]
calibration = "calibrations/desk.toml"
[capacity.broker]
source = "assumption: a desk"
workers = 4
queue = 20
patience = "2s"
connections = 100
retry-after = "3s"
keeps-records = 1000
service = { check = { calibrated = "signature-check", times = 2.0 }, store = { constant = "1ms" } }
[capacity.facility]
source = "assumption: backoff"
attempts = 5
pause = "500ms"
factor = 2.0
jitter = "20 %"
retries-when-busy = true
[[link]]
between = ["line", "facility"]
latency = { constant = "9ms" }
rate = "10 Mbit/s"
source = "a survey"
[[visit]]
at = "2s"
person = 0
expect = "in-force"
[[fault]]
at = "5s"
for = "1s"
does = { capacity = { host = "broker", share = "50 %" } }
"#;

const DESK: &str = r#"
schema = "shikaku/calibration/v1"
tool = "shikaku 0.1.0"
machine = { cpu = "a desk", cores = 2, os = "linux" }
openssl = "OpenSSL 3.6.3"
[operation.signature-check]
median = "719us"
p10 = "700us"
p90 = "800us"
mean = "730us"
rounds = 1000
"#;

fn study(text: &str, desk: &str) -> Result<Scenario, FileErrors> {
    let desk = desk.to_string();
    let files = move |path: &std::path::Path, _: &std::path::Path| match path.to_str() {
        Some("dir/calibrations/desk.toml") => Ok(desk.clone()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    Scenario::read("dir/study.toml", text, &Library { read: &files, rules: Some(&["FLOW-002"]) })
}

#[test]
fn a_capacity_is_read_and_a_plan_needs_no_calibration_file() {
    let s = study(STUDY, DESK).unwrap_or_else(|e| panic!("{e}"));
    let capacity = s.capacity.as_ref().unwrap();
    let broker = capacity.of_role(&mocks::roles::broker::description::DESCRIPTION);
    assert_eq!((broker.queueing.workers, broker.queueing.queue, broker.retry_after_s), (Some(4), Some(20), 3));
    let check = broker.service[&mocks::roles::broker::description::CHECK];
    let sim::sample::Distribution::LogNormal { median_ms, sigma, .. } = check else { panic!("{check:?}") };
    assert!((median_ms - 1.438).abs() < 1e-9 && (sigma - 0.083_3).abs() < 1e-3, "{median_ms} {sigma}");
    assert_eq!(
        capacity.of_role(&mocks::roles::jpki::description::DESCRIPTION),
        mocks::capacity::ServerCapacity::of(mocks::roles::jpki::description::DESCRIPTION.timed)
    );
    assert_eq!((capacity.retry().attempts, capacity.retry().when_busy), (5, true));
    let again = Scenario::read("dir/study.toml", &s.to_toml().unwrap(), &Library::none()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(again.capacity.unwrap().of_role(&mocks::roles::broker::description::DESCRIPTION), broker);
    assert_ne!(s.sha256, study(STUDY, &DESK.replace("719", "720")).unwrap().sha256);
}

#[test]
fn errors_in_capacities_show_where_they_are() {
    let broken = [
        STUDY.replace("workers = 4", "workers = 0"),
        STUDY.replace("workers = 4", "workrs = 4"),
        STUDY.replace("workers = 4\n", ""),
        STUDY.replace("source = \"assumption: a desk\"\n", ""),
        STUDY.replace("assumption: a desk", "assumption:"),
        STUDY.replace("\"3s\"", "\"2500ms\""),
        STUDY.replace("store =", "stoer ="),
        STUDY.replace("store =", "resolve ="),
        STUDY.replace("{ constant = \"1ms\" }", "\"1ms\""),
        STUDY.replace("{ constant = \"1ms\" }", "{ uniform = { from = \"3ms\", to = \"1ms\" } }"),
        STUDY.replace("{ constant = \"1ms\" }", "{ constant = \"1ms\", calibrated = \"signature-check\" }"),
        STUDY.replace("{ constant = \"1ms\" }", "{ times = 2.0 }"),
        STUDY.replace("\"signature-check\"", "\"signature-chek\""),
        STUDY.replace("calibration = \"calibrations/desk.toml\"\n", ""),
        STUDY.replace("desk.toml", "nothing.toml"),
        STUDY.replace("attempts = 5", "attempts = 0"),
        STUDY.replace("factor = 2.0", "factor = 0.5"),
        STUDY.replace("people = 4", "people = 4\nexercises = [\"FLOW-002\"]"),
        STUDY.replace("\"50 %\"", "\"100 %\""),
        STUDY.replace("host = \"broker\"", "host = \"jpki\""),
        STUDY.replace("[\"line\", \"facility\"]", "[\"facility\", \"jpki\"]"),
        STUDY.replace(
            "[[visit]]",
            "[[link]]\nbetween = [\"facility\", \"line\"]\nlatency = { constant = \"1ms\" }\nsource = \"a survey\"\n[[visit]]",
        ),
        STUDY.replace("source = \"a survey\"\n", ""),
    ];
    let mut all: Vec<String> = broken.iter().map(|t| error(study(t, DESK))).collect();
    let desks = [
        DESK.replace("v1", "v2"),
        DESK.replace("719us", "719"),
        DESK.replace("p90 = \"800us\"", "p90 = \"600us\""),
        DESK.replace("rounds = 1000\n", ""),
    ];
    all.extend(desks.iter().map(|d| error(study(STUDY, d))));
    assert!(all.iter().all(|e| e.starts_with("dir/")), "{all:?}");
    insta::assert_snapshot!(all.join("\n---\n"));
}

fn error(read: Result<Scenario, FileErrors>) -> String {
    read.map(|_| "no error".to_string()).unwrap_or_else(|e| e.to_string())
}
