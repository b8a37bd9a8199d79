//! The OpenAPI 3.1 document of a role, made of the declarations of its operations.

use crate::VERSION;
use crate::examples;
use crate::messages::{Body, bodies, schema_of};
use crate::role::Role;
use crate::schemas::{self, REFERENCE};
use crate::text::Lang;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use terms::operation::{CHECK_ID, OperationDescription, Refusal};
use terms::operations::served_by;

/// What a role serves. `None` for a role that serves nothing.
pub fn document(role: Role, lang: Lang) -> Option<Value> {
    let operations: Vec<&dyn OperationDescription> = served_by(role.zone()).collect();
    if operations.is_empty() {
        return None;
    }
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in &operations {
        let method = operation.method().name().to_lowercase();
        paths.entry(operation.path()).or_default().insert(method, path_item(*operation, role, lang));
    }
    Some(json!({
        "openapi": "3.1.0",
        "info": info(role, lang),
        "servers": [server(role, lang)],
        "security": [{ "mutualTLS": [] }],
        "tags": [{ "name": role.name(), "description": role.title(lang) }],
        "paths": paths,
        "components": {
            "schemas": schemas::closure(&schema_names(&operations)),
            "securitySchemes": { "mutualTLS": {
                "type": "mutualTLS",
                "description": lang.of(
                    "TLS 1.3 with certificates on both sides: clauses TLS-001 to TLS-011 and CERT-001 to CERT-003.",
                    "双方の証明書によるTLS 1.3。条項TLS-001からTLS-011、CERT-001からCERT-003による。"
                ),
            } },
        },
    }))
}

fn info(role: Role, lang: Lang) -> Value {
    let title = match lang {
        Lang::En => format!("Eligibility check: {}", role.title(lang)),
        Lang::Ja => format!("オンライン資格確認：{}", role.title(lang)),
    };
    json!({
        "title": title,
        "version": VERSION,
        "summary": lang.of("The operations that this role serves", "この役割が提供する操作"),
        "description": lang.of(
            "Paths, headers, statuses and bodies. What they do not say is in the clauses of the contract, which count first.",
            "パス、ヘッダー、状態コード、本文を示す。ここにないことは接続仕様の条項に示されており、条項が優先する。"
        ),
        "license": { "name": "MIT", "identifier": "MIT" },
    })
}

fn server(role: Role, lang: Lang) -> Value {
    json!({
        "url": "https://{host}:{port}",
        "description": lang.of("Agreed outside the protocol", "プロトコルの外で合意する"),
        "variables": { "host": { "default": role.name() }, "port": { "default": "443" } },
    })
}

/// The schemas that the operations use directly.
fn schema_names(operations: &[&dyn OperationDescription]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for operation in operations {
        let (request, response) = bodies(*operation);
        for body in [request, response] {
            if let Body::Json(name) = body {
                names.push(name);
            }
        }
        names.extend(operation.refusals().iter().map(schema_of));
    }
    names
}

fn path_item(operation: &dyn OperationDescription, role: Role, lang: Lang) -> Value {
    let (request, response) = bodies(operation);
    let mut item = json!({
        "operationId": camel_case(operation.name()),
        "summary": lang.of(operation.text_en(), operation.ja()),
        "tags": [role.name()],
        "responses": responses(operation, response, lang),
    });
    let headers: Vec<Value> = operation.headers().iter().map(|header| header_parameter(header.name, header.text_en)).collect();
    if !headers.is_empty() {
        item["parameters"] = json!(headers);
    }
    if let Some(mut content) = content(request, operation.request_media(), &operation.request_example()) {
        add_examples(&mut content[operation.request_media()], operation, true, lang);
        item["requestBody"] = json!({ "required": true, "content": content });
    }
    item
}

fn header_parameter(name: &str, text: &str) -> Value {
    let mut schema = json!({ "type": "string" });
    if name == CHECK_ID.name {
        schema["pattern"] = json!("^check-[0-9]{6,12}-[0-9]{6,12}$");
    }
    json!({ "name": name, "in": "header", "required": false, "description": text, "schema": schema })
}

