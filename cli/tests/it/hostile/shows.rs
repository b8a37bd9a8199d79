//! Nothing that is shown carries commands: whoever writes a scenario, a file's name, results or a people file moves no cursor, begins no
//! line and commands no CI system.

use super::{Ended, Limits, SMALL, finish, head, limited, limited_process, visit};
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// A text that a terminal, a reader or a CI system could obey. If a line feed in it is one, a line begins with `INJECTED`.
const HOSTILE: &str = "x\u{1b}]0;t\u{7}\u{1b}[2J\u{1b}[8m\u{202e}\u{200b}\u{9b}31m\r\n::error file=a::b\n  ::set-output name=c::d\n##[error]e\n\
     ##vso[task.complete]f\nsection_start:1:g\r\u{1b}[0K\nINJECTED";

/// Whether a text is shown without anything of that.
fn is_harmless(text: &str, is_json: bool) -> Result<(), String> {
    let allowed = |c: char| {
        c == '\n' || c == '\t' || (0xa0..).contains(&u32::from(c)) && !sim::terms::shown::is_hidden(c) || (' '..='~').contains(&c)
    };
    if let Some(c) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!("it has {c:?}"));
    }
    let command = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("::")
            || line.starts_with("INJECTED")
            || line.contains("##[")
            || line.contains("##vso[")
            || line.starts_with("section_")
    };
    match text.lines().find(command) {
        Some(line) => Err(format!("a line of it is obeyed: {line:?}")),
        None if is_json => serde_json::from_str::<serde_json::Value>(text).map(drop).map_err(|e| format!("it is no JSON: {e}")),
        None => Ok(()),
    }
}

fn harmless(ended: &Ended, args: &[&str]) {
    assert!(ended.is_orderly(), "{args:?}: {}", ended.shown());
    let is_json = args.contains(&"json") && !ended.stdout.is_empty() || args.contains(&"sarif");
    for (text, is_json) in [(&ended.stdout, is_json), (&ended.stderr, false)] {
        is_harmless(text, is_json).unwrap_or_else(|what| panic!("{args:?}: {what}: {}", text.escape_debug()));
    }
}

fn toml_string(text: &str) -> String {
    // A TOML basic string has the escapes of JSON.
    serde_json::to_string(text).unwrap()
}

