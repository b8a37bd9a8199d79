//! ②: how the counter checks the person, and what a card needs before it signs.

use super::visit::{PersonCheck, Visit};
use super::{Facility, unreadable};
use crate::design::identity::{self, Means};
use crate::design::presented;
use crate::roles::card::Pin;
use crate::roles::reader::counter::Counter;
use crate::roles::reader::{PinCheck, Reader, ReaderError};
use crate::timing::{FACE_COMPARISON, PHOTO_CHECK, PIN_ENTRY};
use sim::journal::Event;
use sim::terms::check::Step;
use sim::terms::design::Share;
use sim::terms::outcome::OutcomeCode;

impl Facility {
    fn means(&self, visit: &Visit) -> &'static [Means] {
        identity::means(&self.design, matches!(visit.person_check, PersonCheck::Pin(_)))
    }

    /// Whether the card has to sign and needs the PIN for it.
    pub(super) fn signs_with_pin(&self, visit: &Visit) -> bool {
        presented::is_signed(&self.design) && self.means(visit).contains(&Means::Pin)
    }

    /// ② by all means of the design. Without a reader there is no PIN and no terminal.
    pub(super) async fn check_person(&self, visit: &Visit, mut reader: Option<&mut Reader<Counter>>) -> Result<(), OutcomeCode> {
        if matches!(visit.person_check, PersonCheck::Skipped) {
            // Staff go on without looking: no step ②.
            return Ok(());
        }
        let mut what = Vec::new();
        for means in self.behaviour.means_used(self.means(visit), presented::is_signed(&self.design)) {
            what.push(match (means, &mut reader) {
                (Means::Pin, Some(reader)) => self.check_pin(visit, reader).await?,
                (Means::FaceTerminal, Some(reader)) => self.compare_face(visit, reader).await?,
                _ => self.compare_photo(visit).await?,
            });
        }
        if !what.is_empty() {
            let (check, what) = (visit.check.clone(), what.join("; "));
            self.env.record(Event::Step { check, step: Step::PersonChecked, what });
        }
        Ok(())
    }

    async fn compare_photo(&self, visit: &Visit) -> Result<&'static str, OutcomeCode> {
        self.work.on(PHOTO_CHECK).await;
        match visit.same_person() {
            true => Ok("staff compared the photo with the person"),
            false => Err(OutcomeCode::PhotoMismatch),
        }
    }

    async fn check_pin(&self, visit: &Visit, reader: &mut Reader<Counter>) -> Result<&'static str, OutcomeCode> {
        self.work.on(PIN_ENTRY).await;
        match reader.verify_pin(visit.typed_pin()).await.map_err(|error| unreadable(reader, error))? {
            PinCheck::Right => Ok("the card accepted the PIN"),
            PinCheck::Wrong { .. } => Err(OutcomeCode::PinWrong),
            PinCheck::Locked => Err(OutcomeCode::PinLocked),
        }
    }

    /// A terminal compares the face with the photo on the chip, and states to the card that it did. Where it finds no match, staff
    /// look: it may be wrong about the holder.
    async fn compare_face(&self, visit: &Visit, reader: &mut Reader<Counter>) -> Result<&'static str, OutcomeCode> {
        self.work.on(FACE_COMPARISON).await;
        let parameters = &self.design.parameters;
        let chance = self.slips.borrow_mut().unit();
        let happens = |share: Option<Share>| share.is_some_and(|share| chance < share.probability());
        let matches = match visit.same_person() {
            true => !happens(parameters.false_non_match),
            false => happens(parameters.false_match),
        };
        let what = match matches {
            true => "the terminal compared the face with the photo on the chip",
            false => self.compare_photo(visit).await?,
        };
        reader.attest_face_compared(&self.terminal_token).await.map_err(|error| unreadable(reader, error))?;
        Ok(what)
    }

    /// Has the card sign. Its key needs the PIN, which it got at ②, or the permit of a face terminal.
    pub(super) async fn sign(&self, visit: &Visit, reader: &mut Reader<Counter>, message: &[u8]) -> Result<Vec<u8>, ReaderError> {
        if !self.means(visit).contains(&Means::Pin) {
            reader.attest_face_compared(&self.terminal_token).await?;
        }
        reader.sign(message).await
    }

    /// Has another card sign, which has got nothing yet.
    pub(super) async fn sign_with_another(
        &self,
        other: &mut Reader<Counter>,
        pin: &Pin,
        message: &[u8],
    ) -> Result<Vec<u8>, ReaderError> {
        other.open().await?;
        other.verify_pin(pin).await?;
        other.sign(message).await
    }
}
