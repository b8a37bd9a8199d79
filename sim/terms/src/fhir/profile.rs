//! What all FHIR messages have in common: a message is read strictly, and must say exactly what it would say if it were written again.

use super::error::FhirError;
use super::resources::Resource;
use super::strict;

/// A message that travels as a FHIR resource.
pub trait Profile: Sized {
    /// The resource as which it travels.
    type Resource: Resource;

    /// The message as a resource, for callers that change it before it is sent.
    fn to_resource(&self) -> Self::Resource;

    /// The message of a resource, whatever else the resource may say.
    fn from_resource(resource: &Self::Resource) -> Result<Self, FhirError>;

    /// Takes over into `meant` what may be written in more than one way, such as an instant.
    fn keep_wording(meant: &mut Self::Resource, read: Self::Resource);

    /// The body. The same message always gives the same bytes.
    fn to_json(&self) -> Vec<u8> {
        strict::written(&self.to_resource())
    }

    /// Reads a body strictly: what the profile does not have is an error.
    fn from_json(body: &[u8]) -> Result<Self, FhirError> {
        let resource: Self::Resource = strict::read(body, "")?;
        let message = Self::from_resource(&resource)?;
        let mut meant = message.to_resource();
        Self::keep_wording(&mut meant, resource);
        strict::same(body, &meant)?;
        Ok(message)
    }
}
