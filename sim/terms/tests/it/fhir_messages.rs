//! The FHIR messages: their bytes, their round trips, and what the strict reader rejects.

use crate::samples::{answer, feed, messages, question, question_with_everything, read};
use jiff::{Timestamp, civil::Date};
use proptest::prelude::*;
use serde_json::{Value, json};
use terms::check::CheckId;
use terms::coverage::{EndReason, Relationship, Validity};
use terms::fhir::*;
use terms::identifiers::{
    FacilityNumber, InstitutionCode, InsuredIdentifier, InsurerNumber, MedicalNumber, MyNumber, PresentedNumber,
};
use terms::operation::Operation;
use terms::operations::AskForCoverage;
use terms::outcome::OutcomeCode;

pub(crate) fn value(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

/// The sample with one change made to its JSON.
pub(crate) fn changed(name: &str, change: impl FnOnce(&mut Value)) -> FhirError {
    let (_, body) = messages().into_iter().find(|(n, _)| *n == name).unwrap();
    let mut sent = value(&body);
    change(&mut sent);
    assert_ne!(sent, value(&body), "the change was made");
    read(name, &serde_json::to_vec(&sent).unwrap()).unwrap_err()
}

fn unknown(at: &str, field: &str) -> FhirError {
    FhirError::UnknownField { at: at.to_string(), field: field.to_string() }
}

fn missing(at: &str, field: &str) -> FhirError {
    FhirError::Missing { at: at.to_string(), field: field.to_string() }
}

pub(crate) fn wrong_at(error: FhirError) -> String {
    match error {
        FhirError::Wrong { at, .. } => at,
        other => panic!("{other}"),
    }
}

/// Indents JSON and keeps the order of its elements, which a `Value` would not.
fn pretty(body: &[u8]) -> String {
    let (mut out, mut depth, mut in_text, mut escaped) = (String::new(), 0, false, false);
    for c in std::str::from_utf8(body).unwrap().chars() {
        if in_text || !"{}[],:".contains(c) {
            out.push(c);
            in_text ^= c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        let line = format!("\n{}", "  ".repeat(depth));
        match c {
            '}' | ']' => out.extend([&line, &c.to_string()].map(String::as_str)),
            ':' => out.push_str(": "),
            _ => out.extend([&c.to_string(), &line].map(String::as_str)),
        }
    }
    out
}

#[test]
fn every_message_is_written_as_the_profile_shows() {
    for (name, body) in messages() {
        let shown = pretty(&body);
        assert_eq!(value(shown.as_bytes()), value(&body));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../fhir/snapshots" }, {
            insta::assert_snapshot!(name, shown);
        });
    }
}

#[test]
fn the_page_on_asked_insurers_shows_these_messages_and_every_refusal() {
    let page = include_str!("../../../../docs/asking-insurers.md");
    for (name, body) in messages().into_iter().filter(|(name, _)| ["coverage-question", "coverage-statement"].contains(name)) {
        assert!(page.contains(&format!("```json\n{}\n```", pretty(&body))), "{name}");
    }
    for refusal in AskForCoverage::refusals() {
        assert!(page.contains(&format!("| {} | `{}` |", refusal.status(), refusal.code())), "{}", refusal.code());
    }
}

#[test]
fn every_sample_is_read() {
    for (name, body) in messages() {
        assert_eq!(read(name, &body), Ok(()), "{name}");
        assert_eq!(read(name, pretty(&body).as_bytes()), Ok(()), "{name}");
    }
}

#[test]
fn every_refusal_reads_back_and_no_other_outcome_does() {
    let mut sent = 0;
    for &code in OutcomeCode::ALL {
        let read = outcome_from_json(&outcome_to_json(code));
        if is_sent_as_operation_outcome(code) {
            assert_eq!(read, Ok(code));
            sent += 1;
        } else {
            assert_eq!(wrong_at(read.unwrap_err()), "issue[0].details.coding[0].code", "{code}");
        }
    }
    assert!(sent > 20 && sent < OutcomeCode::ALL.len());
}

