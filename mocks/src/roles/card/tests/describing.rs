//! The journal describes each command and never contains a PIN.

use crate::roles::card::testing::*;
use crate::roles::card::{Application, describe, describe_in, redact};
use proptest::prelude::*;

fn words(command: &str) -> String {
    describe(&hex(command)).words
}

#[test]
fn commands_are_described_in_words() {
    assert_eq!(words("00 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 08"), "SELECT 券面入力補助AP");
    assert_eq!(words("00 A4 04 0C 06 D2 76 00 01 24 01"), "SELECT unknown application D27600012401");
    assert_eq!(words("00 A4 02 0C 02 00 0A"), "SELECT EF 000A");
    assert_eq!(words("00 A4 00 00"), "SELECT MF");
    assert_eq!(words("00 B0 01 00 00"), "READ BINARY current EF offset 256, 256 bytes");
    assert_eq!(words("00 B0 8A 10 04"), "READ BINARY EF 000A offset 16, 4 bytes");
    assert_eq!(describe_in(&hex("00 B0 01 00 00"), Some(0x0A)).words, "READ BINARY EF 000A offset 256, 256 bytes");
    assert_eq!(words("00 20 00 80"), "VERIFY current EF, tries left?");
    assert_eq!(words("00 20 00 98 04 31 32 33 34"), "VERIFY EF 0018 …");
    assert_eq!(words("80 2A 03 97 02 01 02 00"), "COMPUTE DIGITAL SIGNATURE with EF 0017, SHA-256 by the card, 2 bytes");
    assert_eq!(words("00 CB 3F FF 03 5C 01 7E 08"), "unknown command 00 CB 3F FF");
    assert_eq!(words("00 20 00 80 05 31"), "unreadable command of 6 bytes: 00 20 00 80");
    assert_eq!(words("00"), "unreadable command of 1 bytes");
}

#[test]
fn an_attempt_to_select_by_part_of_the_identifier_is_described_too() {
    let whole = describe(&hex("00 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 02"));
    assert_eq!(whole.selects, Some(Application::CardSurface));
    let part = describe(&hex("00 A4 04 00 07 D3 92 10 00 31 00 01"));
    assert!(part.selects.is_some_and(Application::contains_my_number));
    assert_eq!(describe(&hex("00 A4 02 0C 02 00 0A")).selects, None);
}

#[test]
fn redaction_overwrites_the_secret_and_nothing_else() {
    let redacted = |command: &str| redact(&hex(command));
    assert_eq!(redacted("00 20 00 80 04 31 32 33 34"), hex("00 20 00 80 04 2A 2A 2A 2A"));
    assert_eq!(redacted("00 24 01 80 04 39 38 37 36"), hex("00 24 01 80 04 2A 2A 2A 2A"));
    assert_eq!(redacted("80 32 00 80 04 39 38 37 36"), hex("80 32 00 80 04 2A 2A 2A 2A"));
    assert_eq!(redacted("00 20 00 80"), hex("00 20 00 80"));
    // Wrong lengths, and a class that the card does not use.
    assert_eq!(redacted("00 20 00 80 31 32 33 34"), hex("00 20 00 80 2A 2A 2A 2A"));
    assert_eq!(redacted("10 20 00 80 04 31 32 33 34"), hex("10 20 00 80 2A 2A 2A 2A 2A"));
    assert_eq!(redacted("80 2A 00 80 02 31 32 00"), hex("80 2A 00 80 02 31 32 00"));
}

proptest! {
    #[test]
    fn no_pin_is_ever_shown(
        pin in "[0-9]{4}|[A-Z0-9]{6,16}|[0-9]{12}",
        class in any::<u8>(),
        p2 in any::<u8>(),
        le in any::<bool>(),
        ins in prop::sample::select(vec![0x20u8, 0x24, 0x32]),
    ) {
        let mut command = vec![class, ins, 0x00, p2, pin.len() as u8];
        command.extend(pin.as_bytes());
        command.extend(le.then_some(0));
        let out = redact(&command);
        prop_assert_eq!(out.len(), command.len());
        prop_assert!(!out.windows(pin.len()).any(|w| w == pin.as_bytes()));
        // The description is the same for another PIN of that length, so it contains nothing of this one.
        let info = describe(&command);
        prop_assert!(info.carries_secret);
        command[5..5 + pin.len()].fill(b'X');
        prop_assert_eq!(info, describe(&command));
    }

    #[test]
    fn any_bytes_can_be_described(command in prop::collection::vec(any::<u8>(), 0..300), current in any::<Option<u16>>()) {
        prop_assert!(!describe_in(&command, current).words.is_empty());
        prop_assert_eq!(redact(&command).len(), command.len());
    }
}
