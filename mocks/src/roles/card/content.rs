//! The personalised content of a card.

use jiff::civil::Date;
use openssl::pkey::{PKey, Private};
use sim::terms::identifiers::MyNumber;
use sim::terms::people::Sex;
use std::fmt;

/// 暗証番号・パスワード. A PIN or password. `Debug` prints none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// 利用者証明用電子証明書の暗証番号, and the PIN of the other applications: four digits.
    pub fn digits(text: &str) -> Result<Pin, ContentError> {
        let pin = Pin(text.to_string());
        if PinKind::FourDigits.allows(pin.bytes()) { Ok(pin) } else { Err(ContentError::Pin) }
    }

    /// 署名用電子証明書の暗証番号: 6 to 16 upper-case letters and digits.
    pub fn password(text: &str) -> Result<Pin, ContentError> {
        let pin = Pin(text.to_string());
        if PinKind::Password.allows(pin.bytes()) { Ok(pin) } else { Err(ContentError::Password) }
    }

    /// What a person types, in a valid form or not: for scenarios with typing errors.
    pub fn typed(text: &str) -> Pin {
        Pin(text.to_string())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// The form that a PIN must have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PinKind {
    FourDigits,
    Password,
}

impl PinKind {
    pub fn allows(self, pin: &[u8]) -> bool {
        match self {
            PinKind::FourDigits => pin.len() == 4 && pin.iter().all(u8::is_ascii_digit),
            PinKind::Password => {
                (6..=16).contains(&pin.len()) && pin.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            }
        }
    }
}

/// 基本4情報: name, address, birth and sex.
#[derive(Clone, PartialEq, Eq)]
pub struct Attributes {
    /// Family name, U+3000, given name.
    pub name: String,
    pub address: String,
    pub birth: Date,
    pub sex: Sex,
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attributes(…)")
    }
}

/// The personalised content of one card.
#[derive(Clone)]
pub struct CardContent {
    /// 利用者証明用電子証明書, DER. Must be longer than 255 bytes, or OpenSC cannot read it (facts 1.8).
    pub authentication_certificate: Vec<u8>,
    /// The certificate of its CA, DER.
    pub authentication_ca: Vec<u8>,
    /// Its private key, RSA 2048.
    pub authentication_key: PKey<Private>,
    /// 署名用電子証明書, DER.
    pub signature_certificate: Vec<u8>,
    /// The certificate of its CA, DER.
    pub signature_ca: Vec<u8>,
    /// Its private key, RSA 2048.
    pub signature_key: PKey<Private>,
    /// The key with which 共通カードAP, 券面入力補助AP and 券面事項確認AP prove that the card is present. It is not personal.
    /// Without it, those commands answer 6A88.
    pub card_key: Option<PKey<Private>>,
    /// Four digits. Here, every application with a four-digit PIN uses this one, each with its own counter.
    pub pin: Pin,
    /// 6 to 16 upper-case letters and digits.
    pub signature_password: Pin,
    pub my_number: MyNumber,
    pub attributes: Attributes,
    /// Serial of the card, 15 digits.
    pub card_serial: String,
    /// 市区町村コード, 5 digits.
    pub municipality: String,
    /// 有効期限 of the card.
    pub expires: Date,
    /// セキュリティコード, 4 digits, printed on the front.
    pub security_code: String,
    /// Invented, like the whole path without a PIN: the token that an approved face terminal presents to the card.
    pub terminal_token: [u8; 16],
    /// Extra content on the card and in its chip: nothing, if it was personalised honestly.
    pub additions: Additions,
}

/// Extra content of a card, beyond its regular content.
#[derive(Clone, Default)]
pub struct Additions {
    /// An extra printed line on each face.
    pub front: Option<String>,
    pub back: Option<String>,
    /// After the label in the token information of the JPKI application (EF 0006).
    pub token_info: Option<Vec<u8>>,
    /// In the file of unknown use in the JPKI application (EF 0009).
    pub unknown_file: Option<Vec<u8>>,
}

impl fmt::Debug for CardContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardContent(…)")
    }
}

