//! The list of all scenarios in `docs/scenarios-list.md` is generated from their files.

use scenarios::catalog::{SUITES, Suite};
use scenarios::file::Scenario;
use std::fmt::Write;

/// The text of a table cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn row(out: &mut String, folder: &str, s: &Scenario) {
    let rules: Vec<String> = s.exercises.iter().map(|id| format!("[{id}](rules/{id}.md)")).collect();
    let (name, ja, en) = (&s.name, cell(&s.title.ja), cell(&s.title.en));
    writeln!(out, "| [{name}](../scenarios/{folder}/{name}.toml) | {ja} | {en} | {} |", rules.join(" ")).unwrap();
}

/// The page in Markdown.
fn page() -> String {
    let mut out = String::from(
        "# All scenarios\n\nGenerated from the scenario files; `SHIKAKU_BLESS=1 cargo test --release -p scenarios --test it list` regenerates \
         it. The file format: [scenarios](scenarios.md).\n",
    );
    for suite in SUITES {
        let scenarios = suite.scenarios().unwrap_or_else(|e| panic!("{e}"));
        // A scenario that is drawn from the seed has no file.
        let written: Vec<&Scenario> = scenarios.iter().filter(|s| s.generator.is_none()).collect();
        if written.is_empty() {
            continue;
        }
        let (name, what, count) = (suite.name, suite.what, written.len());
        write!(out, "\n## {name}\n\n{what}; {count} scenarios: `shikaku run --suite {name}`.\n\n").unwrap();
        out += "| scenario | 題 | title | exercises |\n|---|---|---|---|\n";
        written.into_iter().for_each(|s| row(&mut out, name, s));
    }
    out
}

#[test]
fn the_list_in_docs_matches_the_files() {
    let path = format!("{}/../docs/scenarios-list.md", env!("CARGO_MANIFEST_DIR"));
    let wanted = page();
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == wanted, "docs/scenarios-list.md is outdated: SHIKAKU_BLESS=1 regenerates it");
}

/// A rule that does not exist would otherwise only be found by running the scenario.
#[test]
fn every_scenario_exercises_existing_rules() {
    for suite in SUITES {
        for s in suite.scenarios().unwrap().iter().filter(|s| s.generator.is_none()) {
            assert!(!s.exercises.is_empty(), "{} exercises no rule", s.name);
            for id in &s.exercises {
                let page = format!("{}/../docs/rules/{id}.md", env!("CARGO_MANIFEST_DIR"));
                assert!(std::path::Path::new(&page).exists(), "{} exercises {id}, which has no page", s.name);
            }
        }
    }
}

/// Whether a story ends with a bracket that says where it comes from. What is cited can be looked up, so it has a year, an article
/// or a section.
fn names_its_source(story: &str) -> bool {
    let words: Vec<&str> = story.split_whitespace().collect();
    let text = words.join(" ");
    let Some((_, bracket)) = text.rsplit_once(" (") else { return false };
    let begins = |with: [&str; 2]| with.iter().any(|w| bracket.starts_with(w));
    let cited = begins(["Source: ", "After "]) && bracket.chars().any(|c| c.is_ascii_digit());
    bracket.ends_with(".)") && (cited || begins(["An assumption: ", "A profile of this testbed: "]))
}

#[test]
fn every_story_of_counter_and_data_names_its_source() {
    for suite in ["counter", "data"] {
        for s in Suite::find(suite).unwrap().scenarios().unwrap() {
            assert!(names_its_source(&s.story), "the story of {} does not end with its source", s.name);
        }
    }
    assert!(names_its_source("A reader hangs.\n(After a survey, 2024.)\n"));
    for story in [
        "A reader hangs.",
        "A reader hangs (or is slow).",
        "A reader hangs. (Source: a survey.)",
        "(Source: a survey, 2024.) It hangs.",
    ] {
        assert!(!names_its_source(story), "{story}");
    }
}