/// Titles, story, names of files and folders, keys and values.
#[test]
fn scenarios_and_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\n::error::b\u{202e}\u{1b}[2J\nINJECTED";
    let sub = folder.path().join(name);
    fs::create_dir(&sub).unwrap();
    let hostile = toml_string(HOSTILE);
    let good = format!("title = {{ ja = {hostile}, en = {hostile} }}\nstory = {hostile}\npeople = 1\n{}", visit(2, 0));
    // In the certificate design nobody fails; not insured is wrong.
    let failing = good.replace("never-wrong", "not-insured");
    let file = |end: &str, text: &str| {
        let path = sub.join(format!("{name}{end}.toml"));
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let (good, failing) = (file("good", &good), file("failing", &failing));
    let plain = folder.path().join("plain.toml");
    fs::write(&plain, fs::read(&good).unwrap()).unwrap();
    let wrong = [
        format!("{hostile} = 1\n"),
        format!("people = {hostile}\n"),
        format!("include = [{hostile}]\n"),
        format!("exercises = [{hostile}]\n"),
        format!("draws-as = {hostile}\n[[visit]]\nat = {hostile}\n"),
        HOSTILE.to_string(),
        format!("needs = {{ {hostile} = {hostile} }}\n"),
        format!("[[fault]]\nat = \"1s\"\ndoes = {{ {hostile} = {{}} }}\n"),
    ];
    let wrong: Vec<String> =
        wrong.iter().enumerate().map(|(i, text)| file(&format!("wrong{i}"), &(text.clone() + &head(1) + &visit(2, 0)))).collect();
    let (junit, markdown) = (sub.join("a.xml"), sub.join("a.md"));
    let pages = ["--junit", junit.to_str().unwrap(), "--markdown", markdown.to_str().unwrap()];
    for args in [
        &["check", &good][..],
        &["check", &good, "--format", "json"],
        &["check", "--plan", &good],
        &["check", "--plan", plain.to_str().unwrap()],
        &["run", &good, "--list"],
        &["run", &good, "--list", "--format", "json"],
        &[&["run", &failing, "--design", "certificate"][..], &pages].concat(),
        &["run", &failing, "--design", "certificate", "--format", "json"],
        &["run", &good, &good],
        &["population", "--scenario", &wrong[0]],
        &["load", &good],
        &["coverage", &failing],
        &["run", &(good.clone() + "missing")],
        &["judge", sub.to_str().unwrap()],
        &["diff", sub.to_str().unwrap(), &good],
        &["merge", sub.to_str().unwrap()],
        &["scan", "--people", &good, &good],
        &["verify", &good, "--key", &good],
        &["replay", HOSTILE],
        &["explain", HOSTILE],
        &["designs", HOSTILE],
        &["run", "--mutant", HOSTILE],
        &["run", "--seeds", HOSTILE],
        &["check", sub.to_str().unwrap(), "--format", "json"],
    ] {
        harmless(&limited(args, folder.path(), SMALL), args);
    }
    for wrong in &wrong {
        let args = ["check", wrong.as_str()];
        let ended = limited(&args, folder.path(), SMALL);
        assert_eq!(ended.code, Some(2), "{}", ended.shown());
        harmless(&ended, &args);
    }
    for page in [junit, markdown] {
        let text = fs::read_to_string(page).unwrap();
        is_harmless(&text, false).unwrap_or_else(|what| panic!("{what}: {text}"));
    }
}

/// Options in one argument with their value, and files of the newest commands.
#[test]
fn values_of_options_and_files_of_kits() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("kit")).unwrap();
    let hostile = toml_string(HOSTILE);
    let schema = "schema = \"shikaku/site/v1\"\nseed = 1\ncreated = \"2027-04-05T00:00:00Z\"\n";
    let (kit, sut) = (folder.path().join("kit/site.toml"), folder.path().join("sut.toml"));
    let file = |option: &str| format!("--{option}={HOSTILE}/x");
    let calls = [
        vec!["verify".to_string(), file("key"), "statement.json".into()],
        vec!["statement".into(), "sign".into(), "kit".into(), file("key"), file("out")],
        vec!["serve".into(), file("kit"), file("design")],
        vec!["serve".into(), "--kit".into(), "kit".into()],
        vec!["certify".into(), "broker".into(), file("config")],
        vec!["certify".into(), "broker".into(), file("init")],
        vec!["certify".into(), "broker".into(), "--config".into(), "sut.toml".into()],
        vec!["certify".into(), "broker".into(), "--self-test".into(), format!("--ui={HOSTILE}")],
        vec!["compare".into(), file("assumptions"), "--out".into(), "out".into()],
        vec!["compare".into(), file("designs"), file("out")],
        vec!["population".into(), file("scenario")],
        vec!["merge".into(), file("out"), "kit".into()],
        vec!["run".into(), file("design"), file("out")],
        vec!["scan".into(), file("people"), "kit".into()],
        vec!["load".into(), "oracle-mm1".into(), file("out")],
        vec!["calibrate".into(), file("only")],
    ];
    for (site, configuration) in [
        (format!("schema = {hostile}\nseed = 1\n"), format!("role = {hostile}\n")),
        (format!("{schema}design = {hostile}\n[listen]\n{hostile} = {hostile}\n"), format!("{hostile} = {hostile}\n")),
        (format!("{schema}design = {hostile}\n[listen]\n"), HOSTILE.to_string()),
    ] {
        fs::write(&kit, site).unwrap();
        fs::write(&sut, configuration).unwrap();
        for args in &calls {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let ended = limited(&args, folder.path(), SMALL);
            assert!(matches!(ended.code, Some(2 | 4)), "{args:?}: {}", ended.shown());
            harmless(&ended, &args);
        }
    }
}

/// Puts a hostile text into every string of a document, one after the other.
fn hostile_strings(document: &serde_json::Value) -> Vec<serde_json::Value> {
    fn count(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::String(_) => 1,
            serde_json::Value::Array(all) => all.iter().map(count).sum(),
            serde_json::Value::Object(all) => all.values().map(count).sum(),
            _ => 0,
        }
    }
    fn put(value: &mut serde_json::Value, left: &mut usize) {
        match value {
            serde_json::Value::String(text) => {
                if *left == 0 {
                    *text = HOSTILE.into();
                }
                *left = left.wrapping_sub(1);
            }
            serde_json::Value::Array(all) => all.iter_mut().for_each(|v| put(v, left)),
            serde_json::Value::Object(all) => all.values_mut().for_each(|v| put(v, left)),
            _ => {}
        }
    }
    let one = |mut at: usize| {
        let mut changed = document.clone();
        put(&mut changed, &mut at);
        changed
    };
    (0..count(document)).map(one).collect()
}

