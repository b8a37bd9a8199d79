//! The bodies of messages that are not FHIR: challenges, code resolution, code issuing, problems. All are JSON objects, read
//! strictly: an unknown member is an error.

use super::identifiers::{FacilityNumber, InstitutionCode, ResidentCode};
use super::people::Sex;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Length of a challenge in bytes.
pub const CHALLENGE_LENGTH: usize = 32;

/// Answer of the broker to `POST /challenges` (201): a fresh challenge for the facility that asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChallengeGrant {
    /// 32 random bytes in Base64 (RFC 4648, section 4).
    pub challenge: String,
    /// After this instant the challenge is refused.
    pub expires_at: Timestamp,
}

/// What a card signs: PKCS#1 v1.5 with SHA-256 over a fixed prefix, the facility's number and the challenge. The number binds
/// the signature to the facility that asked for the challenge, so that no other facility can use it.
pub fn signed_message(facility: &FacilityNumber, challenge: &[u8]) -> Vec<u8> {
    [b"shikaku-eligibility-challenge-v1\0".as_slice(), facility.reveal().as_bytes(), b"\0", challenge].concat()
}

/// Question of the broker to JPKI, `POST /institution-codes/resolve` (step ⑤): the code that belongs to a certificate. It
/// identifies the certificate by issuer and serial number, and discloses neither which facility asks nor why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeQuestion {
    /// Subject key identifier of the issuing CA, lower-case hex: the CA's generations share one name.
    pub issuer_key_id: String,
    /// Serial number of the certificate, decimal.
    pub certificate_serial: u64,
}

/// Answer of JPKI to [`CodeQuestion`] (200).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeAnswer {
    pub institution_code: InstitutionCode,
    /// The revision of the number authority's register in which the code was issued. Absent for a code that is older than the
    /// register's revisions: all insurers have long known it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_in: Option<u64>,
}

impl CodeAnswer {
    /// A code that all insurers know.
    pub fn of(institution_code: InstitutionCode) -> CodeAnswer {
        CodeAnswer { institution_code, issued_in: None }
    }
}

/// Which number identifies the persons in a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownBy {
    MyNumber,
    ResidentCode,
}

/// Question to the number authority, `POST /institution-codes/issue`: codes of persons for one institution's field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssueQuestion {
    /// The field of use; the same person has another code in another field.
    pub field: String,
    pub known_by: KnownBy,
    pub numbers: Vec<String>,
    /// Whether the answer must state the register's revision. Absent for no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_revision: bool,
}

impl IssueQuestion {
    /// A question whose answer states no revision.
    pub fn new(field: &str, known_by: KnownBy, numbers: Vec<String>) -> IssueQuestion {
        IssueQuestion { field: field.to_string(), known_by, numbers, with_revision: false }
    }
}

/// Answer to [`IssueQuestion`] (200), in the order of its numbers; `null` for a person who did not opt in or is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssueAnswer {
    pub codes: Vec<Option<InstitutionCode>>,
    /// The revision of the register: it counts the changes of all people's codes. Only if the question asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// For each code, the revision in which it was issued; `null` for one that was issued before the first, and for none. Only
    /// if the question asks for the revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_in: Option<Vec<Option<u64>>>,
}

impl IssueAnswer {
    /// The answer to a question that does not ask for the revision.
    pub fn of(codes: Vec<Option<InstitutionCode>>) -> IssueAnswer {
        IssueAnswer { codes, revision: None, issued_in: None }
    }
}

/// What the municipality reports for a person who suspects that a code has leaked, `POST /institution-codes/reissue`: the number
/// authority issues another one in every field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeakReport {
    /// Counts the municipality's requests about codes from 1, as the consents do.
    pub request: u64,
    /// 住民票コード: the municipality knows no code.
    pub resident_code: ResidentCode,
}

/// Which number a question for the code of a number contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberKind {
    MedicalNumber,
    MyNumber,
}

/// Question of the broker to the number authority, `POST /institution-codes/by-number`, in designs that present a number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberQuestion {
    /// The field of use.
    pub field: String,
    pub kind: NumberKind,
    pub number: String,
}

/// Question of the cancer registry to the number authority, `POST /institution-codes/by-person`: the code of the person with these four
/// data (基本4情報). It has no number, and nothing of the case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonQuestion {
    /// The field of use.
    pub field: String,
    /// 氏名: family and given name with a space between them.
    pub name: String,
    pub birth: Date,
    pub sex: Sex,
    /// 住所, from the prefecture on.
    pub address: String,
}

/// The field in which the insurers and the broker know a person.
pub const FIELD_MEDICAL_INSURANCE: &str = "medical-insurance";
/// The field in which the exchange of records between facilities (情報連携基盤) would know a person.
pub const FIELD_EXCHANGE: &str = "exchange";
/// The field in which the cancer registry knows a person.
pub const FIELD_CANCER_REGISTRY: &str = "cancer-registry";
/// The field in which research would know a person.
pub const FIELD_RESEARCH: &str = "research";

/// An error in the format of RFC 9457, without personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// A URI under `urn:shikaku:problem:`; its last part is the stable code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
}

impl Problem {
    const PREFIX: &'static str = "urn:shikaku:problem:";

    pub fn new(code: &str, title: &str, status: u16) -> Self {
        Problem { kind: format!("{}{code}", Self::PREFIX), title: title.to_string(), status }
    }

    pub fn code(&self) -> &str {
        self.kind.strip_prefix(Self::PREFIX).unwrap_or(&self.kind)
    }
}

/// The body of a message. These types contain only text and numbers, which can always be serialized.
pub fn to_json<T: Serialize>(message: &T) -> Vec<u8> {
    serde_json::to_vec(message).expect("messages have text keys only")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_members_are_errors() {
        let good = r#"{"issuerKeyId":"00","certificateSerial":1}"#;
        assert!(serde_json::from_str::<CodeQuestion>(good).is_ok());
        let more = r#"{"issuerKeyId":"00","certificateSerial":1,"facility":"x"}"#;
        assert!(serde_json::from_str::<CodeQuestion>(more).is_err());
    }

    #[test]
    fn what_is_signed_differs_by_facility_and_challenge() {
        let (a, b) = (FacilityNumber::from_body(131_000_001), FacilityNumber::from_body(131_000_002));
        assert_ne!(signed_message(&a, b"x"), signed_message(&b, b"x"));
        assert_ne!(signed_message(&a, b"x"), signed_message(&a, b"y"));
    }
}
