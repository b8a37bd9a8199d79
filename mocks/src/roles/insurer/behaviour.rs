//! The decisions of an insurer that a dishonest one could take otherwise.

use crate::behaviour::RoleBehaviour;
use crate::env::Env;
use crate::host::http::Client;
use futures_util::future::LocalBoxFuture;
use jiff::civil::Date;
use sim::terms::identifiers::{InsurerNumber, MyNumber};
use std::rc::Rc;

/// An insurer that has nothing left to send.
#[derive(Clone, Copy)]
pub struct IdleInsurer<'a> {
    pub me: &'a InsurerNumber,
    /// The first of those whom it insures.
    pub somebody: Option<&'a MyNumber>,
    /// Through which day its feeds of this run are complete, or its answers now.
    pub complete_through: Date,
    pub broker: &'a Client,
    pub jpki: &'a Client,
    pub env: &'a Env,
}

/// How an insurer decides. The defaults are those of an honest one.
pub trait InsurerBehaviour {
    /// What goes along with a message to the broker, of a feed or in answer to a question: headers, with names in lower case, and
    /// values. `somebody` is the first of those whom it insures.
    fn extra_headers(&self, _somebody: Option<&MyNumber>) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Whether a caller is answered that is the broker or is not.
    fn answers(&self, is_broker: bool) -> bool {
        is_broker
    }

    /// Called when nothing is left to send: after each feed, or, where insurers are asked, once it is ready to answer.
    fn on_idle<'a>(&'a self, _insurer: IdleInsurer<'a>) -> LocalBoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

struct Honest;

impl InsurerBehaviour for Honest {}

impl RoleBehaviour for dyn InsurerBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