#[test]
fn an_unknown_field_is_distinguished_at_every_depth() {
    let add = |pointer: &'static str| move |v: &mut Value| v.pointer_mut(pointer).unwrap()["note"] = json!("x");
    assert_eq!(changed("question", add("")), unknown("", "note"));
    assert_eq!(changed("question", add("/provider/identifier")), unknown("provider.identifier", "note"));
    assert_eq!(changed("question", add("/extension/0")), unknown("extension[0]", "note"));
    assert_eq!(changed("question", add("/contained/0")), unknown("contained[0]", "note"));
    assert_eq!(
        changed("question-with-everything", add("/extension/1/extension/1")),
        unknown("extension[1].extension[1]", "note")
    );
    assert_eq!(changed("answer-in-force", add("/contained/3/period")), unknown("contained[3].period", "note"));
    assert_eq!(changed("answer-in-force", add("/insurance/0/benefitPeriod")), unknown("insurance[0].benefitPeriod", "note"));
    assert_eq!(changed("refusal", add("/issue/0/details")), unknown("issue[0].details", "note"));
    assert_eq!(changed("feed", add("/entry/1/resource/payor/0")), unknown("entry[1].resource.payor[0]", "note"));
    assert_eq!(changed("feed", add("/meta")), unknown("meta", "note"));
    assert_eq!(changed("feed", add("/meta")).outcome(), OutcomeCode::RequestUnknownField);
}

#[test]
fn what_r4_defines_and_the_profile_does_not_is_unknown() {
    assert_eq!(changed("question", |v| v["priority"] = json!({ "text": "x" })), unknown("", "priority"));
    assert_eq!(changed("question", |v| v["_created"] = json!({ "id": "x" })), unknown("", "_created"));
    let period = |v: &mut Value| v["contained"][2]["period"] = json!({ "start": "2026-01-01" });
    assert_eq!(changed("question-with-everything", period), unknown("contained[2]", "period"));
    let number = json!({ "url": "https://example.invalid/my-number", "valueString": "123456789018" });
    let smuggled = |v: &mut Value| v["extension"].as_array_mut().unwrap().push(number);
    assert_eq!(changed("question", smuggled), unknown("extension[1]", "extension"));
    let somebody = json!({ "resourceType": "Patient", "id": "p" });
    let more = |v: &mut Value| v["contained"].as_array_mut().unwrap().push(somebody);
    assert_eq!(changed("question", more), unknown("contained[2]", "contained"));
}

#[test]
fn a_question_to_an_insurer_has_the_code_and_nothing_else() {
    let add = |more: Value| move |v: &mut Value| v["parameter"].as_array_mut().unwrap().push(more);
    let facility = json!({ "name": "provider", "valueIdentifier": { "system": "x", "value": "1310000010" } });
    assert!(matches!(changed("coverage-question", add(facility)), FhirError::UnknownField { .. } | FhirError::Wrong { .. }));
    let day = |v: &mut Value| v["parameter"][0]["valueDate"] = json!("2026-11-24");
    assert_eq!(changed("coverage-question", day), unknown("parameter[0]", "valueDate"));
    let number = |v: &mut Value| v["parameter"][0]["valueIdentifier"]["value"] = json!("123456789018");
    assert_eq!(wrong_at(changed("coverage-question", number)), "parameter[0].valueIdentifier");
}

#[test]
fn no_error_repeats_a_value() {
    let secret = "123456789018";
    for (name, body) in messages() {
        let text = String::from_utf8(body).unwrap();
        for (i, _) in text.match_indices('"') {
            for sent in
                [format!("{}\"{secret}\":1,{}", &text[..i], &text[i..]), format!("{}\"{secret}{}", &text[..i], &text[i + 1..])]
            {
                if let Err(error) = read(name, sent.as_bytes()) {
                    assert!(!format!("{error} {error:?}").contains(secret), "{name}: {sent}");
                }
            }
        }
    }
}

