//! Whether a certificate is valid: the path from a card's certificate to a trusted root, at a moment of virtual time.
//!
//! OpenSSL builds and verifies the path. What its Rust binding does not offer is checked here: which generation
//! of an authority is meant (all have one name, so the authority key identifier decides), the policy, and that the
//! extensions are present at all, since a certificate without extKeyUsage passes OpenSSL's purpose check.

use super::PkiError;
use super::authority::{CaCertificate, KeyId};
use super::chain::{ChainFault, Path, check_chain, signed_by};
use super::keys;
use super::ocsp::Question;
use super::profile::AUTHENTICATION_POLICY;
use super::proven::{Proven, Window};
use super::signature::forget_errors;
use super::status::{CertStatus, RevocationReason, serial_value};
use crate::crypto;
use der::{Decode, Encode};
use jiff::Timestamp;
use openssl::pkey::{PKey, Public};
use openssl::x509::{X509, X509ExtendedKeyUsage, X509KeyUsage, X509PurposeId, X509Ref};
use sha2::{Digest, Sha256};
use sim::terms::identifiers::CertificateSerial;
use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::DistributionPointName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints};

/// Longest certificate that is read, in bytes. A card's has about 1,500 bytes.
const MAX_CERTIFICATE: usize = 16 * 1024;

/// What a relying party trusts: roots, and the issuing authorities of both hierarchies in all generations.
#[derive(Clone, Default)]
pub struct JpkiTrust {
    roots: Vec<CaCertificate>,
    authentication: Vec<CaCertificate>,
    signature: Vec<CaCertificate>,
    /// Authorities whose path was proven to reach a root, by key identifier.
    reach_a_root: Arc<Proven<KeyId, ()>>,
}

impl fmt::Debug for JpkiTrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all()).finish()
    }
}

impl JpkiTrust {
    /// Reads the certificates, all DER. They are trusted as given.
    pub fn from_der(roots: &[&[u8]], authentication: &[&[u8]], signature: &[&[u8]]) -> Result<Self, PkiError> {
        let read = |all: &[&[u8]]| all.iter().map(|der| CaCertificate::from_der(der)).collect::<Result<Vec<_>, _>>();
        let (roots, authentication, signature) = (read(roots)?, read(authentication)?, read(signature)?);
        Ok(JpkiTrust { roots, authentication, signature, reach_a_root: Arc::default() })
    }

    pub(super) fn new(root: &CaCertificate, authentication: &CaCertificate, signature: &CaCertificate) -> Self {
        JpkiTrust {
            roots: vec![root.clone()],
            authentication: vec![authentication.clone()],
            signature: vec![signature.clone()],
            reach_a_root: Arc::default(),
        }
    }

    /// The union of both: for several generations of one authority.
    pub fn and(mut self, other: JpkiTrust) -> Self {
        self.roots.extend(other.roots);
        self.authentication.extend(other.authentication);
        self.signature.extend(other.signature);
        // The cached proofs were made with fewer authorities.
        self.reach_a_root = Arc::default();
        self
    }

    fn all(&self) -> impl Iterator<Item = &CaCertificate> {
        self.roots.iter().chain(&self.authentication).chain(&self.signature)
    }

    /// The authority with this key.
    fn issuer(&self, key_id: &[u8]) -> Option<&CaCertificate> {
        self.all().find(|ca| ca.key_id().as_bytes() == key_id)
    }

    fn issues_authentication(&self, ca: &CaCertificate) -> bool {
        self.authentication.iter().any(|a| a.key_id() == ca.key_id())
    }

