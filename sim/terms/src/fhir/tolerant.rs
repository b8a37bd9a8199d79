//! Members that FHIR R4 allows in every resource and that mean nothing in these messages: a reader ignores them, as the standard
//! demands of what it does not use (FHIR R4, resource.html and narrative.html). A sender does not send them.

use super::error::FhirError;
use super::filled;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Ignored in every resource.
const IGNORED: [&str; 2] = ["text", "language"];
/// Ignored in a resource that does not use it.
const META: &str = "meta";
/// Ignored in a resource that nothing refers to.
const ID: &str = "id";

/// The members of an object in their order, also those that occur twice.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(InOrder)
    }
}

/// Reads a body as it is, or without the members that are ignored. These are JSON of FHIR too: none is empty.
pub(super) fn read<T>(body: &[u8], strictly: impl Fn(&[u8]) -> Result<T, FhirError>) -> Result<T, FhirError> {
    // Almost nobody sends what is ignored, so it is only looked for where a message is not what it should be. What equals a message
    // that the testbed writes has nothing that is empty.
    strictly(body).or_else(|error| {
        if matches!(error, FhirError::NotJson { .. }) {
            return Err(error);
        }
        filled::check(body)?;
        without_ignored(body).iter().find_map(|rest| strictly(rest).ok()).ok_or(error)
    })
}

/// A body without the members that are ignored: with `meta`, which some messages use, and without it. Nothing, if it has none.
fn without_ignored(body: &[u8]) -> Vec<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(body) else { return Vec::new() };
    let rests = [false, true].into_iter().filter_map(|meta| without(text, true, meta));
    rests.map(String::into_bytes).collect()
}

fn without(resource: &str, ignores_id: bool, ignores_meta: bool) -> Option<String> {
    let Members(members) = serde_json::from_str(resource).ok()?;
    let before = members.len();
    let is_ignored = |name: &str| IGNORED.contains(&name) || ignores_id && name == ID || ignores_meta && name == META;
    let mut members: Vec<_> = members.into_iter().filter(|(name, _)| !is_ignored(name)).collect();
    let mut changed = members.len() < before;
    for (name, value) in &mut members {
        // Other resources refer to a contained one by its id.
        let without = if name == "contained" { list(value.get(), |one| without(one, false, true)) } else { None };
        if let Some(without) = without.and_then(|text| RawValue::from_string(text).ok()) {
            (*value, changed) = (without, true);
        }
    }
    if !changed {
        return None;
    }
    let name = |name: &str| serde_json::to_string(name).unwrap_or_default();
    let members: Vec<String> = members.iter().map(|(n, value)| format!("{}:{}", name(n), value.get())).collect();
    Some(format!("{{{}}}", members.join(",")))
}

/// A list with some of its elements changed; `None` if none is.
fn list(text: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let elements: Vec<Box<RawValue>> = serde_json::from_str(text).ok()?;
    let changed: Vec<Option<String>> = elements.iter().map(|e| change(e.get())).collect();
    changed.iter().any(Option::is_some).then(|| {
        let all = elements.iter().zip(changed).map(|(old, new)| new.unwrap_or_else(|| old.get().to_string()));
        format!("[{}]", all.collect::<Vec<_>>().join(","))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<String> {
        without_ignored(body.as_bytes()).pop().and_then(|b| String::from_utf8(b).ok())
    }

    #[test]
    fn only_what_means_nothing_is_left_out() {
        let body = r#"{"resourceType":"X","id":"1","meta":{"a":[1]},"a":{"id":"2"},"contained":[{"id":"p","text":{"div":"t"}},{"id":"q"}]}"#;
        let left = r#"{"resourceType":"X","a":{"id":"2"},"contained":[{"id":"p"},{"id":"q"}]}"#;
        assert_eq!(read(body).as_deref(), Some(left));
        assert_eq!((read(left), read("[]"), read("{"), read("{}")), (None, None, None, None));
    }

    #[test]
    fn what_occurs_twice_still_does() {
        assert_eq!(read(r#"{"a":1,"a":2,"id":"x"}"#).as_deref(), Some(r#"{"a":1,"a":2}"#));
    }
}
