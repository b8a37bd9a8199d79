//! The worked examples of docs/architecture.md are applied literally to a copy of the sources: new files are written, lines are
//! added at the given context, the copy is built, and its commands must print the output on the page. An example may add at most
//! three lines to existing files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PAGE: &str = include_str!("../../../docs/architecture.md");
const HEADING: &str = "## Worked examples";
/// The most lines that an example may add to existing files.
const MOST_LINES: usize = 3;
const EXPECTED: [&str; 5] = ["A new role", "A new message", "A design choice", "A rule with a mutant", "A report view"];

/// One worked example of the page.
#[derive(Debug, Default)]
struct Example {
    title: String,
    /// Path and content of each new file.
    files: Vec<(String, String)>,
    edits: Vec<Edit>,
    /// Commands, including the program name, and the lines that each must print.
    commands: Vec<(String, Vec<String>)>,
}

/// Lines that are added to a file after existing lines.
#[derive(Debug)]
struct Edit {
    path: String,
    context: Vec<String>,
    added: Vec<String>,
}

impl Edit {
    /// Context lines begin with a blank, added ones with `+`.
    fn parse(path: &str, block: &[&str]) -> Edit {
        let lines = |mark: char| block.iter().filter_map(move |l| l.strip_prefix(mark)).map(str::to_string).collect();
        let (context, added): (Vec<String>, Vec<String>) = (lines(' '), lines('+'));
        assert_eq!(context.len() + added.len(), block.len(), "{path}: a line begins neither with a blank nor with `+`");
        assert!(!context.is_empty() && !added.is_empty(), "{path}: an edit needs context lines, then added lines");
        Edit { path: path.into(), context, added }
    }

    /// The text with the lines added; the context must occur exactly once.
    fn apply(&self, text: &str) -> Result<String, String> {
        let mut lines: Vec<&str> = text.lines().collect();
        let found: Vec<usize> = lines
            .windows(self.context.len())
            .enumerate()
            .filter(|(_, w)| w.iter().zip(&self.context).all(|(a, b)| a == b))
            .map(|(i, _)| i + self.context.len())
            .collect();
        let [behind] = found.as_slice() else {
            return Err(format!("{}: the context {:?} occurs {} times", self.path, self.context, found.len()));
        };
        lines.splice(behind..behind, self.added.iter().map(String::as_str));
        Ok(lines.join("\n") + "\n")
    }
}

/// The examples of a page: fenced blocks `new PATH`, `edit PATH` and `console` under a heading of the third level.
fn examples(page: &str) -> Vec<Example> {
    let section = page.split_once(HEADING).map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut all: Vec<Example> = Vec::new();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("### ") {
            all.push(Example { title: title.into(), ..Example::default() });
        }
        let (Some(info), Some(example)) = (line.strip_prefix("```"), all.last_mut()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
        match info.split(' ').collect::<Vec<_>>().as_slice() {
            [_, "new", path] => example.files.push((path.to_string(), block.join("\n") + "\n")),
            [_, "edit", path] => example.edits.push(Edit::parse(path, &block)),
            ["console"] => example.commands.extend(commands(&block)),
            other => panic!("{}: a block is neither `new PATH`, `edit PATH` nor `console`: {other:?}", example.title),
        }
    }
    all
}

fn commands(block: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push((command.into(), Vec::new())),
            (None, Some((_, printed))) => printed.push(line.trim().to_string()),
            (None, None) => panic!("output before the first command: {line}"),
        }
    }
    all
}

/// What an example adds: new files, and lines in existing files.
fn added(example: &Example) -> (usize, usize) {
    (example.files.len(), example.edits.iter().map(|e| e.added.len()).sum())
}

#[test]
fn each_example_is_new_files_and_at_most_three_lines_elsewhere() {
    let all = examples(PAGE);
    assert_eq!(all.iter().map(|e| e.title.as_str()).collect::<Vec<_>>(), EXPECTED);
    for example in &all {
        let (files, lines) = added(example);
        assert!(files >= 1 && lines <= MOST_LINES, "{}: {files} new files, {lines} lines elsewhere", example.title);
        assert!(!example.commands.is_empty(), "{} shows nothing", example.title);
    }
}

#[test]
fn an_edit_needs_its_context_once_and_an_example_with_too_many_lines_is_counted() {
    let edit = Edit::parse("x", &[" b", "+c"]);
    assert_eq!(edit.apply("a\nb\nd\n").unwrap(), "a\nb\nc\nd\n");
    assert!(edit.apply("b\nb\n").is_err());
    assert!(edit.apply("a\n").is_err());
    let page = "## Worked examples\n### A\n```diff edit x\n b\n+1\n+2\n+3\n+4\n```\n```rust new y\nfn f() {}\n```\n";
    assert_eq!(added(&examples(page)[0]), (1, 4));
}

