//! The recorded exchanges of facts 2.5 and the probes of 1.8, byte by byte.

use crate::roles::card::testing::*;
use crate::roles::card::{Application, Card};
use openssl::hash::MessageDigest;
use openssl::sha::sha256;
use openssl::sign::Verifier;

const SELECT_JPKI: &str = "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01";

/// Sends lines of (command, status) and asserts each status.
fn play(card: &mut Card, lines: &[(&str, u16)]) {
    for (n, (command, expected)) in lines.iter().enumerate() {
        let found = status(card, command);
        assert_eq!(found, *expected, "line {n}: {command} gave {found:04X}");
    }
}

/// Reads the selected file as OpenSC does: 4 bytes, then chunks of 256, then exactly the rest.
fn read_as_opensc(card: &mut Card) -> Vec<u8> {
    let (head, sw) = send(card, "00 B0 00 00 04");
    assert_eq!((head.len(), &head[..2], sw), (4, &[0x30, 0x82][..], 0x9000));
    let length = usize::from(u16::from_be_bytes([head[2], head[3]])) + 4;
    let mut all = Vec::new();
    while all.len() < length {
        let wanted = (length - all.len()).min(256);
        let (data, sw) = split(card.transmit(&[0x00, 0xB0, (all.len() >> 8) as u8, all.len() as u8, wanted as u8]));
        assert_eq!((data.len(), sw), (wanted, 0x9000));
        all.extend(data);
    }
    all
}

fn verified(certificate: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = public_key(certificate);
    Verifier::new(MessageDigest::sha256(), &key).unwrap().verify_oneshot(signature, message).unwrap()
}

#[test]
fn pkcs11_tool_signs_with_the_authentication_key() {
    let c = content();
    let card = &mut card();
    let queries = [("00 A4 02 0C 02 00 18", 0x9000), ("00 20 00 80", 0x63C3)];
    play(card, &[(SELECT_JPKI, 0x9000)]);
    play(card, &queries);
    play(card, &[("00 A4 02 0C 02 00 1B", 0x9000), ("00 20 00 80", 0x63C5), ("00 A4 02 0C 02 00 0A", 0x9000)]);
    assert_eq!(read_as_opensc(card), c.authentication_certificate);
    play(card, &[("00 A4 02 0C 02 00 01", 0x9000), ("00 B0 00 00 04", 0x6982), ("00 A4 02 0C 02 00 0A", 0x9000)]);
    assert_eq!(read_as_opensc(card), c.authentication_certificate);
    play(card, &[("00 A4 02 0C 02 00 0B", 0x9000)]);
    assert_eq!(read_as_opensc(card), c.authentication_ca);
    play(card, &[("00 A4 02 0C 02 00 02", 0x9000)]);
    assert_eq!(read_as_opensc(card), c.signature_ca);
    play(card, &queries);
    play(card, &queries);
    play(card, &[("00 A4 02 0C 02 00 18", 0x9000), ("00 20 00 80 04 31 32 33 34", 0x9000)]);
    // After the success the query still answers 63Cx, never 9000.
    play(card, &[("00 20 00 80", 0x63C3), ("00 A4 02 0C 02 00 17", 0x9000)]);
    let digest = data_encoding::HEXUPPER.encode(&sha256(b"challenge"));
    let sign = format!("80 2A 00 80 33 30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20 {digest} 00");
    let (signature, sw) = send(card, &sign);
    assert_eq!((signature.len(), sw), (256, 0x9000));
    assert!(verified(&c.authentication_certificate, b"challenge", &signature));
}

#[test]
fn pkcs15_tool_reads_the_signature_certificate_with_its_password() {
    let card = &mut card();
    play(
        card,
        &[
            (SELECT_JPKI, 0x9000),
            ("00 A4 02 0C 02 00 18", 0x9000),
            ("00 20 00 80", 0x63C3),
            ("00 A4 02 0C 02 00 1B", 0x9000),
            ("00 20 00 80", 0x63C5),
            ("00 A4 02 0C 02 00 1B", 0x9000),
            ("00 20 00 80 06 41 42 43 31 32 33", 0x9000),
            ("00 A4 02 0C 02 00 01", 0x9000),
        ],
    );
    assert_eq!(read_as_opensc(card), content().signature_certificate);
}

