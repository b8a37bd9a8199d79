//! The counter: connects the reader and the card. Every command and response is recorded in the journal, under the reader.

use super::{CardChannel, CardGone};
use crate::roles::card::{Card, describe_in, duration, redact};
use sim::clock;
use sim::context::{self, Party};
use sim::journal::Event;
use std::cell::RefCell;
use std::rc::Rc;

/// The channel from the reader to the card on it.
pub struct Counter {
    card: Rc<RefCell<Card>>,
    reader: Rc<Party>,
}

impl Counter {
    pub fn new(card: Rc<RefCell<Card>>, reader: Rc<Party>) -> Self {
        Counter { card, reader }
    }
}

impl CardChannel for Counter {
    async fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardGone> {
        let whole = context::journal_is_whole();
        let (what, response) = {
            let mut card = self.card.borrow_mut();
            let what = if whole { describe_in(command, card.current_file()).words } else { String::new() };
            (what, card.transmit(command))
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
