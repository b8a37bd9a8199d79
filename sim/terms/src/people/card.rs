//! A person's card (個人番号カード): PIN, expiry, and the certificates that have been on it.

use crate::identifiers::{CertificateSerial, IdentifierError};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! four_digits {
    ($(#[$doc:meta])* $name:ident, $class:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Reads four digits.
            pub fn new(text: &str) -> Result<Self, IdentifierError> {
                if !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(IdentifierError::Characters { class: $class, expected: "the digits 0 to 9" });
                }
                if text.len() != 4 {
                    return Err(IdentifierError::Length { class: $class, expected: "4 digits", found: text.len() });
                }
                Ok($name(text.to_string()))
            }

            /// The last four decimal digits of `body`.
            pub fn from_body(body: u64) -> Self {
                $name(format!("{:04}", body % 10_000))
            }

            /// The digits themselves. The caller must not show them.
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($class, "(…)"))
            }
        }
    };
}

four_digits!(
    /// 利用者証明用電子証明書の暗証番号. The PIN that lets the card sign with its authentication key.
    Pin,
    "Pin"
);
four_digits!(
    /// セキュリティコード. Printed on the front of the card; a part of 照合番号B.
    SecurityCode,
    "SecurityCode"
);

/// The card that a person has on the population's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardLife {
    /// Never serialized.
    #[serde(skip)]
    pub pin: Pin,
    /// Never serialized.
    #[serde(skip)]
    pub security_code: SecurityCode,
    /// 有効期限: the last day of the card, the tenth birthday after its issue, or the fifth if the holder was under 18 at issue.
    pub expires: Date,
    /// Oldest first, never empty. The last one is current; each earlier one was revoked when its successor was issued.
    pub certificates: Vec<CardCertificate>,
}

/// One 利用者証明用電子証明書 and the 署名用電子証明書 issued with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CardCertificate {
    /// 発行番号 of the authentication certificate: 1 to 2^31 − 1, at most four octets in DER.
    pub serial: CertificateSerial,
    /// 発行番号 of the signature certificate, a different one in the same range.
    pub signature_serial: CertificateSerial,
    /// 0 for a person's first certificate, one more after every renewal.
    pub generation: u32,
    /// The moment of issue.
    #[schemars(with = "String")]
    pub not_before: Timestamp,
    /// 23:59:59 in Japan on the fifth birthday after issue.
    #[schemars(with = "String")]
    pub not_after: Timestamp,
    /// CN of the subject: 14 characters without meaning, the municipality's code, `001A`. No personal data.
    pub subject_cn: String,
    /// Which key pair it certifies: a different one for every person and generation.
    pub key_index: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_digits_and_is_not_shown() {
        assert_eq!(Pin::new("0123").map(|p| p.reveal().to_string()), Ok("0123".to_string()));
        assert_eq!(format!("{:?} {:?}", Pin::new("0123"), SecurityCode::new("4567")), "Ok(Pin(…)) Ok(SecurityCode(…))");
        for wrong in ["", "123", "12345", "12a4", "１２３４"] {
            assert!(Pin::new(wrong).is_err());
        }
        assert_eq!(Pin::new("98765").expect_err("five digits").to_string(), "Pin: expected 4 digits, got 5 characters");
    }
}
