//! 認証局. An authority: its public certificate and the key with which it issues.

use super::keys::{KeySigner, SubjectKey};
use super::names::Dn;
use super::proven::{Proven, Window};
use super::times::{self, Validity};
use super::{PkiError, extensions, signature};
use der::{Decode, Encode};
use openssl::pkey::{PKey, Private, Public};
use openssl::x509::{X509, X509Ref};
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose, SerialNumber};
use std::fmt;
use std::sync::Arc;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints as BasicConstraintsExtension, SubjectKeyIdentifier};
use x509_cert::name::Name;

/// The identifier of an authority's key, as in subjectKeyIdentifier and authorityKeyIdentifier. Generations of an
/// authority share a name, so this distinguishes them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Vec<u8>);

impl KeyId {
    pub(super) fn new(bytes: &[u8]) -> Self {
        KeyId(bytes.to_vec())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// The public half of an authority: its certificate, read once. A copy costs nothing.
#[derive(Clone)]
pub struct CaCertificate(Arc<Read>);

struct Read {
    der: Vec<u8>,
    x509: X509,
    parsed: Certificate,
    key: PKey<Public>,
    key_bits: Vec<u8>,
    key_id: KeyId,
    sha1: NameAndKey<20>,
    sha256: NameAndKey<32>,
    delegates: Proven<Certificate, PKey<Public>>,
}

/// Digests by which OCSP identifies an authority: of its name and of its key.
pub(super) struct NameAndKey<const N: usize> {
    pub name: [u8; N],
    pub key: [u8; N],
}

impl CaCertificate {
    /// Reads an authority's certificate: one with cA true and a subject key identifier. It is not verified; that is the
    /// responsibility of the owner of the trust store.
    pub fn from_der(der: &[u8]) -> Result<Self, PkiError> {
        let parsed = Certificate::from_der(der)?;
        let tbs = &parsed.tbs_certificate;
        let constraints = tbs.get::<BasicConstraintsExtension>()?;
        if !constraints.is_some_and(|(_, c)| c.ca) {
            return Err(PkiError::Authority("it is not marked as an authority's"));
        }
        let (_, id) = tbs.get::<SubjectKeyIdentifier>()?.ok_or(PkiError::Authority("it has no subject key identifier"))?;
        let key_id = KeyId::new(id.0.as_bytes());
        let spki = &tbs.subject_public_key_info;
        let key = signature::public_key(&spki.to_der()?)?;
        let key_bits = spki.subject_public_key.raw_bytes().to_vec();
        let subject_der = tbs.subject.to_der()?;
        Ok(CaCertificate(Arc::new(Read {
            der: der.to_vec(),
            x509: X509::from_der(der)?,
            key,
            key_id,
            parsed,
            sha1: NameAndKey { name: openssl::sha::sha1(&subject_der), key: openssl::sha::sha1(&key_bits) },
            sha256: NameAndKey { name: openssl::sha::sha256(&subject_der), key: openssl::sha::sha256(&key_bits) },
            key_bits,
            delegates: Proven::default(),
        })))
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    pub fn x509(&self) -> &X509Ref {
        &self.0.x509
    }

    pub(super) fn x509_owned(&self) -> X509 {
        self.0.x509.clone()
    }

    pub fn public_key(&self) -> &PKey<Public> {
        &self.0.key
    }

    /// The bit string of the public key: the input of OCSP's issuerKeyHash.
    pub(super) fn key_bits(&self) -> &[u8] {
        &self.0.key_bits
    }

    /// SHA-1 of the name and of the key's bits, as OCSP's issuerNameHash and issuerKeyHash.
    pub(super) fn sha1(&self) -> &NameAndKey<20> {
        &self.0.sha1
    }

    /// The same with SHA-256.
    pub(super) fn sha256(&self) -> &NameAndKey<32> {
        &self.0.sha256
    }

    /// The responders that were proven to be its delegates, and their keys.
    pub(super) fn delegates(&self) -> &Proven<Certificate, PKey<Public>> {
        &self.0.delegates
    }

    /// authorityKeyIdentifier in the certificates that this authority issues.
    pub(super) fn authority_key_id(&self) -> Result<CustomExtension, PkiError> {
        extensions::authority_key_id(self.key_id().as_bytes(), self.issuer_name(), self.serial_number())
    }

    pub fn key_id(&self) -> &KeyId {
        &self.0.key_id
    }

    pub fn subject_name(&self) -> &Name {
        &self.0.parsed.tbs_certificate.subject
    }

    pub fn issuer_name(&self) -> &Name {
        &self.0.parsed.tbs_certificate.issuer
    }

    pub(super) fn window(&self) -> Window {
        Window::of(&self.0.parsed.tbs_certificate.validity)
    }

    pub(super) fn serial_number(&self) -> &x509_cert::serial_number::SerialNumber {
        &self.0.parsed.tbs_certificate.serial_number
    }
}

impl fmt::Debug for CaCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaCertificate({:?})", self.key_id())
    }
}

/// The content of an authority's certificate.
pub struct AuthoritySpec {
    pub name: Dn,
    /// subjectAltName: in the JPKI, the authority's Japanese name.
    pub alternative_name: Option<Dn>,
    pub serial: u64,
    pub validity: Validity,
    /// How many authorities may be below it; `None` is unlimited.
    pub path_length: Option<u8>,
}

/// An authority that can issue. It is used for one run, like every RSA key (see [`super::keys`]).
pub struct Authority {
    certificate: CaCertificate,
    params: CertificateParams,
    signer: KeySigner,
}

impl Authority {
    /// A self-signed authority. CRLDP names the authority itself, as in the JPKI's own certificates.
    pub fn root(spec: &AuthoritySpec, key: PKey<Private>) -> Result<Self, PkiError> {
        let signer = KeySigner::new(key)?;
        let mut params = authority_params(spec, signer.subject())?;
        params.custom_extensions.push(extensions::crl_distribution_point(&spec.name)?);
        let der = params.self_signed(&signer)?;
        Ok(Authority { certificate: CaCertificate::from_der(der.der())?, params, signer })
    }

