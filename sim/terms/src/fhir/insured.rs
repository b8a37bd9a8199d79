//! Converts between `Coverage` and the project's terms, with the insured identifier as in JP Core.

use super::datatypes::{CodeableConcept, Extension, Identifier, Period, Quantity, Reference};
use super::error::FhirError;
use super::names;
use super::primitives::{date, line};
use super::resources::{CostToBeneficiary, Coverage, Resource};
use super::strict::below;
use crate::coverage::Relationship;
use crate::identifiers::{InsuredIdentifier, InsurerNumber};
use jiff::civil::Date;

/// The terms of a coverage: its period, the relationship to the insured, and the copayment.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub since: Date,
    pub until: Option<Date>,
    pub copayment_percent: Option<u8>,
    pub relationship: Relationship,
}

impl Terms {
    pub(super) fn period(&self) -> Period {
        Period { start: self.since.to_string(), end: self.until.map(|d| d.to_string()) }
    }

    pub(super) fn write(&self, to: &mut Coverage) {
        to.relationship = Some(CodeableConcept::new(names::RELATIONSHIP, self.relationship.code()));
        to.period = Some(self.period());
        let cost = |percent: u8| CostToBeneficiary {
            kind: CodeableConcept::new(names::COPAY_TYPE, names::COPAY_PERCENT),
            value_quantity: Quantity {
                value: percent.into(),
                unit: names::PERCENT.to_string(),
                system: names::UNITS.to_string(),
                code: names::PERCENT.to_string(),
            },
        };
        to.cost_to_beneficiary = self.copayment_percent.map(cost).into_iter().collect();
    }

    pub(super) fn read(from: &Coverage, at: &str) -> Result<Self, FhirError> {
        let period = from.period.as_ref().ok_or_else(|| FhirError::missing(at, "period"))?;
        let since = date(&period.start, &below(at, "period.start"))?;
        let until = period.end.as_ref().map(|end| date(end, &below(at, "period.end"))).transpose()?;
        if until.is_some_and(|until| until < since) {
            return Err(FhirError::wrong(below(at, "period"), "ends before it starts"));
        }
        let coding = from.relationship.as_ref().ok_or_else(|| FhirError::missing(at, "relationship"))?.coding.first();
        let relationship = coding
            .and_then(|c| Relationship::from_code(&c.code))
            .ok_or_else(|| FhirError::wrong(below(at, "relationship"), "is not one of the codes"))?;
        let percent = |cost: &CostToBeneficiary| {
            let percent = cost.value_quantity.value.as_f64().filter(|p| (0.0..=100.0).contains(p) && p.fract() == 0.0);
            percent.map(|p| p as u8).ok_or_else(|| {
                FhirError::wrong(below(at, "costToBeneficiary[0].valueQuantity.value"), "is not a whole number from 0 to 100")
            })
        };
        let copayment_percent = from.cost_to_beneficiary.first().map(percent).transpose()?;
        Ok(Terms { since, until, copayment_percent, relationship })
    }
}

/// A `Coverage` with the insured identifier and without terms.
pub(super) fn coverage(insured: &InsuredIdentifier, beneficiary: Reference, payor: Reference) -> Coverage {
    let InsuredIdentifier { insurer, symbol, number, branch } = insured;
    let mut extension = Vec::new();
    if !symbol.is_empty() {
        extension.push(Extension::string(names::SYMBOL, symbol));
    }
    extension.push(Extension::string(names::NUMBER, number));
    extension.push(Extension::string(names::SUB_NUMBER, branch));
    let member = format!("{}:{symbol}:{number}:{branch}", insurer.reveal());
    Coverage {
        resource_type: Coverage::TYPE.to_string(),
        id: None,
        extension,
        identifier: vec![Identifier::new(names::MEMBER_ID, &member)],
        status: "active".to_string(),
        subscriber_id: format!("{symbol}:{number}"),
        beneficiary,
        dependent: branch.clone(),
        relationship: None,
        period: None,
        payor: vec![payor],
        cost_to_beneficiary: Vec::new(),
    }
}

/// An insurer by its number alone.
pub(super) fn insurer_reference(insurer: &InsurerNumber) -> Reference {
    Reference::known_as("Organization", insurer_identifier(insurer))
}

pub(super) fn insurer_identifier(insurer: &InsurerNumber) -> Identifier {
    Identifier::new(names::INSURER_NUMBER, insurer.reveal())
}

pub(super) fn insurer_number(identifier: Option<&Identifier>, at: &str) -> Result<InsurerNumber, FhirError> {
    let identifier = identifier.ok_or_else(|| FhirError::missing(at, "identifier"))?;
    InsurerNumber::new(&identifier.value).map_err(|_| FhirError::wrong(below(at, "identifier.value"), "is not an insurer number"))
}

/// The payor of a coverage, which R4 requires; more than one is rejected when the message is compared.
pub(super) fn payor<'a>(coverage: &'a Coverage, at: &str) -> Result<&'a Reference, FhirError> {
    coverage.payor.first().ok_or_else(|| FhirError::missing(at, "payor"))
}

/// The insured identifier in a coverage of this insurer.
pub(super) fn insured(coverage: &Coverage, insurer: InsurerNumber, at: &str) -> Result<InsuredIdentifier, FhirError> {
    let text = |url: &str| match extension(&coverage.extension, url) {
        Some(found) => found.value_string.as_deref().map(|v| line(v, &below(at, "extension"))).transpose(),
        None => Ok(None),
    };
    let branch = text(names::SUB_NUMBER)?.filter(|b| b.len() == 2 && b.bytes().all(|c| c.is_ascii_digit()));
    Ok(InsuredIdentifier {
        insurer,
        symbol: text(names::SYMBOL)?.unwrap_or_default(),
        number: text(names::NUMBER)?
            .ok_or_else(|| FhirError::wrong(below(at, "extension"), "does not have the number (番号)"))?,
        branch: branch.ok_or_else(|| FhirError::wrong(below(at, "extension"), "does not have a branch (枝番) of two digits"))?,
    })
}

/// The first extension of a kind; a second one is rejected when the message is compared.
pub(super) fn extension<'a>(list: &'a [Extension], url: &str) -> Option<&'a Extension> {
    list.iter().find(|e| e.url == url)
}