#[test]
fn a_missing_element_is_named() {
    let remove = |field: &'static str| move |v: &mut Value| drop(v.as_object_mut().unwrap().remove(field));
    assert_eq!(changed("question", remove("resourceType")), missing("", "resourceType"));
    assert_eq!(changed("question", remove("created")), missing("", "created"));
    assert_eq!(changed("answer-in-force", remove("servicedDate")), missing("", "servicedDate"));
    let nested = |v: &mut Value| drop(v["contained"][3].as_object_mut().unwrap().remove("period"));
    assert_eq!(changed("answer-in-force", nested), missing("contained[3]", "period"));
    assert_eq!(changed("question", remove("created")).outcome(), OutcomeCode::RequestMalformed);
}

#[test]
fn a_wrong_value_is_named_by_its_path() {
    type Case = (&'static str, &'static str, Value, &'static str);
    let cases: [Case; 26] = [
        ("question", "/resourceType", json!("Patient"), "resourceType"),
        ("question", "/status", json!("draft"), "status"),
        ("question", "/purpose", json!(["benefits"]), "purpose[0]"),
        ("question", "/purpose", json!(["validation", "validation"]), "purpose"),
        ("question", "/purpose", json!([]), "purpose"),
        ("question", "/servicedDate", json!("2026-11"), "servicedDate"),
        ("question", "/created", json!("2026-11-23"), "created"),
        ("question", "/created", json!(null), "created"),
        ("question", "/identifier/0/value", json!("check-1"), "identifier[0]"),
        ("question", "/identifier/0/system", json!("urn:x"), "identifier[0].system"),
        (
            "question",
            "/identifier/0",
            json!(["https://shikaku.invalid/fhir/sid/check-id", "check-000003-000041"]),
            "identifier[0]",
        ),
        ("question", "/provider/identifier/value", json!("0110113710"), "provider.identifier"),
        ("question", "/extension/0/valueBase64Binary", json!("AQ"), "extension(authentication-certificate)"),
        ("question", "/patient/reference", json!("#insurers"), "patient.reference"),
        ("question", "/contained/0/resourceType", json!("Person"), "contained[0].resourceType"),
        ("question-with-everything", "/insurance/0/coverage/reference", json!("#x"), "insurance[0].coverage"),
        ("question-with-everything", "/contained/2/subscriberId", json!("x"), "contained[2].subscriberId"),
        ("question-with-everything", "/contained/2/extension/2/valueString", json!("５"), "contained[2].extension"),
        ("answer-in-force", "/extension/0/valueCode", json!("code-unknown"), "extension(outcome-code)"),
        ("answer-in-force", "/insurance/0/inforce", json!(false), "insurance"),
        ("answer-in-force", "/insurance/0/inforce", json!("true"), "insurance[0].inforce"),
        ("answer-in-force", "/insurance/0/benefitPeriod/start", json!("2026-10-02"), "insurance[0].benefitPeriod.start"),
        (
            "answer-in-force",
            "/contained/3/costToBeneficiary/0/valueQuantity/value",
            json!(30.5),
            "contained[3].costToBeneficiary[0].valueQuantity.value",
        ),
        ("feed", "/identifier/value", json!("06139463-017"), "identifier.value"),
        ("feed", "/identifier/value", json!("00138057-17"), "entry[0].resource.payor[0].identifier"),
        ("feed", "/entry/1/resource/period", json!({ "start": "2019-04-01" }), "entry[1].resource.period"),
    ];
    for (name, pointer, to, at) in cases {
        let error = changed(name, |v| *v.pointer_mut(pointer).unwrap() = to);
        assert_eq!(wrong_at(error), at, "{name}{pointer}");
    }
    assert_eq!(wrong_at(changed("question", |v| *v = json!([]))), "");
}

#[test]
fn a_duplicate_entry_is_rejected() {
    let again = |pointer: &'static str| {
        move |v: &mut Value| {
            let list = v.pointer_mut(pointer).unwrap().as_array_mut().unwrap();
            list.push(list[0].clone());
        }
    };
    assert_eq!(wrong_at(changed("question", again("/extension"))), "extension[1]");
    assert_eq!(wrong_at(changed("question", again("/identifier"))), "identifier");
    assert_eq!(wrong_at(changed("question", again("/contained"))), "contained[2]");
    assert_eq!(wrong_at(changed("question-with-everything", again("/insurance"))), "insurance");
    assert_eq!(wrong_at(changed("refusal", again("/issue"))), "issue");
    assert_eq!(wrong_at(changed("feed", again("/entry/0/resource/payor"))), "entry[0].resource.payor");
}

