//! Outputs are written as users expect: whole, through links, into devices, and never over an input or another output.

use super::{Ended, Limits, SMALL, finish, limited, limited_process};
use crate::tool;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;

const RUN: [&str; 4] = ["run", "borrowed-card", "--design", "certificate"];

fn run(more: &[&str], folder: &Path) -> Ended {
    limited(&[&RUN[..], more].concat(), folder, SMALL)
}

#[test]
fn a_device_a_pipe_and_a_link_stay_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("target.xml"), "old").unwrap();
    symlink("target.xml", at("link.xml")).unwrap();
    assert_eq!(run(&["--junit", "link.xml"], folder.path()).code, Some(0));
    assert!(at("link.xml").is_symlink() && fs::read_to_string(at("target.xml")).unwrap().contains("<testcase "));
    let ended = run(&["--junit", "/dev/stdout", "--sarif", "/dev/null", "--markdown", "/dev/null"], folder.path());
    assert!(
        ended.code == Some(0) && ended.stdout.contains("<testcase ") && ended.stdout.contains("1 passed"),
        "{}",
        ended.shown()
    );
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let line = "mkfifo pipe && (cat pipe > read &) && \"$SHIKAKU\" run borrowed-card --design certificate --junit pipe >/dev/null; sleep 0.3; cat read";
    let piped = tool::shell(line, folder.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&piped.stdout).contains("<testcase "), "{piped:?}");
    assert!(fs::metadata(at("pipe")).unwrap().file_type().is_fifo());
    let full = run(&["--junit", "/dev/full"], folder.path());
    assert!(full.code == Some(4) && full.stderr.contains("--junit: `/dev/full` cannot be written"), "{}", full.shown());
    // Stdout is a file here, which the shell has opened: it has both texts.
    let line = "\"$SHIKAKU\" run borrowed-card --design certificate --junit /dev/stdout > both";
    assert!(tool::shell(line, folder.path()).status().unwrap().success());
    let both = fs::read_to_string(at("both")).unwrap();
    assert!(both.contains("<testcase ") && both.contains("1 passed"), "{both}");
}

#[test]
fn no_output_is_an_input_or_another_output() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let scenario = include_str!("../../../../scenarios/core/everyday-visit.toml");
    fs::write(at("part.toml"), "people = 12\n").unwrap();
    fs::write(at("mine.toml"), format!("include = [\"part.toml\"]\n{}", scenario.replacen("people = ", "# people = ", 1)))
        .unwrap();
    fs::write(at("design.toml"), include_str!("../../../../designs/certificate.toml")).unwrap();
    symlink("mine.toml", at("link")).unwrap();
    assert_eq!(limited(&["run", "mine.toml", "--partition", "hash:1/1", "--out", "out"], folder.path(), SMALL).code, Some(0));
    let before = fs::read(at("out/results.json")).unwrap();
    for args in [
        &["run", "mine.toml", "--junit", "mine.toml"][..],
        &["run", "mine.toml", "--markdown", "link"],
        &["run", "mine.toml", "--markdown", "part.toml"],
        &["run", "mine.toml", "--design", "design.toml", "--sarif", "design.toml"],
        &["run", "mine.toml", "--junit", "a.xml", "--sarif", "./a.xml"],
        &["run", "mine.toml", "--out", "new", "--junit", "new/results.json"],
        &["run", "mine.toml", "--junit", "out"],
        &["merge", "out", "--out", "out", "--replace"],
        &["merge", "out", "--junit", "out/results.json"],
        &["population", "--scenario", "mine.toml", "--out", "mine.toml"],
        &["load", "oracle-mm1", "--minutes", "0.1", "--out", "out"],
        &["run", "mine.toml", "--html", "page", "--baseline", "out", "--junit", "out/results.json"],
        &["run", "mine.toml", "--html", "page", "--baseline", "out/results.json", "--markdown", "out/results.json"],
        &["statement", "sign", "out", "--key", "design.toml", "--out", "design.toml", "--replace"],
        &[
            "statement",
            "sign",
            "out",
            "--key",
            "part.toml",
            "--passphrase-file",
            "design.toml",
            "--out",
            "design.toml",
            "--replace",
        ],
    ] {
        let ended = limited(args, folder.path(), SMALL);
        assert_eq!(ended.code, Some(2), "{args:?}: {}", ended.shown());
        assert!(ended.stdout.is_empty(), "{args:?}: something ran: {}", ended.shown());
    }
    assert_eq!(fs::read(at("out/results.json")).unwrap(), before);
    assert!(fs::read_to_string(at("mine.toml")).unwrap().starts_with("include"));
    assert_eq!(fs::read_to_string(at("design.toml")).unwrap(), include_str!("../../../../designs/certificate.toml"));
    // The older results have been read when the new ones take their place.
    let args = ["run", "mine.toml", "--html", "page", "--baseline", "out", "--out", "out", "--replace"];
    assert_eq!(limited(&args, folder.path(), SMALL).code, Some(0));
}

