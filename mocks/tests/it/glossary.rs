//! The glossary lists only names that exist, and every zone, role, operation and store with its Japanese term.

use mocks::roles::ROLES;
use sim::terms::operations::OPERATIONS;
use sim::terms::roles::Zone;
use sim::terms::stores::STORES;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// Whether `code` declares an item of exactly that name.
fn declares(code: &str, name: &str) -> bool {
    let declared = ["struct", "enum", "trait", "fn"].iter().any(|kind| {
        let item = format!("{kind} {name}");
        code.match_indices(&item).any(|(at, _)| {
            let after = code[at + item.len()..].chars().next();
            !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    });
    declared || code.contains("identifier!(") && code.contains(&format!("    {name},\n    \"{name}\"\n"))
}

#[test]
fn the_glossary_lists_only_what_exists_and_every_zone_role_operation_and_store() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let glossary = fs::read_to_string(root.join("docs/glossary.md")).unwrap();
    let mut code = String::new();
    for member in ["sim", "mocks", "scenarios", "conformance", "reports"] {
        sources(&root.join(member), &mut code);
    }
    // The Japanese terms by name.
    let mut named: BTreeMap<&str, &str> = ROLES.iter().map(|r| (r.name, r.ja)).collect();
    // A role has the name of the zone in which its parties act, except for the card.
    named.extend(Zone::ALL.map(|z| (z.name(), z.ja())));
    named.extend(OPERATIONS.iter().map(|o| (o.name(), o.ja())));
    named.extend(STORES.iter().map(|s| (s.name, s.ja)));

    let rows: Vec<&str> = glossary.lines().filter(|l| l.starts_with("| `")).collect();
    let cells = |row: &str| row.split('|').skip(1).map(|c| c.trim().to_string()).collect::<Vec<_>>();
    let mut listed = BTreeMap::new();
    for row in &rows {
        for name in cells(row)[0].split('`').skip(1).step_by(2) {
            listed.insert(name.to_string(), cells(row)[1].clone());
        }
    }
    assert!(listed.len() > 50, "{}", listed.len());
    for name in listed.keys() {
        assert!(named.contains_key(name.as_str()) || declares(&code, name), "the glossary lists `{name}`, which does not exist");
    }
    for (name, ja) in named {
        let term = listed.get(name).unwrap_or_else(|| panic!("`{name}` is not in the glossary"));
        // The three zones of the card share a row.
        let same = term == ja || (name.starts_with("card-") && term.starts_with("個人番号カード"));
        assert!(same, "`{name}` is `{ja}` in code and `{term}` in the glossary");
    }
}

#[test]
fn a_part_of_a_name_is_not_the_name() {
    let code = "pub struct CheckIdentity;\nfn check() {}\n";
    assert!(declares(code, "CheckIdentity") && declares(code, "check"));
    assert!(!declares(code, "CheckId") && !declares(code, "chec") && !declares(code, "Identity"));
}
