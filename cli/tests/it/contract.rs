//! `shikaku contract` from outside.

use crate::tool;
use serde_json::Value;

fn shikaku(args: &[&str]) -> String {
    let output = tool::shikaku().args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_contract_comes_in_each_format_and_language() {
    let whole = shikaku(&["contract"]);
    assert!(whole.starts_with("# Contract of the eligibility check, version 2.1.0\n"), "{}", &whole[..200]);
    for role in ["facility", "broker", "jpki", "insurer", "number-authority", "municipality"] {
        let english = shikaku(&["contract", "--role", role]);
        let japanese = shikaku(&["contract", "--role", role, "--language", "ja"]);
        assert!(english.len() < whole.len() && english.contains("GEN-001"), "{role}");
        assert!(japanese.contains("GEN-001") && japanese.contains("条項"), "{role}");
        let page = shikaku(&["contract", "--role", role, "--format", "html", "--lang", "ja"]);
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">") && page.contains("<a id=\"GEN-001\">"), "{role}");
        // No resource is loaded from elsewhere.
        for outside in ["<script", "<link", "<img", "@import", "src="] {
            assert!(!page.contains(outside), "{role}: {outside}");
        }
    }
    for role in ["broker", "jpki", "insurer", "number-authority"] {
        let document: Value = serde_json::from_str(&shikaku(&["contract", "--role", role, "--format", "openapi"])).unwrap();
        assert_eq!(
            (document["openapi"].as_str(), document["info"]["version"].as_str()),
            (Some("3.1.0"), Some("2.1.0")),
            "{role}"
        );
    }
}

#[test]
fn a_clause_is_shown_alone_and_explained_and_a_rule_names_its_clauses() {
    let clause = shikaku(&["contract", "--clause", "tls-006"]);
    assert!(clause.contains("#### TLS-006 · MUST"), "{clause}");
    assert_eq!(shikaku(&["explain", "TLS-006"]), clause);
    let read: Value = serde_json::from_str(&shikaku(&["explain", "tls-006", "--format", "json"])).unwrap();
    assert_eq!(read["id"], "TLS-006");
    assert!(shikaku(&["explain", "SEC-006"]).contains("Clauses of the contract that it judges\n  TLS-001"));
}
