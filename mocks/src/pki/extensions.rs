//! The extensions for which rcgen has no parameter, or which it writes in another form than the JPKI.

use super::PkiError;
use super::names::Dn;
use der::asn1::{Any, Ia5String, ObjectIdentifier, OctetString};
use der::{Encode, Tag};
use rcgen::CustomExtension;
use x509_cert::ext::pkix::certpolicy::{PolicyInformation, PolicyQualifierInfo};
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{AccessDescription, AuthorityKeyIdentifier};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

const ID_QT_CPS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");
const ID_AD_OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
/// anyPolicy (RFC 5280 section 4.2.1.4).
pub(super) const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");

fn extension(oid: &[u64], critical: bool, content: Vec<u8>) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, content);
    extension.set_criticality(critical);
    extension
}

pub(super) fn subject_key_id(id: &[u8]) -> Result<CustomExtension, PkiError> {
    Ok(extension(&[2, 5, 29, 14], false, OctetString::new(id)?.to_der()?))
}

/// Key identifier, name and serial number of the authority's certificate. The name is that of the certificate's *issuer*
/// (RFC 5280 section 4.2.1.1).
pub(super) fn authority_key_id(key_id: &[u8], issuer: &Name, serial: &SerialNumber) -> Result<CustomExtension, PkiError> {
    let content = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(key_id)?),
        authority_cert_issuer: Some(vec![GeneralName::DirectoryName(issuer.clone())]),
        authority_cert_serial_number: Some(serial.clone()),
    };
    Ok(extension(&[2, 5, 29, 35], false, content.to_der()?))
}

/// subjectAltName with one directory name.
pub(super) fn subject_alternative_name(name: &Dn) -> Result<CustomExtension, PkiError> {
    Ok(extension(&[2, 5, 29, 17], false, vec![GeneralName::DirectoryName(name.to_name()?)].to_der()?))
}

/// issuerAltName with one directory name.
pub(super) fn issuer_alternative_name(name: &Dn) -> Result<CustomExtension, PkiError> {
    Ok(extension(&[2, 5, 29, 18], false, vec![GeneralName::DirectoryName(name.to_name()?)].to_der()?))
}

/// A distribution point that is a directory name and nothing else.
pub(super) fn distribution_point(name: &Dn) -> Result<DistributionPointName, PkiError> {
    Ok(DistributionPointName::FullName(vec![GeneralName::DirectoryName(name.to_name()?)]))
}

/// cRLDistributionPoints with one directory name, no URL.
pub(super) fn crl_distribution_point(name: &Dn) -> Result<CustomExtension, PkiError> {
    let point = DistributionPoint { distribution_point: Some(distribution_point(name)?), reasons: None, crl_issuer: None };
    Ok(extension(&[2, 5, 29, 31], false, vec![point].to_der()?))
}

/// certificatePolicies with one policy and, if given, the address of its practice statement.
pub(super) fn policy(critical: bool, policy: ObjectIdentifier, cps: Option<&str>) -> Result<CustomExtension, PkiError> {
    let policy_qualifiers = match cps {
        None => None,
        Some(url) => Some(vec![PolicyQualifierInfo {
            policy_qualifier_id: ID_QT_CPS,
            qualifier: Some(Any::new(Tag::Ia5String, url.as_bytes())?),
        }]),
    };
    let content = vec![PolicyInformation { policy_identifier: policy, policy_qualifiers }];
    Ok(extension(&[2, 5, 29, 32], critical, content.to_der()?))
}

/// authorityInfoAccess with the URL of an OCSP responder.
pub(super) fn ocsp_location(url: &str) -> Result<CustomExtension, PkiError> {
    let location = GeneralName::UniformResourceIdentifier(Ia5String::new(url)?);
    let content = vec![AccessDescription { access_method: ID_AD_OCSP, access_location: location }];
    Ok(extension(&[1, 3, 6, 1, 5, 5, 7, 1, 1], false, content.to_der()?))
}

/// extKeyUsage with OCSPSigning alone, critical: rcgen writes this extension without the flag.
pub(super) fn ocsp_signing() -> Result<CustomExtension, PkiError> {
    let content = vec![ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9")];
    Ok(extension(&[2, 5, 29, 37], true, content.to_der()?))
}

/// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1): the status of the responder's certificate need not be checked.
pub(super) fn ocsp_no_check() -> Result<CustomExtension, PkiError> {
    Ok(extension(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 5], false, der::asn1::Null.to_der()?))
}
