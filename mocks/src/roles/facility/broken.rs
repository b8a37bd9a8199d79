//! What a broken facility, or a broken reader at its counter, does instead. A sound one never comes here, or is told to go on.

use super::channel::Counter;
use super::{Facility, PersonCheck, ReceptionRecord, Visit};
use crate::host::http::{Answer, Client};
use crate::mutants::{Mutant, Of, Place, keep_patient};
use crate::roles::reader::CardChannel;
use sim::context;
use sim::journal::{CardSide, Event};
use sim::terms::design::Presented;
use sim::terms::outcome::{OutcomeClass, OutcomeCode};

/// When the facility checks the person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonChecked {
    Before,
    After,
    Never,
}

impl Facility {
    fn is(&self, mutant: Mutant) -> bool {
        self.sabotage.is(mutant)
    }

    /// When the person is checked: before anything else (②), unless the facility is broken and can do without.
    pub(super) fn checks_person(&self, visit: &Visit) -> PersonChecked {
        // The card signs with the PIN only.
        let must = self.design.presented == Presented::SignedChallenge && matches!(visit.person_check, PersonCheck::Pin(_));
        match must {
            false if self.is(Mutant::FacilityAsksBeforePersonCheck) => PersonChecked::After,
            false if self.is(Mutant::FacilitySkipsPersonCheck) => PersonChecked::Never,
            _ => PersonChecked::Before,
        }
    }

    /// Looks at what no case would show.
    pub(super) fn look_at_back(&self, visit: &Visit) {
        if self.is(Mutant::FacilityTakesCardOutOfCase) {
            let text = visit.card.borrow().back().lines();
            context::record(Event::CardFace { check: visit.check.clone(), side: CardSide::Back, in_case: false, text });
        }
    }

    /// What the reader lets out.
    pub(super) async fn reader_lets_out(&self, visit: &Visit) {
        let of = Of::Person(visit.person);
        if let Some(spelt) = self.sabotage.leak(Place::ReaderLog, of) {
            let text = format!("at hand: {}", spelt.text());
            let event = Event::Log { level: "INFO".into(), target: "mocks".into(), text };
            context::record_as(&self.reader, event);
        }
        if let Some(spelt) = self.sabotage.leak(Place::ReaderCommand, of) {
            let data = &spelt.bytes()[..spelt.bytes().len().min(255)];
            // The card knows no such command and says so.
            let command = [&[0x80, 0xFE, 0x00, 0x00, data.len() as u8], data].concat();
            let _ = Counter::new(visit.card.clone(), self.reader.clone()).transmit(&command).await;
        }
    }

    /// The certificate that is presented: the one just read.
    pub(super) fn presented(&self, visit: &Visit, read: Vec<u8>) -> Vec<u8> {
        if self.is(Mutant::FacilityKeepsCertificateHash) {
            keep_patient(&visit.check, &data_encoding::HEXLOWER.encode(&openssl::sha::sha256(&read)));
        }
        let before = self.last_certificate.replace(Some(read.clone()));
        before.filter(|_| self.is(Mutant::FacilityPresentsStoredCertificate)).unwrap_or(read)
    }

    /// What goes along with ④ beyond the question: headers, and something behind the path.
    pub(super) fn sent_along(&self, visit: &Visit) -> (Vec<(&'static str, String)>, String) {
        let of = Of::Person(visit.person);
        let mut headers = Vec::new();
        if self.is(Mutant::FacilitySendsName) {
            let front = visit.card.borrow().front();
            let text = |label| front.text(label).unwrap_or_default();
            headers.push(("x-patient", format!("{}; {}", text("氏名"), text("生年月日"))));
        }
        let query = self.sabotage.leak(Place::FacilityTarget, of).map(|spelt| format!("?patient={}", spelt.text()));
        (headers, query.unwrap_or_default())
    }

    /// Makes ready what will be seen of the connection on the line.
    pub(super) fn speak_on_line(&self, visit: &Visit, broker: &Client) {
        if self.is(Mutant::FacilitySpeaksWithoutTls) {
            broker.say_in_clear(format!("POST eligibility of {} for {}\n", visit.check, self.number.reveal()).into_bytes());
        }
        if let Some(spelt) = self.sabotage.leak(Place::FacilityPreface, Of::Person(visit.person)) {
            broker.say_in_clear([b"patient=", spelt.bytes(), b"\n"].concat());
        }
        if self.is(Mutant::FacilityNamesPersonInTls) {
            let name = visit.card.borrow().front().text("氏名").unwrap_or_default().replace('\u{3000}', "");
            broker.call_server(format!("{name}.broker"));
        }
    }

    /// Files the person under the pseudonym that the broker gave, if it gave one.
    pub(super) fn note_pseudonym(&self, visit: &Visit, answer: &Answer) {
        if let Some(patient) = answer.headers.get("x-patient").and_then(|v| v.to_str().ok()) {
            keep_patient(&visit.check, patient);
        }
    }

    /// Keeps the record of a check (⑦), in the way in which the facility does it. Returns whether it did.
    pub(super) fn keep_record(&self, record: &ReceptionRecord, answered: bool) -> bool {
        if answered && self.is(Mutant::FacilityForgetsToRecord) {
            return false;
        }
        let mut kept = record.clone();
        if self.is(Mutant::FacilityRecordsOtherwise) {
            for c in &mut kept.coverages {
                c.copayment_percent = if c.copayment_percent == 30 { 10 } else { 30 };
            }
        }
        kept.store(&self.disk);
        if answered && self.is(Mutant::FacilityRecordsTwice) {
            kept.store(&self.disk);
        }
        true
    }

    /// What the screen shows.
    pub(super) fn screen(&self, record: &ReceptionRecord) -> String {
        if record.outcome.class() == OutcomeClass::Indeterminate && self.is(Mutant::FacilityShowsUnknownAsNotInsured) {
            return ReceptionRecord { outcome: OutcomeCode::NotInsured, ..record.clone() }.screen(self.kind);
        }
        record.screen(self.kind)
    }

    /// What gets out when a check has ended.
    pub(super) fn let_out(&self, visit: &Visit) {
        let of = Of::Person(visit.person);
        // Its own number is the only key that a facility has.
        if let Some(spelt) = self.sabotage.leak_with(Place::FacilityLog, of, self.number.reveal()) {
            tracing::info!(target: "mocks", "at hand: {}", spelt.text());
        }
        if let Some((first, second)) = self.sabotage.leak(Place::FacilityTwoLogLines, of).map(|spelt| spelt.halves()) {
            tracing::info!(target: "mocks", "at hand: {first}");
            tracing::info!(target: "mocks", "{second}");
        }
        if let Some(spelt) = self.sabotage.leak(Place::FacilityScreen, of) {
            let text = format!("患者 {}", spelt.text());
            context::record(Event::Screen { check: visit.check.clone(), text });
        }
        if let Some(spelt) = self.sabotage.leak(Place::FacilityPrint, of) {
            let text = format!("受付票（印刷）\n患者 {}", spelt.text());
            context::record(Event::Screen { check: visit.check.clone(), text });
        }
        self.sabotage.record(Place::FacilityRecord, of, Some(&visit.check));
    }
}