    /// Whether the path from a certificate of `issuer` reaches a root. The part from the issuer on is verified once, and cached
    /// for as long as all authorities that are valid now remain valid.
    fn check_path(&self, x509: &X509Ref, issuer: &CaCertificate, now: Timestamp) -> Result<(), ChainFault> {
        let (purpose, second) = (X509PurposeId::SSL_CLIENT, now.as_second());
        if self.reach_a_root.find(|known| known == issuer.key_id(), second).is_some() {
            return check_chain(x509, &[issuer], Path::ToIssuer(Some(purpose)), now);
        }
        check_chain(x509, &self.all().collect::<Vec<_>>(), Path::ToRoot(purpose), now)?;
        let window = Window::around(second, self.all().map(CaCertificate::window));
        self.reach_a_root.remember(issuer.key_id().clone(), window, ());
        Ok(())
    }
}

/// Why a certificate is not good: the first of these that applies, in the order of the check: readable, trusted issuer,
/// signature, purpose, time, revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    #[error("the content is not a certificate in DER")]
    Unreadable,
    #[error("the certificate was not issued by a trusted authority")]
    Untrusted,
    #[error("the certificate's signature does not match its issuer's key")]
    Tampered,
    #[error("the certificate is not a user authentication certificate")]
    WrongPurpose,
    #[error("the certificate is not valid yet")]
    NotYetValid,
    #[error("the certificate has expired")]
    Expired,
    /// 失効.
    #[error("the certificate is revoked")]
    Revoked,
    /// 一時停止.
    #[error("the certificate is suspended")]
    Suspended,
    #[error("the authority does not know the certificate")]
    StatusUnknown,
}

/// 利用者証明用電子証明書 that has passed all checks except revocation. Only [`check_authentication_certificate`] makes one from
/// a valid certificate.
#[derive(Clone)]
pub struct CertificateGoodSoFar {
    serial: CertificateSerial,
    issuer: CaCertificate,
    public_key: PublicKey,
    digest: [u8; 32],
    distribution_point: Option<DistributionPointName>,
}

impl CertificateGoodSoFar {
    /// Lets an invalid certificate pass as good. Clippy allows it only for broken parties. `serial` is the certificate whose
    /// status and code will be asked for; the certificate's own, if not given.
    pub(crate) fn forged(der: &[u8], serial: Option<CertificateSerial>, trust: &JpkiTrust) -> Option<Self> {
        let (parsed, x509) = read(der).ok()?;
        let own = || serial_value(&parsed.tbs_certificate.serial_number).map(CertificateSerial);
        Some(CertificateGoodSoFar {
            serial: serial.or_else(own)?,
            issuer: trust.authentication.first()?.clone(),
            public_key: PublicKey::of(x509.public_key().ok()?),
            digest: Sha256::digest(der).into(),
            distribution_point: None,
        })
    }

    pub fn serial(&self) -> CertificateSerial {
        self.serial
    }

    /// The authority that issued the certificate, which must be asked for its status.
    pub fn issuer(&self) -> &CaCertificate {
        &self.issuer
    }

    pub fn issuer_key_id(&self) -> &KeyId {
        self.issuer.key_id()
    }

    /// `None` if it cannot be read.
    pub fn public_key(&self) -> Option<&PKey<Public>> {
        self.public_key.get()
    }

    /// SHA-256 of the certificate.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The CRL in which the certificate would be listed: that of its municipality.
    pub fn distribution_point(&self) -> Option<&DistributionPointName> {
        self.distribution_point.as_ref()
    }

    /// The question about it to an OCSP responder.
    pub fn question<'a>(&'a self, nonce: Option<&'a [u8]>) -> Question<'a> {
        Question::new(&self.issuer, self.serial, nonce)
    }

    /// The second step: the authority's current status of the certificate.
    pub fn with_status(self, status: CertStatus) -> Result<CertificateGood, CertificateFault> {
        match status {
            CertStatus::Good => Ok(CertificateGood(self)),
            CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. } => Err(CertificateFault::Suspended),
            CertStatus::Revoked { .. } => Err(CertificateFault::Revoked),
            CertStatus::Unknown => Err(CertificateFault::StatusUnknown),
        }
    }
}

impl fmt::Debug for CertificateGoodSoFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertificateGoodSoFar(…)")
    }
}

/// A certificate that passed both steps: the proof that the card can be relied on.
#[derive(Clone)]
pub struct CertificateGood(CertificateGoodSoFar);

