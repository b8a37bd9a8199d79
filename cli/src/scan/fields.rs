//! One line of a people file. The content of an invalid line is never repeated, so serde's messages for a wrong type are not
//! used.

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use sim::terms::messages::FIELD_MEDICAL_INSURANCE;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The fields of a line that are used.
pub struct Line<'a> {
    pub index: u64,
    pub my_number: Option<Cow<'a, str>>,
    pub resident_code: Option<Cow<'a, str>>,
    /// By field.
    pub institution_codes: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// Whether one of the keys for secrets is present, even if it is empty.
    pub names_a_secret: bool,
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow, default)]
    index: Any<'a>,
    // A kit's people have their members in the other letter case.
    #[serde(borrow, default, alias = "myNumber")]
    my_number: Any<'a>,
    #[serde(borrow, default, alias = "residentCode")]
    resident_code: Any<'a>,
    #[serde(borrow, default, alias = "institutionCodes")]
    institution_codes: Any<'a>,
    /// Of a kit's person: the code in the field of medical insurance.
    #[serde(borrow, default, rename = "institutionCode")]
    institution_code: Any<'a>,
}

/// Any JSON value, with the parts that can be used.
#[derive(Default)]
enum Any<'a> {
    #[default]
    Missing,
    Null,
    Whole(u64),
    Text(Cow<'a, str>),
    Object(BTreeMap<Cow<'a, str>, Any<'a>>),
    Other(&'static str),
}

impl Any<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Any::Missing => "missing",
            Any::Null => "null",
            Any::Whole(_) => "a number",
            Any::Text(_) => "a string",
            Any::Object(_) => "an object",
            Any::Other(kind) => kind,
        }
    }
}

/// The first number with as many digits as the shortest that is searched for.
const TOO_LONG: u64 = 10_000_000_000;

impl<'a> Line<'a> {
    /// Reads a line. The error names the field.
    pub fn read(line: &'a [u8]) -> Result<Self, String> {
        let line = line.trim_ascii();
        if !line.starts_with(b"{") {
            return Err("not a JSON object: write each person as one object on its own line".into());
        }
        let raw: Raw<'a> = serde_json::from_slice(line).map_err(|e| reason(&e))?;
        let index = match raw.index {
            Any::Whole(index) if index < TOO_LONG => index,
            // It is shown with every finding.
            Any::Whole(_) => {
                return Err("`index` has more than ten digits, so it could be a number that is searched for: count from 0".into());
            }
            other => return Err(format!("`index` must be a whole number from 0, not {}", other.kind())),
        };
        let names_a_secret = ![&raw.my_number, &raw.resident_code, &raw.institution_codes, &raw.institution_code]
            .iter()
            .all(|a| matches!(a, Any::Missing));
        let my_number = text("`my_number`", "12 digits", raw.my_number)?;
        let resident_code = text("`resident_code`", "11 digits", raw.resident_code)?;
        let mut institution_codes = BTreeMap::new();
        match raw.institution_codes {
            Any::Missing | Any::Null => {}
            Any::Object(codes) => {
                for (field, code) in codes {
                    let code = text(&format!("`institution_codes`, {}", shown(&field)), "a code", code)?;
                    institution_codes.extend(code.map(|code| (field, code)));
                }
            }
            other => return Err(format!("`institution_codes` must be an object of fields and codes, not {}", other.kind())),
        }
        let code = text("`institutionCode`", "a code", raw.institution_code)?;
        institution_codes.extend(code.map(|code| (Cow::Borrowed(FIELD_MEDICAL_INSURANCE), code)));
        Ok(Line { index, my_number, resident_code, institution_codes, names_a_secret })
    }
}

/// A string, or `None` if it is missing. A number would have lost its leading zeros.
fn text<'a>(field: &str, expected: &str, from: Any<'a>) -> Result<Option<Cow<'a, str>>, String> {
    match from {
        Any::Missing | Any::Null => Ok(None),
        Any::Text(text) => Ok(Some(text)),
        other => Err(format!("{field} must be a string of {expected}, not {}", other.kind())),
    }
}

/// The name of a field, unless it could be a misplaced value.
pub fn shown(field: &str) -> String {
    match field.len() <= 40 && field.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b)) {
        true => format!("`{field}`"),
        false => "one field".to_string(),
    }
}

fn reason(error: &serde_json::Error) -> String {
    let column = error.column();
    match error.classify() {
        // The text of such an error may contain the value.
        serde_json::error::Category::Data if error.to_string().starts_with("duplicate field") => {
            let field = error.to_string();
            let field = field.split('`').nth(1).unwrap_or("a key").to_string();
            format!("duplicate key `{field}`")
        }
        serde_json::error::Category::Data => "the JSON object is not a person".into(),
        serde_json::error::Category::Eof => format!("the JSON is incomplete at column {column}"),
        _ => format!("invalid JSON at column {column}"),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Any<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Anything;
        impl<'de> Visitor<'de> for Anything {
            type Value = Any<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Any<'de>, E> {
                Ok(Any::Whole(number))
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Any<'de>, E> {
                Ok(Any::Other("a number below 0"))
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Any<'de>, E> {
                Ok(Any::Other("a fraction"))
            }
            fn visit_bool<E: Error>(self, _: bool) -> Result<Any<'de>, E> {
                Ok(Any::Other("true or false"))
            }
            fn visit_unit<E: Error>(self) -> Result<Any<'de>, E> {
                Ok(Any::Null)
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Any<'de>, E> {
                Ok(Any::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Any<'de>, E> {
                Ok(Any::Text(Cow::Owned(text.to_string())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Any<'de>, A::Error> {
                while all.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Any::Other("a list"))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Any<'de>, A::Error> {
                let mut object = BTreeMap::new();
                while let Some(key) = all.next_key::<Key<'de>>()? {
                    object.insert(key.0, all.next_value()?);
                }
                Ok(Any::Object(object))
            }
        }
        from.deserialize_any(Anything)
    }
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
