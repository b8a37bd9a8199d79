//! Numbers at the ends of their types, in every key of every file and in every option: made from the schemas and from what the commands
//! say of their options.

use super::{Limits, finish, limited, limited_process};
use crate::tool;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const INTEGERS: &[&str] = &[
    "1",
    "0",
    "-1",
    "255",
    "256",
    "65536",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
];
const NUMBERS: &[&str] =
    &["0.5", "0.0", "-0.0", "-1.0", "1e308", "5e-324", "nan", "inf", "-inf", "1e999", "18446744073709551615"];
const SPANS: &[&str] = &[
    "\"1s\"",
    "\"0s\"",
    "\"1ns\"",
    "\"-1s\"",
    "\"960h\"",
    "\"961h\"",
    "\"9223372036854775807s\"",
    "\"2562047788015215h\"",
    "\"18446744073709551616s\"",
    "\"0.0000000001s\"",
    "\"999999999999999999999999h\"",
    "\"\"",
    "1",
];
const SHARES: &[&str] = &[
    "\"5 %\"",
    "\"0 %\"",
    "\"100 %\"",
    "\"101 %\"",
    "\"0.0000000000000001 %\"",
    "\"99999999999999999999 %\"",
    "\"-1 %\"",
    "\"nan %\"",
];
const RATES: &[&str] =
    &["\"64 kbit/s\"", "\"1 bit/s\"", "\"0 bit/s\"", "\"1000 Gbit/s\"", "\"99999999999999999999 Gbit/s\"", "\"0.1 bit/s\""];
const FREQUENCIES: &[&str] = &[
    "\"1 per second\"",
    "\"0 per second\"",
    "\"1000000 per second\"",
    "\"1000001 per second\"",
    "\"0.0000000000000000001 per hour\"",
    "\"99999999999999999999999 per second\"",
];
const DAYS: &[&str] = &["\"2027-04-05\"", "\"0001-01-01\"", "\"9999-12-31\"", "\"-009999-01-01\"", "\"2027-02-29\"", "\"\""];
const TEXTS: &[&str] = &["\"a\"", "\"\"", "\"\\u0000\"", "\"💴\""];

/// Values of a schema as TOML: the first is a plain one, and the others have one extreme each.
fn values(schema: &Value, all: &Value, deep: usize) -> Vec<String> {
    let texts = |list: &[&str]| list.iter().map(|t| t.to_string()).collect::<Vec<_>>();
    if deep > 12 {
        return texts(&TEXTS[..1]);
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return match name {
            "Span" => texts(SPANS),
            "Share" => texts(SHARES),
            "BitRate" => texts(RATES),
            "Frequency" => texts(FREQUENCIES),
            "Day" => texts(DAYS),
            name => values(&all["$defs"][name], all, deep + 1),
        };
    }
    if let Some(one) = schema["const"].as_str() {
        return vec![format!("{one:?}")];
    }
    if let Some(some) = schema["enum"].as_array() {
        return some.iter().map(Value::to_string).collect();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(some) = schema[choice].as_array() {
            return some.iter().filter(|s| s["type"] != "null").flat_map(|s| values(s, all, deep + 1)).collect();
        }
    }
    let kind = schema["type"].as_array().and_then(|t| t.first()).unwrap_or(&schema["type"]);
    match kind.as_str() {
        Some("integer") => texts(INTEGERS),
        Some("number") => texts(NUMBERS),
        Some("boolean") => texts(&["true", "false"]),
        Some("array") => {
            let items = values(&schema["items"], all, deep + 1);
            let plain = items.first().cloned().unwrap_or_default();
            let mut lists: Vec<String> = items.iter().map(|item| format!("[{item}]")).collect();
            lists.extend([format!("[{plain}, {plain}]"), "[]".into()]);
            lists
        }
        Some("object") => tables(schema, all, deep).iter().map(|keys| format!("{{ {} }}", inline(keys).join(", "))).collect(),
        _ => texts(TEXTS),
    }
}

type Keys = Vec<(String, String)>;

fn inline(keys: &Keys) -> Vec<String> {
    keys.iter().map(|(key, value)| format!("{key} = {value}")).collect()
}

