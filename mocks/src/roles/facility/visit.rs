//! 受診. The person at the counter, the card, and the request.

use super::deviation::Deviation;
use crate::roles::card::{Card, Pin};
use crate::roles::reader::counter_faults::AtReader;
use sim::terms::check::CheckId;
use sim::terms::identifiers::{InsuredIdentifier, PresentedNumber};
use std::cell::RefCell;
use std::rc::Rc;

/// How staff check that the person is the card's holder.
#[derive(Clone)]
pub enum PersonCheck {
    /// カードの写真と照合.
    Photo { same_person: bool },
    /// 暗証番号. The PIN that the person types.
    Pin(Pin),
    /// Staff do not check the person.
    Skipped,
}

/// 受診. One person at the counter.
#[derive(Clone)]
pub struct Visit {
    pub check: CheckId,
    pub card: Rc<RefCell<Card>>,
    pub person_check: PersonCheck,
    /// What the person types where a PIN is asked for and the visit names none.
    pub pin: Pin,
    /// The number that the person shows, in designs that present one. `None` for a person who has none.
    pub number: Option<PresentedNumber>,
    /// What is printed on the paper insurance card in the person's hand, in the design that copies it. `None` without a card.
    pub insurance_card: Option<InsuredIdentifier>,
    pub at_reader: AtReader,
    /// The coverage that the facility has on record, if the check is about that one.
    pub on_record: Option<InsuredIdentifier>,
    pub deviation: Option<Deviation>,
    /// The person, by the testbed's index. An honest facility does not use it.
    pub person: u64,
    /// 診療情報: the findings that staff write into the chart ([`record_token`](super::record_token)).
    pub record: String,
}

impl Visit {
    /// Whether the person is the one to whom what is shown belongs.
    pub(super) fn same_person(&self) -> bool {
        !matches!(self.person_check, PersonCheck::Photo { same_person: false })
    }

    /// The PIN that the person types if asked.
    pub(super) fn typed_pin(&self) -> &Pin {
        match &self.person_check {
            PersonCheck::Pin(pin) => pin,
            PersonCheck::Photo { .. } | PersonCheck::Skipped => &self.pin,
        }
    }
}
