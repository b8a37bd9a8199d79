//! 資格情報の照会 (保険者宛て): the broker's question to an insurer about one institution code, and the insurer's answer.

use super::codes_known::CodesKnown;
use super::datatypes::{Identifier, Meta};
use super::error::FhirError;
use super::feed::{FeedEntry, complete_through};
use super::insured::extension;
use super::names;
use super::primitives::{date, instant, instant_text};
use super::profile::Profile;
use super::resources::{Bundle, Collection, CollectionEntry, Parameter, Parameters, Resource};
use crate::identifiers::InstitutionCode;
use jiff::{Timestamp, civil::Date};

/// A question for everything that an insurer knows about one person. It contains neither the facility, nor the check, nor the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageQuestion {
    /// 機関別符号.
    pub code: InstitutionCode,
}

/// What an insurer knows about the person, oldest coverage first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageStatement {
    pub created: Timestamp,
    /// The statement contains everything that took effect up to and including this day.
    pub complete_through: Date,
    /// Empty if the insurer has never insured the person.
    pub entries: Vec<FeedEntry>,
    /// By which codes the insurer knows its people, and whether the one asked about has ended; absent where codes do not change.
    pub codes: Option<CodesKnown>,
}

const BENEFICIARY: &str = "beneficiary";

impl Profile for CoverageQuestion {
    type Resource = Parameters;

    fn to_resource(&self) -> Parameters {
        let value_identifier = Identifier::new(names::INSTITUTION_CODE, self.code.reveal());
        let parameter = vec![Parameter { name: BENEFICIARY.to_string(), value_identifier }];
        Parameters { resource_type: Parameters::TYPE.to_string(), parameter }
    }

    fn keep_varying_texts(_meant: &mut Parameters, _read: Parameters) {}

    fn from_resource(resource: &Parameters) -> Result<Self, FhirError> {
        let code = resource.parameter.first().and_then(|p| InstitutionCode::new(&p.value_identifier.value).ok());
        let code = code.ok_or_else(|| FhirError::wrong("parameter[0].valueIdentifier", "is not an institution code"))?;
        Ok(CoverageQuestion { code })
    }
}

impl Profile for CoverageStatement {
    type Resource = Collection;

    fn to_resource(&self) -> Collection {
        Collection {
            resource_type: Bundle::TYPE.to_string(),
            meta: Meta { extension: complete_through(self.complete_through, self.codes.as_ref()) },
            kind: "collection".to_string(),
            timestamp: instant_text(self.created),
            entry: self.entries.iter().map(|entry| CollectionEntry { resource: entry.to_resource() }).collect(),
        }
    }

    fn keep_varying_texts(meant: &mut Collection, read: Collection) {
        meant.timestamp = read.timestamp;
    }

    fn from_resource(bundle: &Collection) -> Result<Self, FhirError> {
        let through = extension(&bundle.meta.extension, names::COMPLETE_THROUGH).and_then(|e| e.value_date.as_deref());
        let entry = |(i, entry): (usize, &CollectionEntry)| FeedEntry::read(&entry.resource, &format!("entry[{i}].resource"));
        Ok(CoverageStatement {
            created: instant(&bundle.timestamp, "timestamp")?,
            complete_through: date(through.unwrap_or_default(), "meta.extension(complete-through)")?,
            entries: bundle.entry.iter().enumerate().map(entry).collect::<Result<_, _>>()?,
            codes: CodesKnown::read(&bundle.meta.extension)?,
        })
    }
}