/// Tables of an object: the required keys, and one key with one of its values.
fn tables(schema: &Value, all: &Value, deep: usize) -> Vec<Keys> {
    let no_keys = serde_json::Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&no_keys);
    let required: BTreeSet<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let each: Vec<(&String, Vec<String>)> = properties.iter().map(|(key, schema)| (key, values(schema, all, deep + 1))).collect();
    let plain: Keys = each
        .iter()
        .filter(|(key, _)| required.contains(key.as_str()))
        .map(|(key, values)| (key.to_string(), values.first().cloned().unwrap_or_default()))
        .collect();
    let mut tables = vec![plain.clone()];
    for (key, values) in &each {
        for value in values {
            let mut table: Keys = plain.iter().filter(|(k, _)| k != *key).cloned().collect();
            table.push((key.to_string(), value.clone()));
            tables.push(table);
        }
    }
    if schema["additionalProperties"].is_object() {
        for value in values(&schema["additionalProperties"], all, deep + 1) {
            tables.push(plain.iter().cloned().chain([("signature-check".to_string(), value)]).collect());
        }
    }
    tables
}

fn schema(kind: &str) -> Value {
    let printed = tool::shikaku().args(["schema", kind]).output().unwrap();
    serde_json::from_slice(&printed.stdout).unwrap()
}

/// Documents of a schema, each with the keys of a base that it does not have itself.
fn documents(kind: &str, base: &[(&str, &str)]) -> Vec<String> {
    let schema = schema(kind);
    let whole = |keys: &Keys| {
        let base =
            base.iter().filter(|(key, _)| keys.iter().all(|(k, _)| k != key)).map(|(key, value)| format!("{key} = {value}"));
        base.chain(inline(keys)).collect::<Vec<_>>().join("\n") + "\n"
    };
    tables(&schema, &schema, 0).iter().map(whole).collect()
}

/// A base on which nearly every key can have an effect.
const SCENARIO: &[(&str, &str)] = &[
    ("title", "{ ja = \"試験\", en = \"A test\" }"),
    ("story", "\"A story.\""),
    ("people", "4"),
    ("visit", "[{ at = \"2s\", person = 1, expect = \"never-wrong\" }]"),
];

/// Calls a test of one case for all of them, on two threads.
fn for_each(count: usize, test: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    test(index);
                }
            });
        }
    });
}

const LIMITS: Limits = Limits { megabytes: 1500, seconds: 60 };
/// How many files one command checks.
const BATCH: usize = 100;

/// Checks files, and returns those that are valid.
fn checked(folder: &Path, names: &[String]) -> Vec<String> {
    let valid = Mutex::new(Vec::new());
    let batches: Vec<&[String]> = names.chunks(BATCH).collect();
    for_each(batches.len(), |i| {
        let args: Vec<&str> = std::iter::once("check").chain(batches[i].iter().map(String::as_str)).collect();
        let ended = limited(&args, folder, LIMITS);
        assert!(ended.is_orderly(), "{}", ended.shown());
        let named = ended.stdout.lines().filter_map(|l| l.split_once(": ")).map(|(name, _)| name.to_string());
        valid.lock().unwrap().extend(named.filter(|name| batches[i].contains(name)));
    });
    let mut valid = valid.into_inner().unwrap();
    valid.sort();
    valid
}

fn write_all(folder: &Path, documents: &[String]) -> Vec<String> {
    let name = |(i, text): (usize, &String)| {
        let name = format!("n{i:05}.toml");
        fs::write(folder.join(&name), text).unwrap();
        name
    };
    documents.iter().enumerate().map(name).collect()
}

#[test]
fn every_key_of_scenarios() {
    let folder = tempfile::tempdir().unwrap();
    let names = write_all(folder.path(), &documents("scenario", SCENARIO));
    assert!(names.len() > 1000, "{}", names.len());
    let valid = checked(folder.path(), &names);
    assert!(valid.len() > 150, "{} of {} are valid", valid.len(), names.len());
    // What is valid is played, or says why not. A panic of a run is part of its result.
    let batches: Vec<&[String]> = valid.chunks(10).collect();
    for_each(batches.len(), |i| {
        let load = |name: &&String| fs::read_to_string(folder.path().join(name)).unwrap().contains("\nload = ");
        let (studies, stories): (Vec<&String>, Vec<&String>) = batches[i].iter().partition(load);
        if !stories.is_empty() {
            let args = ["run", "--no-rules", "--shrink", "0", "--max-memory", "1GB", "--jobs", "1", "--filter", "n"];
            let args: Vec<&str> = args.into_iter().chain(stories.iter().map(|s| s.as_str())).collect();
            let ended = limited(&args, folder.path(), LIMITS);
            assert!(ended.is_orderly() && !ended.stdout.contains("panicked"), "{stories:?}: {}", ended.shown());
        }
        for study in studies {
            let args = ["load", study.as_str(), "--minutes", "0.02", "--crypto", "modelled", "--facilities", "20"];
            let process =
                limited_process(&args, folder.path(), LIMITS).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let ended = finish(process, 60, Some(("TERM", 4000)));
            assert!(ended.is_orderly(), "{study}: {}", ended.shown());
        }
    });
}

