mod cancer;
mod capacity;
mod codes;
mod targets;

use super::*;
use sim::terms::outcome::OutcomeCode;
use std::time::Duration;

const GOOD: &str = r#"
title = { ja = "平日の受診", en = "An everyday visit" }
story = "①〜⑦"
people = 2
[[visit]]
at = "2s"
person = 0
expect = "in-force"
"#;

fn error(text: &str) -> String {
    Scenario::read("dir/x.toml", text, &Library { rules: Some(&["FLOW-001", "NVN-001"]), ..Library::none() })
        .map(|_| "no error".to_string())
        .unwrap_or_else(|e| e.to_string())
}

fn read(text: &str) -> Scenario {
    Scenario::read("dir/everyday-visit.toml", text, &Library::none()).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_minimal_file_has_sensible_defaults() {
    let s = read(GOOD);
    assert_eq!((s.name.as_str(), s.needs.is_empty(), s.facilities), ("everyday-visit", true, 1));
    assert_eq!(s.visits[0].at.0, Duration::from_secs(2));
}

#[test]
fn errors_show_line_column_and_remedy() {
    let fault = |does: &str| format!("{GOOD}[[fault]]\nat = \"1s\"\nfor = \"1s\"\ndoes = {does}\n");
    let broken = [
        // Keys and values.
        GOOD.replace("people = 2", "peple = 2"),
        GOOD.replace("expect", "deviation = \"signature-wrng\"\nexpect"),
        GOOD.replace("expect", "xpect"),
        GOOD.replace("in-force", "inforce"),
        GOOD.replace("[[visit]]", "[[visti]]"),
        // Units.
        GOOD.replace("\"2s\"", "2"),
        GOOD.replace("\"2s\"", "\"2\""),
        GOOD.replace("\"2s\"", "\"2 parsecs\""),
        GOOD.replace("\"2s\"", "\"-2s\""),
        fault("{ link-loss = { between = [\"broker\", \"jpki\"], share = 0.05 } }"),
        fault("{ link-narrow = { between = [\"broker\", \"jpki\"], to = \"64 kB/s\" } }"),
        // Ranges and references.
        GOOD.replace("person = 0", "person = 7"),
        GOOD.replace("people = 2", "people = 0"),
        GOOD.replace("people = 2\n", ""),
        GOOD.replace("people = 2", "people = 2000000"),
        GOOD.replace("\"2s\"", "\"8760h\""),
        GOOD.replace("person = 0", "person = 0\ncard = \"previous\""),
        GOOD.replace("expect", "deviation = \"signature-wrong\"\nexpect"),
        format!("exercises = [\"FLOW-01\"]{GOOD}"),
        format!("{GOOD}[[visit]]\nat = \"3s\"\nfacility = 1\nperson = 0\nexpect = \"in-force\"\n")
            .replace("people", "facilities = 2\npeople"),
        format!("{GOOD}[[person]]\nindex = 0\n[[person]]\nindex = 0\n"),
        format!("{GOOD}[[feed]]\nof-insurer-of = 0\ndays-behind = 8000000\n"),
        format!("{GOOD}[[person]]\nindex = 0\ninsurance = \"ended\"\n[[feed]]\nof-insurer-of = 0\n"),
        fault("{ link-cut = { between = [\"facility\", \"jpki\"] } }"),
        fault("{ clock-ahead = { party = { facility = 4 }, by = \"2s\" } }"),
        fault("{ jpki-slow = { bye = \"2s\" } }"),
        fault("\"jpki-dwon\""),
        fault("\"line-cut\""),
        format!("{}{}", fault("\"jpki-down\""), "[[fault]]\nat = \"1500ms\"\nfor = \"1s\"\ndoes = \"jpki-down\"\n"),
        format!("heals-within = \"10s\"{}", fault("\"jpki-down\"")),
        format!("{GOOD}[[workload]]\nfrom = \"3s\"\nuntil = \"13s\"\narrivals = {{ poisson = {{ rate = \"5 per second\" }} }}\n"),
        format!("{GOOD}[[sometimes]]\nreached = {{ fault = \"jpki-donw\" }}\n"),
        format!("{GOOD}[[event]]\nat = \"3s\"\ndoes = {{ pin-reset = {{ person = 1 }} }}\n"),
        // Form.
        GOOD.replace("[[visit]]", "[[visit"),
        GOOD.replace("[[visit]]", "[visit]"),
        GOOD.replace("\"①〜⑦\"", "7"),
        // Several at once, in the order of their lines.
        GOOD.replace("people = 2", "peple = 2\nfacilties = 3").replace("\"2s\"", "2"),
    ];
    let all: Vec<String> = broken.iter().map(|t| error(t)).collect();
    assert!(all.iter().all(|e| e.starts_with("dir/x.toml:")), "{all:?}");
    insta::assert_snapshot!(all.join("\n---\n"));
}

#[test]
fn included_parts_come_first_and_errors_in_them_name_their_file() {
    let files = |path: &std::path::Path, _: &std::path::Path| match path.to_str() {
        Some("dir/people.toml") => Ok("people = 3\n[[person]]\nindex = 1\ninsurance = \"ended\"\n".to_string()),
        Some("dir/sub/wrong.toml") => Ok("[[person]]\nindex = 9\n".to_string()),
        Some("dir/sub/misspelled.toml") => Ok("\n[[persn]]\nindex = 9\n".to_string()),
        Some("dir/sub/cycle.toml") => Ok("include = [\"../around.toml\"]\n".to_string()),
        Some("dir/sub/../around.toml") => Ok("include = [\"sub/cycle.toml\"]\n".to_string()),
        Some("dir/self.toml") => Ok("include = [\"./self.toml\"]\n".to_string()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let library = Library { read: &files, rules: None };
    let with = |include: &str| format!("include = [{include}]{}", GOOD.replace("people = 2\n", ""));
    let good = Scenario::read("dir/x.toml", &with("\"people.toml\""), &library).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((good.people, good.persons.len()), (3, 1));
    assert_ne!(good.sha256, read(GOOD).sha256);
    let wrong = ["\"people.toml\", \"sub/wrong.toml\"", "\"people.toml\", \"sub/misspelled.toml\"", "\"nothing.toml\"", "7"]
        .map(|include| Scenario::read("dir/x.toml", &with(include), &library).unwrap_err().to_string());
    let cycles = [("dir/x.toml", "\"sub/cycle.toml\""), ("dir/self.toml", "\"self.toml\"")]
        .map(|(file, include)| Scenario::read(file, &with(include), &library).unwrap_err().to_string());
    insta::assert_snapshot!([wrong.to_vec(), cycles.to_vec()].concat().join("\n---\n"));
}

#[test]
fn every_demand_knows_the_line_on_which_it_is_written() {
    let library =
        Library { read: &|_, _| Ok("[[visit]]\nat = \"1s\"\nperson = 1\n\nexpect = \"not-insured\"\n".into()), rules: None };
    let more = "[[workload]]\nfrom = \"10s\"\nuntil = \"20s\"\narrivals = { constant = { every = \"2s\" } }\n\
                [[share]]\nof = \"in-force\"\nat-least = \"90 %\"\n";
    let text = format!("include = [\"part.toml\"]{}{more}", GOOD.replace("people = 2", "people = 9"));
    let plan = Scenario::read("dir/x.toml", &text, &library).unwrap().planned(1);
    let line = |origin: &Origin| origin.line().unwrap();
    let visits: Vec<String> = plan.visits.iter().map(|v| line(&v.origin)).collect();
    // A drawn visit is written where its workload is.
    let workload = text.lines().position(|l| l == "[[workload]]").unwrap() + 1;
    let drawn = format!("dir/x.toml:{workload}");
    assert_eq!(visits, [&["dir/part.toml:5", "dir/x.toml:8"][..], &[drawn.as_str(); 5]].concat());
    let share = text.lines().position(|l| l == "[[share]]").unwrap() + 1;
    assert_eq!(line(&plan.origins.of("share", 0)), format!("dir/x.toml:{share}"));
    assert_eq!(plan.origins.of("sometimes", 0).line(), None);
}

#[test]
fn the_schema_has_every_key_that_is_read() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema().unwrap()).unwrap();
    let mut keys: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut known = KEYS.to_vec();
    keys.sort_unstable();
    known.sort_unstable();
    assert_eq!(keys, known);
    // The reader takes each key: an invalid value is reported as such, and not as an unknown key.
    for key in KEYS {
        let error = error(&format!("{key} = 2027-04-05\n"));
        assert!(!error.contains(&format!("unknown key `{key}`")), "{key}: {error}");
    }
}

#[test]
fn names_of_kinds_are_the_names_in_files() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema().unwrap()).unwrap();
    for (kind, names) in [("FaultKind", &FaultKind::NAMES[..]), ("EventKind", &EventKind::NAMES[..])] {
        let all = &schema["$defs"][kind]["oneOf"];
        let mut written: Vec<&str> = Vec::new();
        for one in all.as_array().unwrap() {
            written.extend(one["const"].as_str());
            written.extend(one["enum"].as_array().into_iter().flatten().filter_map(|w| w.as_str()));
            written.extend(one["properties"].as_object().into_iter().flat_map(|p| p.keys()).map(String::as_str));
        }
        // Results distinguish the two ways of going down, and OCSP answers that a client may use from others.
        let only_in_results = ["host-down-synced", "ocsp-form-usable"];
        let in_files = |n: &'static str| if n == "ocsp-form-unusable" { "ocsp-form" } else { n };
        let mut names: Vec<&str> = names.iter().copied().filter(|n| !only_in_results.contains(n)).map(in_files).collect();
        names.sort_unstable();
        written.sort_unstable();
        assert_eq!(names, written, "{kind}");
    }
}

