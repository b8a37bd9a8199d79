//! By which codes an insurer knows its people: in the head of a feed, or of a statement.

use super::datatypes::Extension;
use super::error::FhirError;
use super::insured::extension;
use super::names;
use crate::identifiers::InstitutionCode;

/// What an insurer knows of its people's codes, where codes can change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodesKnown {
    /// The revision of the number authority's register when the insurer asked: it knows every code that was issued up to then.
    pub revision: u64,
    /// Codes that the insurer used and that are no longer used, since they were given up or replaced, in their order. Nothing is
    /// known under them.
    pub ended: Vec<InstitutionCode>,
}

impl CodesKnown {
    /// As extensions of the head.
    pub(super) fn extensions(known: Option<&CodesKnown>) -> Vec<Extension> {
        let Some(CodesKnown { revision, ended }) = known else { return Vec::new() };
        let ended: Vec<&str> = ended.iter().map(InstitutionCode::reveal).collect();
        let ended = (!ended.is_empty()).then(|| Extension::string(names::ENDED_CODES, &ended.join(" ")));
        [Extension::unsigned_int(names::CODE_REVISION, *revision)].into_iter().chain(ended).collect()
    }

    pub(super) fn read(extensions: &[Extension]) -> Result<Option<CodesKnown>, FhirError> {
        let Some(revision) = extension(extensions, names::CODE_REVISION).and_then(|e| e.value_unsigned_int) else {
            // Without a revision, ended codes are an extension too many.
            return Ok(None);
        };
        let ended = extension(extensions, names::ENDED_CODES).and_then(|e| e.value_string.as_deref());
        let code = |text: &str| {
            InstitutionCode::new(text)
                .map_err(|_| FhirError::wrong("meta.extension(ended-codes)", "is not a list of institution codes"))
        };
        let ended = ended.map(|all| all.split(' ').map(code).collect()).transpose()?;
        Ok(Some(CodesKnown { revision, ended: ended.unwrap_or_default() }))
    }
}
