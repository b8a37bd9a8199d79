//! The counter: connects the reader and the card. Every command and response is recorded in the journal, under the reader.

use super::counter_faults::{AtReader, CounterFaults, READER_PATIENCE};
use super::{CardChannel, CardGone, ReaderError};
use crate::roles::card::{Card, describe_in, duration, redact};
use sim::clock;
use sim::context::{self, Party};
use sim::journal::Event;
use sim::terms::outcome::OutcomeCode;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// After how many commands a card is taken away: in the middle of reading the certificate.
const TAKEN_AFTER: usize = 5;
/// What a card of another kind answers to the selection of the JPKI application: there is no such file.
const NO_SUCH_APPLICATION: [u8; 2] = [0x6A, 0x82];

/// The channel from the reader to the card on it.
pub struct Counter {
    card: Rc<RefCell<Card>>,
    reader: Rc<Party>,
    at_reader: AtReader,
    faults: Rc<CounterFaults>,
    commands: usize,
    /// Whether the reader, and not the card, did not answer.
    hung: Cell<bool>,
}

impl Counter {
    /// A card that stays on a reader that works.
    pub fn new(card: Rc<RefCell<Card>>, reader: Rc<Party>) -> Self {
        Counter::with(card, reader, AtReader::Stays, Rc::default())
    }

    /// A card on a reader, with what becomes of both.
    pub fn with(card: Rc<RefCell<Card>>, reader: Rc<Party>, at_reader: AtReader, faults: Rc<CounterFaults>) -> Self {
        Counter { card, reader, at_reader, faults, commands: 0, hung: Cell::new(false) }
    }

    /// How a check ends that could not read the card.
    pub fn outcome(&self, error: ReaderError) -> OutcomeCode {
        if self.hung.get() {
            tracing::warn!("the reader did not answer within {READER_PATIENCE:?}");
            return OutcomeCode::ReaderNoAnswer;
        }
        tracing::warn!("the card cannot be read: {error}");
        OutcomeCode::CardUnreadable
    }

    /// Whether this command reaches the card.
    async fn reaches_the_card(&mut self) -> Result<(), CardGone> {
        if self.at_reader == AtReader::ReaderStuck || self.faults.reader_hangs(clock::now()) {
            clock::sleep(READER_PATIENCE).await;
            self.hung.set(true);
            return Err(CardGone);
        }
        self.commands += 1;
        match self.at_reader {
            AtReader::TakenAway if self.commands > TAKEN_AFTER => {
                self.card.borrow_mut().power_off();
                Err(CardGone)
            }
            AtReader::Dead => Err(CardGone),
            _ => Ok(()),
        }
    }
}

impl CardChannel for Counter {
    async fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardGone> {
        self.reaches_the_card().await?;
        let whole = context::journal_is_whole();
        let (what, response) = {
            let mut card = self.card.borrow_mut();
            let what = if whole { describe_in(command, card.current_file()).words } else { String::new() };
            let response = match self.at_reader {
                AtReader::OfAnotherKind => NO_SUCH_APPLICATION.to_vec(),
                _ => card.transmit(command),
            };
            (what, response)
        };
        clock::sleep(duration(command, &response)).await;
        if !whole {
            return Ok(response);
        }
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        context::record_as(&self.reader, Event::Apdu { what, command: hex(&redact(command)), response: hex(&response) });
        Ok(response)
    }
}