/// Every file of the sources, without build output.
fn sources(root: &Path) -> Vec<PathBuf> {
    let skipped = |name: &std::ffi::OsStr| [".git", "target"].iter().any(|s| name == *s);
    let walk = walkdir::WalkDir::new(root).into_iter().filter_entry(|e| e.depth() == 0 || !skipped(e.file_name()));
    walk.map(|e| e.expect("the sources can be read")).filter(|e| e.file_type().is_file()).map(|e| e.into_path()).collect()
}

/// A copy of the sources in which the binary has a different name, so that building it replaces nothing.
fn copy(root: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("the copy of an earlier test can be removed");
    }
    for file in sources(root) {
        let target = to.join(file.strip_prefix(root).expect("it is below the root"));
        fs::create_dir_all(target.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::copy(&file, &target).expect("a file can be copied");
    }
    if to.starts_with(root) {
        // Cargo also reads the settings of the parent folders, and would pass each compiler flag twice: no built artifact would
        // be reused.
        fs::remove_dir_all(to.join(".cargo")).expect("the settings of the copy can be removed");
    }
    let manifest = to.join("cli/Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("the manifest can be read");
    let renamed = text.replacen("[[bin]]\nname = \"shikaku\"", &format!("[[bin]]\nname = \"{BINARY}\""), 1);
    assert_ne!(text, renamed, "cli/Cargo.toml names the binary elsewhere");
    fs::write(&manifest, renamed).expect("the manifest can be written");
}

const BINARY: &str = "shikaku-with-examples";
const MEMBERS: [&str; 10] =
    ["terms", "leak", "unpack", "sim", "mocks", "scenarios", "conformance", "contract", "reports", "shikaku"];

/// Cargo in the copy, reusing the built dependencies; the crates of the workspace are built without optimisation.
fn cargo(copy: &Path, target: &Path, args: &[&str]) -> Command {
    let (verb, rest) = args.split_first().expect("cargo is asked for something");
    let mut cargo = Command::new(env!("CARGO"));
    // Shuffled test runs set this for the harness; a build with it could not reuse any built artifact.
    cargo.env_remove("RUSTC_BOOTSTRAP");
    cargo.current_dir(copy).args([verb, "--release", "--offline", "--target-dir"]).arg(target);
    for member in MEMBERS {
        cargo.arg("--config").arg(format!("profile.release.package.{member}.opt-level=0"));
    }
    cargo.args(rest);
    cargo
}

#[test]
fn the_examples_work_as_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above the crate");
    let there = Path::new(env!("CARGO_TARGET_TMPDIR")).join("worked-examples");
    copy(root, &there);
    let all = examples(PAGE);
    for example in &all {
        for (path, content) in &example.files {
            let file = there.join(path);
            assert!(!file.exists(), "{}: {path} is not a new file", example.title);
            fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder can be made");
            fs::write(file, content).expect("a file can be written");
        }
        for edit in &example.edits {
            let file = there.join(&edit.path);
            let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {}: {e}", example.title, edit.path));
            fs::write(file, edit.apply(&text).unwrap_or_else(|e| panic!("{}: {e}", example.title)))
                .expect("a file can be written");
        }
    }
    let release = Path::new(env!("CARGO_BIN_EXE_shikaku")).parent().expect("it is in a folder");
    let target = release.parent().expect("it is in the target folder");
    let built = cargo(&there, target, &["build", "-p", "shikaku", "--bin", BINARY]).output().expect("cargo can be started");
    assert!(built.status.success(), "the examples do not build:\n{}", String::from_utf8_lossy(&built.stderr));
    for (example, (command, lines)) in all.iter().flat_map(|e| e.commands.iter().map(move |c| (e, c))) {
        shows(example, command, lines, |program, args| match program {
            "shikaku" => {
                let mut shikaku = Command::new(release.join(BINARY));
                shikaku.current_dir(&there).args(args);
                shikaku
            }
            "cargo" => cargo(&there, target, args),
            other => panic!("{}: no example calls `{other}`", example.title),
        });
    }
    fs::remove_dir_all(&there).expect("the copy can be removed");
}

/// Runs a command and checks the lines that it must print.
fn shows(example: &Example, command: &str, lines: &[String], program: impl Fn(&str, &[&str]) -> Command) {
    let words: Vec<&str> = command.split(' ').collect();
    let (name, args) = words.split_first().expect("a command has a program");
    let ran = program(name, args).output().expect("the program can be started");
    let printed = String::from_utf8_lossy(&ran.stdout);
    for line in lines {
        assert!(
            printed.lines().any(|l| squeezed(l).contains(&squeezed(line))),
            "{}: `{command}` does not print `{line}`:\n{printed}\n{}",
            example.title,
            String::from_utf8_lossy(&ran.stderr)
        );
    }
}

/// A line with single spaces, so that the page need not reproduce column widths.
fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
