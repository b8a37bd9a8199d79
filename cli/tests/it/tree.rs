//! The structure of the source: no import cycle between files of a crate, and limits on the length of functions and files.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod imports;
mod modules;

use modules::{Parsed, Source};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Every crate of the workspace, by folder.
const CRATES: [&str; 12] = [
    "sim/terms",
    "sim",
    "mocks",
    "scenarios",
    "conformance/leak",
    "conformance/unpack",
    "conformance",
    "conformance/certify",
    "conformance/contract",
    "conformance/statement",
    "reports",
    "cli",
];

/// From `fn` to the closing brace, tests included.
const LONGEST_FUNCTION: usize = 60;

/// Tests included.
const LONGEST_FILE: usize = 500;

/// Files that may be longer for now. A line here is a debt.
const LONGER_FILES: [&str; 0] = [];

/// Functions that may be longer for now. A line here is a debt.
const LONGER_FUNCTIONS: [&str; 0] = [];

/// Import cycles that are allowed for now, each by its crate and one of its files. A line here is a debt.
const CYCLES: [(&str, &str); 6] = [
    ("reports", "coverage.rs"),
    ("reports", "diff.rs"),
    ("reports", "results/stream.rs"),
    ("cli", "load.rs"),
    ("cli", "results_out.rs"),
    ("cli", "run.rs"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(folder: &Path, below: &Path, into: &mut Source) {
    for entry in fs::read_dir(folder.join(below)).unwrap() {
        let name = below.join(entry.unwrap().file_name());
        let path = folder.join(&name);
        if path.is_dir() {
            read(folder, &name, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.insert(name, fs::read_to_string(path).unwrap());
        }
    }
}

fn source(folder: &str) -> Source {
    let mut source = Source::new();
    read(&root().join(folder).join("src"), Path::new(""), &mut source);
    assert!(!source.is_empty(), "{folder} has no source");
    source
}

/// Every crate, parsed once for all tests.
fn crates() -> &'static [(&'static str, Source, Parsed)] {
    static PARSED: LazyLock<Vec<(&str, Source, Parsed)>> = LazyLock::new(|| {
        let parsed = CRATES.into_iter().map(|folder| {
            let source = source(folder);
            let parsed = modules::parse(&source);
            (folder, source, parsed)
        });
        parsed.collect()
    });
    &PARSED
}

#[test]
fn files_of_a_crate_have_no_import_cycles() {
    let mut wrong = Vec::new();
    for (folder, _, parsed) in crates() {
        let allowed = |cycle: &String| CYCLES.iter().any(|(of, file)| of == folder && cycle.contains(file));
        let cycles = imports::cycles(&imports::of(parsed)).into_iter().filter(|cycle| !allowed(cycle));
        wrong.extend(cycles.map(|cycle| format!("{folder}: {cycle}")));
    }
    assert!(wrong.is_empty(), "move what both need into a separate file:\n{}", wrong.join("\n"));
}

#[test]
fn no_function_is_too_long() {
    let mut wrong = Vec::new();
    for (folder, _, parsed) in crates() {
        for f in parsed.functions.iter().filter(|f| f.lines > LONGEST_FUNCTION) {
            let name = format!("{folder}/src/{}: {}", f.file.display(), f.name);
            if !LONGER_FUNCTIONS.contains(&name.as_str()) {
                wrong.push(format!("{name}, line {}: {} lines", f.line, f.lines));
            }
        }
    }
    assert!(wrong.is_empty(), "at most {LONGEST_FUNCTION} lines:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let mut wrong = Vec::new();
    for (folder, source, _) in crates() {
        for (file, text) in source.iter().filter(|(_, text)| text.lines().count() > LONGEST_FILE) {
            let name = format!("{folder}/src/{}", file.display());
            if !LONGER_FILES.contains(&name.as_str()) {
                wrong.push(format!("{name}: {} lines", text.lines().count()));
            }
        }
    }
    assert!(wrong.is_empty(), "at most {LONGEST_FILE} lines:\n{}", wrong.join("\n"));
}

fn planted(files: &[(&str, &str)]) -> Vec<String> {
    let source = files.iter().map(|(path, text)| (PathBuf::from(path), text.to_string())).collect();
    imports::cycles(&imports::of(&modules::parse(&source)))
}

#[test]
fn a_planted_cycle_is_found_and_shown_with_its_lines() {
    let cycle = planted(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "use crate::b::B;\npub struct A(pub B);\n"),
        ("b.rs", "use super::c;\npub struct B;\npub fn b() {\n    c::c();\n}\n"),
        ("c.rs", "pub fn c() {\n    assert!(matches!(crate::a::A(crate::b::B), crate::a::A(_)));\n}\n"),
    ]);
    assert_eq!(cycle, ["b.rs:4 -> c.rs (`c::c`); c.rs:2 -> b.rs (`crate::b::B`); also in the cycle: a.rs"]);
}

