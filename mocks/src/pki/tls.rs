//! The certificates of レセプト請求の専用回線, the dedicated network: a root and an issuing authority, both P-256, server
//! certificates for the parties that listen and client certificates for the parties that connect.

use super::PkiError;
use super::authority::{self, Authority, AuthoritySpec, CaCertificate};
use super::crl::{self, CrlContent};
use super::extensions;
use super::keys::{SubjectKey, ec_key};
use super::names::Dn;
use super::times::Validity;
use jiff::Timestamp;
use openssl::pkey::{PKey, Private};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyUsagePurpose, SanType};
use sim::seed::Seed;
use sim::terms::identifiers::FacilityNumber;

const ORGANISATION: &str = "SHIKAKU-MOCK";
/// How long both authorities are valid, in days: ten years.
const AUTHORITY_DAYS: i64 = 3652;

/// A client on the dedicated network.
#[derive(Clone, Debug)]
pub enum TlsClient {
    /// 保険医療機関・薬局: CN is its number, O its name.
    Facility { number: FacilityNumber, name: String },
    /// Any other party: CN is the name of its role, such as `broker`.
    Role { name: String },
}

impl TlsClient {
    fn subject(&self) -> Dn {
        match self {
            TlsClient::Facility { number, name } => Dn::japan().organisation(name).common(number.reveal()),
            TlsClient::Role { name } => Dn::japan().organisation(ORGANISATION).common(name),
        }
    }

    fn key_name(&self) -> String {
        match self {
            TlsClient::Facility { number, .. } => format!("tls/facility/{}", number.reveal()),
            TlsClient::Role { name } => format!("tls/role/{name}"),
        }
    }
}

/// A TLS certificate with its key and the certificate that must be sent with it to reach the root.
#[derive(Clone)]
pub struct TlsIdentity {
    /// DER of the certificate.
    pub certificate: Vec<u8>,
    /// DER of the issuing authority's certificate.
    pub issuing: Vec<u8>,
    pub key: PKey<Private>,
}

/// The dedicated network's authorities.
pub struct TlsPki {
    seed: Seed,
    root: Authority,
    issuing: Authority,
    /// Whether servers are also reached as `localhost` and at loopback addresses.
    on_loopback: bool,
}

impl TlsPki {
    /// The network's authorities, valid for ten years from `created`.
    pub fn new(seed: &Seed, created: Timestamp) -> Result<Self, PkiError> {
        let validity = Validity::days(created, AUTHORITY_DAYS);
        let name = |common: &str| Dn::japan().organisation(ORGANISATION).common(common);
        let spec = |common: &str, serial, path_length| AuthoritySpec {
            name: name(common),
            alternative_name: None,
            serial,
            validity,
            path_length: Some(path_length),
        };
        let root_spec = spec("Dedicated network root authority", 1, 1);
        let root = Authority::root(&root_spec, ec_key(seed, "tls/authority/root")?)?;
        let issuing_spec = spec("Dedicated network issuing authority", 2, 0);
        let issuing = root.subordinate(&issuing_spec, ec_key(seed, "tls/authority/issuing")?, &root_spec.name)?;
        Ok(TlsPki { seed: *seed, root, issuing, on_loopback: false })
    }

    /// The same for servers that are also reached as `localhost` and at the loopback addresses: on one machine.
    #[must_use]
    pub fn on_loopback(mut self) -> Self {
        self.on_loopback = true;
        self
    }

    /// The trust anchor of every party on the network.
    pub fn root(&self) -> &CaCertificate {
        self.root.certificate()
    }

    pub fn issuing(&self) -> &CaCertificate {
        self.issuing.certificate()
    }

    /// A certificate for a party that listens as `host`, a DNS name.
    pub fn issue_tls_server(&self, host: &str, serial: u64, validity: Validity) -> Result<TlsIdentity, PkiError> {
        self.issue_server(Dn::japan().organisation(ORGANISATION).common(host), host, serial, validity)
    }

    /// Like [`TlsPki::issue_tls_server`], with an organisational unit in its subject.
    pub fn issue_tls_server_of_unit(
        &self,
        host: &str,
        unit: &str,
        serial: u64,
        validity: Validity,
    ) -> Result<TlsIdentity, PkiError> {
        self.issue_server(Dn::japan().organisation(ORGANISATION).unit(unit).common(host), host, serial, validity)
    }

    fn issue_server(&self, subject: Dn, host: &str, serial: u64, validity: Validity) -> Result<TlsIdentity, PkiError> {
        let mut params = authority::params(&subject, serial, validity)?;
        params.subject_alt_names = vec![SanType::DnsName(host.try_into()?)];
        if self.on_loopback {
            params.subject_alt_names.push(SanType::DnsName("localhost".try_into()?));
            let loopback: [std::net::IpAddr; 2] = [std::net::Ipv4Addr::LOCALHOST.into(), std::net::Ipv6Addr::LOCALHOST.into()];
            params.subject_alt_names.extend(loopback.map(SanType::IpAddress));
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params, &format!("tls/server/{host}"))
    }

    /// A certificate for a party that connects.
    pub fn issue_tls_client(&self, client: &TlsClient, serial: u64, validity: Validity) -> Result<TlsIdentity, PkiError> {
        let mut params = authority::params(&client.subject(), serial, validity)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params, &client.key_name())
    }

    fn issue(&self, mut params: CertificateParams, key_name: &str) -> Result<TlsIdentity, PkiError> {
        let key = ec_key(&self.seed, key_name)?;
        let subject = SubjectKey::new(&key)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.custom_extensions = vec![self.issuing().authority_key_id()?, extensions::subject_key_id(&subject.key_id())?];
        let certificate = self.issuing.issue(&params, &subject)?;
        Ok(TlsIdentity { certificate, issuing: self.issuing().der().to_vec(), key })
    }

    /// The network's CRL: one for everything that the issuing authority issued.
    pub fn crl(&self, content: &CrlContent) -> Result<Vec<u8>, PkiError> {
        crl::issue(&self.issuing, None, content)
    }
}
