//! Which schema describes which body of an operation. DER and empty bodies have none.

use crate::schemas;
use terms::operation::{OperationDescription, Refusal, media};

/// A body of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// JSON with this schema.
    Json(&'static str),
    /// DER: bytes.
    Der,
    Empty,
}

/// The bodies of request and response.
pub(crate) fn bodies(operation: &dyn OperationDescription) -> (Body, Body) {
    let named = schemas::of_operation(operation.name());
    let body = |schema: Option<&'static str>, example: Vec<u8>| match (schema, example.is_empty()) {
        (Some(schema), _) => Body::Json(schema),
        (None, true) => Body::Empty,
        (None, false) => Body::Der,
    };
    (
        body(named.and_then(|n| n.request.as_deref()), operation.request_example()),
        body(named.and_then(|n| n.response.as_deref()), operation.response_example()),
    )
}

/// The schema of a refusal.
pub(crate) fn schema_of(refusal: &Refusal) -> &'static str {
    match refusal.media_type() {
        media::FHIR_JSON => "OperationOutcome",
        _ => "Problem",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;
    use jsonschema::Validator;
    use serde_json::{Value, json};
    use terms::operations::OPERATIONS;

    fn validator(schema: &str) -> Validator {
        jsonschema::validator_for(&schemas::document(schema)).unwrap()
    }

    /// Every JSON body of the contract: what it is, its schema, and the bytes.
    fn examples() -> Vec<(String, &'static str, Value)> {
        let mut all = Vec::new();
        for operation in OPERATIONS {
            let (request, response) = bodies(*operation);
            let examples = [(request, operation.request_example()), (response, operation.response_example())];
            for (body, bytes) in examples {
                match body {
                    Body::Json(schema) => {
                        all.push((format!("{} {schema}", operation.name()), schema, serde_json::from_slice(&bytes).unwrap()));
                    }
                    Body::Der => assert_eq!(bytes[0], 0x30, "{}", operation.name()),
                    Body::Empty => assert!(bytes.is_empty(), "{}", operation.name()),
                }
            }
            for example in examples::of(*operation) {
                let (body, reread) = match example.is_request {
                    true => (request, operation.reread_request(&example.body)),
                    false => (response, operation.reread_response(&example.body)),
                };
                assert_eq!(reread, Ok(example.body.clone()), "{}", example.en);
                let Body::Json(schema) = body else { panic!("{} is JSON", example.en) };
                all.push((example.en.to_string(), schema, serde_json::from_slice(&example.body).unwrap()));
            }
            for refusal in operation.refusals() {
                let what = format!("{} {}", operation.name(), refusal.code());
                all.push((what, schema_of(&refusal), serde_json::from_slice(&refusal.body()).unwrap()));
            }
        }
        all
    }

    #[test]
    fn every_example_and_every_refusal_fits_its_schema() {
        for (what, schema, body) in examples() {
            let errors: Vec<String> =
                validator(schema).iter_errors(&body).map(|e| format!("{e} at {}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{what}: {errors:?}");
        }
    }

    #[test]
    fn an_example_without_a_member_with_another_type_or_with_one_more_member_does_not_fit() {
        for (what, schema, body) in examples() {
            let validator = validator(schema);
            let required = schemas::all()[schema]["required"].as_array().unwrap().clone();
            for (name, value) in body.as_object().unwrap() {
                let mut less = body.clone();
                less.as_object_mut().unwrap().remove(name);
                assert_eq!(validator.is_valid(&less), !required.contains(&json!(name)), "{what} without {name}");
                let mut other = body.clone();
                other[name] = if value.is_boolean() { json!(7) } else { json!(true) };
                assert!(!validator.is_valid(&other), "{what} with another {name}");
                let mut null = body.clone();
                null[name] = Value::Null;
                assert!(!validator.is_valid(&null), "{what} with null for {name}");
            }
            let mut more = body.clone();
            more["implicitRules"] = json!("x");
            assert!(!validator.is_valid(&more), "{what} with one more member");
        }
    }

    #[test]
    fn what_the_codec_refuses_deep_inside_does_not_fit_either() {
        let operation = OPERATIONS.iter().find(|o| o.name() == "submit-eligibility-request").unwrap();
        let body: Value = serde_json::from_slice(&operation.response_example()).unwrap();
        let validator = validator("EligibilityAnswer");
        for (pointer, value) in [
            ("/contained/0/id", json!("someone")),
            ("/contained/3/extension/0/url", json!("https://example.invalid/other")),
            ("/insurance/0/inforce", json!("true")),
            ("/contained/3/costToBeneficiary/0/valueQuantity/value", json!(101)),
            ("/contained/3/period/start", json!("2026-10")),
            ("/extension/0/valueCode", json!("feed-not-in")),
        ] {
            let mut mutated = body.clone();
            *mutated.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is in the example")) = value;
            assert!(!validator.is_valid(&mutated), "{pointer}");
            assert!(operation.reread_response(&serde_json::to_vec(&mutated).unwrap()).is_err(), "{pointer}");
        }
    }

    #[test]
    fn every_reference_between_schemas_exists_and_every_schema_is_used() {
        let all = schemas::all();
        let mut used: Vec<String> = examples().into_iter().map(|(_, schema, _)| schema.to_string()).collect();
        all.values().for_each(|schema| schemas::references(schema, &mut used));
        assert!(used.iter().all(|name| all.contains_key(name)));
        let unused: Vec<_> = all.keys().filter(|name| !used.contains(name)).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }
}
