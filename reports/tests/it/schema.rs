//! The published schemas are those generated from the types.

#[test]
fn the_schemas_in_docs_are_current() {
    for (name, current) in [
        ("coverage", reports::coverage::json_schema().unwrap()),
        ("diff", reports::diff::json_schema().unwrap()),
        ("judge", reports::judge::json_schema().unwrap()),
        ("load", reports::load::json_schema().unwrap()),
        ("load-limit", reports::load::limit::json_schema().unwrap()),
        ("results", reports::results::json_schema().unwrap()),
        ("scan", reports::scan::json_schema().unwrap()),
        ("selftest", reports::selftest::json_schema().unwrap()),
    ] {
        let path = format!("{}/../docs/schema/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let published = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            published == current,
            "docs/schema/{name}.schema.json is not current: cargo run --release -- schema {name} > docs/schema/{name}.schema.json"
        );
    }
}
