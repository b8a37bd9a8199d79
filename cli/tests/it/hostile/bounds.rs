//! What a file may make the tool do is bounded, and said.

use super::{Ended, Limits, SMALL, head, limited, visit};
use crate::tool;
use std::fs;
use std::path::Path;

fn check(file: &str, folder: &Path) -> Ended {
    limited(&["check", file], folder, SMALL)
}

/// The ending of a check that refuses, for the right reason.
fn refused(file: &str, folder: &Path, why: &str) {
    for command in [&["check", file][..], &["run", file]] {
        let ended = limited(command, folder, SMALL);
        assert_eq!(ended.code, Some(2), "{command:?}: {}", ended.shown());
        assert!(ended.stderr.contains(why), "{command:?}: {}", ended.shown());
    }
}

#[test]
fn a_scenario_shows_no_other_file_of_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in/.git")).unwrap();
    fs::write(at("secret.toml"), "token = \"do not show me\"\n").unwrap();
    fs::write(at("in/.git/config.toml"), "token = \"do not show me\"\n").unwrap();
    fs::write(at("in/notes.txt"), "do not show me\n").unwrap();
    std::os::unix::fs::symlink("../secret.toml", at("in/link.toml")).unwrap();
    let calibrated = "[capacity]\ncalibration = \"NAME\"\n";
    let included = "include = [\"NAME\"]\n";
    for name in [
        "/etc/passwd",
        "../secret.toml",
        "link.toml",
        ".git/config.toml",
        "notes.txt",
        "/proc/self/environ",
        "../in/../secret.toml",
    ] {
        for (how, text) in [("include", included), ("calibration", calibrated)] {
            // A calibration's key is in a table, so it comes last.
            let part = text.replace("NAME", name);
            let text = if how == "include" { part + &head(1) + &visit(2, 0) } else { head(1) + &part + &visit(2, 0) };
            fs::write(at("in/a.toml"), text).unwrap();
            let ended = check("in/a.toml", folder.path());
            assert_eq!(ended.code, Some(2), "{how} {name}: {}", ended.shown());
            let shows = ended.stderr.contains("do not show me") || ended.stderr.contains("root:");
            assert!(!shows && ended.stderr.contains("cannot be read"), "{how} {name}: {}", ended.shown());
        }
    }
    // A folder of scenarios that links to something else.
    std::os::unix::fs::symlink("/etc/passwd", at("in/b.toml")).unwrap();
    for args in [["check", "in"], ["check", "in/b.toml"], ["run", "in/b.toml"]] {
        let ended = limited(&args, folder.path(), SMALL);
        assert_eq!(ended.code, Some(2));
        assert!(
            !ended.stderr.contains("root:") && ended.stderr.contains("it is a link to a file that is not a .toml"),
            "{}",
            ended.shown()
        );
    }
}

#[test]
fn devices_pipes_and_folders_are_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder.toml")).unwrap();
    let status =
        crate::tool::shell("mkfifo pipe.toml && mknod device.toml c 1 5 2>/dev/null; true", folder.path()).status().unwrap();
    assert!(status.success());
    let mut names = vec!["pipe.toml", "folder.toml"];
    names.extend(at("device.toml").exists().then_some("device.toml"));
    for name in names {
        for part in [format!("include = [\"{name}\"]\n{}", head(1)), format!("{}[capacity]\ncalibration = \"{name}\"\n", head(1))]
        {
            fs::write(at("a.toml"), part + &visit(2, 0)).unwrap();
            refused("a.toml", folder.path(), "cannot be read: it is a");
        }
    }
    for args in [
        &["check", "pipe.toml"][..],
        &["run", "/dev/zero"],
        &["load", "pipe.toml"],
        &["run", "everyday-visit", "--design", "/dev/zero"],
        &["replay", "pipe.toml"],
        &["diff", "/dev/zero", "pipe.toml"],
        &["diff", "pipe.toml", "pipe.toml"],
        &["merge", "pipe.toml"],
        &["judge", "/dev/zero"],
        &["population", "--scenario", "pipe.toml"],
        &["scan", "--people", "/dev/zero", "a.toml"],
        &["scan", "--people", "folder.toml", "a.toml"],
        &["certify", "broker", "--config", "pipe.toml"],
        &["serve", "--kit", "pipe.toml"],
    ] {
        let ended = limited(args, folder.path(), SMALL);
        assert!(matches!(ended.code, Some(2 | 4)) && ended.is_orderly(), "{args:?}: {}", ended.shown());
    }
}

