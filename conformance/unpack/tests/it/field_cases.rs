//! Files of `tests/cases`, made after problems from the field. All people are invented.

use super::sink::Kept;

fn case(name: &str) -> Kept {
    let path = format!("{}/tests/cases/{name}", env!("CARGO_MANIFEST_DIR"));
    Kept::of(&std::fs::read(path).unwrap(), name)
}

#[test]
fn dump() {
    let Ok(folder) = std::env::var("DUMP") else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kept = Kept::of(&std::fs::read(&path).unwrap(), path.to_str().unwrap());
        println!("=== {}", path.display());
        for part in &kept.parts {
            let text: String = part.text().chars().take(160).collect();
            println!("  [{}{}] {:?}", part.path, if part.view { " view" } else { "" }, text);
        }
        for (path, unread) in &kept.unread {
            println!("  UNREAD {path} {unread:?}");
        }
    }
    let _ = case;
}