#[test]
fn jpki_cli_sends_every_command_twice() {
    let card = &mut card();
    let mut twice = |command: &[u8]| {
        let first = card.transmit(command);
        assert_eq!(card.transmit(command), first);
        split(first)
    };
    assert_eq!(twice(&hex(SELECT_JPKI)).1, 0x9000);
    assert_eq!(twice(&hex("00 A4 02 0C 02 00 18")).1, 0x9000);
    assert_eq!(twice(&hex("00 20 00 80")).1, 0x63C3);
    assert_eq!(twice(&hex("00 A4 02 0C 02 00 0A")).1, 0x9000);
    let (head, _) = twice(&hex("00 B0 00 00 07"));
    assert_eq!(head.len(), 7);
    let length = usize::from(u16::from_be_bytes([head[2], head[3]])) + 4;
    let mut all = Vec::new();
    while all.len() < length {
        all.extend(twice(&[0x00, 0xB0, (all.len() >> 8) as u8, all.len() as u8, 0x00]).0);
    }
    assert_eq!(all, content().authentication_certificate);
    assert_eq!(twice(&hex("00 A4 02 0C 02 00 18")).1, 0x9000);
    assert_eq!(twice(&hex("00 20 00 80 04 31 32 33 34")).1, 0x9000);
}

#[test]
fn myna_card_signs_by_short_identifier_in_modes_00_and_03() {
    let c = content();
    let card = &mut card();
    play(card, &[(SELECT_JPKI, 0x9000), ("00 A4 02 0C 02 00 06", 0x9000)]);
    let (info, sw) = send(card, "00 B0 00 00 00");
    assert_eq!((info.len(), sw), (160, 0x9000));
    assert_eq!(info[..32], *b"JPKIAPICCTOKEN2                 ");
    play(card, &[("00 A4 02 0C 02 00 18", 0x9000), ("00 20 00 80 04 31 32 33 34", 0x9000)]);
    let message = data_encoding::HEXUPPER.encode(b"challenge");
    let (signature, sw) = send(card, &format!("80 2A 03 97 09 {message} 00"));
    assert_eq!(sw, 0x9000);
    assert!(verified(&c.authentication_certificate, b"challenge", &signature));
    let digest = data_encoding::HEXUPPER.encode(&sha256(b"challenge"));
    let by_hand = format!("80 2A 00 97 33 30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20 {digest} 00");
    // PKCS #1 v1.5 uses no randomness, so both ways give the same signature.
    assert_eq!(send(card, &by_hand), (signature, 0x9000));
}

#[test]
fn probes_for_other_cards_are_rejected() {
    let mut aids: Vec<String> = [
        "62 76 01 FF 00 00 00",
        "A0 00 00 00 01 01",
        "E8 2B 06 01 04 01 81 C3 1F 02 01 00",
        "D2 33 00 00 00 45 73 74 45 49 44 20 76 33 35",
        "A0 00 00 03 08 00 00 10 00",
        "A0 00 00 01 16 DB 00",
        "A0 00 00 00 79 10 00",
        "F2 76 A2 88 BC FB A6 9D 34 F3 10 01",
        "A0 00 00 03 97 42 54 46 59 00",
        "D2 76 00 01 24 01",
    ]
    .map(String::from)
    .to_vec();
    aids.extend((0..=0x0F).map(|n| format!("A0 00 00 00 79 01 {n:02X}")));
    // At power-on, and again once the JPKI application is selected.
    let card = &mut card();
    for selected in [None, Some(Application::Jpki)] {
        if selected.is_some() {
            play(card, &[(SELECT_JPKI, 0x9000)]);
        }
        for aid in &aids {
            let length = hex(aid).len();
            for (p2, le) in [("00", ""), ("00", "00"), ("0C", "")] {
                assert_eq!(status(card, &format!("00 A4 04 {p2} {length:02X} {aid} {le}")), 0x6A82, "{aid}");
            }
        }
        play(card, &[("00 CB 3F FF 03 5C 01 7E 08", 0x6D00), ("00 A4 00 00 02 3F 00", 0x6A82)]);
        assert_eq!(card.selected_application(), selected);
    }
    // GET DATA is supported at power-on, the tag is not.
    card.power_off();
    play(card, &[("00 CA DF 30 05", 0x6A88)]);
}
