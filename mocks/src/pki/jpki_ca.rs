//! 公的個人認証サービス（地方公共団体情報システム機構）: the whole hierarchy, from a seed.

use super::PkiError;
use super::authority::{Authority, AuthoritySpec, CaCertificate};
use super::crl::{self, CrlContent};
use super::keys::{KeyDomain, ec_key, rsa_key};
use super::names::Dn;
use super::ocsp::{Responder, ResponderSpec, Schedule};
use super::path::JpkiTrust;
use super::profile::{self, CertificateRequest, HolderAttributes, Municipality, ORGANISATION, Purpose};
use super::times::Validity;
use jiff::Timestamp;
use openssl::pkey::{HasPublic, PKey, PKeyRef, Private};
use sim::seed::Seed;

/// How long authorities and the responder are valid, in days: ten years, as the JPKI's (facts, section 3.3).
const AUTHORITY_DAYS: i64 = 3652;
/// Keys of one hierarchy: root, authentication, signature, responder.
const KEYS: u64 = 4;
/// The most generations of the genuine hierarchy; foreign ones use the keys after these.
const MAX_GENERATIONS: u64 = 256;

/// The key of the OCSP responder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponderKey {
    /// As all keys of the JPKI are today (facts, section 3.3).
    #[default]
    Rsa2048,
    /// A what-if assumption: a signature takes a twentieth of the time.
    P256,
}

/// A root, an issuing authority for each of the two certificates, and the OCSP responder of the first. Serial numbers of
/// cards begin at [`JpkiPki::FIRST_CARD_SERIAL`]; smaller ones are the hierarchy's own.
pub struct JpkiPki {
    root: Authority,
    authentication: Authority,
    signature: Authority,
    responder: Responder,
}

impl JpkiPki {
    /// The smallest serial number that a card's certificate should have, so that it is never the responder's.
    pub const FIRST_CARD_SERIAL: u64 = 0x1_0000;

    /// The hierarchy, valid for ten years from `created`.
    pub fn new(seed: &Seed, created: Timestamp) -> Result<Self, PkiError> {
        Self::generation(seed, created, 0)
    }

    /// Like [`JpkiPki::new`], with this key for the responder.
    pub fn with_responder(seed: &Seed, created: Timestamp, key: ResponderKey) -> Result<Self, PkiError> {
        Self::with_keys(seed, created, 0, key)
    }

    /// A later generation: the same names, other keys and serial numbers. A relying party trusts several at once
    /// ([`JpkiTrust::and`]) and distinguishes them by key identifier. There are 256.
    pub fn generation(seed: &Seed, created: Timestamp, generation: u8) -> Result<Self, PkiError> {
        Self::with_keys(seed, created, u64::from(generation), ResponderKey::default())
    }

    /// A hierarchy with the same names that nobody trusts: for certificates "from another authority".
    pub fn foreign(seed: &Seed, created: Timestamp) -> Result<Self, PkiError> {
        Self::with_keys(seed, created, MAX_GENERATIONS, ResponderKey::default())
    }

    fn with_keys(seed: &Seed, created: Timestamp, hierarchy: u64, responder: ResponderKey) -> Result<Self, PkiError> {
        let validity = Validity::days(created, AUTHORITY_DAYS);
        let key =
            |number: u64| -> Result<PKey<Private>, PkiError> { rsa_key(seed, KeyDomain::Authority, hierarchy * KEYS + number) };
        let serial = |number: u64| hierarchy * KEYS + number + 1;
        let root_spec = AuthoritySpec {
            name: Dn::japan().organisation(ORGANISATION).unit("JPKI root"),
            alternative_name: None,
            serial: serial(0),
            validity,
            path_length: Some(1),
        };
        let issuing_spec = |purpose: Purpose, number: u64| AuthoritySpec {
            name: purpose.authority_name(),
            alternative_name: Some(purpose.japanese_name()),
            serial: serial(number),
            validity,
            path_length: Some(0),
        };
        let root = Authority::root(&root_spec, key(0)?)?;
        let authentication = root.subordinate(&issuing_spec(Purpose::Authentication, 1), key(1)?, &root_spec.name)?;
        let signature = root.subordinate(&issuing_spec(Purpose::Signature, 2), key(2)?, &root_spec.name)?;
        let responder_spec = ResponderSpec {
            name: Dn::japan().organisation(ORGANISATION).unit("JPKI for user authentication").common("OCSP responder"),
            serial: serial(3),
            validity,
        };
        let responder_key = match responder {
            ResponderKey::Rsa2048 => key(3)?,
            ResponderKey::P256 => ec_key(seed, &format!("jpki/responder/{hierarchy}"))?,
        };
        let responder = Responder::delegated(&authentication, &responder_spec, responder_key, Schedule::JPKI)?;
        Ok(JpkiPki { root, authentication, signature, responder })
    }

    pub fn root(&self) -> &CaCertificate {
        self.root.certificate()
    }

    /// The issuing authority of one kind of certificate.
    pub fn issuing(&self, purpose: Purpose) -> &CaCertificate {
        self.authority(purpose).certificate()
    }

    /// The issuing authority with its key: for certificates outside the profile.
    pub fn authority(&self, purpose: Purpose) -> &Authority {
        match purpose {
            Purpose::Authentication => &self.authentication,
            Purpose::Signature => &self.signature,
        }
    }

    /// Answers about authentication certificates. Signature certificates have only CRLs.
    pub fn responder(&self) -> &Responder {
        &self.responder
    }

    /// What a relying party trusts if it trusts this hierarchy.
    pub fn trust(&self) -> JpkiTrust {
        JpkiTrust::new(self.root(), self.authentication.certificate(), self.signature.certificate())
    }

    /// 利用者証明用電子証明書 for a card's key.
    pub fn issue_authentication<T: HasPublic>(
        &self,
        request: &CertificateRequest,
        key: &PKeyRef<T>,
    ) -> Result<Vec<u8>, PkiError> {
        profile::authentication_certificate(&self.authentication, request, key)
    }

    /// 署名用電子証明書 for a card's key.
    pub fn issue_signature<T: HasPublic>(
        &self,
        request: &CertificateRequest,
        holder: &HolderAttributes,
        key: &PKeyRef<T>,
    ) -> Result<Vec<u8>, PkiError> {
        profile::signature_certificate(&self.signature, request, holder, key)
    }

    /// A CRL: for one municipality, or for everything that the authority issued.
    pub fn crl(&self, purpose: Purpose, municipality: Option<&Municipality>, content: &CrlContent) -> Result<Vec<u8>, PkiError> {
        let point = municipality.map(|m| m.distribution_point(purpose));
        crl::issue(self.authority(purpose), point.as_ref(), content)
    }
}
