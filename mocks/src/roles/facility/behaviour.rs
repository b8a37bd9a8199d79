//! The decisions of a facility that a dishonest one could make differently.

use super::reception::ReceptionRecord;
use super::visit::Visit;
use crate::behaviour::RoleBehaviour;
use crate::design::identity::Means;
use crate::host::http::{Answer, Client};
use jiff::Timestamp;
use jiff::civil::Date;
use sim::disk::Disk;
use sim::terms::calendar::jst_day;
use sim::terms::fhir::{CaseReport, Profile};
use sim::terms::identifiers::{CertificateSerial, FacilityNumber, PresentedNumber};
use sim::terms::roles::FacilityKind;
use std::rc::Rc;

/// When a facility checks the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonChecked {
    /// Before anything else (②).
    Before,
    /// After the answer has arrived.
    After,
    Never,
}

/// How a facility decides. The defaults are those of an honest one.
pub trait FacilityBehaviour {
    /// Called when the card has been shown (①).
    fn on_card_shown(&self, _visit: &Visit) {}

    /// When the person is checked. `card_needs_pin`: the card will sign only after the PIN.
    fn when_person_is_checked(&self, _card_needs_pin: bool) -> PersonChecked {
        PersonChecked::Before
    }

    /// By which means the person is checked; the design defines `means`. `card_signs`: the card will sign only after them.
    fn means_used(&self, means: &'static [Means], _card_signs: bool) -> &'static [Means] {
        means
    }

    /// The day about which is asked: today in Japan by `clock`, the terminal's own. `run_ns` is the time since the start of the run.
    fn day_asked(&self, clock: Timestamp, _run_ns: u64) -> Date {
        jst_day(clock)
    }

    /// The certificate that is presented; `read` is the one from the card.
    fn presented(&self, _visit: &Visit, read: Vec<u8>) -> Vec<u8> {
        read
    }

    /// The number that is presented; `shown` is the one that the person shows.
    fn number_presented(&self, shown: PresentedNumber) -> PresentedNumber {
        shown
    }

    /// Called before each attempt of ④, with the client of the broker.
    fn before_request(&self, _visit: &Visit, _me: &FacilityNumber, _broker: &Client) {}

    /// Additional headers of ④: names in lower case, and values.
    fn extra_headers(&self, _visit: &Visit) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The request target of ④: `path` and nothing else.
    fn target(&self, _visit: &Visit, path: &str) -> String {
        path.to_string()
    }

    /// Called with each response to ④.
    fn on_answer(&self, _visit: &Visit, _answer: &Answer) {}

    /// Keeps the record of a check (⑦), `answered` or not. Returns whether it did.
    fn keep_record(&self, record: &ReceptionRecord, _answered: bool, disk: &Disk) -> bool {
        record.store(disk);
        true
    }

    /// The value under which the index of patients lists a person; the design defines `value`, and `None` is not to list the person.
    fn known_by(&self, value: Option<String>, _serial: CertificateSerial) -> Option<String> {
        value
    }

    /// The text on the screen.
    fn screen(&self, record: &ReceptionRecord, kind: FacilityKind) -> String {
        record.screen(kind)
    }

    /// What the printer at the counter prints when a check has ended. The screen suffices.
    fn print(&self, _record: &ReceptionRecord, _kind: FacilityKind) -> Option<String> {
        None
    }

    /// A certificate that is used although the card could not be read: none.
    fn when_unreadable(&self) -> Option<Vec<u8>> {
        None
    }

    /// Whether it waits with asking and recording while its disk is full.
    fn waits_for_the_disk(&self) -> bool {
        true
    }

    /// Whether it replays the log of what was written since, when it has restored a backup.
    fn replays_log(&self) -> bool {
        true
    }

    /// The body of a report of a cancer case.
    fn report(&self, _person: u64, report: &CaseReport) -> Vec<u8> {
        report.to_json()
    }

    /// Called when a check has ended.
    fn on_check_ended(&self, _visit: &Visit, _me: &FacilityNumber) {}
}

struct Honest;

impl FacilityBehaviour for Honest {}

impl RoleBehaviour for dyn FacilityBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