#[test]
fn a_duplicate_element_is_rejected_at_every_depth() {
    for (name, body) in messages() {
        let text = String::from_utf8(body).unwrap();
        for element in
            ["\"resourceType\":", "\"status\":\"active\",", "\"url\":", "\"system\":", "\"value\":\"", "\"reference\":"]
        {
            for (i, _) in text.match_indices(element) {
                let twice = match element.split_once(":\"") {
                    Some(("\"status\"", _)) => element.to_string(),
                    _ => format!("{}\"x\",", element.trim_end_matches('"')),
                };
                let sent = format!("{}{twice}{}", &text[..i], &text[i..]);
                assert!(matches!(read(name, sent.as_bytes()), Err(FhirError::Wrong { .. })), "{name}: {sent}");
            }
        }
    }
}

#[test]
fn invalid_json_is_reported_with_its_position() {
    let cut = &question().to_json()[..100];
    assert_eq!(EligibilityQuestion::from_json(cut), Err(FhirError::NotJson { line: 1, column: 100 }));
    // An unknown field does not hide invalid JSON after it.
    assert_eq!(FeedBatch::from_json(b"{\n\"x\":1,}"), Err(FhirError::NotJson { line: 2, column: 7 }));
    assert!(matches!(outcome_from_json(b"\xff"), Err(FhirError::NotJson { .. })));
    let two = [question().to_json(), question().to_json()].concat();
    assert!(matches!(EligibilityQuestion::from_json(&two), Err(FhirError::NotJson { .. })));
    for nested in ["[".repeat(100_000), "{\"extension\":[".repeat(100_000)] {
        assert!(matches!(EligibilityAnswer::from_json(nested.as_bytes()), Err(FhirError::NotJson { .. })));
    }
    // Inside a contained resource, the position is that of the resource.
    let text = String::from_utf8(question().to_json()).unwrap();
    for inside in [format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)), "\"\\ud800\"".to_string()] {
        let sent = text.replace("\"id\":\"patient\"", &format!("\"id\":\"patient\",\"name\":{inside}"));
        let error = EligibilityQuestion::from_json(sent.as_bytes()).unwrap_err();
        assert!(matches!(&error, FhirError::Wrong { at, .. } if at == "contained[0]"), "{error}");
    }
}

#[test]
fn texts_may_vary_where_the_profile_allows_it() {
    let mut sent = value(&question_with_everything().to_json());
    sent["created"] = json!("2026-11-23T00:00:00.000Z");
    assert_eq!(question_with_everything().created.to_string(), "2026-11-23T00:00:00Z");
    for list in ["extension", "contained"] {
        sent[list].as_array_mut().unwrap().reverse();
    }
    let read = EligibilityQuestion::from_json(&serde_json::to_vec(&sent).unwrap());
    assert_eq!(read, Ok(question_with_everything()));

    let mut sent = value(&answer(Validity::InForce).to_json());
    sent["disposition"] = json!("有効です。");
    sent["contained"][3]["costToBeneficiary"][0]["valueQuantity"]["value"] = json!(30.0);
    assert_eq!(EligibilityAnswer::from_json(&serde_json::to_vec(&sent).unwrap()), Ok(answer(Validity::InForce)));

    let mut sent = value(&outcome_to_json(OutcomeCode::CodeUnknown));
    sent["issue"][0]["diagnostics"] = json!("no such code");
    assert_eq!(outcome_from_json(&serde_json::to_vec(&sent).unwrap()), Ok(OutcomeCode::CodeUnknown));
}