#[test]
fn every_key_of_load_studies() {
    let folder = tempfile::tempdir().unwrap();
    let schema = schema("scenario");
    let kind = "{ kind = \"clinic\", facilities = 2, visits = \"100 %\" }";
    let plain = [("source", "\"assumption\""), ("rate", "\"2 per second\""), ("lasts", "\"3s\""), ("kind", &format!("[{kind}]"))];
    let with = |keys: &Keys| {
        let plain =
            plain.iter().filter(|(key, _)| keys.iter().all(|(k, _)| k != key)).map(|(key, value)| format!("{key} = {value}"));
        let load: Vec<String> = plain.chain(inline(keys)).collect();
        let scenario = SCENARIO.iter().filter(|(key, _)| *key != "visit").map(|(key, value)| format!("{key} = {value}\n"));
        format!("{}load = {{ {} }}\n", scenario.collect::<String>(), load.join(", "))
    };
    let one_key =
        tables(&schema["$defs"]["LoadPart"], &schema, 0).into_iter().map(|keys| keys.into_iter().rev().take(1).collect());
    let documents: Vec<String> = one_key.map(|keys: Keys| with(&keys)).collect();
    let names = write_all(folder.path(), &documents);
    let valid = checked(folder.path(), &names);
    assert!(valid.len() > 15, "{} of {} are valid", valid.len(), names.len());
    for_each(valid.len(), |i| {
        let args = ["load", valid[i].as_str(), "--minutes", "0.02", "--crypto", "modelled"];
        let process =
            limited_process(&args, folder.path(), LIMITS).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let ended = finish(process, 60, Some(("TERM", 4000)));
        assert!(ended.is_orderly(), "{}: {}", documents[i], ended.shown());
    });
}

#[test]
fn every_key_of_designs_and_calibrations() {
    let folder = tempfile::tempdir().unwrap();
    // A design has all axes; parameters are those that its choices need.
    let design: toml::Table = include_str!("../../../../designs/keep-for-a-time.toml").parse().unwrap();
    let base: Vec<(String, String)> = design.iter().map(|(key, value)| (key.clone(), inline_toml(value))).collect();
    let base: Vec<(&str, &str)> = base.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let mut all = documents("design", &base);
    for parameter in design["parameters"].as_table().unwrap().keys() {
        let text = include_str!("../../../../designs/keep-for-a-time.toml");
        let line = text.lines().find(|l| l.starts_with(parameter.as_str())).unwrap();
        all.extend(SPANS.iter().chain(INTEGERS).map(|value| text.replace(line, &format!("{parameter} = {value}"))));
    }
    let names = write_all(folder.path(), &all);
    let valid = checked(folder.path(), &names);
    assert!(!valid.is_empty() && valid.len() < names.len(), "{} of {} are valid", valid.len(), names.len());
    for_each(valid.len(), |i| {
        let ended = limited(&["run", "everyday-visit", "--design", &valid[i], "--shrink", "0"], folder.path(), LIMITS);
        assert!(ended.is_orderly() && !ended.stdout.contains("panicked"), "{}: {}", valid[i], ended.shown());
    });
    let measured = "[{ median = \"1ms\", p10 = \"1ms\", p90 = \"1ms\", mean = \"1ms\", rounds = 9 }]";
    let calibrations = documents(
        "calibration",
        &[
            ("schema", "\"shikaku/calibration/v1\""),
            ("tool", "\"shikaku\""),
            ("openssl", "\"OpenSSL\""),
            ("machine", "{ cpu = \"a\", cores = 1, os = \"linux\" }"),
            ("operation", &format!("{{ signature-check = {} }}", &measured[1..measured.len() - 1])),
        ],
    );
    let folder = tempfile::tempdir().unwrap();
    for (i, text) in calibrations.iter().enumerate() {
        fs::write(folder.path().join(format!("c{i:05}.toml")), text).unwrap();
    }
    let scenario = |i: usize| {
        let capacity = format!(
            "{{ calibration = \"c{i:05}.toml\", broker = {{ workers = 1, service = {{ submit = {{ calibrated = \"signature-check\", times = 1.0 }} }} }} }}"
        );
        SCENARIO.iter().map(|(key, value)| format!("{key} = {value}\n")).collect::<String>() + &format!("capacity = {capacity}\n")
    };
    checked(folder.path(), &write_all(folder.path(), &(0..calibrations.len()).map(scenario).collect::<Vec<_>>()));
}

