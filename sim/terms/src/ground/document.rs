//! The ground truth as a document, `shikaku/ground/v1`: part of a recording, so that a run can be judged again. It contains every
//! secret of the people of a run.
//!
//! Members that are not defined are errors. The person's own types leave PIN and security code out when they are serialized, so
//! that no party writes them by accident; here they are written on purpose.

use super::{Ground, GroundFacility, GroundPerson, GroundReport, IssuedCertificate, Registered};
use crate::identifiers::{CertificateSerial, IdentifierError, InstitutionCode, MedicalNumber, MyNumber, ResidentCode};
use crate::people::{Address, CardCertificate, CardLife, InsurancePeriod, Name, Person, Pin, SecurityCode, Sex};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema's name and version.
pub const SCHEMA: &str = "shikaku/ground/v1";

/// Why a document is not the ground truth of a run. No text in it repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum GroundError {
    #[error("line {line}, column {column}: `{member}` {problem}: give the ground.json of a recording, unchanged")]
    Form { line: usize, column: usize, member: String, problem: &'static str },
    #[error("the schema is `{0}`; expected `{SCHEMA}`: record the run again with this version of the tool")]
    Schema(String),
    #[error("there is no `schema`: give the ground.json of a recording")]
    NoSchema,
    #[error("people[{index}] {problem}: give the ground.json of a recording, unchanged")]
    Person { index: usize, problem: &'static str },
}

/// The ground truth of a run: what is true of its people and facilities, whatever the parties say.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Ground")]
struct Document {
    /// `shikaku/ground/v1`.
    schema: String,
    /// The instant at which the run's time is zero.
    #[schemars(with = "String")]
    epoch: Timestamp,
    /// By index.
    people: Vec<ResidentDocument>,
    /// 保険医療機関・薬局 of the run.
    facilities: Vec<GroundFacility>,
    /// The reports of cancer cases, and whose they are; absent in runs without a cancer registry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reports: Vec<GroundReport>,
    /// How often JPKI and the insurers ask the number authority again for codes, in nanoseconds; absent if codes do not change in the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codes_asked_every_ns: Option<u64>,
}

/// One person of a run.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "GroundPerson")]
struct ResidentDocument {
    person: PersonDocument,
    /// The code in the field of medical insurance; `null` for a person who did not opt in.
    institution_code: Option<InstitutionCode>,
    /// The visible medical number, in designs that issue one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    medical_number: Option<MedicalNumber>,
    /// The codes in other fields, by the name of the field.
    other_codes: BTreeMap<String, InstitutionCode>,
    /// The codes that replaced others during the run, by the name of the field, oldest first; absent if there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    reissued_codes: BTreeMap<String, Vec<InstitutionCode>>,
    /// The code under which the research field would know the person.
    research_code: Option<InstitutionCode>,
    /// The tokens in the facilities' own charts of the person.
    chart_tokens: Vec<String>,
    /// What the insurers had registered under the person's My Number, from when on, oldest first; absent if that was what `person` has all the
    /// time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    registered: Vec<Registered>,
    /// In recordings of earlier versions: what the insurers knew before they learnt of a change during the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    insured_before: Option<InsuredBeforeDocument>,
    /// 利用者証明用電子証明書 as JPKI issued them to this person, oldest first.
    certificates: Vec<IssuedDocument>,
}

/// What the insurers knew of a person before a change.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "InsuredBefore")]
struct InsuredBeforeDocument {
    /// When they learnt of the change, in nanoseconds of the run.
    until_ns: u64,
    periods: Vec<InsurancePeriod>,
}

/// All data about a person.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Person")]
struct PersonDocument {
    index: u64,
    name: Name,
    /// 生年月日.
    #[schemars(with = "String")]
    birth: Date,
    sex: Sex,
    address: Address,
    my_number: MyNumber,
    resident_code: ResidentCode,
    /// Whether the person opted in to a code for medical use.
    opted_in: bool,
    /// Ordered, newest last. They cover every day of the run.
    insurance: Vec<InsurancePeriod>,
    card: CardDocument,
}

/// A person's card.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Card")]
struct CardDocument {
    /// Four digits.
    pin: String,
    /// Four digits, printed on the front.
    security_code: String,
    /// The last day of the card.
    #[schemars(with = "String")]
    expires: Date,
    /// Oldest first, never empty.
    certificates: Vec<CardCertificate>,
}

/// A certificate as JPKI issued it, before any change.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "IssuedCertificate")]
struct IssuedDocument {
    serial: CertificateSerial,
    /// DER in base64 (RFC 4648, section 4).
    der: String,
    #[schemars(with = "String")]
    not_before: Timestamp,
    #[schemars(with = "String")]
    not_after: Timestamp,
}

impl Ground {
    /// The document, with a line feed at its end. Equal ground truths give equal bytes.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let document = Document {
            schema: SCHEMA.into(),
            epoch: self.epoch,
            people: self.people.iter().map(ResidentDocument::of).collect(),
            facilities: self.facilities.clone(),
            reports: self.reports.clone(),
            codes_asked_every_ns: self.codes_asked_every_ns,
        };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }

    /// Reads a document.
    ///
    /// # Errors
    /// If it is not one, is of another version, or contradicts itself.
    pub fn from_json(text: &str) -> Result<Ground, GroundError> {
        #[derive(Deserialize)]
        struct Versioned {
            schema: Option<String>,
        }
        match serde_json::from_str::<Versioned>(text).map(|v| v.schema) {
            Ok(Some(schema)) if schema != SCHEMA => return Err(GroundError::Schema(schema.chars().take(80).collect())),
            Ok(None) => return Err(GroundError::NoSchema),
            _ => {}
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let document: Document = serde_path_to_error::deserialize(&mut json).map_err(|e| form(&e))?;
        json.end().map_err(|e| GroundError::Form {
            line: e.line(),
            column: e.column(),
            member: "the end".into(),
            problem: "is followed by more",
        })?;
        let people = document
            .people
            .into_iter()
            .enumerate()
            .map(|(index, resident)| resident.read(index).map_err(|problem| GroundError::Person { index, problem }));
        let Document { epoch, facilities, reports, codes_asked_every_ns, .. } = document;
        Ok(Ground { epoch, people: people.collect::<Result<_, _>>()?, facilities, reports, codes_asked_every_ns })
    }
}

