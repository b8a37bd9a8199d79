//! The issuer of the run's TLS certificates: the dedicated network's authorities, their CRL, and a counter of serial numbers.
//! Serial numbers are assigned in the order in which certificates are requested.

use super::error::BuildError;
use crate::host::tls::{ClientTls, ServerTls, TlsSetupError, TlsTrust};
use crate::pki::crl::{CrlContent, Revocation};
use crate::pki::tls::{TlsClient, TlsPki};
use crate::pki::{PkiError, Validity};
use jiff::{SignedDuration, Timestamp};
use sim::seed::Seed;
use sim::terms::identifiers::{CertificateSerial, FacilityNumber};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

const FIRST_SERIAL: u64 = 1000;
/// The serial number of a facility's revoked certificate in the CRL.
const REVOKED_SERIAL: u64 = 900;
/// How long a CRL is valid, in days.
const CRL_DAYS: i64 = 8;
/// The serial number of the first facility that is opened during the run.
const FIRST_OPENED_SERIAL: u64 = FIRST_SERIAL + 1001;

/// The TLS authorities of a run.
pub struct TlsIssuer {
    seed: Seed,
    epoch: Timestamp,
    pki: TlsPki,
    crl: Vec<u8>,
    trust: TlsTrust,
    next_serial: Cell<u64>,
}

/// The TLS certificate that a facility presents on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FacilityCertificate {
    pub state: FacilityCertificateState,
    /// When it ends during the run, after its start.
    pub expires_after: Option<Duration>,
}

/// The state of a facility's TLS certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacilityCertificateState {
    Good,
    /// It presents none.
    Missing,
    /// It ended before the run.
    Expired,
    /// It is in the CRL.
    Revoked,
    /// Another authority issued it.
    Untrusted,
}

impl TlsIssuer {
    /// The authorities, created 1000 days before `epoch`, and yesterday's CRL. It is valid for eight days, and as many more as the
    /// run has midnights: no new one is handed out during the run.
    ///
    /// # Errors
    /// If a certificate cannot be made or OpenSSL rejects it.
    pub fn new(seed: &Seed, epoch: Timestamp, midnights: usize) -> Result<Self, BuildError> {
        Self::of(TlsPki::new(seed, before(epoch, 1000))?, seed, epoch, midnights)
    }

    /// The same with authorities that exist already.
    ///
    /// # Errors
    /// If a certificate cannot be made or OpenSSL rejects it.
    pub fn of(pki: TlsPki, seed: &Seed, epoch: Timestamp, midnights: usize) -> Result<Self, BuildError> {
        let crl = crl_made(&pki, epoch, 1, CRL_DAYS.saturating_add(i64::try_from(midnights).unwrap_or(i64::MAX)))?;
        let trust = TlsTrust::from_der(&[pki.root().der()], &[&crl])?;
        Ok(TlsIssuer { seed: *seed, epoch, pki, crl, trust, next_serial: Cell::new(FIRST_SERIAL) })
    }

    /// The CRL that all parties use, in DER.
    pub fn crl(&self) -> &[u8] {
        &self.crl
    }

    /// The CRL of a month ago, in DER: past its next update.
    ///
    /// # Errors
    /// If it cannot be signed.
    pub fn outdated_crl(&self) -> Result<Vec<u8>, PkiError> {
        crl_made(&self.pki, self.epoch, 30, CRL_DAYS)
    }

    /// The authorities.
    pub fn pki(&self) -> &TlsPki {
        &self.pki
    }

    /// What certificates are checked against.
    pub fn trust(&self) -> &TlsTrust {
        &self.trust
    }

    fn serial(&self) -> u64 {
        self.next_serial.replace(self.next_serial.get() + 1)
    }

    fn validity(&self) -> Validity {
        Validity::days(before(self.epoch, 30), 365)
    }

