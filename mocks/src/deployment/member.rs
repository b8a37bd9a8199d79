//! A party of a deployment, as faults, reports and the end of a run access it.

use super::control::{Controlled, FaultControl};
use super::party::Party;
use crate::capacity::Station;
use crate::env::Env;
use crate::host::tls::TlsSetupError;
use crate::roles::description::RoleDescription;
use std::rc::Rc;

/// A party and its role.
#[derive(Clone)]
pub struct Member {
    pub role: &'static RoleDescription,
    pub(super) party: Rc<dyn Party>,
    /// Running number among the parties of its role.
    pub(super) index: u64,
}

impl Member {
    /// The party's name: unique in a run except for the zones of a card.
    pub fn name(&self) -> &str {
        self.env().name()
    }

    /// Clock, pace, disk and TLS of the party.
    pub fn env(&self) -> &Env {
        self.party.env()
    }

    /// The party's workers and their queue. `None` if its work needs no worker.
    pub fn station(&self) -> Option<&Rc<Station>> {
        self.env().station()
    }

    /// Applies a fault, or an event of the scenario, to the party's behaviour.
    pub fn control(&self, control: &FaultControl) -> Controlled {
        self.party.control(control)
    }

    /// Sets the party's clock wrong; see [`sim::context::Party::skew_clock`].
    pub fn skew_clock(&self, offset: i64, drift_ppm: i64, since_ns: u64) {
        self.env().identity().skew_clock(offset, drift_ppm, since_ns);
    }

    /// Makes the party use other CRLs for TLS certificates, in DER, if it serves over TLS.
    ///
    /// # Errors
    /// If OpenSSL rejects a list.
    pub fn consult_crls(&self, crls: &[&[u8]]) -> Result<(), TlsSetupError> {
        self.env().server_tls().map_or(Ok(()), |tls| tls.consult(crls))
    }
}
