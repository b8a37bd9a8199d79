//! The pages of the rules stand in `docs/rules`, and are what the rules say.

use conformance::{page, rules};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn pages_in_docs_are_what_the_rules_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules");
    let mut wanted: BTreeMap<String, String> =
        rules::all().iter().map(|r| (format!("{}.md", r.about().id), page::page(r.about()))).collect();
    wanted.insert("README.md".into(), page::index());
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        let stale = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path());
        let by_hand = |p: &std::path::PathBuf| p.ends_with("leak-search.md");
        stale.filter(|p| !by_hand(p)).for_each(|p| std::fs::remove_file(p).unwrap());
        for (name, text) in &wanted {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    // Written by hand.
    wanted.insert("leak-search.md".into(), std::fs::read_to_string(folder.join("leak-search.md")).unwrap());
    let found: BTreeMap<String, String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| (p.file_name().unwrap().to_str().unwrap().to_string(), std::fs::read_to_string(&p).unwrap()))
        .collect();
    for (name, text) in &wanted {
        assert_eq!(found.get(name), Some(text), "{name}: SHIKAKU_BLESS=1 writes it anew");
    }
    assert_eq!(found.len(), wanted.len(), "a page of no rule");
}