#[test]
fn debug_output_contains_no_value() {
    let shown = format!("{:?} {:?} {:?}", question_with_everything(), answer(Validity::InsuredElsewhere), feed());
    for value in ["0110113719", "06139463", "00138057", "１８７", "12345678", "48, 3", feed().entries[0].code.reveal()] {
        assert!(!shown.contains(value), "{shown}");
    }
}

fn days() -> impl Strategy<Value = Date> {
    (1i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}

fn periods() -> impl Strategy<Value = (Date, Option<Date>)> {
    (days(), proptest::option::of(days())).prop_map(|(a, b)| (b.map_or(a, |b| a.min(b)), b.map(|b| a.max(b))))
}

fn instants() -> impl Strategy<Value = Timestamp> {
    (-60_000_000_000i64..250_000_000_000, 0i32..1_000_000_000).prop_map(|(s, n)| Timestamp::new(s, n).unwrap())
}

fn checks() -> impl Strategy<Value = CheckId> {
    (0usize..1_000_000_000, 0usize..1_000_000_000).prop_map(|(f, n)| CheckId::new(f, n))
}

/// A line of text, with characters that JSON escapes and the punctuation of the insured identifier.
fn lines() -> impl Strategy<Value = String> {
    "[\\PC&&\\S&&\\PZ]{1,3}|[あ-ん:\"\\\\/<&-]{1,20}".prop_filter("a line", |t| t.trim() == t && !t.chars().any(char::is_control))
}

fn relationships() -> impl Strategy<Value = Relationship> {
    proptest::sample::select(Relationship::ALL.to_vec())
}

fn insured_of(insurer: impl Strategy<Value = u64>) -> impl Strategy<Value = InsuredIdentifier> {
    (insurer, proptest::option::of(lines()), lines(), "[0-9]{2}").prop_map(|(insurer, symbol, number, branch)| {
        InsuredIdentifier { insurer: InsurerNumber::from_body(insurer), symbol: symbol.unwrap_or_default(), number, branch }
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..64)
}

/// A certificate, or a number in place of it.
fn presented() -> impl Strategy<Value = (Vec<u8>, Option<PresentedNumber>)> {
    let medical = (0u64..10_000_000_000_000).prop_map(|n| PresentedNumber::Medical(MedicalNumber::from_body(n)));
    let mine = (0u64..100_000_000_000).prop_map(|n| PresentedNumber::MyNumber(MyNumber::from_body(n)));
    prop_oneof![
        bytes().prop_map(|certificate| (certificate, None)),
        prop_oneof![medical, mine].prop_map(|number| (Vec::new(), Some(number))),
    ]
}

prop_compose! {
    fn questions()(
        check in checks(), facility in 0u64..1_000_000_000, day in days(), created in instants(),
        (certificate, number) in presented(), signed in proptest::option::of((bytes(), bytes())), on_record in proptest::option::of(insured_of(0u64..10_000_000)),
    ) -> EligibilityQuestion {
        EligibilityQuestion {
            check, facility: FacilityNumber::from_body(facility), day, created, certificate, number,
            signed_challenge: signed.map(|(challenge, signature)| SignedChallenge { challenge, signature }), on_record,
        }
    }
}

prop_compose! {
    fn coverage_answers()(
        insured in insured_of(0u64..10_000_000), insurer_name in lines(), in_force in any::<bool>(), (since, until) in periods(),
        copayment_percent in proptest::option::of(0u8..=100), relationship in relationships(),
    ) -> CoverageAnswer {
        CoverageAnswer { insured, insurer_name, in_force, since, until, copayment_percent, relationship }
    }
}

prop_compose! {
    fn answers()(
        check in checks(), day in days(), created in instants(), coverages in proptest::collection::vec(coverage_answers(), 0..12),
        elsewhere in any::<bool>(),
    ) -> EligibilityAnswer {
        let validity = match (elsewhere, coverages.iter().any(|c| c.in_force)) {
            (true, _) => Validity::InsuredElsewhere,
            (false, true) => Validity::InForce,
            (false, false) if coverages.len() % 2 == 1 => Validity::Ended,
            (false, false) => Validity::NotInsured,
        };
        EligibilityAnswer { check, day, created, validity, coverages }
    }
}

prop_compose! {
    fn feed_entries()(
        code in any::<[u8; 16]>(), insured in insured_of(Just(613_946)), (since, until) in periods(), copayment_percent in proptest::option::of(0u8..=100),
        reason in proptest::option::of(proptest::sample::select(EndReason::ALL.to_vec())), relationship in relationships(),
    ) -> FeedEntry {
        let code = InstitutionCode::from_bytes(code);
        let withdrawn = copayment_percent.is_some_and(|percent| percent % 10 == 3);
        FeedEntry { code, insured, since, until, end_reason: until.and(reason), copayment_percent, relationship, withdrawn }
    }
}

prop_compose! {
    fn feeds()(
        running in any::<u64>(), created in instants(), complete_through in days(),
        entries in proptest::collection::vec(feed_entries(), 0..6),
    ) -> FeedBatch {
        FeedBatch { insurer: InsurerNumber::from_body(613_946), running, created, complete_through, entries, codes: None }
    }
}

/// Corrupts a JSON value: replaces the node to which a path of choices leads.
fn corrupt(value: &mut Value, path: &[usize], to: &Value) {
    let size = match &*value {
        Value::Object(o) => o.len(),
        Value::Array(a) => a.len(),
        _ => 0,
    };
    match (path.split_first(), value) {
        (Some((at, rest)), Value::Object(o)) if size > 0 => corrupt(o.values_mut().nth(at % size).unwrap(), rest, to),
        (Some((at, rest)), Value::Array(a)) if size > 0 => corrupt(&mut a[at % size], rest, to),
        (_, value) => *value = to.clone(),
    }
}

proptest! {
    #[test]
    fn a_question_reads_back(question in questions()) {
        let body = question.to_json();
        prop_assert_eq!(EligibilityQuestion::from_json(&body), Ok(question.clone()));
        prop_assert_eq!(EligibilityQuestion::from_json(&body).unwrap().to_json(), body);
    }

    #[test]
    fn an_answer_reads_back(answer in answers()) {
        prop_assert_eq!(EligibilityAnswer::from_json(&answer.to_json()), Ok(answer));
    }

    #[test]
    fn a_feed_reads_back(feed in feeds()) {
        prop_assert_eq!(FeedBatch::from_json(&feed.to_json()), Ok(feed));
    }

    #[test]
    fn a_node_of_another_type_is_rejected_at_every_depth(
        which in 0usize..11, path in proptest::collection::vec(any::<usize>(), 0..8),
        to in proptest::sample::select(vec![json!(null), json!(7), json!(""), json!([]), json!({}), json!([[]]), json!("123456789018")]),
    ) {
        let (name, body) = messages().swap_remove(which);
        let mut sent = value(&body);
        corrupt(&mut sent, &path, &to);
        let read = read(name, &serde_json::to_vec(&sent).unwrap());
        // A text and the number of a copayment may differ; nothing else may.
        let other = |kind: &Value| kind.is_string() || kind.is_number();
        prop_assert!(read.is_err() || (other(&to) && to != ""), "{name}: {sent}");
        prop_assert!(!read.is_err_and(|e| e.to_string().contains("123456789018")));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(
        body in proptest::collection::vec(any::<u8>(), 0..200), which in 0usize..11, at in any::<usize>(), len in 0usize..40,
    ) {
        let (name, mut sample) = messages().swap_remove(which);
        let _ = read(name, &body);
        let at = at % sample.len();
        let end = (at + len).min(sample.len());
        sample.splice(at..end, body.into_iter().take(len));
        let _ = read(name, &sample);
    }
}