/// What is wrong in a document's form. serde's own text may repeat a value, which may be a secret.
fn form(error: &serde_path_to_error::Error<serde_json::Error>) -> GroundError {
    let json = error.inner();
    let problem = match json.classify() {
        serde_json::error::Category::Eof => "ends too early",
        serde_json::error::Category::Data => "is not what the schema defines",
        _ => "is not JSON",
    };
    GroundError::Form { line: json.line(), column: json.column(), member: error.path().to_string(), problem }
}

impl ResidentDocument {
    fn of(resident: &GroundPerson) -> Self {
        let Person { index, name, birth, sex, address, my_number, resident_code, opted_in, insurance, card } = &resident.person;
        ResidentDocument {
            person: PersonDocument {
                index: *index,
                name: name.clone(),
                birth: *birth,
                sex: *sex,
                address: address.clone(),
                my_number: my_number.clone(),
                resident_code: resident_code.clone(),
                opted_in: *opted_in,
                insurance: insurance.clone(),
                card: CardDocument {
                    pin: card.pin.reveal().into(),
                    security_code: card.security_code.reveal().into(),
                    expires: card.expires,
                    certificates: card.certificates.clone(),
                },
            },
            institution_code: resident.institution_code.clone(),
            medical_number: resident.medical_number.clone(),
            other_codes: resident.other_codes.clone(),
            reissued_codes: resident.reissued_codes.clone(),
            research_code: resident.research_code.clone(),
            chart_tokens: resident.chart_tokens.clone(),
            registered: resident.registered.clone(),
            insured_before: None,
            certificates: resident.certificates.iter().map(IssuedDocument::of).collect(),
        }
    }