    /// For a party that serves as `host`. `unit` is an organisational unit in the subject of its certificate; an honest party's
    /// has none.
    ///
    /// # Errors
    /// If it cannot be issued or OpenSSL rejects it.
    pub fn server(&self, host: &str, unit: Option<&str>, resumes: bool) -> Result<Rc<ServerTls>, BuildError> {
        let (serial, validity) = (self.serial(), self.validity());
        let identity = match unit {
            Some(unit) => self.pki.issue_tls_server_of_unit(host, unit, serial, validity)?,
            None => self.pki.issue_tls_server(host, serial, validity)?,
        };
        let tls = if resumes { ServerTls::resuming(identity, &self.trust)? } else { ServerTls::new(identity, &self.trust)? };
        Ok(Rc::new(tls))
    }

    /// For a party that connects and is identified by its name.
    ///
    /// # Errors
    /// If it cannot be issued or OpenSSL rejects it.
    pub fn client(&self, name: &str) -> Result<Rc<ClientTls>, BuildError> {
        let client = TlsClient::Role { name: name.to_string() };
        let identity = self.pki.issue_tls_client(&client, self.serial(), self.validity())?;
        Ok(Rc::new(ClientTls::new(Some(&identity), &self.trust)?))
    }

    /// For a facility, which is identified by its number.
    ///
    /// # Errors
    /// If it cannot be issued or OpenSSL rejects it.
    pub fn facility(
        &self,
        number: &FacilityNumber,
        name: &str,
        certificate: FacilityCertificate,
    ) -> Result<Rc<ClientTls>, BuildError> {
        let client = TlsClient::Facility { number: number.clone(), name: name.to_string() };
        let (serial, mut validity) = (self.serial(), self.validity());
        if let Some(after) = certificate.expires_after {
            validity.not_after = later(self.epoch, after);
        }
        let identity = match certificate.state {
            FacilityCertificateState::Missing => None,
            FacilityCertificateState::Good => Some(self.pki.issue_tls_client(&client, serial, validity)?),
            FacilityCertificateState::Expired => {
                let validity = Validity::days(before(self.epoch, 366), 365);
                Some(self.pki.issue_tls_client(&client, serial, validity)?)
            }
            FacilityCertificateState::Revoked => Some(self.pki.issue_tls_client(&client, REVOKED_SERIAL, validity)?),
            FacilityCertificateState::Untrusted => {
                let elsewhere = Seed::new(self.seed.number("tls/untrusted"), "tls/untrusted");
                let other = TlsPki::new(&elsewhere, before(self.epoch, 1000))?;
                Some(other.issue_tls_client(&client, serial, validity)?)
            }
        };
        Ok(Rc::new(ClientTls::new(identity.as_ref(), &self.trust)?))
    }

    /// What all facilities that are opened during the run share, so that each costs little.
    ///
    /// # Errors
    /// If OpenSSL rejects the certificates.
    pub fn shared_client(&self) -> Result<ClientTls, TlsSetupError> {
        ClientTls::shared(self.pki.issuing().der(), &self.trust)
    }

    /// For facility `index`, which is opened during the run.
    ///
    /// # Errors
    /// If it cannot be issued or OpenSSL rejects it.
    pub fn opened_facility(
        &self,
        shared: &ClientTls,
        index: u64,
        number: &FacilityNumber,
        name: &str,
    ) -> Result<ClientTls, BuildError> {
        let client = TlsClient::Facility { number: number.clone(), name: name.to_string() };
        Ok(shared.of(&self.pki.issue_tls_client(&client, FIRST_OPENED_SERIAL + index, self.validity())?)?)
    }
}

/// The CRL that was issued `days_ago` days ago and is valid for so many days.
fn crl_made(pki: &TlsPki, epoch: Timestamp, days_ago: i64, valid_days: i64) -> Result<Vec<u8>, PkiError> {
    pki.crl(&CrlContent {
        number: 1,
        this_update: before(epoch, days_ago),
        next_update: before(epoch, days_ago - valid_days),
        revoked: vec![Revocation { serial: CertificateSerial(REVOKED_SERIAL), at: before(epoch, 2), reason: None }],
    })
}

fn before(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.saturating_add(by).ok()).unwrap_or(at)
}
