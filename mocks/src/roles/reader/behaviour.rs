//! The decisions of a card reader that a dishonest one could make differently.

use super::ReaderError;
use crate::behaviour::RoleBehaviour;
use crate::roles::card::{Card, Pin};
use futures_util::future::LocalBoxFuture;
use sim::context::Party;
use std::cell::RefCell;
use std::rc::Rc;

/// The reader with a card on it.
pub struct AtCounter<'a> {
    pub card: Rc<RefCell<Card>>,
    pub reader: Rc<Party>,
    /// The card's holder, by the testbed's index. An honest reader does not use it.
    pub person: u64,
    /// The PIN that the person typed, if it was requested.
    pub pin: Option<&'a Pin>,
}

/// How a reader decides. The defaults are those of an honest one.
pub trait ReaderBehaviour {
    /// Called when the certificate has been read (③).
    ///
    /// # Errors
    /// The card did not answer correctly; the check ends.
    fn after_certificate<'a>(&'a self, _at: AtCounter<'a>) -> LocalBoxFuture<'a, Result<(), ReaderError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

struct Honest;

impl ReaderBehaviour for Honest {}

impl RoleBehaviour for dyn ReaderBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
