//! The two certificates of a 個人番号カード after the JPKI's profile: 利用者証明用 (user authentication) and 署名用 (digital
//! signature).
//!
//! Object identifiers are under 1.3.6.1.4.1.32473, the enterprise number that RFC 5612 reserves for documentation: nobody can
//! own it, so no relying party accepts a mock certificate by its policy. The last arcs repeat those of the JPKI's test
//! hierarchy. (An arc under 2.25 would need a 128-bit number, which X.509 libraries, x509-cert among them, cannot parse.)

use super::PkiError;
use super::authority::{self, Authority};
use super::extensions;
use super::keys::SubjectKey;
use super::names::Dn;
use super::times::Validity;
use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use openssl::pkey::{HasPublic, PKeyRef};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyUsagePurpose, SanType};

/// Policy of authentication certificates (the JPKI's own end in 8.5.1.3.30, its test hierarchy's in 8.5.1.0.30).
pub const AUTHENTICATION_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.8.5.1.0.30");
/// Policy of signature certificates (the JPKI's test hierarchy: 8.5.1.0.20).
pub const SIGNATURE_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.8.5.1.0.20");
/// Arc of the otherNames in a signature certificate; .1 name, .3 sex, .4 birth, .5 address.
const ATTRIBUTE_ARC: [u64; 10] = [1, 3, 6, 1, 4, 1, 32473, 8, 5, 5];
/// Where the practice statement would be. `.invalid` never resolves (RFC 6761).
pub const CPS_URL: &str = "http://www.jpki-mock.invalid/cps.html";
/// Where the OCSP responder would be.
pub const OCSP_URL: &str = "http://ocspauthnorm.jpki-mock.invalid";
/// O of every name in this hierarchy. The real ones are JPKI and JPKI-TEST; the mock uses neither.
pub const ORGANISATION: &str = "JPKI-MOCK";

/// Which of the two hierarchies a certificate belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// 利用者証明用.
    Authentication,
    /// 署名用.
    Signature,
}

impl Purpose {
    fn unit(self) -> &'static str {
        match self {
            Purpose::Authentication => "JPKI for user authentication",
            Purpose::Signature => "JPKI for digital signature",
        }
    }

    /// The issuing authority's name. All of its generations have the same name.
    pub fn authority_name(self) -> Dn {
        Dn::japan().organisation(ORGANISATION).unit(self.unit()).unit("Japan Agency for Local Authority Information Systems")
    }

    /// The issuing authority's name in Japanese, for subjectAltName and issuerAltName.
    pub fn japanese_name(self) -> Dn {
        let unit = match self {
            Purpose::Authentication => "公的個人認証サービス利用者証明用",
            Purpose::Signature => "公的個人認証サービス署名用",
        };
        Dn::japan().organisation("公的個人認証サービス（模擬）").unit(unit).unit("地方公共団体情報システム機構")
    }
}

/// 市町村, in Latin letters as in the CRL distribution points. Each has its own CRL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Municipality {
    /// `Tokyo-to`.
    pub prefecture: String,
    /// `Kiyose-shi`.
    pub name: String,
}

impl Municipality {
    pub fn new(prefecture: &str, name: &str) -> Self {
        Municipality { prefecture: prefecture.to_string(), name: name.to_string() }
    }

    /// The directory name of the municipality's CRL.
    pub fn distribution_point(&self, purpose: Purpose) -> Dn {
        Dn::japan()
            .organisation(ORGANISATION)
            .unit(purpose.unit())
            .unit("CRL Distribution Points")
            .unit(&self.prefecture)
            .common(&format!("{} CRLDP", self.name))
    }
}

/// The content of a card's certificate. No `Debug`: it identifies a person.
#[derive(Clone)]
pub struct CertificateRequest {
    /// 発行番号: a running number of the authority.
    pub serial: u64,
    /// CN of the subject: 23 characters in an authentication certificate, 28 in a signature certificate, with the
    /// municipality's code and no attribute of the person.
    pub subject_cn: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    pub municipality: Municipality,
}

/// 基本4情報. The four attributes that a signature certificate contains, and an authentication certificate does not. No
/// `Debug`: they are personal data.
#[derive(Clone)]
pub struct HolderAttributes {
    pub name: String,
    /// 1 male, 2 female, as in the certificate.
    pub sex: String,
    /// Era digit (3 昭和, 4 平成, 5 令和) and YYYYMMDD.
    pub birth: String,
    pub address: String,
}

/// 利用者証明用電子証明書: proves that the holder of a key is the holder of this certificate, and discloses nothing about the
/// person.
pub fn authentication_certificate<T: HasPublic>(
    authority: &Authority,
    request: &CertificateRequest,
    key: &PKeyRef<T>,
) -> Result<Vec<u8>, PkiError> {
    let key = SubjectKey::new(key)?;
    let subject = Dn::japan().common(&request.subject_cn);
    let mut params = card_params(authority, request, &subject, &key, Purpose::Authentication)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.custom_extensions.push(extensions::ocsp_location(OCSP_URL)?);
    authority.issue(&params, &key)
}

/// 署名用電子証明書: identifies its holder, for signing documents. The eligibility check never uses it.
pub fn signature_certificate<T: HasPublic>(
    authority: &Authority,
    request: &CertificateRequest,
    holder: &HolderAttributes,
    key: &PKeyRef<T>,
) -> Result<Vec<u8>, PkiError> {
    let key = SubjectKey::new(key)?;
    let municipality = &request.municipality;
    let subject = Dn::japan().locality(&municipality.prefecture).locality(&municipality.name).common(&request.subject_cn);
    let mut params = card_params(authority, request, &subject, &key, Purpose::Signature)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    let attributes = [(1, &holder.name), (3, &holder.sex), (4, &holder.birth), (5, &holder.address)];
    params.subject_alt_names = attributes
        .into_iter()
        .map(|(last, value)| {
            let oid = ATTRIBUTE_ARC.into_iter().chain([last]).collect();
            SanType::OtherName((oid, value.as_str().into()))
        })
        .collect();
    authority.issue(&params, &key)
}

/// The parameters that both certificates have in common.
fn card_params(
    authority: &Authority,
    request: &CertificateRequest,
    subject: &Dn,
    key: &SubjectKey,
    purpose: Purpose,
) -> Result<CertificateParams, PkiError> {
    let policy = match purpose {
        Purpose::Authentication => AUTHENTICATION_POLICY,
        Purpose::Signature => SIGNATURE_POLICY,
    };
    let validity = Validity::new(request.not_before, request.not_after);
    let mut params = authority::params(subject, request.serial, validity)?;
    params.custom_extensions = vec![
        extensions::policy(true, policy, Some(CPS_URL))?,
        extensions::issuer_alternative_name(&purpose.japanese_name())?,
        extensions::crl_distribution_point(&request.municipality.distribution_point(purpose))?,
        authority.certificate().authority_key_id()?,
        extensions::subject_key_id(&key.key_id())?,
    ];
    Ok(params)
}