impl CertificateGood {
    pub fn serial(&self) -> CertificateSerial {
        self.0.serial
    }

    pub fn issuer_key_id(&self) -> &KeyId {
        self.0.issuer_key_id()
    }

    /// `None` if it cannot be read.
    pub fn public_key(&self) -> Option<&PKey<Public>> {
        self.0.public_key()
    }

    /// SHA-256 of the certificate.
    pub fn digest(&self) -> &[u8; 32] {
        &self.0.digest
    }
}

impl fmt::Debug for CertificateGood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertificateGood(…)")
    }
}

/// Checks everything about an authentication certificate except its revocation.
pub fn check_authentication_certificate(
    der: &[u8],
    trust: &JpkiTrust,
    now: Timestamp,
) -> Result<CertificateGoodSoFar, CertificateFault> {
    if crypto::is_modelled() {
        return check_modelled(der, trust, now);
    }
    let (parsed, x509) = read(der)?;
    if trust.all().any(|ca| ca.der() == der) {
        return Err(CertificateFault::WrongPurpose);
    }
    let issuer = named_issuer(&parsed, trust)?;
    let path = trust.check_path(&x509, issuer, now);
    // Before anything in the certificate itself is trusted. A valid path includes the signature.
    if path.is_err() && !signed_by(&x509, issuer) {
        return Err(CertificateFault::Tampered);
    }
    if !trust.issues_authentication(issuer) || !is_for_authentication(&parsed, &x509)? {
        return Err(CertificateFault::WrongPurpose);
    }
    path.map_err(|fault| match fault {
        ChainFault::Expired => CertificateFault::Expired,
        ChainFault::NotYetValid => CertificateFault::NotYetValid,
        ChainFault::Purpose => CertificateFault::WrongPurpose,
        ChainFault::Signature => CertificateFault::Tampered,
        ChainFault::Untrusted => CertificateFault::Untrusted,
    })?;
    let key = PublicKey::of(x509.public_key().map_err(|_| CertificateFault::Unreadable)?);
    good_so_far(&parsed, der, issuer, key)
}

/// The same where cryptography is modelled: everything except signatures is checked, without OpenSSL.
fn check_modelled(der: &[u8], trust: &JpkiTrust, now: Timestamp) -> Result<CertificateGoodSoFar, CertificateFault> {
    let parsed = Certificate::from_der(der).map_err(|_| CertificateFault::Unreadable)?;
    let issuer = named_issuer(&parsed, trust)?;
    let tbs = &parsed.tbs_certificate;
    let message = tbs.to_der().map_err(|_| CertificateFault::Unreadable)?;
    if !keys::stands_for(parsed.signature.raw_bytes(), issuer.key_bits(), &message) {
        return Err(CertificateFault::Tampered);
    }
    if !trust.issues_authentication(issuer) || !has_policy(&parsed)? {
        return Err(CertificateFault::WrongPurpose);
    }
    let second = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
    let now = u64::try_from(now.as_second()).unwrap_or_default();
    if now < second(tbs.validity.not_before) {
        return Err(CertificateFault::NotYetValid);
    }
    if now > second(tbs.validity.not_after) {
        return Err(CertificateFault::Expired);
    }
    let key = PublicKey::in_der(tbs.subject_public_key_info.to_der().map_err(|_| CertificateFault::Unreadable)?);
    good_so_far(&parsed, der, issuer, key)
}

/// The trusted authority that a certificate names as its issuer, by key and by name.
fn named_issuer<'t>(parsed: &Certificate, trust: &'t JpkiTrust) -> Result<&'t CaCertificate, CertificateFault> {
    let tbs = &parsed.tbs_certificate;
    let named = tbs.get::<AuthorityKeyIdentifier>().map_err(|_| CertificateFault::Unreadable)?;
    let key_id = named.and_then(|(_, id)| id.key_identifier).ok_or(CertificateFault::Untrusted)?;
    let issuer = trust.issuer(key_id.as_bytes()).ok_or(CertificateFault::Untrusted)?;
    if tbs.issuer == *issuer.subject_name() { Ok(issuer) } else { Err(CertificateFault::Untrusted) }
}

