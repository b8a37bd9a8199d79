//! 受診. The person at the counter, the card, and the request.

use super::deviation::Deviation;
use crate::roles::card::{Card, Pin};
use sim::terms::check::CheckId;
use sim::terms::identifiers::InsuredIdentifier;
use std::cell::RefCell;
use std::rc::Rc;

/// How staff check that the person is the card's holder.
#[derive(Clone)]
pub enum PersonCheck {
    /// カードの写真と照合.
    Photo { same_person: bool },
    /// 暗証番号. The PIN that the person types.
    Pin(Pin),
}

/// 受診. One person at the counter.
#[derive(Clone)]
pub struct Visit {
    pub check: CheckId,
    pub card: Rc<RefCell<Card>>,
    pub person_check: PersonCheck,
    /// The coverage that the facility has on record, if the check is about that one.
    pub on_record: Option<InsuredIdentifier>,
    pub deviation: Option<Deviation>,
    /// The person, by the testbed's index. An honest facility does not use it.
    pub person: u64,
    /// 診療情報: the findings that staff write into the chart ([`record_token`](super::record_token)).
    pub record: String,
}