/// A body by its media type. `None` if it is empty.
fn content(body: Body, media: &str, example: &[u8]) -> Option<Value> {
    let described = match body {
        Body::Empty => return None,
        Body::Json(schema) => {
            let value: Value = serde_json::from_slice(example).unwrap_or_default();
            json!({ "schema": { "$ref": format!("{REFERENCE}{schema}") }, "examples": { "example": { "value": value } } })
        }
        Body::Der => {
            let base64 = data_encoding::BASE64.encode(example);
            json!({ "schema": { "type": "string", "format": "binary" }, "x-example-base64": base64 })
        }
    };
    Some(json!({ media: described }))
}

/// Adds the further examples of an operation to a body of it.
fn add_examples(body: &mut Value, operation: &dyn OperationDescription, is_request: bool, lang: Lang) {
    let further = examples::of(operation).into_iter().filter(|example| example.is_request == is_request);
    for (number, example) in (2..).zip(further) {
        let value: Value = serde_json::from_slice(&example.body).unwrap_or_default();
        body["examples"][format!("example-{number}")] = json!({ "summary": lang.of(example.en, example.ja), "value": value });
    }
}

fn responses(operation: &dyn OperationDescription, response: Body, lang: Lang) -> Map<String, Value> {
    let mut all = Map::new();
    let mut good = json!({ "description": lang.of("Success", "成功") });
    if let Some(mut content) = content(response, operation.response_media(), &operation.response_example()) {
        add_examples(&mut content[operation.response_media()], operation, false, lang);
        good["content"] = content;
    }
    all.insert(operation.status().to_string(), good);
    let mut by_status: BTreeMap<u16, Vec<Refusal>> = BTreeMap::new();
    for refusal in operation.refusals() {
        by_status.entry(refusal.status()).or_default().push(refusal);
    }
    for (status, refusals) in by_status {
        all.insert(status.to_string(), refused(status, &refusals, lang));
    }
    all
}

/// The response with a status, whose refusals all have one media type.
fn refused(status: u16, refusals: &[Refusal], lang: Lang) -> Value {
    let codes: Vec<String> = refusals.iter().map(|refusal| format!("`{}`", refusal.code())).collect();
    let mut content: Map<String, Value> = Map::new();
    for refusal in refusals {
        let schema = format!("{REFERENCE}{}", schema_of(refusal));
        let of_media =
            content.entry(refusal.media_type()).or_insert_with(|| json!({ "schema": { "$ref": schema }, "examples": {} }));
        if let Some(examples) = of_media["examples"].as_object_mut() {
            // Two refusals of one operation may have the same code and different titles.
            let name = match examples.contains_key(refusal.code()) {
                false => refusal.code().to_string(),
                true => format!("{}-{}", refusal.code(), examples.len()),
            };
            let value: Value = serde_json::from_slice(&refusal.body()).unwrap_or_default();
            examples.insert(name, json!({ "value": value }));
        }
    }
    let mut response = json!({ "description": codes.join(", "), "content": content });
    if status == 503 {
        response["headers"] = json!({ "Retry-After": {
            "description": lang.of("Seconds after which a repeated request may succeed (HTTP-009).", "繰り返した要求が成功し得るまでの秒数（HTTP-009）。"),
            "schema": { "type": "integer", "minimum": 1, "maximum": 600 },
        } });
    }
    response
}

/// `submitFeed` for `submit-feed`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let mut text = words.next().unwrap_or_default().to_string();
    for word in words {
        let mut letters = word.chars();
        text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use terms::operations::OPERATIONS;

    #[test]
    fn every_operation_is_in_the_document_of_its_server() {
        for operation in OPERATIONS {
            let role = Role::named(operation.to().name()).unwrap();
            let document = document(role, Lang::En).unwrap();
            let item = &document["paths"][operation.path()][operation.method().name().to_lowercase()];
            assert_eq!(item["operationId"], camel_case(operation.name()));
            assert!(item["responses"].get(operation.status().to_string()).is_some(), "{}", operation.name());
            for refusal in operation.refusals() {
                let examples = &item["responses"][refusal.status().to_string()]["content"][refusal.media_type()]["examples"];
                let body: Value = serde_json::from_slice(&refusal.body()).unwrap();
                let shown = examples.as_object().unwrap().values().any(|example| example["value"] == body);
                assert!(shown, "{} {}", operation.name(), refusal.code());
            }
        }
        assert_eq!(document(Role::named("facility").unwrap(), Lang::En), None);
    }
}
