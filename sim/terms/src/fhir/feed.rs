//! 資格情報の登録: an insurer's feed to the broker, as a `Bundle` of `Coverage`.

use super::codes_known::CodesKnown;
use super::datatypes::{Extension, Identifier, Meta, Reference};
use super::error::FhirError;
use super::insured::{Terms, coverage, extension, insured, insurer_number, insurer_reference, payor};
use super::names;
use super::primitives::{date, instant, instant_text};
use super::profile::Profile;
use super::resources::{Bundle, BundleEntry, BundleRequest, Coverage, Resource, raw};
use super::strict::{self, below};
use crate::coverage::{EndReason, Relationship};
use crate::identifiers::{InstitutionCode, InsuredIdentifier, InsurerNumber};
use crate::people::InsurancePeriod;
use jiff::{Timestamp, civil::Date};
use serde_json::value::RawValue;

/// The new state of one coverage. A later entry for the same code, insured identifier and first day replaces the earlier one, or
/// takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEntry {
    /// 機関別符号: whose coverage it is.
    pub code: InstitutionCode,
    /// With the insurer that sends the feed; a batch with another insurer's coverage is rejected.
    pub insured: InsuredIdentifier,
    /// 資格取得年月日: the first day in force.
    pub since: Date,
    /// The last day in force, if it has ended. 資格喪失年月日 is the day after.
    pub until: Option<Date>,
    /// 資格喪失事由, only where the coverage has ended.
    pub end_reason: Option<EndReason>,
    /// 一部負担金割合, in per cent of the cost: 0 to 100.
    pub copayment_percent: Option<u8>,
    pub relationship: Relationship,
    /// Whether the insurer takes the coverage back: it was never so, for instance since it belongs to another person.
    pub withdrawn: bool,
}

/// The status of a coverage that is taken back (FHIR R4, financial resource status).
const WITHDRAWN: &str = "entered-in-error";

/// One delivery of an insurer. The broker accepts all of it or nothing, since the watermark applies only to the whole batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedBatch {
    pub insurer: InsurerNumber,
    /// Counts the insurer's deliveries from 1, so that order and gaps show.
    pub running: u64,
    pub created: Timestamp,
    /// The watermark: with this delivery, everything that took effect up to and including this day has been fed.
    pub complete_through: Date,
    /// May be empty: the watermark moves on days without changes too.
    pub entries: Vec<FeedEntry>,
    /// By which codes the insurer knows its people; absent where codes do not change.
    pub codes: Option<CodesKnown>,
}

/// The head of a feed or of a statement.
pub(super) fn complete_through(day: Date, codes: Option<&CodesKnown>) -> Vec<Extension> {
    let codes = CodesKnown::extensions(codes);
    [Extension::date(names::COMPLETE_THROUGH, day)].into_iter().chain(codes).collect()
}

impl Profile for FeedBatch {
    type Resource = Bundle;

    fn to_resource(&self) -> Bundle {
        let number = format!("{}-{}", self.insurer.reveal(), self.running);
        Bundle {
            resource_type: Bundle::TYPE.to_string(),
            meta: Meta { extension: complete_through(self.complete_through, self.codes.as_ref()) },
            identifier: Identifier::new(names::FEED_NUMBER, &number),
            kind: "transaction".to_string(),
            timestamp: instant_text(self.created),
            entry: self.entries.iter().map(FeedEntry::to_entry).collect(),
        }
    }

    fn keep_varying_texts(meant: &mut Bundle, read: Bundle) {
        meant.timestamp = read.timestamp;
    }

    fn from_resource(bundle: &Bundle) -> Result<Self, FhirError> {
        let number = bundle.identifier.value.split_once('-');
        // The comparison afterwards rejects a number with a sign or leading zeros.
        let number = number.and_then(|(insurer, running)| Some((InsurerNumber::new(insurer).ok()?, running.parse().ok()?)));
        let (insurer, running) =
            number.ok_or_else(|| FhirError::wrong("identifier.value", "is not an insurer number, a hyphen and a number"))?;
        let through = extension(&bundle.meta.extension, names::COMPLETE_THROUGH).and_then(|e| e.value_date.as_deref());
        let mut entries = Vec::new();
        for (i, entry) in bundle.entry.iter().enumerate() {
            let at = format!("entry[{i}].resource");
            let entry = FeedEntry::read(&entry.resource, &at)?;
            if entry.insured.insurer != insurer {
                return Err(FhirError::wrong(below(&at, "payor[0].identifier"), "is not the insurer that sends the feed"));
            }
            entries.push(entry);
        }
        Ok(FeedBatch {
            insurer,
            running,
            created: instant(&bundle.timestamp, "timestamp")?,
            complete_through: date(through.unwrap_or_default(), "meta.extension(complete-through)")?,
            entries,
            codes: CodesKnown::read(&bundle.meta.extension)?,
        })
    }
}

impl FeedEntry {
    /// The whole of a period, as its insurer states it of the person with this code.
    pub fn of(code: &InstitutionCode, period: &InsurancePeriod) -> FeedEntry {
        FeedEntry {
            code: code.clone(),
            insured: period.insured.clone(),
            since: period.from,
            until: period.until,
            end_reason: period.end_reason,
            copayment_percent: period.copayment_stated(),
            relationship: period.relationship,
            withdrawn: false,
        }
    }

    fn to_entry(&self) -> BundleEntry {
        let request = BundleRequest { method: "POST".to_string(), url: Coverage::TYPE.to_string() };
        BundleEntry { resource: self.to_resource(), request }
    }

    /// The text of the coverage.
    pub(super) fn to_resource(&self) -> Box<RawValue> {
        let person = Reference::known_as("Patient", Identifier::new(names::INSTITUTION_CODE, self.code.reveal()));
        let mut coverage = coverage(&self.insured, person, insurer_reference(&self.insured.insurer));
        coverage.extension.extend(self.end_reason.map(|reason| Extension::code(names::END_REASON, reason.code())));
        let FeedEntry { since, until, copayment_percent, relationship, .. } = *self;
        Terms { since, until, copayment_percent, relationship }.write(&mut coverage);
        if self.withdrawn {
            coverage.status = WITHDRAWN.to_string();
        }
        raw(&coverage)
    }

    /// Reads a coverage from its text, which is found `at`.
    pub(super) fn read(resource: &RawValue, at: &str) -> Result<Self, FhirError> {
        let coverage: Coverage = strict::read_raw(resource, at)?;
        let insurer = insurer_number(payor(&coverage, at)?.identifier.as_ref(), &below(at, "payor[0]"))?;
        let code = coverage.beneficiary.identifier.as_ref().and_then(|i| InstitutionCode::new(&i.value).ok());
        let code = code.ok_or_else(|| FhirError::wrong(below(at, "beneficiary.identifier"), "is not an institution code"))?;
        let end_reason = match extension(&coverage.extension, names::END_REASON) {
            Some(found) => Some(
                found
                    .value_code
                    .as_deref()
                    .and_then(EndReason::from_code)
                    .ok_or_else(|| FhirError::wrong(below(at, "extension(end-reason)"), "is not one of the codes"))?,
            ),
            None => None,
        };
        let Terms { since, until, copayment_percent, relationship } = Terms::read(&coverage, at)?;
        if end_reason.is_some() && until.is_none() {
            return Err(FhirError::wrong(below(at, "period"), "has no end although an end reason is given"));
        }
        let insured = insured(&coverage, insurer, at)?;
        let withdrawn = coverage.status == WITHDRAWN;
        Ok(FeedEntry { code, insured, since, until, end_reason, copayment_percent, relationship, withdrawn })
    }
}