#[test]
fn of_many_errors_the_first_are_shown_and_the_rest_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["[[visit]]\nat = 1\n", "[[visit]]\nat = \"2s\"\nperson = 9\nexpect = \"never-wrong\"\n"] {
        fs::write(folder.path().join("a.toml"), head(1) + &wrong.repeat(20_000)).unwrap();
        let ended = check("a.toml", folder.path());
        assert_eq!(ended.code, Some(2), "{}", ended.shown());
        assert_eq!(ended.stderr.matches(" --> a.toml:").count(), 20, "{}", ended.shown());
        assert!(ended.stderr.contains("and 19980 more errors"), "{}", ended.shown());
    }
    // An error in a line without end shows where it is, and not the line.
    fs::write(folder.path().join("a.toml"), head(1) + "visit = [" + &"{ at = 1 }, ".repeat(60_000) + "]\n").unwrap();
    let ended = check("a.toml", folder.path());
    assert!(ended.code == Some(2) && ended.stderr.len() < 20_000, "{}", ended.shown());
}

#[test]
fn what_a_run_needs_is_said_before_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let workload = "[[workload]]\nfrom = \"2s\"\nuntil = \"2602s\"\narrivals = { poisson = { rate = \"RATE per second\" } }\nexpect = \"never-wrong\"\n";
    write("two.toml", head(28_770) + &workload.replace("RATE", "380").repeat(2));
    refused("two.toml", folder.path(), "1976000 visits in all are more than the maximum of 100000");
    write("many.toml", head(28_770) + "facilities = 10000\n" + &visit(2, 0));
    let ended = check("many.toml", folder.path());
    assert!(ended.code == Some(0) && ended.stdout.contains(": each run needs about 4.0 GB and 97 s"), "{}", ended.shown());
    let ended = limited(&["run", "many.toml", "--jobs", "2"], folder.path(), SMALL);
    assert!(ended.code == Some(2) && ended.stderr.contains("more than 4.0 GB"), "{}", ended.shown());
    assert!(ended.stderr.contains("--max-memory"), "{}", ended.shown());
    // A plan of as many visits as a file may have takes no product of people and visits.
    write("plan.toml", head(28_770) + &workload.replace("RATE", "38"));
    let ended = limited(&["check", "--plan", "plan.toml"], folder.path(), Limits { megabytes: 1500, seconds: 10 });
    assert_eq!(ended.code, Some(0), "{}", ended.shown());
}

/// People times facilities are no product, in memory or in time: of each person only the facilities that they visited know anything.
#[test]
fn people_and_facilities_are_a_sum() {
    let folder = tempfile::tempdir().unwrap();
    let text = head(1000) + "facilities = 1000\n" + &(0..20).map(|i| visit(2 + i, i)).collect::<String>();
    fs::write(folder.path().join("a.toml"), text).unwrap();
    let limits = Limits { megabytes: 500, seconds: 20 };
    let ended = limited(&["run", "a.toml", "--design", "certificate"], folder.path(), limits);
    assert_eq!(ended.code, Some(0), "{}", ended.shown());
}