fn good_so_far(
    parsed: &Certificate,
    der: &[u8],
    issuer: &CaCertificate,
    public_key: PublicKey,
) -> Result<CertificateGoodSoFar, CertificateFault> {
    let serial = serial_value(&parsed.tbs_certificate.serial_number).ok_or(CertificateFault::Unreadable)?;
    Ok(CertificateGoodSoFar {
        serial: CertificateSerial(serial),
        issuer: issuer.clone(),
        public_key,
        digest: Sha256::digest(der).into(),
        distribution_point: distribution_point(parsed)?,
    })
}

/// Whether a certificate has the policy of authentication certificates.
fn has_policy(parsed: &Certificate) -> Result<bool, CertificateFault> {
    let policies = parsed.tbs_certificate.get::<CertificatePolicies>().map_err(|_| CertificateFault::Unreadable)?;
    Ok(policies.is_some_and(|(_, p)| p.0.iter().any(|p| p.policy_identifier == AUTHENTICATION_POLICY)))
}

/// A public key that is parsed on first use: most checks do not need it.
#[derive(Clone)]
struct PublicKey {
    der: Vec<u8>,
    read: OnceCell<Option<PKey<Public>>>,
}

impl PublicKey {
    fn of(key: PKey<Public>) -> Self {
        PublicKey { der: Vec::new(), read: OnceCell::from(Some(key)) }
    }

    fn in_der(der: Vec<u8>) -> Self {
        PublicKey { der, read: OnceCell::new() }
    }

    fn get(&self) -> Option<&PKey<Public>> {
        self.read.get_or_init(|| PKey::public_key_from_der(&self.der).ok()).as_ref()
    }
}

/// Parses a certificate twice, strictly and with OpenSSL. Bytes that are not the unique DER encoding of the content are
/// rejected: two encodings of one certificate would have two digests.
fn read(der: &[u8]) -> Result<(Certificate, X509), CertificateFault> {
    if der.len() > MAX_CERTIFICATE {
        return Err(CertificateFault::Unreadable);
    }
    let parsed = Certificate::from_der(der).map_err(|_| CertificateFault::Unreadable)?;
    if parsed.to_der().ok().as_deref() != Some(der) {
        return Err(CertificateFault::Unreadable);
    }
    let x509 = X509::from_der(der).map_err(|_| {
        forget_errors();
        CertificateFault::Unreadable
    })?;
    Ok((parsed, x509))
}

/// clientAuth, digitalSignature without nonRepudiation, the policy of authentication certificates, not an authority.
fn is_for_authentication(parsed: &Certificate, x509: &X509Ref) -> Result<bool, CertificateFault> {
    let tbs = &parsed.tbs_certificate;
    let constraints = tbs.get::<BasicConstraints>().map_err(|_| CertificateFault::Unreadable)?;
    let usage = x509.key_usage().unwrap_or(X509KeyUsage::empty());
    let extended = x509.extended_key_usage().unwrap_or(X509ExtendedKeyUsage::empty());
    Ok(has_policy(parsed)?
        && !constraints.is_some_and(|(_, c)| c.ca)
        && usage.contains(X509KeyUsage::DIGITAL_SIGNATURE)
        && !usage.contains(X509KeyUsage::NON_REPUDIATION)
        && extended.contains(X509ExtendedKeyUsage::SSL_CLIENT))
}

fn distribution_point(parsed: &Certificate) -> Result<Option<DistributionPointName>, CertificateFault> {
    let points = parsed.tbs_certificate.get::<CrlDistributionPoints>().map_err(|_| CertificateFault::Unreadable)?;
    Ok(points.and_then(|(_, points)| points.0.into_iter().next()).and_then(|point| point.distribution_point))
}

#[cfg(test)]
mod tests;
