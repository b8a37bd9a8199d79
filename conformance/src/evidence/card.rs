//! What was read from cards at the readers.

use data_encoding::HEXLOWER_PERMISSIVE;
use std::collections::BTreeMap;
use terms::journal::{Entry, Event};
use terms::roles::Zone;

/// A successful READ BINARY (ISO/IEC 7816-4) at a card reader, and the data that it returned.
pub struct CardRead<'a> {
    pub entry: &'a Entry,
    /// Where the data are in the file, in bytes.
    pub offset: usize,
    pub data: Vec<u8>,
}

impl CardRead<'_> {
    fn of(entry: &Entry) -> Option<CardRead<'_>> {
        let Event::Apdu { command, response, .. } = &entry.event else { return None };
        let hex = |text: &str| HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
        let (command, mut data) = (hex(command)?, hex(response)?);
        if entry.zone != Zone::Reader || command.get(1) != Some(&0xB0) || !data.ends_with(&[0x90, 0x00]) {
            return None;
        }
        data.truncate(data.len() - 2);
        let offset = usize::from(u16::from_be_bytes([*command.get(2)?, *command.get(3)?]));
        (!data.is_empty()).then_some(CardRead { entry, offset, data })
    }
}

/// What was read from cards, by reader, in the order of the journal.
pub(super) fn card_reads(journal: &[Entry]) -> BTreeMap<&str, Vec<CardRead<'_>>> {
    let mut reads: BTreeMap<&str, Vec<CardRead<'_>>> = BTreeMap::new();
    for read in journal.iter().filter_map(CardRead::of) {
        reads.entry(&read.entry.host).or_default().push(read);
    }
    reads
}
