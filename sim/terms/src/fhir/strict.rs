//! The strict reader.
//!
//! It checks a body in three steps. The body must be JSON; each resource in it must have only the fields of its struct, and none
//! twice; and the message must equal what the testbed writes for its content. The third step finds everything else: a
//! fixed value that differs, an element too many, a `null`, an empty list, a list where an object belongs. What may differ is
//! the order of extensions and contained resources, and whether a whole number is written `30` or `30.0`; each message adds
//! the texts that may vary.

use super::error::FhirError;
use super::resources::{Organization, Patient, Resource, raw};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use std::collections::BTreeMap;

/// The body as JSON of any form.
fn parse(body: &[u8]) -> Result<Value, FhirError> {
    serde_json::from_slice(body).map_err(|e| FhirError::NotJson { line: e.line(), column: e.column() })
}

/// The path of an element below another.
pub(super) fn below(at: &str, element: &str) -> String {
    if at.is_empty() { element.to_string() } else { format!("{at}.{element}") }
}

/// Reads a resource of a known type from its text. A valid one is parsed once; an error is located in a second, slower pass.
pub(super) fn read<R: Resource>(body: &[u8], at: &str) -> Result<R, FhirError> {
    if let Some(resource) = serde_json::from_slice::<R>(body).ok().filter(|r| r.resource_type() == R::TYPE) {
        return Ok(resource);
    }
    type_is::<R>(&parse(body)?, at)?;
    let mut from = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut from).map_err(|e| to_fhir_error(&e, at))
}

/// Reads a contained resource or an entry of a bundle.
pub(super) fn read_raw<R: Resource>(text: &RawValue, at: &str) -> Result<R, FhirError> {
    read(text.get().as_bytes(), at).map_err(|error| match error {
        // The whole was JSON, so only depth or half of a surrogate pair can fail here, and the position would count from here.
        FhirError::NotJson { .. } => FhirError::wrong(at, "is not valid JSON"),
        other => other,
    })
}

fn type_is<R: Resource>(sent: &Value, at: &str) -> Result<(), FhirError> {
    let Value::Object(fields) = sent else { return Err(FhirError::wrong(at, "is not a JSON object")) };
    match fields.get("resourceType") {
        None => Err(FhirError::missing(at, "resourceType")),
        Some(Value::String(found)) if found == R::TYPE => Ok(()),
        Some(_) => Err(FhirError::wrong(below(at, "resourceType"), "is not the expected resource")),
    }
}

/// Converts an error of serde. Its messages repeat values, so only their first words, which name the kind, and names of
/// elements are used. `serde_json::Error` offers no other way; the tests of the messages pin these words.
fn to_fhir_error(error: &serde_path_to_error::Error<serde_json::Error>, at: &str) -> FhirError {
    let inner = error.inner();
    if !inner.is_data() {
        return FhirError::NotJson { line: inner.line(), column: inner.column() };
    }
    let (path, parent, last) = path_of(error, at);
    let message = inner.to_string();
    if message.starts_with("unknown field ") {
        FhirError::unknown(parent, &last)
    } else if let Some(field) = message.strip_prefix("missing field `").and_then(|m| m.split('`').next()) {
        FhirError::missing(path, field)
    } else if message.starts_with("duplicate field ") {
        FhirError::wrong(path, "has an element twice")
    } else {
        FhirError::wrong(path, "does not have the type that FHIR R4 defines")
    }
}

/// Where an error of serde is, below `at`: the place, the object above it, and the name of the last member, which may be anything.
pub(super) fn path_of(error: &serde_path_to_error::Error<serde_json::Error>, at: &str) -> (String, String, String) {
    let mut path = at.to_string();
    let mut parent = path.clone();
    let mut last = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => path = format!("{path}[{index}]"),
            Segment::Map { key } => {
                parent = path.clone();
                last.clone_from(key);
                path = below(&path, super::error::element_name(key));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    (path, parent, last)
}

/// Contained resources by their id, as text that is not parsed yet.
pub(super) struct Contained<'a>(BTreeMap<String, (&'a RawValue, String)>);

/// Only the id; all other fields are ignored.
#[derive(Deserialize)]
struct Peek {
    id: Option<String>,
}

impl<'a> Contained<'a> {
    pub(super) fn of(list: &'a [Box<RawValue>]) -> Result<Self, FhirError> {
        let mut by_id = BTreeMap::new();
        for (i, text) in list.iter().enumerate() {
            let at = format!("contained[{i}]");
            let peek: Peek = serde_json::from_str(text.get()).map_err(|_| FhirError::wrong(at.as_str(), "has no valid id"))?;
            let id = peek.id.ok_or_else(|| FhirError::missing(at.as_str(), "id"))?;
            if by_id.insert(id, (&**text, at.clone())).is_some() {
                return Err(FhirError::wrong(at, "has the id of another contained resource"));
            }
        }
        Ok(Contained(by_id))
    }

