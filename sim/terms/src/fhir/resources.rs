//! The FHIR R4 resources of the wire profile, with only the elements that it uses, in the order in which they are written.
//! Contained resources and entries of a bundle are kept as received, as text, so that each is read as strictly as the whole.

use super::datatypes::{CodeableConcept, Extension, Identifier, Meta, Period, Quantity, Reference};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A FHIR resource of one type.
pub trait Resource: Serialize + DeserializeOwned {
    /// The value of `resourceType`.
    const TYPE: &'static str;

    /// The value of `resourceType` of this one.
    fn resource_type(&self) -> &str;
}

macro_rules! resource {
    ($($name:ident)*) => {$(
        impl Resource for $name {
            const TYPE: &'static str = stringify!($name);

            fn resource_type(&self) -> &str {
                &self.resource_type
            }
        }
    )*};
}

resource! { Patient Organization Coverage CoverageEligibilityRequest CoverageEligibilityResponse OperationOutcome Bundle Parameters Consent }

/// The text of a resource, for `contained` or an entry of a bundle.
pub fn raw<R: Resource>(resource: &R) -> Box<RawValue> {
    serde_json::value::to_raw_value(resource)
        .expect("these structs have text keys only, so that they can always be written as JSON")
}

/// Only contained, and without any identity: only the certificate identifies the person.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Patient {
    pub resource_type: String,
    pub id: String,
}

/// An insurer, or all of them together.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Organization {
    pub resource_type: String,
    pub id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    pub name: String,
}

/// 資格: one person's coverage by one insurer, after JP Core Coverage (jp-core v1.2).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Coverage {
    pub resource_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub extension: Vec<Extension>,
    pub identifier: Vec<Identifier>,
    pub status: String,
    pub subscriber_id: String,
    pub beneficiary: Reference,
    pub dependent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relationship: Option<CodeableConcept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    pub payor: Vec<Reference>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_to_beneficiary: Vec<CostToBeneficiary>,
}

/// `Coverage.costToBeneficiary`: 一部負担金の割合.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CostToBeneficiary {
    #[serde(rename = "type")]
    pub kind: CodeableConcept,
    pub value_quantity: Quantity,
}

/// 資格情報の要求 ④.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CoverageEligibilityRequest {
    pub resource_type: String,
    pub contained: Vec<Box<RawValue>>,
    pub extension: Vec<Extension>,
    pub identifier: Vec<Identifier>,
    pub status: String,
    pub purpose: Vec<String>,
    pub patient: Reference,
    pub serviced_date: String,
    pub created: String,
    pub provider: Reference,
    pub insurer: Reference,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insurance: Vec<InsuranceAsked>,
}

/// `CoverageEligibilityRequest.insurance`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InsuranceAsked {
    pub coverage: Reference,
}

/// 資格情報の応答 ⑥.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CoverageEligibilityResponse {
    pub resource_type: String,
    pub contained: Vec<Box<RawValue>>,
    pub extension: Vec<Extension>,
    pub status: String,
    pub purpose: Vec<String>,
    pub patient: Reference,
    pub serviced_date: String,
    pub created: String,
    pub request: Reference,
    pub outcome: String,
    pub disposition: String,
    pub insurer: Reference,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insurance: Vec<InsuranceAnswered>,
}

/// `CoverageEligibilityResponse.insurance`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InsuranceAnswered {
    pub coverage: Reference,
    pub inforce: bool,
    pub benefit_period: Period,
}

/// A refusal, or an outcome that is not known.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OperationOutcome {
    pub resource_type: String,
    pub issue: Vec<Issue>,
}

/// `OperationOutcome.issue`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Issue {
    pub severity: String,
    pub code: String,
    pub details: CodeableConcept,
    pub diagnostics: String,
}

/// An insurer's feed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Bundle {
    pub resource_type: String,
    pub meta: Meta,
    pub identifier: Identifier,
    #[serde(rename = "type")]
    pub kind: String,
    pub timestamp: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<BundleEntry>,
}

/// `Bundle.entry`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BundleEntry {
    pub resource: Box<RawValue>,
    pub request: BundleRequest,
}

/// `Bundle.entry.request`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BundleRequest {
    pub method: String,
    pub url: String,
}

/// 同意. Whether a person wishes to have a code for medical use.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Consent {
    pub resource_type: String,
    pub identifier: Vec<Identifier>,
    pub status: String,
    pub scope: CodeableConcept,
    pub category: Vec<CodeableConcept>,
    pub patient: Reference,
    pub date_time: String,
    pub policy_rule: CodeableConcept,
}

/// What an operation is asked with.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Parameters {
    pub resource_type: String,
    pub parameter: Vec<Parameter>,
}

/// `Parameters.parameter`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Parameter {
    pub name: String,
    pub value_identifier: Identifier,
}

/// A `Bundle` that only contains resources, with nothing to do for who reads it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Collection {
    pub resource_type: String,
    pub meta: Meta,
    #[serde(rename = "type")]
    pub kind: String,
    pub timestamp: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<CollectionEntry>,
}

/// `Bundle.entry` of a collection.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CollectionEntry {
    pub resource: Box<RawValue>,
}

impl Resource for Collection {
    const TYPE: &'static str = Bundle::TYPE;

    fn resource_type(&self) -> &str {
        &self.resource_type
    }
}
