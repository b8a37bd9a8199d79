//! The messages of a role member by member, from their schemas.

use super::operations;
use crate::messages::{Body, bodies, schema_of};
use crate::role::Role;
use crate::schemas::{self, REFERENCE};
use crate::text::Lang;
use serde_json::Value;
use std::fmt::Write;

/// The tables of all messages and of their parts.
pub(super) fn section(role: Option<Role>, lang: Lang) -> String {
    let mut text = format!("\n<a id=\"messages\"></a>\n\n## {}\n\n", lang.of("Messages, member by member", "メッセージの項目"));
    text += lang.of(
        "FHIR messages are plain R4 (4.0.1); `Coverage` follows JP Core. No public profile of the eligibility exchange exists, so systems and extensions \
         under `shikaku.invalid` are this project's own. `[]` is an entry of a list. Nothing else may be in a message (BODY-002).\n",
        "FHIRのメッセージはR4（4.0.1）そのものとし、`Coverage` はJP Coreによる。資格確認の公開されたプロファイルはないため、`shikaku.invalid` の体系と拡張は\
         この仕様独自のものである。`[]` は配列の要素を示す。メッセージには、ここにないものを含めない（BODY-002）。\n",
    );
    let mut names: Vec<&str> = Vec::new();
    for operation in operations::of(role) {
        let (request, response) = bodies(operation);
        let messages = [request, response].into_iter().filter_map(|body| match body {
            Body::Json(name) => Some(name),
            Body::Der | Body::Empty => None,
        });
        names.extend(messages.chain(operation.refusals().iter().map(schema_of)));
    }
    names.dedup();
    let closure = schemas::closure(&names);
    // Messages first, then their parts by name.
    let messages: Vec<&str> = closure.keys().map(String::as_str).filter(|name| names.contains(name)).collect();
    let parts = closure.keys().map(String::as_str).filter(|name| !names.contains(name));
    for name in messages.iter().copied().chain(parts) {
        if let Some(schema) = closure.get(name) {
            text += &one(name, schema, lang);
        }
    }
    text
}

fn description(schema: &Value, lang: Lang) -> &str {
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    lang.of(text("description"), text("x-description-ja"))
}

fn one(name: &str, schema: &Value, lang: Lang) -> String {
    let mut text = format!("\n<a id=\"schema-{name}\"></a>\n\n### {name}\n\n{}\n", description(schema, lang));
    let mut rows = Vec::new();
    members("", schema, lang, &mut rows);
    if rows.is_empty() {
        let content = content(schema, lang);
        // A list's entries have rows of their own.
        let entries = entries("", schema, lang);
        let _ = write!(text, "\n{content}\n");
        rows = entries;
    }
    if !rows.is_empty() {
        text += lang.of(
            "\n| member | required | content | meaning |\n|---|---|---|---|\n",
            "\n| メンバー | 必須 | 内容 | 意味 |\n|---|---|---|---|\n",
        );
        text += &rows.concat();
    }
    text
}

/// The rows of an object's members, and of the objects within them.
fn members(path: &str, schema: &Value, lang: Lang, rows: &mut Vec<String>) {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|r| r == name));
    for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let needed = if is_required(name) { lang.of("yes", "必須") } else { lang.of("no", "任意") };
        rows.push(format!("| `{path}` | {needed} | {} | {} |\n", content(member, lang), description(member, lang)));
        members(&path, member, lang, rows);
        rows.extend(entries(&path, member, lang));
    }
}

/// The rows of the members of a list's entries, if these are objects described on the spot.
fn entries(path: &str, schema: &Value, lang: Lang) -> Vec<String> {
    let mut rows = Vec::new();
    if let Some(items) = schema.get("items") {
        members(&format!("{path}[]"), items, lang, &mut rows);
    }
    rows
}

/// What a value may be, in a cell of a table.
fn content(schema: &Value, lang: Lang) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix(REFERENCE)) {
        return format!("[{name}](#schema-{name})");
    }
    if let Some(fixed) = schema.get("const") {
        return code(&fixed.to_string());
    }
    let or = lang.of(" or ", " 又は ");
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(|value| code(&value.to_string())).collect::<Vec<_>>().join(", ");
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        return choices.iter().map(|choice| content(choice, lang)).collect::<Vec<_>>().join(or);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => list(schema, lang),
        Some("object") => lang.of("object", "オブジェクト").to_string(),
        Some("string") => match schema.get("pattern").and_then(Value::as_str) {
            Some(pattern) => format!("{} {}", lang.of("text that matches", "次に一致する文字列"), code(pattern)),
            None => lang.of("text", "文字列").to_string(),
        },
        Some("integer") => number(schema, lang),
        Some("boolean") => "`true`, `false`".to_string(),
        Some("null") => "`null`".to_string(),
        _ => String::new(),
    }
}

fn number(schema: &Value, lang: Lang) -> String {
    let bound = |key: &str| schema.get(key).map(Value::to_string).unwrap_or_default();
    format!("{} {}–{}", lang.of("whole number", "整数"), bound("minimum"), bound("maximum"))
}

fn list(schema: &Value, lang: Lang) -> String {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let count = match (bound("minItems"), bound("maxItems")) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (least, Some(most)) => format!("{}–{most}", least.unwrap_or(0)),
        (Some(least), None) => format!("{least}…"),
        (None, None) => "0…".to_string(),
    };
    let of = schema.get("items").map(|items| content(items, lang)).unwrap_or_default();
    format!("{} ({count}): {of}", lang.of("list", "配列"))
}

/// As code in a cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}