    /// The resident at `index`.
    fn read(self, index: usize) -> Result<GroundPerson, &'static str> {
        let certificates = self.certificates.into_iter().map(IssuedDocument::read).collect::<Result<_, _>>()?;
        let person = self.person.read()?;
        if usize::try_from(person.index) != Ok(index) {
            return Err("has another index than its position");
        }
        let now = Registered { from_ns: 0, periods: person.insurance.clone() };
        let registered = match self.insured_before {
            Some(InsuredBeforeDocument { until_ns, periods }) => {
                vec![Registered { from_ns: 0, periods }, Registered { from_ns: until_ns, ..now }]
            }
            None => self.registered,
        };
        Ok(GroundPerson {
            person,
            institution_code: self.institution_code,
            medical_number: self.medical_number,
            other_codes: self.other_codes,
            reissued_codes: self.reissued_codes,
            research_code: self.research_code,
            chart_tokens: self.chart_tokens,
            registered,
            certificates,
        })
    }
}

impl PersonDocument {
    fn read(self) -> Result<Person, &'static str> {
        if self.card.certificates.is_empty() {
            return Err("has a card without a certificate");
        }
        let digits = |_: IdentifierError| "has a PIN or a security code that is not four digits";
        Ok(Person {
            index: self.index,
            name: self.name,
            birth: self.birth,
            sex: self.sex,
            address: self.address,
            my_number: self.my_number,
            resident_code: self.resident_code,
            opted_in: self.opted_in,
            insurance: self.insurance,
            card: CardLife {
                pin: Pin::new(&self.card.pin).map_err(digits)?,
                security_code: SecurityCode::new(&self.card.security_code).map_err(digits)?,
                expires: self.card.expires,
                certificates: self.card.certificates,
            },
        })
    }
}

impl IssuedDocument {
    fn of(certificate: &IssuedCertificate) -> Self {
        IssuedDocument {
            serial: certificate.serial,
            der: data_encoding::BASE64.encode(&certificate.der),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        }
    }

    fn read(self) -> Result<IssuedCertificate, &'static str> {
        let der = data_encoding::BASE64.decode(self.der.as_bytes()).map_err(|_| "has a certificate that is not base64")?;
        Ok(IssuedCertificate { serial: self.serial, der, not_before: self.not_before, not_after: self.not_after })
    }
}

/// The JSON Schema of the document (2020-12), with a line feed at its end.
///
/// # Errors
/// None that input can cause.
pub fn json_schema() -> Result<String, serde_json::Error> {
    let mut schema = schemars::schema_for!(Document).to_value();
    schema["properties"]["schema"]["const"] = SCHEMA.into();
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "{\n  \"schema\": \"shikaku/ground/v1\",\n  \"epoch\": \"2026-08-31T15:00:00Z\",\n  \"people\": [],\n  \"facilities\": []\n}\n";

    #[test]
    fn a_document_of_nobody_is_read_and_written() {
        let ground = Ground::from_json(EMPTY).unwrap();
        assert_eq!(ground.to_json().unwrap(), EMPTY);
    }

    #[test]
    fn what_is_not_the_document_is_an_error_that_says_where_and_repeats_no_value() {
        let error = |text: &str| Ground::from_json(text).unwrap_err().to_string();
        assert!(error("").contains("line 1, column 0"), "{}", error(""));
        assert!(error("{}").starts_with("there is no `schema`"));
        assert!(error(&EMPTY.replace("v1", "v2")).starts_with("the schema is `shikaku/ground/v2`; expected `shikaku/ground/v1`"));
        let unknown = error(&EMPTY.replace("\"people\"", "\"humans\""));
        assert!(unknown.starts_with("line 4, column 10: `humans` is not what the schema defines"), "{unknown}");
        let facility = r#"[{"host": "facility-000000", "number": "0110113718", "licensed": true}]"#;
        let number = error(&EMPTY.replace("\"facilities\": []", &format!("\"facilities\": {facility}")));
        assert!(
            number.contains("`facilities[0].number` is not what the schema defines") && !number.contains("0110113718"),
            "{number}"
        );
        assert!(error(&format!("{EMPTY}{{}}")).contains("is followed by more"));
    }
}
