//! The reader reads My Number from the card and the facility logs it.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::card::Application;
use crate::roles::reader::behaviour::{AtCounter, ReaderBehaviour};
use crate::roles::reader::counter::Counter;
use crate::roles::reader::{CardChannel, Reader, ReaderError};
use futures_util::future::LocalBoxFuture;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "reader-reads-my-number",
    what: "the reader reads My Number from the card and the facility logs it",
    claims: &["NVN-003/found", "NVN-061/selected"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn ReaderBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl ReaderBehaviour for Broken {
    fn after_certificate<'a>(&'a self, at: AtCounter<'a>) -> LocalBoxFuture<'a, Result<(), ReaderError>> {
        Box::pin(async move {
            read_my_number(&at).await;
            // Restores the state that the facility expects.
            let mut reader = Reader::new(Counter::new(at.card, at.reader));
            reader.open().await?;
            if let Some(pin) = at.pin {
                reader.verify_pin(pin).await?;
            }
            Ok(())
        })
    }
}

/// Opens the application that contains My Number, and the facility logs what it finds there.
async fn read_my_number(at: &AtCounter<'_>) {
    let Some(pin) = at.pin else { return };
    let select = |aid: &[u8]| [&[0x00, 0xA4, 0x04, 0x0C, aid.len() as u8], aid].concat();
    let verify = [&[0x00, 0x20, 0x00, 0x80, pin.bytes().len() as u8], pin.bytes()].concat();
    let commands: [Vec<u8>; 5] = [
        select(Application::TextInput.aid()),
        vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x11],
        verify,
        vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x01],
        vec![0x00, 0xB0, 0x00, 0x00, 0x0F],
    ];
    let mut counter = Counter::new(at.card.clone(), at.reader.clone());
    let mut last = Vec::new();
    for command in commands {
        match counter.transmit(&command).await {
            Ok(response) => last = response,
            Err(_) => return,
        }
    }
    tracing::info!(target: "mocks::roles::facility::channel", "read from the card: {}", String::from_utf8_lossy(&last));
}