#[test]
fn the_undisturbed_outcome_of_a_visit_follows_from_the_file() {
    let outcome = |person: &str, rest: &str| {
        let text = GOOD.replace("in-force", "never-wrong").replace("\"2s\"", "\"30s\"");
        let s = read(&format!("{text}[[person]]\nindex = 0\n{person}\n{rest}"));
        let ends: Vec<String> = s.undisturbed(&s.visits[0]).unwrap().iter().map(|o| o.to_string()).collect();
        ends.join(" or ")
    };
    let lost = |at: u64, lasts: u64| {
        outcome("", &format!("[[fault]]\nat = \"{at}s\"\nfor = \"{lasts}s\"\ndoes = {{ card-lost = {{ person = 0 }} }}\n"))
    };
    let event = |at: u64, does: &str| outcome("", &format!("[[event]]\nat = \"{at}s\"\ndoes = {does}\n"));
    assert_eq!(outcome("", ""), "in-force");
    assert_eq!(outcome("certificate = \"expired\"", ""), "certificate-expired");
    assert_eq!(outcome("insurance = \"gap\"", ""), "not-insured");
    assert_eq!(outcome("insurance = \"turns-75-today\"", ""), "in-force");
    assert_eq!(outcome("opted-in = false", ""), "code-unknown");
    assert_eq!(lost(5, 100), "certificate-suspended");
    assert_eq!(lost(5, 5), "in-force");
    assert_eq!(lost(80, 5), "in-force");
    assert_eq!(lost(25, 100), "in-force or certificate-suspended");
    assert_eq!(event(5, "{ leaves-insurer = { person = 0, since-days-ago = 3 } }"), "not-insured");
    assert_eq!(event(50, "{ leaves-insurer = { person = 0, since-days-ago = 3 } }"), "in-force");
    assert_eq!(event(5, "{ certificate-revoked = { person = 0 } }"), "certificate-revoked");
    assert_eq!(event(5, "{ card-renewed = { person = 0 } }"), "in-force");
}

