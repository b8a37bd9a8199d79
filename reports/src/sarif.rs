//! A scan as SARIF 2.1.0 (OASIS), for tools that show findings beside code. For runs see [`runs`].

pub mod runs;

use crate::scan::{Place, Scan};
use serde_json::{Value, json};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The rule of numbers that look valid and belong to nobody.
const UNMATCHED: &str = "unmatched-number";

/// The document, indented, with a line feed at its end. Each of `classes` is a rule: its name in results, and in words.
pub fn document(scan: &Scan, classes: &[(String, String)]) -> Result<String, serde_json::Error> {
    let mut rules: Vec<Value> = classes
        .iter()
        .map(|(class, words)| {
            json!({
                "id": class,
                "shortDescription": { "text": format!("A value of the class \"{words}\" of a person in the people file") },
                "defaultConfiguration": { "level": "error" },
            })
        })
        .collect();
    rules.push(json!({
        "id": UNMATCHED,
        "shortDescription": { "text": "A number that looks valid and belongs to nobody in the people file" },
        "defaultConfiguration": { "level": "note" },
    }));
    let index = |id: &str| rules.iter().position(|r| r["id"] == id);
    let result = |id: &str, level: &str, text: &str, place: &Place| {
        let mut result = json!({
            "ruleId": id,
            "level": level,
            "message": { "text": text },
            "locations": [location(place)],
        });
        if let Some(index) = index(id) {
            result["ruleIndex"] = json!(index);
        }
        result
    };
    let findings = scan.findings.iter().map(|f| result(&f.class, "error", &f.what, &f.place));
    let unmatched = scan.unmatched.listed.iter().map(|s| result(UNMATCHED, "note", &s.what, &s.place));
    let could_be_chance = scan.could_be_chance.iter().map(|f| {
        let mut result = result(&f.class, "none", &f.what, &f.place);
        result["kind"] = json!("review");
        result
    });
    let results: Vec<Value> = findings.chain(could_be_chance).chain(unmatched).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": scan.tool, "version": scan.version, "rules": rules } },
            "invocations": [{
                "executionSuccessful": scan.unread.iter().all(|u| u.accepted),
                "toolExecutionNotifications": notifications(scan),
            }],
            "results": results,
            "properties": {
                "found": scan.found,
                "unmatched": scan.unmatched.count,
                "byChance": scan.by_chance,
            },
        }],
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// What a reader should know besides the results: what could be chance, remarks, and what was not read.
fn notifications(scan: &Scan) -> Vec<Value> {
    let chance = scan.odds.iter().filter(|o| o.is_chance);
    let chance = chance.map(|o| json!({ "level": "note", "message": { "text": format!("could be chance: {}", o.what) } }));
    let remarks = scan.remarks.iter().map(|r| notification("note", &r.path, &r.what));
    let unread = scan.unread.iter().map(|u| {
        let mut notification = notification(if u.accepted { "warning" } else { "error" }, &u.path, &u.what);
        notification["descriptor"] = json!({ "id": format!("unread/{}", u.kind) });
        notification
    });
    chance.chain(remarks).chain(unread).collect()
}

fn notification(level: &str, path: &str, what: &str) -> Value {
    let artifact = json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) } } });
    json!({ "level": level, "message": { "text": what }, "locations": [artifact] })
}

fn location(place: &Place) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&place.path) } });
    if !place.in_name {
        let mut region = json!({ "byteOffset": place.byte, "byteLength": place.length });
        if let Some(line) = place.line {
            region["startLine"] = json!(line);
        }
        physical["region"] = region;
    }
    json!({ "physicalLocation": physical })
}

/// A path as a URI reference (RFC 3986). An absolute path gets the scheme `file`.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/!*".contains(&b);
    let encoded: String = path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    if path.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("logs/a b.zip!c#d.log"), "logs/a%20b.zip!c%23d.log");
        assert_eq!(uri("/var/資"), "file:///var/%E8%B3%87");
    }
}
