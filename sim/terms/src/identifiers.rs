//! Identifiers, each with its own type. `Debug` and `Display` print the class and never the value, so that a number cannot
//! reach a log by accident; code that needs the value calls `reveal`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Why a text is not a valid identifier. It never repeats the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    #[error("{class}: expected {expected}, got {found} characters")]
    Length { class: &'static str, expected: &'static str, found: usize },
    #[error("{class}: only {expected} are allowed")]
    Characters { class: &'static str, expected: &'static str },
    #[error("{class}: the check digit is wrong")]
    CheckDigit { class: &'static str },
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $class:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name of the class, as it is printed instead of a value.
            pub const CLASS: &'static str = $class;

            /// The value itself. The caller must not show it where the class is not allowed.
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($class, "(…)"))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($class, "(…)"))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $class.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string" })
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdentifierError;
            fn try_from(text: String) -> Result<Self, IdentifierError> {
                Self::new(&text)
            }
        }
    };
}

identifier!(
    /// 個人番号 (マイナンバー). Twelve digits, the last a check digit (平成26年総務省令第85号 第5条). Administrative bodies and
    /// insurers use it; at facilities, readers and on the line it must not be, in any form.
    MyNumber,
    "MyNumber"
);
identifier!(
    /// 住民票コード. Eleven digits: ten random ones and a check digit (住民基本台帳法施行規則 第1条). The formula of the check
    /// digit is not public; [`check_digit_11_mod_10`] is this project's model of it.
    ResidentCode,
    "ResidentCode"
);
identifier!(
    /// 機関別符号. The electronic code by which the institutions of one field know one *person*; it stays the same when the
    /// person changes insurer or renews the card. Not a code of an institution: that is [`FacilityNumber`].
    InstitutionCode,
    "InstitutionCode"
);
identifier!(
    /// 見える医療等分野の番号. Fourteen digits, the last a check digit: the visible number of designs that present one. This project's
    /// model; no such number is issued.
    MedicalNumber,
    "MedicalNumber"
);
identifier!(
    /// 医療機関コード. Ten digits: prefecture 2, kind 1 (1 medical, 3 dental, 4 pharmacy), area 2, number 4, check digit 1.
    FacilityNumber,
    "FacilityNumber"
);
identifier!(
    /// 保険者番号. Eight digits, the last a check digit: law 2, prefecture 2, insurer 3, check 1. Municipal national health
    /// insurance has six digits, written here with two leading zeros.
    InsurerNumber,
    "InsurerNumber"
);

fn digits(text: &str, count: usize, class: &'static str, expected: &'static str) -> Result<Vec<u8>, IdentifierError> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(IdentifierError::Characters { class, expected: "the digits 0 to 9" });
    }
    if text.len() != count {
        return Err(IdentifierError::Length { class, expected, found: text.len() });
    }
    Ok(text.bytes().map(|b| b - b'0').collect())
}

fn join(body: &[u8], check: u8) -> String {
    body.iter().chain([&check]).map(|d| char::from(b'0' + d)).collect()
}

/// The check digit of a My Number over its first eleven digits: 11 − (Σ Pₙ·Qₙ mod 11), and 0 where the remainder is 0 or 1
/// (平成26年総務省令第85号 第5条). It does not detect every single wrong digit, since two remainders share the 0.
pub fn check_digit_my_number(body: &[u8]) -> u8 {
    const WEIGHTS: [u32; 11] = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(&d, w)| u32::from(d) * w).sum();
    match sum % 11 {
        0 | 1 => 0,
        r => (11 - r) as u8,
    }
}

/// The check digit of a resident code as this project models it, after the published rule of 全国地方公共団体コード:
/// (11 − Σ mod 11) mod 10 with weights 2 to 7 from the right.
pub fn check_digit_11_mod_10(body: &[u8]) -> u8 {
    let sum: u32 = body.iter().rev().zip((2..=7).cycle()).map(|(&d, w)| u32::from(d) * w).sum();
    ((11 - sum % 11) % 10) as u8
}