#[test]
fn an_answer_by_the_data_that_arrived_is_never_wrong_and_only_while_data_may_be_late() {
    let meets = |expect: &str, asks: &str, rest: &str, found: OutcomeCode| {
        let text = GOOD.replace("in-force", expect).replace("\"2s\"", &format!("\"30s\"\n{asks}"));
        let s = read(&format!("{text}{rest}"));
        s.meets(&s.visits[0], found, &sim::terms::design::Design::default())
    };
    let (never_wrong, undisturbed) = ("never-wrong", "as-if-undisturbed");
    let two = "[[person]]\nindex = 0\ninsurance = \"two-insurers\"\n";
    let feed = "[[feed]]\nof-insurer-of = 0\narrives = \"40s\"\n";
    let fault = |at: u64| format!("[[fault]]\nat = \"{at}s\"\nfor = \"10s\"\ndoes = \"jpki-down\"\n");
    let current = "asks-about = \"current-coverage\"";
    for late in [feed.to_string(), fault(5), fault(40)] {
        let rest = format!("{two}{late}");
        assert!(meets(never_wrong, "", &rest, OutcomeCode::InForce), "{late}");
        assert!(!meets(undisturbed, "", &rest, OutcomeCode::InForce), "{late}");
        assert!(meets(undisturbed, "", &rest, OutcomeCode::SeveralInsurers), "{late}");
        assert!(!meets(never_wrong, "", &rest, OutcomeCode::InsuredElsewhere), "{late}");
        assert!(!meets(never_wrong, "", &rest, OutcomeCode::NotInsured), "{late}");
        assert!(meets(never_wrong, current, &rest, OutcomeCode::InsuredElsewhere), "{late}");
        assert!(!meets(never_wrong, "", &late, OutcomeCode::NotInsured), "{late}");
    }
    assert!(!meets(never_wrong, "", two, OutcomeCode::InForce));
    assert!(!meets(never_wrong, "", &format!("{two}{}", fault(60)), OutcomeCode::InForce));
    // A refusal comes before the insurers' data.
    let refused = format!("{two}certificate = \"expired\"\n{feed}");
    assert!(!meets(never_wrong, "", &refused, OutcomeCode::InForce));
    let left = "[[event]]\nat = \"5s\"\ndoes = { leaves-insurer = { person = 0, since-days-ago = 3 } }\n";
    assert!(meets(never_wrong, "", &format!("{left}{}", fault(5)), OutcomeCode::InForce));
    assert!(!meets(never_wrong, "", left, OutcomeCode::InForce));
}

