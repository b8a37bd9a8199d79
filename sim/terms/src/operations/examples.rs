//! Values shared by the examples of operations. All of them are invented.

use super::super::coverage::Relationship;
use super::super::fhir::FeedEntry;
use super::super::identifiers::{FacilityNumber, InstitutionCode, InsuredIdentifier, InsurerNumber};
use jiff::Timestamp;
use jiff::civil::{Date, date};

/// The day asked about.
pub(super) const DAY: Date = date(2026, 11, 24);

/// This many seconds after nine o'clock on the day, in Japan.
pub(super) fn instant(seconds: i64) -> Timestamp {
    let nine = Timestamp::constant(1_795_478_400, 0);
    nine.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(nine)
}

pub(super) fn facility() -> FacilityNumber {
    FacilityNumber::from_body(11_011_371)
}

/// Municipal insurance, which has no symbol.
pub(super) fn insured() -> InsuredIdentifier {
    InsuredIdentifier {
        insurer: InsurerNumber::from_body(13_805),
        symbol: String::new(),
        number: "12345678".to_string(),
        branch: "01".to_string(),
    }
}

/// The person of the examples, as the insurer knows them.
pub(super) fn coverage() -> FeedEntry {
    FeedEntry {
        code: code(),
        insured: insured(),
        since: date(2026, 10, 1),
        until: None,
        end_reason: None,
        copayment_percent: Some(30),
        relationship: Relationship::Insured,
        withdrawn: false,
    }
}

pub(super) fn code() -> InstitutionCode {
    InstitutionCode::from_bytes([7; 16])
}

/// The parts of DER (X.690) that the examples need.
pub(super) mod der {
    /// SHA-1, 1.3.14.3.2.26.
    pub const SHA_1: [u8; 5] = [0x2B, 0x0E, 0x03, 0x02, 0x1A];
    /// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
    pub const OCSP_BASIC: [u8; 9] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
    /// countryName, 2.5.4.6.
    pub const COUNTRY: [u8; 3] = [0x55, 0x04, 0x06];
    /// sha256WithRSAEncryption, 1.2.840.113549.1.1.11.
    const SHA_256_WITH_RSA: [u8; 9] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B];

    pub fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let mut der = vec![tag];
        match u8::try_from(length) {
            Ok(short) if short < 0x80 => der.push(short),
            Ok(byte) => der.extend([0x81, byte]),
            Err(_) => der.extend([0x82, (length >> 8) as u8, length as u8]),
        }
        der.extend(content);
        der
    }

    pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        tagged(0x30, &parts.concat())
    }

    pub fn octets(bytes: &[u8]) -> Vec<u8> {
        tagged(0x04, bytes)
    }

    pub fn bits(bytes: &[u8]) -> Vec<u8> {
        tagged(0x03, &[&[0], bytes].concat())
    }

    pub fn object(identifier: &[u8]) -> Vec<u8> {
        tagged(0x06, identifier)
    }

    pub fn integer(n: u16) -> Vec<u8> {
        let bytes = u32::from(n).to_be_bytes();
        let zeros = bytes.iter().take_while(|b| **b == 0).count();
        // With a leading zero byte where the first bit would be read as a sign.
        let from = if bytes.get(zeros).is_none_or(|b| *b >= 0x80) { zeros - 1 } else { zeros };
        tagged(0x02, &bytes[from..])
    }

    /// GeneralizedTime.
    pub fn time(text: &str) -> Vec<u8> {
        tagged(0x18, text.as_bytes())
    }

    pub fn sha256_with_rsa() -> Vec<u8> {
        sequence(&[object(&SHA_256_WITH_RSA), tagged(0x05, &[])])
    }
}