/// Two commands that write to one folder would leave results of one beside recordings of the other.
#[test]
fn a_folder_is_written_by_one_command_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = ["run", "borrowed-card", "--design", "certificate", "--seeds", "1..300", "--journals", "all", "--out", "out"];
    let mut command = limited_process(&first, folder.path(), Limits { megabytes: 2000, seconds: 120 });
    let under_way = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !folder.path().join("out").is_dir() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    for more in [&["--out", "out"][..], &["--out", "out", "--replace"]] {
        let second = run(more, folder.path());
        assert_eq!(second.code, Some(2), "{}", second.shown());
        assert!(second.stderr.contains("another command is writing to `out`"), "{}", second.shown());
    }
    let first = finish(under_way, 600, None);
    assert_eq!(first.code, Some(0), "{}", first.shown());
    let journals = fs::read_dir(folder.path().join("out")).unwrap();
    let count = journals.filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().ends_with(".jsonl")).count();
    assert_eq!(count, 300);
    assert_eq!(run(&["--out", "out", "--replace"], folder.path()).code, Some(0), "the folder is free again");
}

#[test]
fn a_used_folder_is_refused_unless_it_is_to_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let results = || fs::read(folder.path().join("out/results.json")).unwrap();
    assert_eq!(run(&["--out", "out", "--seed", "1", "--journals", "all"], folder.path()).code, Some(0));
    let first = results();
    let again = run(&["--out", "out", "--seed", "2"], folder.path());
    assert!(
        again.code == Some(2) && again.stderr.contains("has an older run") && again.stderr.contains("--replace"),
        "{}",
        again.shown()
    );
    assert_eq!(results(), first);
    assert_eq!(run(&["--out", "out", "--seed", "2", "--replace"], folder.path()).code, Some(0));
    assert_ne!(results(), first);
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 4, "the journal of the older run is gone");
    // Other files in a folder are no older run.
    fs::create_dir(folder.path().join("notes")).unwrap();
    fs::write(folder.path().join("notes/a.txt"), "").unwrap();
    assert_eq!(run(&["--out", "notes"], folder.path()).code, Some(0));
}

/// A limit on the size of files stands for a disk that fills.
#[test]
fn a_disk_that_fills_leaves_the_old_state_whole() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["--out", "out", "--journals", "all", "--junit", "out/a.xml"], folder.path()).code, Some(0));
    let state = || -> Vec<(String, Vec<u8>)> {
        let mut all: Vec<_> = fs::read_dir(folder.path().join("out"))
            .unwrap()
            .map(|f| f.unwrap().path())
            .map(|f| (f.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&f).unwrap()))
            .collect();
        all.sort();
        all
    };
    let before = state();
    assert_eq!(before.len(), 8);
    for blocks in [0, 2, 8, 16, 24, 64] {
        // Blocks of 512 bytes. The signal for a file that is too large is ignored, so that writing fails.
        let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$SHIKAKU\" \"$@\"");
        let mut command = tool::shell(&line, folder.path());
        command.arg("sh").args(RUN).args([
            "--seed",
            "2",
            "--out",
            "out",
            "--replace",
            "--journals",
            "all",
            "--junit",
            "out/a.xml",
        ]);
        let ended = super::finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), 60, None);
        assert!(ended.code == Some(4) && ended.stderr.contains("cannot be written"), "{blocks}: {}", ended.shown());
        assert!(state() == before, "with {blocks} blocks the older run is changed: {}", ended.shown());
    }
}

#[test]
fn a_name_that_is_too_long_is_shortened() {
    let folder = tempfile::tempdir().unwrap();
    let name = "長い名前".repeat(20);
    let file = folder.path().join(format!("{name}.toml"));
    fs::write(&file, include_str!("../../../../scenarios/core/everyday-visit.toml")).unwrap();
    let ended = limited(&["run", file.to_str().unwrap(), "--journals", "all", "--out", "out"], folder.path(), SMALL);
    assert_eq!(ended.code, Some(0), "{}", ended.shown());
    let judged = limited(&["judge", "out"], folder.path(), SMALL);
    assert_eq!(judged.code, Some(0), "{}", judged.shown());
}

#[test]
fn an_output_keeps_the_permissions_of_what_it_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.xml");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o604)).unwrap();
    assert_eq!(run(&["--junit", "a.xml"], folder.path()).code, Some(0));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o604);
}

#[test]
fn nothing_is_left_of_a_command_that_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { megabytes: 1000, seconds: 60 };
    let mut command =
        super::limited_process(&["population", "--persons", "2000000", "--out", "people.ndjson"], folder.path(), limits);
    let ended = super::finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), 60, Some(("TERM", 400)));
    assert_eq!(ended.code, Some(4), "{}", ended.shown());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
