//! Where the parties of a run are reached: in a simulation at their hosts, on real TCP at addresses of this machine, and a system
//! under test at its own.

use super::error::BuildError;
use crate::env::HTTPS;
use crate::roles::ROLES;
use crate::roles::description::{Parties, RoleDescription};
use sim::net::Endpoint;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The first port of services that share a host.
const FIRST_SHARED_PORT: u16 = 10_000;

/// Gives the party of this name an address of this machine.
pub type Assign = Rc<dyn Fn(&str) -> std::io::Result<Endpoint>>;

/// Where parties are reached, and which roles are external systems under test.
#[derive(Clone, Default)]
pub struct Sites {
    under_test: BTreeMap<String, Endpoint>,
    assign: Option<Assign>,
}

impl std::fmt::Debug for Sites {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sites(under test: {:?})", self.under_test)
    }
}

impl Sites {
    /// A simulation without systems under test.
    pub fn simulated() -> Self {
        Sites::default()
    }

    /// Parties on real TCP.
    pub fn assigned(assign: Assign) -> Self {
        Sites { assign: Some(assign), ..Sites::default() }
    }

    /// Puts the role of this name under test.
    ///
    /// # Errors
    /// If there is no such role, or if no party connects to it.
    pub fn with(mut self, role: &str, at: Endpoint) -> Result<Self, BuildError> {
        let could_be = |r: &&&RoleDescription| r.listens && r.parties == Parties::One;
        if !ROLES.iter().filter(could_be).any(|r| r.name == role) {
            let known: Vec<&str> = ROLES.iter().filter(could_be).map(|r| r.name).collect();
            return Err(BuildError::UnknownRole { name: role.to_string(), known: known.join(", ") });
        }
        self.under_test.insert(role.to_string(), at);
        Ok(self)
    }

    /// Builds no party of the role of this name: if somebody is there, it is at this address.
    #[must_use]
    pub fn elsewhere(mut self, role: &str, at: Endpoint) -> Self {
        self.under_test.insert(role.to_string(), at);
        self
    }

    /// Whether the parties of a role are built here.
    pub fn builds(&self, role: &RoleDescription) -> bool {
        !self.under_test.contains_key(role.name)
    }

    /// The address of a party of a role that listens.
    ///
    /// # Errors
    /// If this machine has no address for it.
    pub(super) fn of(&self, role: &RoleDescription, name: &str, index: u64) -> Result<Endpoint, BuildError> {
        if let Some(at) = self.under_test.get(role.name) {
            return Ok(at.clone());
        }
        if let Some(assign) = &self.assign {
            return assign(name).map_err(|source| BuildError::Address { party: name.to_string(), source });
        }
        Ok(Endpoint::new(host_of(role, index).unwrap_or(role.name), port(role, index)))
    }
}

/// The port on which a party of a role listens at its host.
pub(super) fn port(role: &RoleDescription, index: u64) -> u16 {
    match role.parties {
        Parties::One => HTTPS,
        Parties::Many => FIRST_SHARED_PORT.saturating_add(u16::try_from(index).unwrap_or(u16::MAX)),
    }
}

/// The host on which party `index` of a role runs.
pub(super) fn host_of(role: &RoleDescription, index: u64) -> Option<&'static str> {
    let count = role.hosts.len() as u64;
    (count > 0).then(|| role.hosts[(index % count) as usize])
}
