//! The published schema is the one that the types give.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

#[test]
fn the_schema_in_docs_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/schema/results.schema.json");
    let published = std::fs::read_to_string(path).unwrap_or_default();
    let current = reports::results::json_schema().unwrap();
    assert!(
        published == current,
        "docs/schema/results.schema.json is not current: cargo run --release -- schema results > docs/schema/results.schema.json"
    );
}
