//! The FHIR R4 datatypes that the wire profile uses, with only the elements that it uses. An element that R4 defines and the
//! profile does not is an unknown field here. Fields are in the order in which they are written.

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// FHIR R4 `Identifier`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Identifier {
    pub system: String,
    pub value: String,
}

impl Identifier {
    pub fn new(system: &str, value: &str) -> Self {
        Identifier { system: system.to_string(), value: value.to_string() }
    }
}

/// FHIR R4 `Reference`: either to a contained resource (`#id`) or by identifier alone.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reference {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
}

impl Reference {
    /// To the contained resource with this id.
    pub fn contained(id: &str) -> Self {
        Reference { reference: Some(format!("#{id}")), ..Reference::default() }
    }

    /// To a resource of this type that is known by an identifier alone (a logical reference).
    pub fn known_as(kind: &str, identifier: Identifier) -> Self {
        Reference { kind: Some(kind.to_string()), identifier: Some(identifier), ..Reference::default() }
    }
}

/// FHIR R4 `Coding`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Coding {
    pub system: String,
    pub code: String,
}

/// FHIR R4 `CodeableConcept`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CodeableConcept {
    pub coding: Vec<Coding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl CodeableConcept {
    pub fn new(system: &str, code: &str) -> Self {
        CodeableConcept { coding: vec![Coding { system: system.to_string(), code: code.to_string() }], text: None }
    }
}

/// FHIR R4 `Period`. Both days are included.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Period {
    pub start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// FHIR R4 `Quantity`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Quantity {
    pub value: Number,
    pub unit: String,
    pub system: String,
    pub code: String,
}

/// FHIR R4 `Extension`, with the choices of `value[x]` that the profile uses.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Extension {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_base64_binary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_string: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_unsigned_int: Option<u64>,
}

impl Extension {
    fn named(url: &str) -> Self {
        Extension { url: url.to_string(), ..Extension::default() }
    }

    pub fn binary(url: &str, value: &[u8]) -> Self {
        Extension { value_base64_binary: Some(data_encoding::BASE64.encode(value)), ..Extension::named(url) }
    }

    pub fn code(url: &str, value: &str) -> Self {
        Extension { value_code: Some(value.to_string()), ..Extension::named(url) }
    }

    pub fn date(url: &str, value: jiff::civil::Date) -> Self {
        Extension { value_date: Some(value.to_string()), ..Extension::named(url) }
    }

    pub fn string(url: &str, value: &str) -> Self {
        Extension { value_string: Some(value.to_string()), ..Extension::named(url) }
    }

    pub fn unsigned_int(url: &str, value: u64) -> Self {
        Extension { value_unsigned_int: Some(value), ..Extension::named(url) }
    }

    pub fn nested(url: &str, inner: Vec<Extension>) -> Self {
        Extension { extension: inner, ..Extension::named(url) }
    }
}

/// FHIR R4 `Meta`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Meta {
    pub extension: Vec<Extension>,
}
