//! A path, a method, a media type, a header or a store is written once in the tree: where it is declared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use terms::operation::{Method, media};
use terms::operations::OPERATIONS;
use terms::stores::STORES;

/// Literals that look like one of these and mean something else: the file, the literal, and its meaning.
const EXCEPTIONS: [(&str, &str, &str); 3] = [
    ("compare/src/views/html/sections.rs", "charts", "a section of the page"),
    ("scenarios/src/plan/swarm.rs", "feeds", "a stream of random numbers"),
    ("sim/terms/src/fhir/feed.rs", "POST", "what an entry of a FHIR transaction asks for"),
];

/// The files of all `src` folders, except tests.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let skipped =
            ["target", "tests", "benches", "examples", "fuzz", "docs", "tests.rs"].contains(&name) || name.starts_with('.');
        if path.is_dir() && !skipped {
            sources(&path, into);
        } else if name.ends_with(".rs") && !skipped {
            into.push(path);
        }
    }
}

/// The string literals of a source text, without those of comments and of a module of tests at its end.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let (mut literals, mut rest) = (Vec::new(), source);
    while let Some(start) = rest.find(['"', '/', '\'', 'r']) {
        let from = &rest[start..];
        let raw = from.strip_prefix('r').map(|f| (f.len() - f.trim_start_matches('#').len(), f.trim_start_matches('#')));
        let after_word = rest[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        rest = if from.starts_with("//") {
            from.find('\n').map_or("", |end| &from[end..])
        } else if let Some((hashes, text)) = raw.filter(|(_, text)| text.starts_with('"') && !after_word) {
            let (literal, after) = text[1..].split_once(&format!("\"{}", "#".repeat(hashes))).unwrap();
            literals.push(literal.to_string());
            after
        } else if let Some(text) = from.strip_prefix('"') {
            let mut escaped = false;
            let end = text.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            literals.push(text[..end.unwrap()].to_string());
            &text[end.unwrap() + 1..]
        } else if from.starts_with("'\"'") || from.starts_with("'/'") {
            &from[3..]
        } else {
            let mut chars = from.chars();
            chars.next();
            chars.as_str()
        };
    }
    literals
}

#[test]
fn what_parties_agree_on_is_written_once() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().parent().unwrap();
    let mut files = Vec::new();
    sources(root, &mut files);
    assert!(files.len() > 200, "{}", files.len());
    let mut once: Vec<&str> =
        OPERATIONS.iter().flat_map(|o| [o.path()].into_iter().chain(o.headers().iter().map(|h| h.name))).collect();
    once.extend([Method::Get, Method::Post].map(Method::name));
    once.extend(STORES.iter().map(|s| s.name));
    once.extend([media::FHIR_JSON, media::JSON, media::PROBLEM_JSON, media::OCSP_REQUEST, media::OCSP_RESPONSE, media::PKIX_CRL]);
    once.sort_unstable();
    once.dedup();
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        for literal in literals(&fs::read_to_string(&file).unwrap()) {
            for word in &once {
                let in_request = word.starts_with('/') && literal.contains(&format!("T {word} "));
                let elsewhere = EXCEPTIONS.iter().any(|(file, other, _)| *file == name && other == word);
                if (literal == *word || in_request) && !elsewhere {
                    found.entry(word).or_default().push(name.clone());
                }
            }
        }
    }
    for word in once {
        let files = found.get(word).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(files.len(), 1, "`{word}` must be declared once and used from there: {files:?}");
    }
}

#[test]
fn the_search_finds_every_literal() {
    let text =
        "// \"a\"\nlet x = (\"b\\\"\", r#\"c\"d\"#, '\"', \"e//f\", r\"g\"); for r in \"h\" {}\n#[cfg(test)]\nmod tests {\n\"i\"";
    assert_eq!(literals(text), ["b\\\"", "c\"d", "e//f", "g", "h"]);
}
