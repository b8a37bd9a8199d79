//! What a deployment asks of roles and their parties.

use super::builder::Builder;
use super::control::{Controlled, FaultControl};
use super::error::BuildError;
use crate::env::Env;
use crate::roles::description::RoleDescription;
use futures_util::future::LocalBoxFuture;
use std::io;
use std::rc::Rc;

/// Something that a party does, in a task of its own. Serving for ever is one; if it ends with an error, the party's log says why.
pub type Activity = LocalBoxFuture<'static, io::Result<()>>;

/// One item of a party's in-memory state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateItem {
    /// The register that holds it, as the journal names it.
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

/// A role: what its parties have in common, and how they are built. One a folder, and one line in [`crate::roles::ROLES`].
pub trait Role: Sync {
    fn description(&self) -> &'static RoleDescription;

    /// Builds all parties of the role that the plan names: one broker, many insurers, many facilities.
    ///
    /// # Errors
    /// If a certificate cannot be issued or OpenSSL does not take it.
    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError>;

    /// Whether its hosts start when all others have. It does where people come from outside: the servers listen by then.
    fn starts_last(&self) -> bool {
        false
    }
}

/// One party of a run, for as long as the run lasts: also while its host is down.
pub trait Party {
    /// What it has of the world. Its disk, clock, pace, queue and TLS are found there.
    fn env(&self) -> &Env;

    /// What it does from now on. Called when its host starts, and again after every restart. None of what only is, such as a card.
    fn start(self: Rc<Self>) -> Vec<Activity>;

    /// What it holds in memory now, beside what is on its disk.
    fn state(&self) -> Vec<StateItem> {
        Vec::new()
    }

    /// Has a fault, or an event of the scenario, change how it behaves.
    fn control(&self, _: &FaultControl) -> Controlled {
        Controlled::Unknown
    }
}
