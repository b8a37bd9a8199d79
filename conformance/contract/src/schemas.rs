//! The JSON Schemas (2020-12) of all messages, by name. They describe exactly what a sender writes.
//!
//! Each file in `schemas/` is one line in the table below. It has schemas, and says which of them describe which operations.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use terms::fhir::is_sent_as_operation_outcome;
use terms::outcome::OutcomeCode;

/// The files.
const FILES: &[(&str, &str)] = &[
    ("datatypes", include_str!("../schemas/datatypes.json")),
    ("coverage", include_str!("../schemas/coverage.json")),
    ("eligibility", include_str!("../schemas/eligibility.json")),
    ("feed", include_str!("../schemas/feed.json")),
    ("other", include_str!("../schemas/other.json")),
    ("number", include_str!("../schemas/number.json")),
    ("registry", include_str!("../schemas/registry.json")),
    ("code-use", include_str!("../schemas/code-use.json")),
];

/// The prefix of a reference to a schema.
pub const REFERENCE: &str = "#/components/schemas/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    operations: BTreeMap<String, OperationSchemas>,
    schemas: Map<String, Value>,
}

/// The schemas of an operation's JSON bodies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationSchemas {
    #[serde(default)]
    pub request: Option<String>,
    #[serde(default)]
    pub response: Option<String>,
}

fn files() -> &'static [File] {
    static READ: LazyLock<Vec<File>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| -> File {
            serde_json::from_str(text).unwrap_or_else(|e| panic!("schemas/{name}.json, which a test reads: {e}"))
        };
        FILES.iter().map(read).collect()
    });
    &READ
}

/// Every schema by name.
pub fn all() -> Map<String, Value> {
    let of_files = files().iter().flat_map(|file| &file.schemas).map(|(name, schema)| (name.clone(), schema.clone()));
    let generated = [("OutcomeCode".to_string(), outcome_codes()), ("IssueType".to_string(), issue_types())];
    of_files.chain(generated).collect()
}

/// The schemas of the operation with this name; none for bodies that are not JSON.
pub fn of_operation(name: &str) -> Option<&'static OperationSchemas> {
    files().iter().find_map(|file| file.operations.get(name))
}

fn sent() -> impl Iterator<Item = OutcomeCode> {
    OutcomeCode::ALL.iter().copied().filter(|code| is_sent_as_operation_outcome(*code))
}

fn outcome_codes() -> Value {
    json!({
        "description": "The outcome code of a refusal, or of what is not known.",
        "x-description-ja": "拒否又は不明の結果コード。",
        "enum": sent().map(OutcomeCode::code).collect::<Vec<_>>(),
    })
}

fn issue_types() -> Value {
    let types: BTreeSet<&str> = sent().map(|code| code.on_the_wire().issue).collect();
    json!({
        "description": "FHIR issue type: that of the outcome code.",
        "x-description-ja": "FHIRのissue type。結果コードによって決まる。",
        "enum": types,
    })
}

/// The schema with this name and all that it refers to, by name.
pub fn closure(names: &[&str]) -> Map<String, Value> {
    let all = all();
    let (mut open, mut found): (Vec<String>, Map<String, Value>) = (names.iter().map(|n| (*n).to_string()).collect(), Map::new());
    while let Some(name) = open.pop() {
        if !found.contains_key(&name)
            && let Some(schema) = all.get(&name)
        {
            references(schema, &mut open);
            found.insert(name, schema.clone());
        }
    }
    found.sort_keys();
    found
}

/// The names of the schemas to which a schema refers.
pub(crate) fn references(schema: &Value, into: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix(REFERENCE)) {
                into.push(name.to_string());
            }
            members.values().for_each(|value| references(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

/// A JSON Schema document for one schema, complete in itself.
pub fn document(name: &str) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("{REFERENCE}{name}"),
        "components": { "schemas": closure(&[name]) },
    })
}
