//! JSON that is read in one form only: no duplicate member, no unknown one, and every byte as this crate writes it.

use crate::escape::escaped;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The document, indented, with a line feed at its end.
///
/// # Errors
/// None that input can cause.
pub fn written<T: Serialize>(document: &T) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}

/// Reads a document whose members are all known and occur once.
///
/// # Errors
/// What is wrong and where, in text that can be shown.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|e| escaped(&e.to_string()))
}

/// Reads a document that must be byte for byte what [`written()`] makes of it, so that no byte can change without notice.
///
/// # Errors
/// What is wrong and where, in text that can be shown.
pub fn read_canonical<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, String> {
    let document: T = read(bytes)?;
    let again = written(&document).map_err(|e| e.to_string())?;
    let same = again.as_bytes().iter().zip(bytes).take_while(|(a, b)| a == b).count();
    match again.len() == bytes.len() && same == bytes.len() {
        true => Ok(document),
        false => Err(format!(
            "from byte {same} on it is not in the form in which statements are written (indented by two spaces, members in \
             their order, a line feed at the end): it was changed or written by another program"
        )),
    }
}