#[test]
fn several_changes_of_one_persons_insurance_follow_each_other() {
    let head = GOOD.replace("in-force", "never-wrong").replace("\"2s\"", "\"80s\"");
    let event = |at: u64, does: &str| format!("[[event]]\nat = \"{at}s\"\ndoes = {does}\n");
    let moves = |at, days| event(at, &format!("{{ moves-insurer = {{ person = 0, since-days-ago = {days} }} }}"));
    let leaves = |at, days| event(at, &format!("{{ leaves-insurer = {{ person = 0, since-days-ago = {days} }} }}"));
    let ends = |events: &str, asks: &str| {
        let s = read(&format!("{}{events}", head.replace("expect", &format!("{asks}expect"))));
        let ends: Vec<String> = s.undisturbed(&s.visits[0]).unwrap().iter().map(|o| o.to_string()).collect();
        ends.join(" or ")
    };
    let asks = "asks-about = \"previous-coverage\"\n";
    for (events, known, asked) in [
        (moves(20, 9) + &moves(40, 3), "in-force", "insured-elsewhere"),
        (moves(20, 9) + &moves(120, 3), "in-force", "in-force"),
        (moves(120, 9) + &moves(140, 3), "in-force", "identifier-not-found"),
        (moves(20, 9) + &leaves(40, 3), "not-insured", "coverage-ended"),
        (leaves(20, 9) + &moves(40, 3), "in-force", "insured-elsewhere"),
        (leaves(20, 9) + &moves(120, 3), "not-insured", "coverage-ended"),
    ] {
        assert_eq!((ends(&events, "").as_str(), ends(&events, asks).as_str()), (known, asked), "{events}");
    }
    for (events, why) in [
        (moves(20, 3) + &moves(40, 9), "a `since-days-ago` below 3"),
        (moves(20, 9) + &moves(20, 3), "after all insurers have registered and fed that one (21s)"),
        (leaves(20, 9) + &leaves(40, 3), "between two ends there is a move"),
        (
            moves(20, 9) + &moves(40, 3).replace("person = 0,", "person = 0, new-feed-after = \"1m\","),
            "possible for one change only",
        ),
    ] {
        let found = error(&format!("{head}{events}"));
        assert!(found.contains(why), "{found}");
    }
}

