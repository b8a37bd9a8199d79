//! The values that are searched for.

use crate::DataClass;
use std::fmt;

/// A value that must not be found where its class is forbidden. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// 10 to 20 ASCII digits.
    Digits(String),
    /// 16 or more characters of base 32, as an institution code of 26 is.
    Code(String),
    /// Any other distinctive text of 10 bytes or more.
    Text(String),
    /// 16 or more distinctive bytes, for instance a part of a certificate.
    Bytes(Vec<u8>),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Value::Digits(_) => "Digits(…)",
            Value::Code(_) => "Code(…)",
            Value::Text(_) => "Text(…)",
            Value::Bytes(_) => "Bytes(…)",
        })
    }
}

/// A value and its person. `Debug` does not print the value.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    pub class: DataClass,
    /// Index of the person to whom it belongs.
    pub person: u64,
    pub value: Value,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} of person {})", self.class.name(), self.person)
    }
}

/// Why values cannot be searched for. It never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetectorError {
    #[error("{} of person {person}: {expected} are needed", class.name())]
    Unfit { class: DataClass, person: u64, expected: &'static str },
    #[error("{0} values are too many: one detector takes at most {max}", max = MOST)]
    TooMany(usize),
}

/// The index of a value must fit into the bits that a table keeps beside a fingerprint.
pub(crate) const MOST: usize = 1 << 26;

/// Rejects a value that is not distinct enough, and names what is needed.
pub(crate) fn check(secret: &Secret) -> Result<(), DetectorError> {
    let expected = match &secret.value {
        Value::Digits(text) if (10..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) => return Ok(()),
        Value::Digits(_) => "10 to 20 ASCII digits",
        Value::Code(text) if (16..=128).contains(&text.len()) && text.bytes().all(is_base32) => return Ok(()),
        Value::Code(_) => "16 to 128 characters of base 32",
        Value::Text(text) if (10..=4096).contains(&text.len()) => return Ok(()),
        Value::Text(_) => "10 to 4096 bytes of text",
        Value::Bytes(bytes) if (16..=4096).contains(&bytes.len()) => return Ok(()),
        Value::Bytes(_) => "16 to 4096 bytes",
    };
    Err(DetectorError::Unfit { class: secret.class, person: secret.person, expected })
}

/// RFC 4648, section 6, in either case.
pub(crate) fn is_base32(byte: u8) -> bool {
    IS_BASE32[usize::from(byte)]
}

static IS_BASE32: [bool; 256] = {
    let mut all = [false; 256];
    let mut i = 0;
    while i < 256 {
        let byte = i as u8;
        all[i] = byte.is_ascii_alphabetic() || (byte >= b'2' && byte <= b'7');
        i += 1;
    }
    all
};
