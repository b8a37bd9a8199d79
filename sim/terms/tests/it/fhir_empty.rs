//! What JSON of FHIR never has is refused in every message: what is empty, and a member twice.

use crate::fhir_messages::{changed, value, wrong_at};
use crate::samples::{messages, read};
use serde_json::{Value, json};
use terms::outcome::OutcomeCode;

/// Every place of a message, as a JSON pointer.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_string());
    match value {
        Value::Object(members) => members.iter().for_each(|(name, v)| places(v, &format!("{at}/{name}"), all)),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, v)| places(v, &format!("{at}/{i}"), all)),
        _ => {}
    }
}

#[test]
fn nothing_empty_is_read_at_any_depth_under_any_name() {
    let empties = [json!([]), json!({}), json!(null), json!([[]]), json!([{}]), json!({"a": []})];
    let names = [
        "telecom",
        "costToBeneficiary",
        "extension",
        "insurance",
        "entry",
        "contained",
        "identifier",
        "text",
        "meta",
        "id",
        "language",
    ];
    for (name, body) in messages() {
        let good = value(&body);
        let mut all = Vec::new();
        places(&good, "", &mut all);
        for at in &all {
            for empty in &empties {
                let mut sent = good.clone();
                *sent.pointer_mut(at).unwrap() = empty.clone();
                assert!(read(name, &serde_json::to_vec(&sent).unwrap()).is_err(), "{name}: {empty} at {at}");
                for more in names {
                    let mut sent = good.clone();
                    let Some(members) = sent.pointer_mut(at).and_then(Value::as_object_mut) else { continue };
                    members.insert(more.to_string(), empty.clone());
                    let error =
                        read(name, &serde_json::to_vec(&sent).unwrap()).expect_err(&format!("{name}: {empty} at {at}/{more}"));
                    assert_eq!(error.outcome(), OutcomeCode::RequestMalformed, "{name}: {empty} at {at}/{more}: {error}");
                }
            }
        }
    }
    let empty =
        |pointer: &'static str, member: &'static str| move |v: &mut Value| v.pointer_mut(pointer).unwrap()[member] = json!([]);
    assert_eq!(
        wrong_at(changed("answer-in-force", empty("/contained/3", "costToBeneficiary"))),
        "contained[3].costToBeneficiary"
    );
    assert_eq!(wrong_at(changed("question", empty("/contained/1", "telecom"))), "contained[1].telecom");
    assert_eq!(wrong_at(changed("question", empty("", "text"))), "text");
}

#[test]
fn a_member_that_is_ignored_occurs_once_in_every_message() {
    for (name, body) in messages() {
        let text = String::from_utf8(body).unwrap();
        let with = |member: &str| text.replacen('{', &format!("{{{member},"), 1);
        let narrative = r#""text":{"status":"generated","div":"<div/>"}"#;
        assert_eq!(read(name, with(narrative).as_bytes()), Ok(()), "{name}");
        assert_eq!(wrong_at(read(name, with(&format!("{narrative},{narrative}")).as_bytes()).unwrap_err()), "text", "{name}");
    }
}