/// Results, journals and people files of others: every string in turn.
#[test]
fn documents_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = [
        "run",
        "jpki-down",
        "--design",
        "certificate",
        "--mutant",
        "broker-shows-code",
        "--partition",
        "hash:1/1",
        "--out",
        "out",
    ];
    assert_eq!(limited(&run, folder.path(), SMALL).code, Some(1));
    let results = fs::read_to_string(out.join("results.json")).unwrap();
    let mut results: serde_json::Value = serde_json::from_str(&results).unwrap();
    // A few rules are enough, among them those that failed.
    for rule in results["runs"][0]["rules"].as_array_mut().unwrap() {
        rule["findings"].as_array_mut().unwrap().truncate(1);
    }
    results["runs"][0]["rules"].as_array_mut().unwrap().retain(|r| r["outcome"] == "broken" || r["id"] == "FLOW-001");
    results["rules"].as_array_mut().unwrap().truncate(2);
    results["plan"]["designs"] = serde_json::json!([]);
    let all = hostile_strings(&results);
    assert!(all.len() > 60, "{}", all.len());
    fs::create_dir(folder.path().join("right")).unwrap();
    fs::write(folder.path().join("right/results.json"), results.to_string()).unwrap();
    for (number, document) in all.iter().enumerate() {
        fs::write(out.join("results.json"), document.to_string()).unwrap();
        // Every document in one way each; all ways are taken many times.
        let args: &[&str] = match number % 4 {
            0 => &["diff", "right", "out", "--across"],
            1 => &["diff", "out", "right", "--across", "--format", "json"],
            2 => &["merge", "out"],
            _ => &["diff", "out", "right"],
        };
        harmless(&limited(args, folder.path(), SMALL), args);
    }
    journals(&out, folder.path());
    people(folder.path());
}

fn journals(out: &Path, folder: &Path) {
    let journal =
        fs::read_dir(out).unwrap().map(|f| f.unwrap().path()).find(|f| f.to_str().unwrap().ends_with(".jsonl")).unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let first: serde_json::Value = serde_json::from_str(head).unwrap();
    for changed in hostile_strings(&first).iter().take(12) {
        fs::write(&journal, format!("{changed}\n{rest}")).unwrap();
        let args = ["judge", journal.to_str().unwrap()];
        harmless(&limited(&args, folder, SMALL), &args);
    }
}

fn people(folder: &Path) {
    let value = serde_json::to_string(HOSTILE).unwrap();
    for line in [
        format!("{{\"index\":{value}}}"),
        format!("{{\"index\":1,\"my_number\":{value}}}"),
        format!("{{\"index\":1,\"institution_codes\":{{{value}:{value}}}}}"),
        format!("{{{value}:1,{value}:2,\"index\":1}}"),
        format!("{{\"index\":1,\"index\":{value}}}"),
        HOSTILE.to_string(),
    ] {
        fs::write(folder.join("people.ndjson"), line).unwrap();
        fs::write(folder.join("x\u{1b}[2J\n::error::y"), "nothing").unwrap();
        let args = ["scan", "--people", "people.ndjson", "right", "x\u{1b}[2J\n::error::y"];
        harmless(&limited(&args, folder, SMALL), &args);
    }
    let person = "{\"index\":0,\"my_number\":\"123456789018\"}\n";
    fs::write(folder.join("people.ndjson"), person).unwrap();
    fs::write(folder.join("x\u{1b}[2J\n::error::y"), "123456789018").unwrap();
    for format in ["human", "json", "sarif"] {
        let args = ["scan", "--people", "people.ndjson", "x\u{1b}[2J\n::error::y", "--format", format];
        let ended = limited(&args, folder, SMALL);
        assert_eq!(ended.code, Some(1), "{}", ended.shown());
        harmless(&ended, &args);
    }
}

/// Every escape of texts hides the same characters.
/// The line with which `serve` says that it is ready is read by programs: JSON, whatever the folder of the kit is called.
#[test]
fn the_line_of_a_site_that_is_ready_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let kit = format!("--kit={HOSTILE}").replace('/', "");
    let args = ["serve", "broker", "--port", "0", kit.as_str()];
    let mut command = limited_process(&args, folder.path(), Limits { megabytes: 2000, seconds: 30 });
    let ended = finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), 60, Some(("TERM", 4000)));
    assert_eq!(ended.code, Some(0), "{}", ended.shown());
    assert!(ended.stdout.contains("\"ready\":true"), "{}", ended.shown());
    is_harmless(&ended.stdout, true).unwrap_or_else(|what| panic!("{what}: {}", ended.stdout.escape_debug()));
}

#[test]
fn all_escapes_agree() {
    for c in ('\0'..=char::MAX).filter(|c| sim::terms::shown::is_hidden(*c)) {
        let text = format!("a{c}");
        assert!(!statement::escape::escaped(&text).contains(c), "{c:?} is shown in statements");
    }
}

/// Only the file that escapes writes to stdout and stderr.
#[test]
fn only_one_file_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let prints =
                ["stdout()", "stderr()", "print!(", "println!(", "eprint"].iter().filter(|word| text.contains(**word)).count();
            // Whether stderr is a terminal is asked elsewhere too.
            let asks = text.matches("stderr().is_terminal()").count();
            let is_output = path.ends_with("output.rs") && path.parent().is_some_and(|p| p.ends_with("src"));
            assert!(is_output || prints <= asks, "{} prints by itself: use the functions of output.rs", path.display());
        }
    }
}
