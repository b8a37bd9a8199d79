//! The decisions of an insurer that a dishonest one could make differently.

use crate::behaviour::RoleBehaviour;
use crate::env::Env;
use crate::host::http::Client;
use futures_util::future::LocalBoxFuture;
use jiff::civil::Date;
use sim::terms::identifiers::{InstitutionCode, InsurerNumber, MyNumber};
use std::rc::Rc;

/// An insurer that has nothing to send now.
#[derive(Clone, Copy)]
pub struct IdleInsurer<'a> {
    pub me: &'a InsurerNumber,
    /// The first person it insures.
    pub first_insured: Option<&'a MyNumber>,
    /// The day through which its feeds of this run, or its answers now, are complete.
    pub complete_through: Date,
    pub broker: &'a Client,
    pub jpki: &'a Client,
    pub env: &'a Env,
}

/// How an insurer decides. The defaults are those of an honest one.
pub trait InsurerBehaviour {
    /// Additional headers of a message to the broker, of a feed or in answer to a question: names in lower case, and values.
    /// `first_insured` is the first person it insures.
    fn extra_headers(&self, _somebody: Option<&MyNumber>) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Whether a caller is answered; `is_broker` states whether it is the broker.
    fn answers(&self, is_broker: bool) -> bool {
        is_broker
    }

    /// The code under which a person's coverages are fed; `code` is what the number authority has answered with.
    fn code_used(&self, _number: &MyNumber, code: Option<InstitutionCode>) -> Option<InstitutionCode> {
        code
    }

    /// Called when there is nothing to send: after each feed, or, if insurers are asked, once it is ready to answer.
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
