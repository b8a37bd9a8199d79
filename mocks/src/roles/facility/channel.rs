//! The counter: where the reader and the card meet. Every command and answer goes to the journal, as the reader's.

use super::PersonCheck;
use crate::roles::card::{Application, Card, describe_in, duration, redact};
use crate::roles::reader::{CardChannel, CardGone};
use sim::clock;
use sim::context::{self, Party};
use sim::journal::Event;
use std::cell::RefCell;
use std::rc::Rc;

/// The way from the reader to the card that lies on it.
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

/// What no reader may do: opens the application that holds My Number, and the facility logs what it finds. For the mutant.
pub(super) async fn read_my_number(mut counter: Counter, by: &PersonCheck) {
    let PersonCheck::Pin(pin) = by else { return };
    let select = |aid: &[u8]| [&[0x00, 0xA4, 0x04, 0x0C, aid.len() as u8], aid].concat();
    let verify = [&[0x00, 0x20, 0x00, 0x80, pin.bytes().len() as u8], pin.bytes()].concat();
    let commands: [Vec<u8>; 5] = [
        select(Application::TextInput.aid()),
        vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x11],
        verify,
        vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x01],
        vec![0x00, 0xB0, 0x00, 0x00, 0x0F],
    ];
    let mut last = Vec::new();
    for command in commands {
        match counter.transmit(&command).await {
            Ok(response) => last = response,
            Err(_) => return,
        }
    }
    tracing::info!("read from the card: {}", String::from_utf8_lossy(&last));
}