    /// An authority below this one. It may issue under any policy, since path validation with a policy needs every
    /// certificate between root and leaf to allow it (RFC 5280 section 6.1.3).
    pub fn subordinate(&self, spec: &AuthoritySpec, key: PKey<Private>, crl: &Dn) -> Result<Self, PkiError> {
        let signer = KeySigner::new(key)?;
        let mut params = authority_params(spec, signer.subject())?;
        params.custom_extensions.extend([
            self.certificate.authority_key_id()?,
            extensions::crl_distribution_point(crl)?,
            extensions::policy(false, extensions::ANY_POLICY, None)?,
        ]);
        let der = self.issue(&params, signer.subject())?;
        Ok(Authority { certificate: CaCertificate::from_der(&der)?, params, signer })
    }

    pub fn certificate(&self) -> &CaCertificate {
        &self.certificate
    }

    pub(super) fn signer(&self) -> &KeySigner {
        &self.signer
    }

    /// Signs a certificate for `key`. The authority does not check its content.
    pub(super) fn issue(&self, params: &CertificateParams, key: &SubjectKey) -> Result<Vec<u8>, PkiError> {
        let issuer = Issuer::from_params(&self.params, &self.signer);
        Ok(params.signed_by(key, &issuer)?.der().to_vec())
    }
}

/// Parameters with the fields that rcgen would otherwise fill from its own defaults.
pub(super) fn params(subject: &Dn, serial: u64, validity: Validity) -> Result<CertificateParams, PkiError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject.to_rcgen()?;
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = times::to_rcgen(validity.not_before)?;
    params.not_after = times::to_rcgen(validity.not_after)?;
    Ok(params)
}

fn authority_params(spec: &AuthoritySpec, key: &SubjectKey) -> Result<CertificateParams, PkiError> {
    let mut params = params(&spec.name, spec.serial, spec.validity)?;
    params.is_ca = IsCa::Ca(match spec.path_length {
        None => BasicConstraints::Unconstrained,
        Some(length) => BasicConstraints::Constrained(length),
    });
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.key_identifier_method = KeyIdMethod::PreSpecified(key.key_id().to_vec());
    if let Some(name) = &spec.alternative_name {
        params.custom_extensions.push(extensions::subject_alternative_name(name)?);
    }
    Ok(params)
}
