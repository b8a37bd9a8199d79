//! The FHIR R4 messages of the testbed's links: the wire profile, the strict reader and the writer.
//!
//! HL7 FHIR R4 (4.0.1) as JSON, media type `application/fhir+json`, UTF-8. The real system uses its own XML (外部
//! インタフェース仕様), and JP Core has no profile of the eligibility exchange, so the exchange is plain R4 and only `Coverage`
//! follows JP Core. A vendor can build a broker or a facility from the tables below.
//!
//! | link | request | answers |
//! |---|---|---|
//! | facility → broker ④ | `POST /fhir/CoverageEligibilityRequest/$submit` with a [question](EligibilityQuestion) | 200 with an [answer](EligibilityAnswer), else 4xx or 503 with an [`OperationOutcome`](outcome_to_json) |
//! | insurer → broker | `POST /fhir` with a [feed batch](FeedBatch) | 2xx if all of it was accepted, else 4xx or 503 with an `OperationOutcome` |
//! | broker → insurer | `POST /fhir/Coverage/$by-institution-code` with a [coverage question](CoverageQuestion) | 200 with a [coverage statement](CoverageStatement), else 4xx or 503 with a problem document (RFC 9457) |
//! | municipality → number authority | `POST /fhir/Consent` with a [consent](CodeConsent) | 200 without a body if it is registered, else 4xx or 503 with a problem document |
//!
//! The design decides whether feeds or questions to insurers are in use: insurers either send their data ahead or are asked.
//!
//! # Rules for every message
//!
//! - An element, extension or contained resource that is not in the tables is rejected with `request-unknown-field`, everything
//!   else that is not as described with `request-malformed`. No element is `null` or occurs twice, and no list or object is empty.
//! - Fixed values are in `code font`. Lists have exactly the entries described. Extensions and contained resources may be
//!   in any order, elements as well; ids of contained resources are fixed.
//! - A day is `YYYY-MM-DD` in Japan. An instant has seconds and an offset; the testbed writes `+09:00` and reads any.
//! - Where a message names a person, it does so by what the link may carry: at the facility's link by the certificate alone,
//!   at the insurer's by the institution code (機関別符号).
//!
//! # Question: `CoverageEligibilityRequest`
//!
//! | element | content |
//! |---|---|
//! | `contained` | `Patient` with the id `patient` and nothing else: the certificate alone says who it is. `Organization` with the id `insurers` and the name `医療保険者（全保険者）`: R4 requires an insurer; the broker answers on behalf of all. Optional: `Coverage` with the id `coverage-1` |
//! | `extension` `https://shikaku.invalid/fhir/StructureDefinition/authentication-certificate` | `valueBase64Binary`: the authentication certificate, DER |
//! | `extension` `https://shikaku.invalid/fhir/StructureDefinition/signed-challenge` | optional; two extensions inside, `challenge` and `signature`, each `valueBase64Binary` |
//! | `identifier` | system `https://shikaku.invalid/fhir/sid/check-id`, value the id of the check, as `check-000003-000041` |
//! | `status`, `purpose` | `active`, one `validation` |
//! | `patient`, `insurer` | reference `#patient`, reference `#insurers` |
//! | `servicedDate` | the day asked about |
//! | `created` | instant |
//! | `provider` | type `Organization`; identifier system `http://jpfhir.jp/fhir/core/CodeSystem/medicalInstitutionCode`, value the facility number (医療機関コード), ten digits |
//! | `insurance` | optional, one entry: `coverage` reference `#coverage-1`, the coverage on the facility's record. It asks: is *this* one still in force? |
//!
//! # Answer: `CoverageEligibilityResponse`
//!
//! | element | content |
//! |---|---|
//! | `contained` | `Patient` `patient` and `Organization` `insurers` as in the question. For the n-th coverage, from 1: `Organization` `insurer-n` (identifier system `http://jpfhir.jp/fhir/core/mhlw/IdSystem/InsurerNumber`, value 保険者番号 in eight digits; `name`) and `Coverage` `coverage-n` |
//! | `extension` `https://shikaku.invalid/fhir/StructureDefinition/outcome-code` | `valueCode`: `in-force`, `not-insured`, `coverage-ended` or `insured-elsewhere` |
//! | `status`, `purpose`, `outcome` | `active`, one `validation`, `complete` |
//! | `patient`, `insurer` | as in the question |
//! | `servicedDate`, `created` | the day asked about; instant |
//! | `request` | type `CoverageEligibilityRequest`; identifier: that of the question |
//! | `disposition` | one line of text for the reception |
//! | `insurance` | one entry a coverage: `coverage` reference `#coverage-n`, `inforce` on the day asked about, `benefitPeriod` equal to the coverage's `period`. Absent without coverages |
//!
//! With `in-force` at least one coverage is in force, with `not-insured` and `coverage-ended` none. R4 requires a coverage in every entry of
//! `insurance`; a person who was never insured has none, so the outcome code states it and `insurance` is absent.
//!
//! # `Coverage`, after JP Core
//!
//! | element | content | JP Core |
//! |---|---|---|
//! | `extension` `…/JP_Coverage_InsuredPersonSymbol` | `valueString`: 記号; absent where the insurer uses none | yes |
//! | `extension` `…/JP_Coverage_InsuredPersonNumber` | `valueString`: 番号 | yes |
//! | `extension` `…/JP_Coverage_InsuredPersonSubNumber` | `valueString`: 枝番, two digits | yes |
//! | `extension` `https://shikaku.invalid/fhir/StructureDefinition/end-reason` | feed only, optional, with an end: `valueCode` 01 death, 02 public assistance, 03 another insurance, 99 other | no |
//! | `identifier` | system `http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID`, value `保険者番号:記号:番号:枝番`; an empty part keeps its colon | yes |
//! | `status` | `active`: the record is valid. Whether the coverage is in force follows from its period | R4 |
//! | `subscriberId`, `dependent` | `記号:番号`; 枝番 | yes |
//! | `beneficiary` | question and answer: reference `#patient`. Feed: type `Patient`, identifier system `https://shikaku.invalid/fhir/sid/institution-code`, value the institution code | R4 |
//! | `relationship` | not in a question: system `urn:oid:1.2.392.100495.20.2.62`, code `1` insured or `2` dependent | yes |
//! | `period` | not in a question: `start` the first day (資格取得年月日), `end` the *last* day, the one before 資格喪失年月日; absent while it has no end | yes |
//! | `payor` | answer: reference `#insurer-n`. Question and feed: type `Organization`, identifier with 保険者番号 as above | yes |
//! | `costToBeneficiary` | not in a question: type `copaypct` of `http://terminology.hl7.org/CodeSystem/coverage-copay-type`, `valueQuantity` 0 to 100 in `%` (UCUM) | R4 |
//!
//! The full addresses of the extensions begin with `http://jpfhir.jp/fhir/core/Extension/StructureDefinition/`.
//!
//! # Refusal, or not known: `OperationOutcome`
//!
//! | element | content |
//! |---|---|
//! | `issue[0].severity`, `.code` | `error`; the issue type of the outcome code |
//! | `issue[0].details.coding[0]` | system `https://shikaku.invalid/fhir/CodeSystem/outcome`, code the outcome code |
//! | `issue[0].details.text`, `.diagnostics` | one line in Japanese, one in English, without personal data |
//!
//! # Feed: `Bundle`
//!
//! The type is `transaction` because the broker must accept all or nothing: the watermark applies only to the whole batch; R4
//! allows a `batch` to fail in part and defines no server action for a `collection`. R4 allows a transaction to be sent with
//! POST to the base address.
//!
//! | element | content |
//! |---|---|
//! | `meta.extension` `https://shikaku.invalid/fhir/StructureDefinition/complete-through` | `valueDate`: everything that took effect up to and including this day has now been fed. In `meta`, since a bundle has no extensions of its own |
//! | `meta.extension` `https://shikaku.invalid/fhir/StructureDefinition/code-revision` | only where codes change: `valueUnsignedInt`: the revision of the number authority's register by which the insurer knows its people's codes |
//! | `meta.extension` `https://shikaku.invalid/fhir/StructureDefinition/ended-codes` | optional, with a revision: `valueString`: the institution codes that are no longer used, separated by a space. Nothing is known under them |
//! | `identifier` | system `https://shikaku.invalid/fhir/sid/feed-number`, value `保険者番号-n`, n counting the insurer's batches from 1 |
//! | `type`, `timestamp` | `transaction`; instant |
//! | `entry` | absent without changes; each: `resource` a `Coverage`, `request` method `POST`, url `Coverage` |
//!
//! Entries are sent with POST and not PUT, because a conditional PUT would carry the insured identifier in an address. An entry
//! for the same institution code, insured identifier and first day replaces an earlier one.
//!
//! # Report of a cancer case: `Bundle`
//!
//! Sent with POST to `/fhir/Bundle`, which creates it. It names the person by name, birth, sex and address, and by no number or code.
//!
//! | element | content |
//! |---|---|
//! | `meta.versionId` | 1, and one more for each correction or withdrawal of the same report |
//! | `identifier` | system `https://shikaku.invalid/fhir/sid/cancer-report`, value `医療機関コード-n`, n counting the facility's reports from 1 |
//! | `type`, `timestamp` | `collection`; instant |
//! | `entry[0].resource` | `Patient`: `identifier` system `https://shikaku.invalid/fhir/sid/chart`, value the facility's own mark of its chart; `name` twice (family, one given), extension `http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation` `IDE` for characters and `SYL` for katakana; `gender`; `birthDate`; `address` with `state`, `city`, one `line`; `managingOrganization` the facility, as in a question |
//! | `entry[1].resource` | `Condition`: `verificationStatus` of `http://terminology.hl7.org/CodeSystem/condition-ver-status`, `confirmed`, or `entered-in-error` in a withdrawal; `code` of `urn:oid:2.16.840.1.113883.6.43.1` (ICD-O-3), the site; `subject` reference `#patient`; `recordedDate` the day of the diagnosis |
//!
//! # Coverage question: `Parameters`
//!
//! Sent with POST, since a search would carry the institution code in an address (R4 requires a `self` link that repeats a
//! search).
//!
//! | element | content |
//! |---|---|
//! | `parameter[0].name` | `beneficiary` |
//! | `parameter[0].valueIdentifier` | system `https://shikaku.invalid/fhir/sid/institution-code`, value the institution code |
//!
//! # Coverage statement: `Bundle`
//!
//! | element | content |
//! |---|---|
//! | `meta.extension` `https://shikaku.invalid/fhir/StructureDefinition/complete-through` | `valueDate`: the statement is complete: it contains everything that took effect up to and including this day |
//! | `meta.extension` `…/code-revision`, `…/ended-codes` | as in a feed; the code asked about, if it is no longer used |
//! | `type`, `timestamp` | `collection`; instant |
//! | `entry` | absent if the insurer has never insured the person; each: `resource` a `Coverage` as in a feed |
//!
//! # Consent: `Consent`
//!
//! A person's wish to have a code for medical use. It names no code: the municipality knows none.
//!
//! | element | content |
//! |---|---|
//! | `identifier` | one; system `https://shikaku.invalid/fhir/sid/code-request`, value n, counting the municipality's requests about codes from 1 |
//! | `status` | `active`: the person asks for a code; `inactive`: the person gives it up |
//! | `scope`, `category` | `patient-privacy` of `http://terminology.hl7.org/CodeSystem/consentscope`; one, LOINC `59284-0` |
//! | `patient` | type `Patient`; identifier system `https://shikaku.invalid/fhir/sid/resident-code`, value the resident code (住民票コード) |
//! | `dateTime` | instant at which the person said so |
//! | `policyRule` | `code-for-medical-use` of `https://shikaku.invalid/fhir/CodeSystem/consent-policy` |

mod answer;
mod case_report;
mod codes_known;
mod consent;
mod coverage_question;
pub mod datatypes;
mod error;
mod feed;
mod filled;
mod insured;
pub mod names;
mod primitives;
mod profile;
mod question;
mod refusal;
pub mod resources;
mod strict;
mod tolerant;

pub use answer::{CoverageAnswer, EligibilityAnswer};
pub use case_report::{CaseReport, CaseStatus, ReportedAddress, ReportedPerson};
pub use codes_known::CodesKnown;
pub use consent::CodeConsent;
pub use coverage_question::{CoverageQuestion, CoverageStatement};
pub use error::FhirError;
pub use feed::{FeedBatch, FeedEntry};
pub use profile::Profile;
pub use question::{EligibilityQuestion, SignedChallenge};
pub use refusal::{is_sent_as_operation_outcome, outcome_from_json, outcome_to_json, outcome_to_resource};
