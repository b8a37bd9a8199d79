//! The glossary names what exists, and every zone.

use sim::terms::roles::Zone;
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

#[test]
fn the_glossary_names_what_exists_and_every_zone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let glossary = fs::read_to_string(root.join("docs/glossary.md")).unwrap();
    let mut code = String::new();
    for member in ["sim/terms", "sim", "mocks", "scenarios", "conformance/leak", "conformance", "reports"] {
        sources(&root.join(member).join("src"), &mut code);
    }
    let first_cells = glossary.lines().filter(|l| l.starts_with("| `")).map(|l| l.split('|').nth(1).unwrap());
    let names: Vec<&str> = first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(names.len() > 35, "{}", names.len());
    for name in &names {
        let zone = Zone::ALL.iter().any(|z| z.name() == *name);
        let kinds = ["struct", "enum", "trait", "fn"];
        let item = kinds.iter().any(|k| {
            code.contains(&format!("{k} {name}")) || code.contains("identifier!") && code.contains(&format!("    {name},\n"))
        });
        assert!(zone || item, "the glossary names `{name}`, which does not exist");
    }
    for zone in Zone::ALL {
        assert!(names.contains(&zone.name()), "the zone `{}` is not in the glossary", zone.name());
    }
}