/// A file that names an outcome of a certificate that has ended is played where that outcome is right.
#[test]
fn an_outcome_after_the_end_of_a_certificate_needs_the_designs_in_which_it_is_right() {
    let needs = |outcome: &str, days: u32, more: &str| {
        let person = format!("[[person]]\nindex = 0\ncertificate = \"expired\"\nended-days-ago = {days}\n");
        let s = read(&format!("{more}{}{person}", GOOD.replace("in-force", outcome)));
        s.needs.of(sim::terms::design::Axis::Validity).iter().map(|choice| choice.id()).collect::<Vec<_>>()
    };
    assert_eq!(needs("in-force", 1, ""), ["grace-one-month", "grace-three-months"]);
    assert_eq!(needs("in-force", 60, ""), ["grace-three-months"]);
    assert_eq!(needs("certificate-expired", 1, ""), ["to-its-end", "unknown-not-known", "renewal-known-later"]);
    assert_eq!(needs("certificate-expired", 200, ""), [""; 0]);
    assert_eq!(needs("never-wrong", 1, ""), [""; 0]);
    assert_eq!(needs("in-force", 1, "needs = { presented = \"visible-number\" }\n"), [""; 0]);
}

#[test]
fn the_undisturbed_outcome_after_midnight_is_that_of_the_new_day() {
    let outcome = |insurance: &str, asks: &str, at: &str| {
        let head = format!("day = \"2028-02-29\"\nstarts = \"23:00\"\n{}", GOOD.replace("in-force", "never-wrong"));
        let text = head.replace("\"2s\"", &format!("\"{at}\"\n{asks}"));
        let s = read(&format!("{text}[[person]]\nindex = 0\ninsurance = \"{insurance}\"\n"));
        let ends: Vec<String> = s.undisturbed(&s.visits[0]).unwrap().iter().map(|o| o.to_string()).collect();
        ends.join(" or ")
    };
    let current = "asks-about = \"current-coverage\"";
    for (insurance, asks, before, after) in [
        ("gap", "", "not-insured", "in-force"),
        ("gap", current, "coverage-ended", "insured-elsewhere"),
        ("turns-75-tomorrow", "", "in-force", "in-force"),
        ("turns-75-tomorrow", current, "in-force", "insured-elsewhere"),
        ("moved-today", current, "in-force", "in-force"),
        ("ended", "", "not-insured", "not-insured"),
        ("two-insurers", "", "several-insurers", "several-insurers"),
    ] {
        assert_eq!(
            (outcome(insurance, asks, "59m"), outcome(insurance, asks, "61m")),
            (before.into(), after.into()),
            "{insurance} {asks}"
        );
    }
    let near = outcome("gap", "", "59m50s");
    for either in ["not-insured", "in-force", "feed-not-in"] {
        assert!(near.contains(either), "{near}");
    }
}

#[test]
fn the_calendar_is_read_and_its_errors_say_what_to_write() {
    let head = |keys: &str| format!("{keys}\n{GOOD}");
    let s = read(&head("day = \"2027-03-31\"\nstarts = \"23:59:40\""));
    assert_eq!((s.day.to_string(), s.starts.to_string()), ("2027-03-31".into(), "23:59:40".into()));
    assert_eq!((read(GOOD).day.to_string(), read(GOOD).starts.to_string()), (Day::default().to_string(), "09:00".into()));
    assert!(!read(GOOD).to_toml().unwrap().contains("starts"));
    let again = read(&s.to_toml().unwrap());
    assert_eq!((again.day, again.starts), (s.day, s.starts));
    let wrong = [
        "day = \"2027-02-29\"",
        "day = \"2019-12-31\"",
        "day = \"tomorrow\"",
        "day = 20270405",
        "day = 2027-04-05",
        "starts = \"24:00\"",
        "starts = \"9:00\"",
        "starts = \"09:00+09:00\"",
        "starts = 9",
    ];
    let wrong = wrong.map(|keys| error(&head(keys)));
    insta::assert_snapshot!(wrong.join("\n---\n"));
}

#[test]
fn a_written_scenario_is_read_back_unchanged() {
    // Plans of the swarm use every part.
    for seed in 1..200 {
        let plan = crate::plan::swarm::scenario().planned(seed);
        let text = plan.to_toml().unwrap();
        let again = Scenario::read("swarm.toml", &text, &Library::none()).unwrap_or_else(|e| panic!("seed {seed}:\n{e}\n{text}"));
        assert_eq!(Scenario { sha256: plan.sha256.clone(), source: plan.source.clone(), ..again }, plan, "{text}");
    }
}
