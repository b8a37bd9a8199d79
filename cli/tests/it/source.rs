//! `docs/source.md` maps the sentences of the source to what shows them: everything that it names exists.

use mocks::roles::ROLES;
use scenarios::designs;
use sim::terms::operations::OPERATIONS;
use sim::terms::outcome::OutcomeCode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// What is between two marks, each time.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| Some(rest.split_once(close)?.0)).collect()
}

/// The names in backticks that are neither a role, an operation, a design, an outcome, a field of codes, a key of files nor a command.
fn unknown(text: &str) -> BTreeSet<&str> {
    let operations = OPERATIONS.iter().map(|o| o.name());
    let designs: Vec<String> = designs::named().iter().map(|d| d.name.clone()).collect();
    let known: BTreeSet<&str> = ROLES
        .iter()
        .map(|r| r.name)
        .chain(operations)
        .chain(designs.iter().map(String::as_str))
        .chain(OutcomeCode::ALL.iter().map(|code| code.code()))
        .chain(["exchange", "codes-asked-every"])
        .collect();
    let named = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    named.filter(|name| !known.contains(name) && !name.starts_with("shikaku ") && *name != "source").collect()
}

/// The files to which the page links that do not exist.
fn missing<'a>(text: &'a str, docs: &Path) -> Vec<&'a str> {
    between(text, "](", ")").into_iter().filter(|link| !docs.join(link).exists()).collect()
}

#[test]
fn everything_that_the_page_of_the_source_names_exists() {
    let docs = docs();
    let text = std::fs::read_to_string(docs.join("source.md")).unwrap();
    assert_eq!(missing(&text, &docs), Vec::<&str>::new());
    assert_eq!(unknown(&text), BTreeSet::new());
    // Each sentence is shown by something, or the page says why not.
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| 「")).collect();
    assert!(rows.len() > 40, "{}", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").collect();
        let shown = cells.get(2).is_some_and(|cell| !cell.trim().is_empty());
        assert!(shown || row.contains("未実装: "), "{row}");
        assert!(["求める", "検討する", "述べる"].contains(&cells[1]), "{row}");
    }
}

/// The test can fail.
#[test]
fn a_name_and_a_link_that_lead_nowhere_are_found() {
    let text = "`municipality` `municipalitty` [CODE-006](rules/CODE-006.md) [CODE-999](rules/CODE-999.md)";
    assert_eq!(unknown(text), BTreeSet::from(["municipalitty"]));
    assert_eq!(missing(text, &docs()), ["rules/CODE-999.md"]);
}
