//! Documents of others whose numbers are at the ends of their types: sums over them end at the end too, and no reader panics.

use super::{Limits, limited};
use reports::results::{Results, RunsDigest};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const LIMITS: Limits = Limits { megabytes: 2000, seconds: 30 };

/// Every number of a document that is not a time or a seed, at the end of its type.
fn at_their_ends(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(at_their_ends),
        Value::Object(all) => {
            for (_, value) in all.iter_mut().filter(|(key, _)| key.as_str() != "seed") {
                at_their_ends(value);
            }
        }
        Value::Number(number) if number.is_u64() => *value = u64::MAX.into(),
        _ => {}
    }
}

/// Results with such runs, and the digest that fits them: whoever changes a document can compute it.
fn inflate(file: &Path) {
    let mut results: Results = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    for run in &mut results.runs {
        let mut value = serde_json::to_value(&*run).unwrap();
        at_their_ends(&mut value);
        *run = serde_json::from_value(value).unwrap();
    }
    let mut digest = RunsDigest::default();
    results.runs.iter().for_each(|run| digest.take(run).unwrap());
    results.digest = digest.finish();
    fs::write(file, serde_json::to_vec(&results).unwrap()).unwrap();
}

#[test]
fn sums_over_results_of_others_end_where_their_type_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lent.toml");
    let text = "title = { ja = \"借用\", en = \"Borrowed\" }\nstory = \"①\"\npeople = 30\n\
                [[visit]]\nat = \"2s\"\nperson = 0\nexpect = \"in-force\"\n\
                [[risk]]\nfrom = \"10s\"\nuntil = \"5m\"\ndoes = { borrowed-card = { attempts = 5, unnoticed = \"50 %\" } }\n";
    fs::write(&file, text).unwrap();
    for part in ["1", "2"] {
        let (partition, out) = (format!("slice:{part}/2"), format!("part{part}"));
        let args = [
            "run",
            "lent.toml",
            "--design",
            "certificate",
            "--seeds",
            "1..4",
            "--shrink",
            "0",
            "--partition",
            &partition,
            "--out",
            &out,
        ];
        let ended = limited(&args, folder.path(), LIMITS);
        assert_eq!(ended.code, Some(0), "{}", ended.shown());
        inflate(&folder.path().join(out).join("results.json"));
    }
    let views = ["--junit", "a.xml", "--markdown", "a.md", "--sarif", "a.sarif"];
    for args in [
        &[&["merge", "part1", "part2"][..], &views].concat()[..],
        &["diff", "part1/results.json", "part2/results.json", "--across"],
        &["run", "lent.toml", "--design", "certificate", "--seeds", "1..4", "--baseline", "part1/results.json", "--html", "page"],
    ] {
        let ended = limited(args, folder.path(), LIMITS);
        assert!(ended.is_orderly() && ended.code != Some(2), "{args:?}: {}", ended.shown());
    }
}

/// The keys that lead to each number of a document, without the positions in lists.
fn numbers(value: &Value, at: &mut Vec<String>, into: &mut BTreeSet<Vec<String>>) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| numbers(value, at, into)),
        Value::Object(all) => {
            for (key, value) in all {
                at.push(key.clone());
                numbers(value, at, into);
                at.pop();
            }
        }
        Value::Number(_) => drop(into.insert(at.clone())),
        _ => {}
    }
}

/// Sets every number to which these keys lead.
fn set(value: &mut Value, keys: &[String], to: &Value) {
    match (value, keys) {
        (Value::Array(all), keys) => all.iter_mut().for_each(|value| set(value, keys, to)),
        (Value::Object(all), [key, rest @ ..]) => all.get_mut(key).into_iter().for_each(|value| set(value, rest, to)),
        (value @ Value::Number(_), []) => *value = to.clone(),
        _ => {}
    }
}

#[test]
fn numbers_of_recordings_at_their_ends_are_judged_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["run", "borrowed-card", "--design", "certificate", "--journals", "all", "--out", "out"];
    assert_eq!(limited(&args, folder.path(), LIMITS).code, Some(0));
    let ends = [Value::from(u64::MAX), i64::MAX.into(), i64::MIN.into(), 0.into(), (-1).into(), (1u64 << 32).into()];
    for name in ["borrowed-card.certificate.1.ground.json", "borrowed-card.certificate.1.jsonl"] {
        let file = folder.path().join("out").join(name);
        let whole = fs::read_to_string(&file).unwrap();
        // A journal has a document in each line.
        let documents: Vec<Value> = match name.ends_with(".jsonl") {
            true => whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
            false => vec![serde_json::from_str(&whole).unwrap()],
        };
        let mut all = BTreeSet::new();
        documents.iter().for_each(|document| numbers(document, &mut Vec::new(), &mut all));
        assert!(all.len() > 5, "{name}: {all:?}");
        for (keys, end) in all.iter().flat_map(|keys| ends.iter().map(move |end| (keys, end))) {
            let mut changed = documents.clone();
            changed.iter_mut().for_each(|document| set(document, keys, end));
            let lines: Vec<String> = changed.iter().map(Value::to_string).collect();
            fs::write(&file, lines.join("\n") + "\n").unwrap();
            let ended = limited(&["judge", "out"], folder.path(), LIMITS);
            assert!(ended.is_orderly(), "{name}: {keys:?} {end}: {}", ended.shown());
        }
        fs::write(&file, whole).unwrap();
    }
}