#[test]
fn items_are_followed_through_reexports() {
    // `parent` only re-exports `Child`: its children are in no cycle with it.
    let passing = ("parent.rs", "mod child;\nmod other;\npub use child::Child;\npub use other::*;\n");
    let child = ("parent/child.rs", "pub struct Child;\n");
    let other = ("parent/other.rs", "use super::Child;\npub struct Other(pub Child);\n");
    let root = ("lib.rs", "mod parent;\npub use parent::{Child, Other};\n");
    assert_eq!(planted(&[root, passing, child, other]), [""; 0]);
    // One use of a re-exported item is enough if a child needs the parent.
    let using = ("parent.rs", "mod child;\nmod other;\npub use child::Child;\npub struct Parent(Child);\n");
    let needing = ("parent/child.rs", "pub struct Child;\npub type Above = super::Parent;\n");
    let found = planted(&[("lib.rs", "mod parent;\n"), using, needing, ("parent/other.rs", "")]);
    assert_eq!(found, ["parent/child.rs:2 -> parent.rs (`super::Parent`); parent.rs:4 -> parent/child.rs (`Child`)"]);
    // The same through a glob, an item made by a macro, and a macro in scope without a path.
    let text = "macro_rules! make {\n    ($n:ident) => { pub struct $n; };\n}\nmod child;\nmake!(Made);\npub fn f() {\n    child::g();\n}\n";
    let found = planted(&[("lib.rs", text), ("child.rs", "use super::*;\npub fn g() -> Made {\n    Made\n}\n")]);
    assert_eq!(found, ["child.rs:2 -> lib.rs (`Made`); lib.rs:7 -> child.rs (`child::g`)"]);
    let found = planted(&[("lib.rs", text), ("child.rs", "make!(X);\npub fn g() {}\n")]);
    assert_eq!(found, ["child.rs:1 -> lib.rs (`make`); lib.rs:7 -> child.rs (`child::g`)"]);
}

#[test]
fn modules_declared_by_a_macro_are_files_and_their_items_are_imported() {
    let text = "macro_rules! all {\n    ($($m:ident;)*) => { $(mod $m;)* static ALL: &[&Item] = &[$(&$m::inner::ITEM),*]; };\n}\nall! { one; two; }\npub struct Item;\n";
    let inner = "pub static ITEM: super::super::Item = super::super::Item;\n";
    let files = [("one.rs", "mod inner;\n"), ("two.rs", "mod inner;\n"), ("one/inner.rs", inner), ("two/inner.rs", "")];
    let found = planted(&[vec![("lib.rs", text)], files.to_vec()].concat());
    assert_eq!(found, ["lib.rs:4 -> one/inner.rs (`one::inner::ITEM`); one/inner.rs:1 -> lib.rs (`super::super::Item`)"]);
}

#[test]
fn functions_are_measured_to_their_closing_brace() {
    let text = "struct A;\nimpl A {\n    pub fn a(\n        &self,\n    ) {\n        let _ = 1;\n    }\n}\ntrait T {\n    fn t() {\n    }\n}\n";
    let parsed = modules::parse(&Source::from([(PathBuf::from("lib.rs"), text.to_string())]));
    let lengths: Vec<(&str, usize, usize)> = parsed.functions.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
    assert_eq!(lengths, [("a", 3, 5), ("t", 10, 2)]);
}
