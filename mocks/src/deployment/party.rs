//! What a deployment requires of roles and their parties.

use super::builder::Builder;
use super::control::{Controlled, FaultControl};
use super::error::BuildError;
use crate::env::Env;
use crate::roles::description::RoleDescription;
use futures_util::future::LocalBoxFuture;
use std::io;
use std::rc::Rc;

/// An activity of a party, in its own task, such as serving forever. If it ends with an error, the party's log has the reason.
pub type Activity = LocalBoxFuture<'static, io::Result<()>>;

/// One item of a party's in-memory state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateItem {
    /// The name of its register in the journal.
    pub store: String,
    pub content: Vec<u8>,
}

impl StateItem {
    /// An item of a register.
    pub fn new(store: &str, content: Vec<u8>) -> Self {
        StateItem { store: store.to_string(), content }
    }

    /// An item that is one line of JSON.
    pub fn json(store: &str, content: &serde_json::Value) -> Self {
        StateItem::new(store, content.to_string().into_bytes())
    }
}

/// A role: what its parties have in common, and how they are built. Each role is one folder, and one line in
/// [`crate::roles::ROLES`].
pub trait Role: Sync {
    fn description(&self) -> &'static RoleDescription;

    /// Builds all parties of the role that the plan names: one broker, many insurers, many facilities.
    ///
    /// # Errors
    /// If a certificate cannot be issued or OpenSSL rejects it.
    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError>;

    /// Whether its hosts start after all others. True where people come from outside, so that the servers are listening.
    fn starts_last(&self) -> bool {
        false
    }
}

/// One party of a run. It exists for the whole run, also while its host is down.
pub trait Party {
    /// Its access to the world: disk, clock, pace, queue and TLS.
    fn env(&self) -> &Env;

    /// Its activities from now on. Called when its host starts, and again after every restart. Empty for a passive party, such as
    /// a card.
    fn start(self: Rc<Self>) -> Vec<Activity>;

    /// Its current state in memory, in addition to its disk.
    fn state(&self) -> Vec<StateItem> {
        Vec::new()
    }

    /// Applies a fault, or an event of the scenario, to its behaviour.
    fn control(&self, _: &FaultControl) -> Controlled {
        Controlled::Unknown
    }
}