/// The check digit of 保険者番号 and 医療機関コード: weights 2, 1, 2, 1 … from the right, digits of each product added,
/// 10 − (sum mod 10), and 0 for 10.
pub fn check_digit_2_1(body: &[u8]) -> u8 {
    let sum: u32 = body
        .iter()
        .rev()
        .zip([2u32, 1].into_iter().cycle())
        .map(|(&d, w)| {
            let p = u32::from(d) * w;
            p / 10 + p % 10
        })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

macro_rules! with_check_digit {
    ($name:ident, $len:literal, $expected:literal, $check:path) => {
        impl $name {
            /// Reads the number and checks its length, its digits and its check digit.
            pub fn new(text: &str) -> Result<Self, IdentifierError> {
                let all = digits(text, $len, Self::CLASS, $expected)?;
                if $check(&all[..$len - 1]) != all[$len - 1] {
                    return Err(IdentifierError::CheckDigit { class: Self::CLASS });
                }
                Ok($name(text.to_string()))
            }

            /// The number whose leading digits, read as one integer, are `body`; the check digit is added. Digits of `body`
            /// beyond the length of the number are cut off.
            pub fn from_body(body: u64) -> Self {
                let mut rest = body;
                let mut all = [0u8; $len - 1];
                for d in all.iter_mut().rev() {
                    *d = (rest % 10) as u8;
                    rest /= 10;
                }
                $name(join(&all, $check(&all)))
            }
        }
    };
}

with_check_digit!(MyNumber, 12, "12 digits", check_digit_my_number);
with_check_digit!(ResidentCode, 11, "11 digits", check_digit_11_mod_10);
with_check_digit!(MedicalNumber, 14, "14 digits", check_digit_2_1);
with_check_digit!(FacilityNumber, 10, "10 digits", check_digit_2_1);
with_check_digit!(InsurerNumber, 8, "8 digits", check_digit_2_1);

impl InstitutionCode {
    /// Length of a code as this project models it: 128 bits in base 32 (RFC 4648, no padding).
    pub const LENGTH: usize = 26;

    pub fn new(text: &str) -> Result<Self, IdentifierError> {
        let class = Self::CLASS;
        if !text.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b)) {
            return Err(IdentifierError::Characters { class, expected: "A to Z and 2 to 7" });
        }
        if text.len() != Self::LENGTH {
            return Err(IdentifierError::Length { class, expected: "26 characters", found: text.len() });
        }
        Ok(InstitutionCode(text.to_string()))
    }

    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        InstitutionCode(data_encoding::BASE32_NOPAD.encode(&bytes))
    }
}

impl InsurerNumber {
    /// 法別番号, the first two digits: 01 協会けんぽ, 06 健保組合, 39 後期高齢者, 00 here for 市町村国保.
    pub fn law(&self) -> &str {
        &self.0[..2]
    }
}

/// A number that a facility presents in place of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PresentedNumber {
    Medical(MedicalNumber),
    MyNumber(MyNumber),
}

impl PresentedNumber {
    /// The value itself. The caller must not show it where the class is not allowed.
    pub fn reveal(&self) -> &str {
        match self {
            PresentedNumber::Medical(number) => number.reveal(),
            PresentedNumber::MyNumber(number) => number.reveal(),
        }
    }
}

/// 被保険者の記号・番号・枝番. What is printed on an insurance card beside the insurer's number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InsuredIdentifier {
    pub insurer: InsurerNumber,
    /// 記号. Empty where the insurer uses none (municipal insurance, 後期高齢者).
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番, two digits, one for each person of a household (since 2020-10).
    pub branch: String,
}

impl fmt::Debug for InsuredIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InsuredIdentifier(…)")
    }
}

/// 発行番号. The serial number of a certificate in its CA; a renewed certificate has another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct CertificateSerial(pub u64);

impl fmt::Debug for CertificateSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertificateSerial(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_examples_pass() {
        for n in ["123456789018", "111111111118", "537686677188", "983205673214"] {
            assert!(MyNumber::new(n).is_ok(), "{n}");
        }
        for n in ["33120015", "01040013", "06139463", "39131016", "00138057"] {
            assert!(InsurerNumber::new(n).is_ok(), "{n}");
        }
        assert!(FacilityNumber::new("0110113719").is_ok());
    }

    #[test]
    fn remainders_zero_and_one_both_give_a_zero() {
        // Σ = 0 for all zeros; 2 × 6 = 12 = 11 + 1 for the weight 6 and the digit 2.
        assert_eq!(check_digit_my_number(&[0; 11]), 0);
        assert_eq!(check_digit_my_number(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 0);
    }

    #[test]
    fn no_text_of_an_identifier_or_its_error_contains_the_value() {
        let n = MyNumber::from_body(12345678901);
        assert_eq!(format!("{n} {n:?}"), "MyNumber(…) MyNumber(…)");
        let wrong = MyNumber::new("123456789019").unwrap_err().to_string();
        assert_eq!(wrong, "MyNumber: the check digit is wrong");
        assert!(!MyNumber::new("12345").unwrap_err().to_string().contains("12345"));
        assert!(MyNumber::new("１２３４５６７８９０１８").is_err());
    }

    proptest! {
        #[test]
        fn a_number_made_from_its_body_reads_back(body in 0u64..100_000_000_000) {
            let n = MyNumber::from_body(body);
            prop_assert_eq!(&MyNumber::new(n.reveal()).unwrap(), &n);
            let r = ResidentCode::from_body(body % 10_000_000_000);
            prop_assert_eq!(&ResidentCode::new(r.reveal()).unwrap(), &r);
        }

        #[test]
        fn every_single_wrong_digit_of_an_insurer_number_is_found(body in 0u64..10_000_000, place in 0usize..8, by in 1u8..10) {
            let mut text = InsurerNumber::from_body(body).reveal().as_bytes().to_vec();
            text[place] = b'0' + (text[place] - b'0' + by) % 10;
            prop_assert!(InsurerNumber::new(std::str::from_utf8(&text).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC*") {
            let _ = (MyNumber::new(&text), ResidentCode::new(&text), InstitutionCode::new(&text), FacilityNumber::new(&text));
        }
    }
}
