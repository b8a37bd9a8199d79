//! Why a message was rejected. No error repeats a value of the message: only names of elements, and only those that look
//! like one.

use crate::outcome::OutcomeCode;

/// Why a body is not a valid message. `at` is a path such as `contained[1].period.start`, empty for the whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FhirError {
    /// Not JSON (RFC 8259), or nested too deeply. Both count from 1.
    #[error("not JSON: line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    /// An element, or an extension, that the profile does not define at this place.
    #[error("`{field}` is not defined at `{at}`")]
    UnknownField { at: String, field: String },
    #[error("`{field}` is missing at `{at}`")]
    Missing { at: String, field: String },
    #[error("`{at}` {what}")]
    Wrong { at: String, what: &'static str },
}

impl FhirError {
    pub(super) fn wrong(at: impl Into<String>, what: &'static str) -> Self {
        FhirError::Wrong { at: shortened(at.into()), what }
    }

    pub(super) fn missing(at: impl Into<String>, field: &str) -> Self {
        FhirError::Missing { at: shortened(at.into()), field: element_name(field).to_string() }
    }

    pub(super) fn unknown(at: impl Into<String>, field: &str) -> Self {
        FhirError::UnknownField { at: shortened(at.into()), field: element_name(field).to_string() }
    }

    /// The outcome with which a broker answers such a request.
    pub fn outcome(&self) -> OutcomeCode {
        match self {
            FhirError::UnknownField { .. } => OutcomeCode::RequestUnknownField,
            _ => OutcomeCode::RequestMalformed,
        }
    }
}

/// The longest path that an error shows, in characters. Extensions nest, so a peer could make it long.
const LONGEST_PATH: usize = 160;

fn shortened(at: String) -> String {
    match at.char_indices().nth(LONGEST_PATH) {
        Some((end, _)) => format!("{}…", &at[..end]),
        None => at,
    }
}

/// The name if it looks like a FHIR element (`valueBase64Binary`, `_created`), else a placeholder: a peer may have sent a number
/// or a person's data instead of a name.
pub(super) fn element_name(name: &str) -> &str {
    let bare = name.strip_prefix('_').unwrap_or(name);
    let letters = bare.bytes().all(|b| b.is_ascii_alphanumeric()) && bare.starts_with(|c: char| c.is_ascii_lowercase());
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    if letters && digits <= 2 && bare.len() <= 40 { name } else { "(not an element name)" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_element_name_is_not_repeated() {
        for name in ["created", "_created", "valueBase64Binary", "resourceType"] {
            assert_eq!(element_name(name), name);
        }
        for not in
            ["", "_", "123456789018", "n123456789018", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a b", "山田", "a\nb", &"a".repeat(41)]
        {
            assert_eq!(element_name(not), "(not an element name)", "{not:?}");
        }
    }

    #[test]
    fn a_path_is_cut_between_characters() {
        let FhirError::Wrong { at, .. } = FhirError::wrong("山".repeat(500), "is too long") else { panic!("another error") };
        assert_eq!(at.chars().count(), LONGEST_PATH + 1);
    }
}
