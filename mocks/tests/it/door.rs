//! A party reaches the world through its `Env` alone: the code of roles uses neither clock nor network nor tasks of the
//! simulator directly.

use std::path::{Path, PathBuf};

/// Not the code of a party: the wire between a reader and a card, and the testbed's announcement of visits.
const EXEMPT: [&str; 2] = ["reader/counter.rs", "facility/visits.rs"];
/// What bypasses the `Env`. `sim::clock::nanos` is allowed: it only converts.
const BYPASSES: [&str; 10] = [
    "clock::now(",
    "clock::wall(",
    "clock::sleep",
    "clock::timeout(",
    "context::record",
    "context::spawn",
    "context::random",
    "context::world(",
    "Disk::default()",
    "dyn Network",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn roles_reach_the_world_through_their_env_only() {
    let roles = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/roles");
    let all = files(&roles);
    assert!(all.len() > 50, "{}", all.len());
    for path in all {
        let name = path.strip_prefix(&roles).unwrap().to_str().unwrap().replace('\\', "/");
        if EXEMPT.contains(&name.as_str()) || name.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code = code.split("#[cfg(test)]\n#[allow").next().unwrap_or_default();
        for bypass in BYPASSES {
            assert!(!code.contains(bypass), "{name} uses `{bypass}`: use the party's `Env` instead");
        }
    }
}