/// Why a card cannot be personalised. It never repeats the given value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("the PIN must be four digits")]
    Pin,
    #[error("the signature password must be 6 to 16 upper-case letters and digits")]
    Password,
    #[error("the {0} must be an RSA key of 2048 bits")]
    Key(&'static str),
    #[error("the {0} must have {1} digits")]
    Digits(&'static str, usize),
    #[error("the {0} must be between 256 and 32,767 bytes long")]
    Certificate(&'static str),
}

impl CardContent {
    /// Checks that a real card could have this content. [`super::Card::new`] accepts anything, so that scenarios can have bad
    /// cards, and pads or cuts what has a fixed width.
    pub fn check(&self) -> Result<(), ContentError> {
        if !PinKind::FourDigits.allows(self.pin.bytes()) {
            return Err(ContentError::Pin);
        }
        if !PinKind::Password.allows(self.signature_password.bytes()) {
            return Err(ContentError::Password);
        }
        let keys = [("authentication key", Some(&self.authentication_key)), ("signature key", Some(&self.signature_key))];
        for (name, key) in keys.into_iter().chain([("card key", self.card_key.as_ref())]) {
            if key.is_some_and(|k| k.rsa().is_err() || k.bits() != 2048) {
                return Err(ContentError::Key(name));
            }
        }
        for (name, text, count) in [
            ("card serial", &self.card_serial, 15),
            ("municipality code", &self.municipality, 5),
            ("security code", &self.security_code, 4),
        ] {
            if text.len() != count || !text.bytes().all(|b| b.is_ascii_digit()) {
                return Err(ContentError::Digits(name, count));
            }
        }
        for (name, der) in [
            ("authentication certificate", &self.authentication_certificate),
            ("authentication CA certificate", &self.authentication_ca),
            ("signature certificate", &self.signature_certificate),
            ("signature CA certificate", &self.signature_ca),
        ] {
            // READ BINARY reaches at most offset 7FFF.
            if !(256..0x8000).contains(&der.len()) {
                return Err(ContentError::Certificate(name));
            }
        }
        Ok(())
    }

    /// 照合番号A: the My Number itself.
    pub fn verification_number_a(&self) -> Pin {
        Pin(self.my_number.reveal().to_string())
    }

    /// 照合番号B: birth as YYMMDD with the year of the Japanese era, the year of expiry, and the security code; all of it is
    /// printed on the front.
    pub fn verification_number_b(&self) -> Pin {
        Pin(format!("{}{:04}{}", era_date(self.attributes.birth), self.expires.year(), self.security_code))
    }
}

/// A date as YYMMDD in its Japanese era (元号), without the era's name, so two dates of different eras can be the same.
pub(super) fn era_date(date: Date) -> String {
    // 明治 is counted from 1868; the later eras from the day on which they began.
    const ERAS: [(i16, i8, i8); 4] = [(2019, 5, 1), (1989, 1, 8), (1926, 12, 25), (1912, 7, 30)];
    let day = (date.year(), date.month(), date.day());
    let first = ERAS.into_iter().find(|start| day >= *start).map_or(1868, |start| start.0);
    format!("{:02}{:02}{:02}", date.year() - first + 1, date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_written_in_the_era_of_their_day() {
        assert_eq!(era_date(date(1980, 2, 17)), "550217");
        assert_eq!(era_date(date(1926, 12, 24)), "151224");
        assert_eq!(era_date(date(1926, 12, 25)), "011225");
        assert_eq!(era_date(date(1989, 1, 7)), "640107");
        assert_eq!(era_date(date(1989, 1, 8)), "010108");
        assert_eq!(era_date(date(2019, 4, 30)), "310430");
        assert_eq!(era_date(date(2019, 5, 1)), "010501");
        assert_eq!(era_date(date(2024, 2, 29)), "060229");
    }

    #[test]
    fn a_pin_must_have_a_valid_form_and_is_never_printed() {
        assert!(Pin::digits("1234").is_ok());
        assert_eq!(Pin::digits("12345"), Err(ContentError::Pin));
        assert_eq!(Pin::digits("12a4"), Err(ContentError::Pin));
        assert!(Pin::password("ABC123").is_ok());
        assert_eq!(Pin::password("ABC12"), Err(ContentError::Password));
        assert_eq!(Pin::password("abc123"), Err(ContentError::Password));
        assert_eq!(format!("{:?}", Pin::typed("1234")), "Pin(…)");
    }
}
