//! Records of TLS whose header is not one.

use super::draft::Draft;
use super::plant::Plant;
use data_encoding::BASE64;
use terms::journal::Event;

/// A header of a record (RFC 8446, section 5.1) with one field changed.
macro_rules! header {
    ($name:literal, $what:literal, $range:expr, $bytes:expr) => {
        Plant {
            name: $name,
            what: concat!("the first record on a wire has ", $what),
            claims: &["SEC-006/not-tls"],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| {
                change_header(draft, |header| {
                    header.get_mut($range)?.copy_from_slice(&$bytes);
                    Some(())
                })
            },
        }
    };
}

pub(super) const PLANTS: &[Plant] = &[
    header!("record-of-no-type", "a type that there is not", 0..1, [19]),
    header!("record-of-a-later-type", "a type after the last", 0..1, [25]),
    header!("record-of-ssl-2", "the version of SSL 2", 1..2, [2]),
    header!("record-of-a-later-version", "a version after TLS 1.3", 2..3, [5]),
    header!("record-without-bytes", "no bytes", 3..5, [0, 0]),
    header!("record-that-is-too-long", "more bytes than a record may have", 3..5, [0x41, 1]),
];

fn change_header(draft: &mut Draft, change: impl FnOnce(&mut [u8]) -> Option<()>) -> Option<()> {
    let first = draft.find(|entry| matches!(entry.event, Event::Wire { .. }))?;
    let Event::Wire { bytes, .. } = &mut draft.entries.get_mut(first)?.event else { return None };
    let mut record = BASE64.decode(bytes.as_bytes()).ok()?;
    change(&mut record)?;
    *bytes = BASE64.encode(&record);
    Some(())
}
