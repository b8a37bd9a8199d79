//! What JSON of FHIR never has, whoever defines the member (FHIR R4, json.html): a `null`, a list or an object without content, a
//! member twice. It is no member that a reader may ignore, since nothing says what it would mean.

use super::error::FhirError;
use super::strict::path_of;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

const NULL: &str = "is null";
const EMPTY_LIST: &str = "is an empty list";
const EMPTY_OBJECT: &str = "is an empty object";
const TWICE: &str = "occurs twice";

/// The first place below the body itself that breaks this, in a body that is JSON.
pub(super) fn check(body: &[u8]) -> Result<(), FhirError> {
    let Err(error) = serde_path_to_error::deserialize::<_, Filled>(&mut serde_json::Deserializer::from_slice(body)) else {
        return Ok(());
    };
    let (at, _, _) = path_of(&error, "");
    let message = error.inner().to_string();
    let what = [NULL, EMPTY_LIST, EMPTY_OBJECT, TWICE].into_iter().find(|what| message.starts_with(what));
    match what.filter(|_| error.inner().is_data() && !at.is_empty()) {
        Some(what) => Err(FhirError::wrong(at, what)),
        None => Ok(()),
    }
}

/// Any JSON in which everything has a content.
struct Filled;

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Filled)
    }
}

impl<'de> Visitor<'de> for Filled {
    type Value = Filled;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Filled, E> {
        Err(E::custom(NULL))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Filled, E> {
        Ok(Filled)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Filled, E> {
        Ok(Filled)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Filled, E> {
        Ok(Filled)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Filled, E> {
        Ok(Filled)
    }

    fn visit_str<E>(self, _: &str) -> Result<Filled, E> {
        Ok(Filled)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Filled, A::Error> {
        if list.next_element::<Filled>()?.is_none() {
            return Err(A::Error::custom(EMPTY_LIST));
        }
        while list.next_element::<Filled>()?.is_some() {}
        Ok(Filled)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Filled, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = object.next_key::<String>()? {
            if names.insert(name) {
                object.next_value::<Filled>()?;
            } else {
                object.next_value::<Again>()?;
            }
        }
        if names.is_empty() { Err(A::Error::custom(EMPTY_OBJECT)) } else { Ok(Filled) }
    }
}

/// The value of a member that was there before: an error, which has the place of the member.
struct Again;

impl<'de> Deserialize<'de> for Again {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom(TWICE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Option<String> {
        check(body.as_bytes()).err().map(|e| e.to_string())
    }

    #[test]
    fn the_first_place_without_a_content_is_named() {
        for (body, says) in [
            (r#"{"a":[{"b":"x","c":[]}],"d":null}"#, "`a[0].c` is an empty list"),
            (r#"{"a":[{"b":{}}]}"#, "`a[0].b` is an empty object"),
            (r#"{"a":["x",null]}"#, "`a[1]` is null"),
            (r#"{"a":[[]]}"#, "`a[0]` is an empty list"),
            (r#"{"a":{"b":1,"b":1}}"#, "`a.b` occurs twice"),
            (r#"{"id":"x","id":"x"}"#, "`id` occurs twice"),
            (r#"{"123456789018":[]}"#, "`(not an element name)` is an empty list"),
        ] {
            assert_eq!(found(body).as_deref(), Some(says), "{body}");
        }
    }

    #[test]
    fn what_has_a_content_has_no_such_place() {
        for body in [r#"{"a":[1,-1,2.5,true,"",[{"b":"x"}]]}"#, "7", "{}", "[]", "null"] {
            assert_eq!(found(body), None, "{body}");
        }
    }
}
