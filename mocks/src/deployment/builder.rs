//! What roles use to build their parties.

use super::error::BuildError;
use super::plan::Plan;
use super::sites::{Sites, host_of, port};
use crate::capacity::ServerCapacity;
use crate::env::{Credentials, Env, EnvParts};
use crate::roles::description::{Parties, RoleDescription};
use sim::context::Party;
use sim::net::{AddressBook, Network};
use std::rc::Rc;

/// The plan, and the network of the parties.
pub struct Builder<'a> {
    pub plan: &'a Plan,
    pub(super) network: &'a Rc<dyn Network>,
    pub(super) addresses: &'a AddressBook,
    pub(super) sites: &'a Sites,
}

/// Which TLS certificates a party gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Certificates<'a> {
    /// Whether it serves over TLS, and whether it connects as a client that is identified by its name.
    pub server: bool,
    pub client: bool,
    /// An organisational unit in the subject of its server certificate; an honest party's has none.
    pub unit: Option<&'a str>,
}

impl Builder<'_> {
    /// The environment of the only party of a role.
    ///
    /// # Errors
    /// If a certificate cannot be issued or OpenSSL rejects it.
    pub fn env(&self, role: &RoleDescription, certificates: Certificates<'_>) -> Result<Env, BuildError> {
        self.env_of(role, 0, role.name, certificates)
    }

    /// The environment of one of a role's parties, with this name.
    ///
    /// # Errors
    /// If a certificate cannot be issued or OpenSSL rejects it.
    pub fn env_of(
        &self,
        role: &RoleDescription,
        index: u64,
        name: &str,
        certificates: Certificates<'_>,
    ) -> Result<Env, BuildError> {
        let resumes = self.capacity(role).is_some_and(|c| c.resumes);
        let server = certificates.server.then(|| self.plan.tls.server(name, certificates.unit, resumes)).transpose()?;
        let client = certificates.client.then(|| self.plan.tls.client(name)).transpose()?;
        self.env_with(role, index, name, Credentials { server, client })
    }

    /// Like [`Builder::env_of`], with TLS certificates that the role has issued itself.
    ///
    /// # Errors
    /// If there is no address for the party.
    pub fn env_with(&self, role: &RoleDescription, index: u64, name: &str, credentials: Credentials) -> Result<Env, BuildError> {
        let serves = credentials.server.is_some();
        if let (true, Parties::Many, Some(_)) = (role.listens && serves, role.parties, host_of(role, index)) {
            self.addresses.add_elsewhere(name, role.zone, self.sites.of(role, name, index)?);
        }
        let plan = self.plan;
        Ok(Env::new(EnvParts {
            identity: Party::new(&plan.seed, name, role.zone),
            seed: plan.seed,
            network: self.network.clone(),
            port: port(role, index),
            capacity: self.capacity(role).filter(|_| serves),
            credentials,
            design: plan.design.clone(),
            behaviours: plan.behaviours.clone(),
        }))
    }

    /// The capacity of a party of a role: as planned, or else as described.
    fn capacity(&self, role: &RoleDescription) -> Option<ServerCapacity> {
        self.plan.capacity.servers.get(role.name).cloned().or_else(|| role.is_timed().then(|| ServerCapacity::of(role.timed)))
    }

    /// The most records that a party of a role keeps, if bounded.
    pub fn kept_records(&self, role: &RoleDescription) -> Option<usize> {
        self.plan.capacity.kept_records.get(role.name).copied()
    }
}