fn inline_toml(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(table) => {
            let keys: Vec<String> = table.iter().map(|(key, value)| format!("{key} = {}", inline_toml(value))).collect();
            format!("{{ {} }}", keys.join(", "))
        }
        value => value.to_string(),
    }
}

/// What every option is given.
const OPTIONS: &[&str] = &[
    "0",
    "-1",
    "1e308",
    "nan",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807s",
    "2562047788015215h",
    "0..18446744073709551615",
    "18446744073709551615..18446744073709551615",
    "hash:18446744073709551615/18446744073709551615",
    "slice:1/18446744073709551615",
    "p99=0s",
    "p99.999999999999999999=9223372036854775807s",
    "#18446744073709551615",
    "1000TB",
    "1e999%",
    "",
];

/// A call of each command with which its options have an effect, and that is over soon.
const COMMANDS: &[(&str, &[&str])] = &[
    ("run", &["borrowed-card"]),
    ("load", &["oracle-mm1", "--crypto", "modelled"]),
    ("check", &["--plan", "borrowed-card"]),
    ("merge", &["missing"]),
    ("judge", &["missing"]),
    ("replay", &["sk2-A"]),
    ("coverage", &["borrowed-card"]),
    ("selftest", &[]),
    (
        "compare",
        &["--designs", "certificate", "--scenarios", "everyday-visit", "--seeds", "1..1", "--out", "comparison", "--replace"],
    ),
    ("calibrate", &["--only", "ocsp-status"]),
    ("population", &["--persons", "3"]),
    ("serve", &["--kit", "kit"]),
    ("certify", &["jpki", "--self-test", "--quick", "--only", "scenario/borrowed-card"]),
    ("scan", &["--people", "people.ndjson", "people.ndjson"]),
    ("statement sign", &["missing", "--key", "missing", "--out", "signed.json"]),
    ("statement show", &["missing"]),
    ("verify", &["missing"]),
    ("diff", &["missing", "missing"]),
    ("designs", &[]),
    ("rules", &[]),
    ("explain", &["FLOW-001"]),
    ("contract", &[]),
    ("schema", &["design"]),
];

/// The options of a command that take a value other than a file: their names, from its help.
fn options(command: &str) -> Vec<String> {
    let help = tool::shikaku().args(command.split(' ').chain(["--help"])).output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let named = help.lines().filter_map(|line| line.trim_start().trim_start_matches("-h, ").strip_prefix("--")?.split_once(' '));
    let other = |value: &str| ["FILE", "DIR", "FOLDER", "PATH", "WHEN"].iter().all(|word| !value.contains(word));
    named
        .filter(|(name, value)| value.starts_with('<') && other(value) && !name.contains('='))
        .map(|(name, _)| format!("--{name}"))
        .collect()
}

#[test]
fn every_option_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.ndjson"), "{\"index\":0,\"my_number\":\"123456789018\"}\n").unwrap();
    let help = tool::shikaku().arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let all = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let all = all.lines().filter_map(|l| l.strip_prefix("  ").filter(|l| !l.starts_with(' '))?.split(' ').next());
    let known: BTreeSet<&str> = COMMANDS.iter().filter_map(|(name, _)| name.split(' ').next()).chain(["help"]).collect();
    assert_eq!(all.filter(|name| !known.contains(name)).collect::<Vec<_>>(), [""; 0], "a command has no line in this test");
    let of = |(command, base): &(&str, &[&str])| {
        let args: Vec<String> = command.split(' ').chain(base.iter().copied()).map(str::to_string).collect();
        let with = move |option: String| {
            OPTIONS.iter().map(|value| [&args[..], &[format!("{option}={value}")]].concat()).collect::<Vec<_>>()
        };
        options(command).into_iter().flat_map(with).collect::<Vec<_>>()
    };
    let cases: Vec<Vec<String>> = COMMANDS.iter().flat_map(of).collect();
    assert!(cases.len() > 600, "{}", cases.len());
    for_each(cases.len(), |i| {
        let args: Vec<&str> = cases[i].iter().map(String::as_str).collect();
        let process =
            limited_process(&args, folder.path(), LIMITS).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let ended = finish(process, 30, Some(("TERM", 2000)));
        assert!(ended.is_orderly(), "{args:?}: {}", ended.shown());
    });
}
