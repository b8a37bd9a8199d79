//! The decisions of an insurer that a dishonest one could take otherwise.

use crate::behaviour::RoleBehaviour;
use crate::host::http::Client;
use futures_util::future::LocalBoxFuture;
use jiff::civil::Date;
use sim::terms::identifiers::{InsurerNumber, MyNumber};
use std::rc::Rc;

/// An insurer that has just fed the broker.
#[derive(Clone, Copy)]
pub struct AfterFeed<'a> {
    pub me: &'a InsurerNumber,
    /// The first of those whom it insures.
    pub somebody: Option<&'a MyNumber>,
    /// Through which day its feeds of this run are complete.
    pub complete_through: Date,
    pub broker: &'a Client,
    pub jpki: &'a Client,
}

/// How an insurer decides. The defaults are those of an honest one.
pub trait InsurerBehaviour {
    /// What goes along with a message of a feed: headers, with names in lower case, and values. `somebody` is the first of those
    /// whom it insures.
    fn extra_feed_headers(&self, _somebody: Option<&MyNumber>) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Called when a feed is done with.
    fn after_feed<'a>(&'a self, _fed: AfterFeed<'a>) -> LocalBoxFuture<'a, ()> {
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
