//! Systems, extensions and codes of the wire profile. Those under `shikaku.invalid` are the project's own: no public profile
//! of the eligibility exchange defines them, and the reserved domain shows that they resolve nowhere.

pub const CHECK_ID: &str = "https://shikaku.invalid/fhir/sid/check-id";
/// 機関別符号.
pub const INSTITUTION_CODE: &str = "https://shikaku.invalid/fhir/sid/institution-code";
/// 住民票コード.
pub const RESIDENT_CODE: &str = "https://shikaku.invalid/fhir/sid/resident-code";
/// The running number of a municipality's requests about codes.
pub const CODE_REQUEST: &str = "https://shikaku.invalid/fhir/sid/code-request";
pub const FEED_NUMBER: &str = "https://shikaku.invalid/fhir/sid/feed-number";
/// A facility's own number of a report of a cancer case.
pub const CANCER_REPORT: &str = "https://shikaku.invalid/fhir/sid/cancer-report";
/// A facility's own mark of a chart.
pub const CHART: &str = "https://shikaku.invalid/fhir/sid/chart";
/// Which way of writing a name is in (HL7 Japan: IDE characters, SYL kana).
pub const NAME_REPRESENTATION: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
pub const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
/// ICD-O-3.
pub const ICD_O_3: &str = "urn:oid:2.16.840.1.113883.6.43.1";
pub const OUTCOME: &str = "https://shikaku.invalid/fhir/CodeSystem/outcome";

pub const AUTHENTICATION_CERTIFICATE: &str = "https://shikaku.invalid/fhir/StructureDefinition/authentication-certificate";
/// 見える医療等分野の番号, in designs that present it in place of a certificate.
pub const MEDICAL_NUMBER: &str = "https://shikaku.invalid/fhir/StructureDefinition/medical-number";
/// 個人番号, in the design that serves as the yardstick.
pub const MY_NUMBER: &str = "https://shikaku.invalid/fhir/StructureDefinition/my-number";
pub const SIGNED_CHALLENGE: &str = "https://shikaku.invalid/fhir/StructureDefinition/signed-challenge";
/// Inside [`SIGNED_CHALLENGE`].
pub const CHALLENGE: &str = "challenge";
/// Inside [`SIGNED_CHALLENGE`].
pub const SIGNATURE: &str = "signature";
pub const OUTCOME_CODE: &str = "https://shikaku.invalid/fhir/StructureDefinition/outcome-code";
pub const COMPLETE_THROUGH: &str = "https://shikaku.invalid/fhir/StructureDefinition/complete-through";
/// The revision of the number authority's register by which an insurer knows its people's codes.
pub const CODE_REVISION: &str = "https://shikaku.invalid/fhir/StructureDefinition/code-revision";
/// Codes of an insurer's people that are no longer used.
pub const ENDED_CODES: &str = "https://shikaku.invalid/fhir/StructureDefinition/ended-codes";
/// 資格喪失事由.
pub const END_REASON: &str = "https://shikaku.invalid/fhir/StructureDefinition/end-reason";

/// 医療機関コード, ten digits (JP Core).
pub const FACILITY_NUMBER: &str = "http://jpfhir.jp/fhir/core/CodeSystem/medicalInstitutionCode";
/// 保険者番号 (JP Core).
pub const INSURER_NUMBER: &str = "http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber";
/// 記号 (JP Core Coverage).
pub const SYMBOL: &str = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonSymbol";
/// 番号 (JP Core Coverage).
pub const NUMBER: &str = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonNumber";
/// 枝番 (JP Core Coverage).
pub const SUB_NUMBER: &str = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPersonSubNumber";
/// 保険者番号:記号:番号:枝番 (JP Core Coverage).
pub const MEMBER_ID: &str = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID";
/// 被保険者区分 (JAMI).
pub const RELATIONSHIP: &str = "urn:oid:1.2.392.100495.20.2.62";

/// FHIR R4, code system consentscope.
pub const CONSENT_SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
pub const PATIENT_PRIVACY: &str = "patient-privacy";
/// LOINC, in value set consent-category: a patient's consent.
pub const LOINC: &str = "http://loinc.org";
pub const PATIENT_CONSENT: &str = "59284-0";
/// What a person agrees to.
pub const CONSENT_POLICY: &str = "https://shikaku.invalid/fhir/CodeSystem/consent-policy";
/// 医療等分野の符号の利用.
pub const CODE_FOR_MEDICAL_USE: &str = "code-for-medical-use";

/// FHIR R4, value set coverage-copay-type.
pub const COPAY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/coverage-copay-type";
pub const COPAY_PERCENT: &str = "copaypct";
/// UCUM.
pub const UNITS: &str = "http://unitsofmeasure.org";
pub const PERCENT: &str = "%";