    /// Reads the resource that a reference `#id` at `at` points to, and returns it with its path.
    pub(super) fn read<R: Resource>(&self, reference: Option<&str>, at: &str) -> Result<(R, String), FhirError> {
        let found = reference.and_then(|r| r.strip_prefix('#')).and_then(|id| self.0.get(id));
        let (text, path) = found.ok_or_else(|| FhirError::wrong(at, "refers to no contained resource"))?;
        Ok((read_raw(text, path)?, path.clone()))
    }
}

/// The id of the contained patient.
pub(super) const PATIENT: &str = "patient";
/// The id of the contained organization that represents all insurers.
pub(super) const INSURERS: &str = "insurers";

/// The patient without any identity and the organization for all insurers, which every question and answer contains.
pub(super) fn patient_and_insurers() -> Vec<Box<RawValue>> {
    let patient = Patient { resource_type: Patient::TYPE.to_string(), id: PATIENT.to_string() };
    let insurers = Organization {
        resource_type: Organization::TYPE.to_string(),
        id: INSURERS.to_string(),
        identifier: Vec::new(),
        name: "医療保険者（全保険者）".to_string(),
    };
    vec![raw(&patient), raw(&insurers)]
}

/// Reads the two of [`patient_and_insurers`], so that a duplicate or unknown field in them is reported as such.
pub(super) fn read_patient_and_insurers(contained: &Contained<'_>) -> Result<(), FhirError> {
    contained.read::<Patient>(Some("#patient"), "patient")?;
    contained.read::<Organization>(Some("#insurers"), "insurer")?;
    Ok(())
}

/// Checks that the body sent equals what the testbed writes for its content.
pub(super) fn same<R: Resource>(sent: &[u8], meant: &R) -> Result<(), FhirError> {
    // Compared as text, since contained resources are kept as text.
    let meant = written(meant);
    if sent == meant { Ok(()) } else { same_value(&parse(sent)?, &parse(&meant)?, "") }
}

/// A resource as the bytes on the wire: no white space, elements in the order of the structs.
pub(super) fn written<R: Resource>(resource: &R) -> Vec<u8> {
    raw(resource).get().as_bytes().to_vec()
}

fn same_value(sent: &Value, meant: &Value, at: &str) -> Result<(), FhirError> {
    match (sent, meant) {
        (Value::Object(sent), Value::Object(meant)) => same_object(sent, meant, at),
        (Value::Array(sent), Value::Array(meant)) => match ["url", "id"].into_iter().find(|key| all_have(meant, key)) {
            Some(key) => same_set(sent, meant, key, at),
            None => same_list(sent, meant, at),
        },
        (Value::Number(sent), Value::Number(meant)) if sent.as_f64() == meant.as_f64() => Ok(()),
        _ if sent == meant => Ok(()),
        _ => Err(FhirError::wrong(at, "does not match the profile")),
    }
}

fn same_object(sent: &Map<String, Value>, meant: &Map<String, Value>, at: &str) -> Result<(), FhirError> {
    if let Some(field) = sent.keys().find(|field| !meant.contains_key(*field)) {
        return Err(FhirError::unknown(at, field));
    }
    for (field, meant) in meant {
        let sent = sent.get(field).ok_or_else(|| FhirError::missing(at, field))?;
        same_value(sent, meant, &below(at, field))?;
    }
    Ok(())
}

fn same_list(sent: &[Value], meant: &[Value], at: &str) -> Result<(), FhirError> {
    for (i, (sent, meant)) in sent.iter().zip(meant).enumerate() {
        same_value(sent, meant, &format!("{at}[{i}]"))?;
    }
    match sent.len().cmp(&meant.len()) {
        std::cmp::Ordering::Less => Err(FhirError::wrong(at, "has too few entries")),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(FhirError::wrong(at, "has too many entries")),
    }
}

fn all_have(list: &[Value], key: &str) -> bool {
    list.iter().all(|v| v.get(key).is_some_and(Value::is_string))
}

/// Compares extensions (by `url`) or contained resources (by `id`), whose order has no meaning.
fn same_set(sent: &[Value], meant: &[Value], key: &str, at: &str) -> Result<(), FhirError> {
    let name = |v: &Value| v.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
    let mut missing: BTreeMap<String, &Value> = meant.iter().map(|v| (name(v), v)).collect();
    for (i, sent) in sent.iter().enumerate() {
        let at_this = format!("{at}[{i}]");
        let name = name(sent);
        match missing.remove(&name) {
            Some(meant) => same_value(sent, meant, &at_this)?,
            None if meant.iter().any(|v| v.get(key).and_then(Value::as_str) == Some(&name)) => {
                return Err(FhirError::wrong(at_this, "occurs twice"));
            }
            None => return Err(FhirError::unknown(at_this, if key == "url" { "extension" } else { "contained" })),
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(FhirError::wrong(at, "has too few entries")) }
}
