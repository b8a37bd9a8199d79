//! The certificates and keys of a kit, in PEM.

use super::error::KitError;
use crate::site::SiteFile;
use jiff::{SignedDuration, Timestamp};
use mocks::deployment::tls::TlsIssuer;
use mocks::pki::Validity;
use mocks::pki::authority::CaCertificate;
use mocks::pki::jpki_ca::JpkiPki;
use mocks::pki::keys::{KeyDomain, rsa_key};
use mocks::pki::profile::Purpose;
use mocks::pki::tls::{TlsClient, TlsIdentity, TlsPki};
use openssl::pkey::{PKey, Private};
use openssl::x509::{X509, X509Crl};
use sim::seed::Seed;
use sim::terms::identifiers::FacilityNumber;
use std::cell::Cell;

/// Serial numbers from here on; those of the parties of a run begin at 1000.
const FIRST_SERIAL: u64 = 100;
/// How long before now the certificates were issued, and how long they are valid, in days.
const ISSUED_DAYS: i64 = 30;
const VALID_DAYS: i64 = 365;

/// A certificate with the one that issued it, and its key.
pub struct Identity {
    pub chain: String,
    pub key: String,
}

/// The authorities of a site.
pub struct Credentials {
    seed: Seed,
    tls: TlsIssuer,
    jpki: JpkiPki,
    validity: Validity,
    next_serial: Cell<u64>,
}

fn pem(der: &[u8]) -> Result<String, KitError> {
    Ok(text(X509::from_der(der)?.to_pem()?))
}

fn text(pem: Vec<u8>) -> String {
    String::from_utf8_lossy(&pem).into_owned()
}

fn key_pem(key: &PKey<Private>) -> Result<String, KitError> {
    Ok(text(key.private_key_to_pem_pkcs8()?))
}

fn identity(of: &TlsIdentity) -> Result<Identity, KitError> {
    Ok(Identity { chain: pem(&of.certificate)? + &pem(&of.issuing)?, key: key_pem(&of.key)? })
}

impl Credentials {
    /// The authorities of a site, and its revocation list as of now.
    pub fn of(site: &SiteFile, now: Timestamp) -> Result<Credentials, KitError> {
        let authorities = site.site().map_err(KitError::Site)?.authorities();
        let pki = TlsPki::new(&authorities.seed, authorities.created)?.on_loopback();
        let tls = TlsIssuer::of(pki, &authorities.seed, now, 0)?;
        let jpki = JpkiPki::new(&authorities.seed, authorities.created)?;
        let issued = now.saturating_sub(SignedDuration::from_hours(24 * ISSUED_DAYS)).unwrap_or(now);
        let validity = Validity::days(issued, VALID_DAYS);
        Ok(Credentials { seed: authorities.seed, tls, jpki, validity, next_serial: Cell::new(FIRST_SERIAL) })
    }

    fn serial(&self) -> u64 {
        self.next_serial.replace(self.next_serial.get() + 1)
    }

    pub fn tls_root_der(&self) -> &[u8] {
        self.tls.pki().root().der()
    }

    pub fn tls_root(&self) -> Result<String, KitError> {
        pem(self.tls.pki().root().der())
    }

    pub fn tls_issuing(&self) -> Result<String, KitError> {
        pem(self.tls.pki().issuing().der())
    }

    pub fn tls_crl(&self) -> Result<String, KitError> {
        Ok(text(X509Crl::from_der(self.tls.crl())?.to_pem()?))
    }

    pub fn tls_crl_der(&self) -> &[u8] {
        self.tls.crl()
    }

    /// The authority that issued the cards' certificates.
    pub fn card_issuer(&self) -> &CaCertificate {
        self.jpki.issuing(Purpose::Authentication)
    }

    /// The certificates of JPKI's authorities and of its OCSP responder, by name.
    pub fn jpki(&self) -> Result<[(&'static str, String); 3], KitError> {
        Ok([
            ("jpki-root", pem(self.jpki.root().der())?),
            ("jpki-authentication", pem(self.jpki.issuing(Purpose::Authentication).der())?),
            ("jpki-signature", pem(self.jpki.issuing(Purpose::Signature).der())?),
        ])
    }

    /// What only a JPKI under test needs: the responder's certificate and the keys of the hierarchy, by the name of the file. They
    /// are worthless as secrets: their primes are published.
    pub fn jpki_keys(&self) -> Result<Vec<(&'static str, String)>, KitError> {
        let key = |number| -> Result<String, KitError> { key_pem(&rsa_key(&self.seed, KeyDomain::Authority, number)?) };
        Ok(vec![
            ("ocsp-responder.pem", pem(self.jpki.responder().certificate_der())?),
            ("ocsp-responder.key", key(3)?),
            ("authentication-ca.key", key(1)?),
        ])
    }

    /// For a server that is reached under the name of its role, as `localhost`, or at a loopback address.
    pub fn server(&self, role: &str) -> Result<Identity, KitError> {
        identity(&self.tls.pki().issue_tls_server(role, self.serial(), self.validity)?)
    }

    pub fn client(&self, name: &str) -> Result<Identity, KitError> {
        identity(&self.client_identity(name)?)
    }

    /// The same, as OpenSSL takes it.
    pub fn client_identity(&self, name: &str) -> Result<TlsIdentity, KitError> {
        let client = TlsClient::Role { name: name.to_string() };
        Ok(self.tls.pki().issue_tls_client(&client, self.serial(), self.validity)?)
    }

    pub fn facility(&self, number: &FacilityNumber) -> Result<Identity, KitError> {
        identity(&self.facility_identity(number)?)
    }

    /// The same, as OpenSSL takes it.
    pub fn facility_identity(&self, number: &FacilityNumber) -> Result<TlsIdentity, KitError> {
        let client = TlsClient::Facility { number: number.clone(), name: "SHIKAKU-KIT".to_string() };
        Ok(self.tls.pki().issue_tls_client(&client, self.serial(), self.validity)?)
    }
}
