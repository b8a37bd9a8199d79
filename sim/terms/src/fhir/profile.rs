//! What all FHIR messages have in common: a message is read strictly, and must equal what the testbed writes for its content, but
//! for members that mean nothing in any resource.

use super::error::FhirError;
use super::resources::Resource;
use super::strict;
use super::tolerant;

/// A message that is sent as a FHIR resource.
pub trait Profile: Sized {
    /// The resource as which it is sent.
    type Resource: Resource;

    /// The message as a resource, for callers that change it before it is sent.
    fn to_resource(&self) -> Self::Resource;

    /// The message in a resource. Anything else in the resource is ignored.
    fn from_resource(resource: &Self::Resource) -> Result<Self, FhirError>;

    /// Copies into `meant` what may be written in more than one way, such as an instant.
    fn keep_varying_texts(meant: &mut Self::Resource, read: Self::Resource);

    /// The body. The same message always gives the same bytes.
    fn to_json(&self) -> Vec<u8> {
        strict::written(&self.to_resource())
    }

    /// Reads a body strictly: anything that the profile does not define is an error.
    fn from_json(body: &[u8]) -> Result<Self, FhirError> {
        tolerant::read(body, strictly)
    }
}

/// Reads a message that has nothing in it but what the profile defines.
fn strictly<P: Profile>(body: &[u8]) -> Result<P, FhirError> {
    let resource: P::Resource = strict::read(body, "")?;
    let message = P::from_resource(&resource)?;
    let mut meant = message.to_resource();
    P::keep_varying_texts(&mut meant, resource);
    strict::same(body, &meant)?;
    Ok(message)
}