/// One megabyte of every list that a file may have, as many parts as fit.
#[test]
fn a_megabyte_of_anything_is_checked_in_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let parts: &[(&str, &dyn Fn(usize) -> String)] = &[
        ("person", &|i| format!("{{index={}}},", i % 28_000)),
        ("facility", &|i| format!("{{index={}}},", i % 10_000)),
        ("feed", &|i| format!("{{of-insurer-of={}}},", i % 28_000)),
        ("visit", &|i| format!("{{at=\"{i}s\",person={},deviation=\"challenge-reused\",expect=\"in-force\"}},", i % 3)),
        ("visit", &|i| format!("{{at=\"{i}s\",person=0,expect=\"never-wrong\"}},")),
        ("event", &|i| format!("{{at=\"{i}s\",does={{card-renewed={{person=0}}}}}},")),
        ("fault", &|i| format!("{{at=\"{i}s\",lasts=\"1s\",does={{server-down={{host=\"jpki\"}}}}}},")),
        ("link", &|_| "{between=[\"broker\",\"jpki\"],latency={constant=\"1ms\"}},".into()),
        ("workload", &|i| format!("{{from=\"1s\",until=\"{}s\",arrivals={{constant={{every=\"1s\"}}}}}},", i + 5)),
        ("share", &|_| "{of=\"in-force\"},".into()),
        ("sometimes", &|_| "{reached={step=9},at-least=0},".into()),
        ("exercises", &|i| format!("\"RULE-{i}\",")),
        ("include", &|i| format!("\"a{i}.toml\",")),
        ("story", &|_| "a\u{202e}\\u001b ".into()),
    ];
    for (key, part) in parts {
        let mut all = String::new();
        (0..)
            .map(part)
            .take_while(|part| {
                all.len() + part.len() < 1_000_000 && {
                    all += part;
                    true
                }
            })
            .for_each(drop);
        let value = if *key == "story" { format!("\"{all}\"") } else { format!("[{all}]") };
        let text = format!(
            "{key} = {value}\n{}facilities = 10000\n",
            head(28_770).replace("story = \"A story.\"\n", if *key == "story" { "" } else { "story = \"A story.\"\n" })
        );
        fs::write(folder.path().join("a.toml"), text).unwrap();
        for command in ["check", "run"] {
            let ended = limited(&[command, "a.toml"], folder.path(), Limits { megabytes: 700, seconds: 10 });
            // Visits may be right: what they need is said.
            let is_right = ended.code == Some(0) && *key == "visit" && ended.stdout.contains("each run needs about");
            assert!(is_right || ended.code == Some(2) && ended.is_orderly(), "{command} of {key}: {}", ended.shown());
        }
    }
}

#[test]
fn a_rate_that_no_server_serves_ends_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["load", "oracle-mm1", "--rate", "100000", "--crypto", "modelled"];
    let ended = limited(&args, folder.path(), Limits { megabytes: 4500, seconds: 60 });
    assert!(ended.code == Some(4) && ended.stderr.contains("people are at the counters"), "{}", ended.shown());
    let ended = limited(&["load", "oracle-mm1", "--seeds", "0..18446744073709551615"], folder.path(), SMALL);
    assert!(ended.code == Some(2) && ended.stderr.contains("18446744073709551616 seeds are too many"), "{}", ended.shown());
}

/// Finding where an error is takes reading the file up to it: that is done for those that are shown.
#[test]
fn a_design_of_nothing_but_errors_ends_soon() {
    let folder = tempfile::tempdir().unwrap();
    let keys: String = (0..80_000).map(|i| format!("k{i} = {i}\n")).collect();
    let numbers = format!("parameters = [{}]\nbreaks = [{}]\n", "1,".repeat(100_000), "1,".repeat(400_000));
    for (name, text, more) in [("keys.toml", keys, "and 79985 more errors"), ("numbers.toml", numbers, "and 399986 more errors")]
    {
        fs::write(folder.path().join(name), text).unwrap();
        fs::write(folder.path().join("a.toml"), head(1) + &visit(2, 0)).unwrap();
        let ended = limited(&["run", "a.toml", "--design", name], folder.path(), SMALL);
        assert!(ended.code == Some(2) && ended.stderr.contains(more), "{name}: {}", ended.shown());
    }
}

/// What is named as a statement is a regular file, and so is a kit a folder.
#[test]
fn statements_and_kits_are_what_they_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let made = tool::shell("mkfifo pipe && echo > file", folder.path()).status().unwrap();
    assert!(made.success());
    // RFC 8410, section 10.1.
    let key =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    fs::write(folder.path().join("key.pem"), key).unwrap();
    for (args, why) in [
        (&["statement", "show", "pipe"][..], "it is a pipe: give a regular file"),
        (&["statement", "show", "/dev/zero"], "it is a device: give a regular file"),
        (&["verify", "pipe", "--key", "key.pem"], "it is a pipe: give a regular file"),
        (&["serve", "--kit", "file"], "`file` is not a folder"),
        (&["serve", "--kit", "pipe"], "`pipe` is not a folder"),
    ] {
        let ended = limited(args, folder.path(), SMALL);
        assert!(ended.code == Some(2) && ended.stderr.contains(why), "{args:?}: {}", ended.shown());
    }
}
