//! SELECT, reading, and the small commands, with their status words.

use crate::roles::card::testing::*;
use crate::roles::card::{Application, Attributes, Card, CardContent, ContentError};
use sim::seed::Seed;

#[test]
fn every_application_is_selected_by_its_whole_identifier() {
    let card = &mut card();
    assert_eq!(card.selected_application(), None);
    for application in Application::ALL {
        assert_eq!(select(card, application), 0x9000);
        let expected = Some(application).filter(|a| *a != Application::IssuerSecurityDomain);
        assert_eq!(card.selected_application(), expected);
    }
    assert_eq!(status(card, "00 A4 04 0C 09 D3 92 F0 00 26 01 00 00 00"), 0x6A82);
    assert_eq!(status(card, "00 A4 04 04 0A D3 92 F0 00 26 01 00 00 00 01"), 0x6A86);
}

#[test]
fn there_is_no_master_file() {
    let card = &mut card();
    assert_eq!(status(card, "00 A4 00 00"), 0x6A86);
    assert_eq!(status(card, "00 A4 00 00 02 3F 00"), 0x6A82);
    select(card, Application::Jpki);
    status(card, "00 A4 02 0C 02 00 0A");
    assert_eq!(status(card, "00 A4 00 00"), 0x9000);
    assert_eq!(card.current_file(), Some(0x000A));
}

#[test]
fn files_are_found_in_the_selected_application_only() {
    let card = &mut card();
    assert_eq!(status(card, "00 A4 02 0C 02 00 0A"), 0x6A82);
    assert_eq!(status(card, "00 B0 00 00 00"), 0x6986);
    assert_eq!(status(card, "00 B0 8A 00 00"), 0x6986);
    select(card, Application::Common);
    assert_eq!(status(card, "00 A4 02 0C 02 00 0A"), 0x6A82);
    select(card, Application::Jpki);
    assert_eq!(status(card, "00 A4 02 0C 02 00 0A"), 0x9000);
    assert_eq!(status(card, "00 A4 02 0C 01 0A"), 0x6700);
    assert_eq!(status(card, "00 A4 02 0C 02 00 10"), 0x6A82);
    // The current file stays current after the failure; selecting the application again clears it.
    assert_eq!(card.current_file(), Some(0x000A));
    select(card, Application::Jpki);
    assert_eq!(status(card, "00 B0 00 00 00"), 0x6986);
}

#[test]
fn read_binary_ends_where_the_file_ends() {
    let card = &mut card();
    select(card, Application::Jpki);
    assert_eq!(send(card, "00 B0 88 00 00"), (vec![0x8F, 0x8F, 0x00], 0x9000));
    assert_eq!(send(card, "00 B0 00 01 01"), (vec![0x8F], 0x9000));
    assert_eq!(send(card, "00 B0 00 02 00"), (vec![0x00], 0x9000));
    assert_eq!(status(card, "00 B0 00 03 00"), 0x6B00);
    assert_eq!(status(card, "00 B0 7F FF 00"), 0x6B00);
    assert_eq!(status(card, "00 B0 00 00"), 0x6700);
    assert_eq!(status(card, "00 B0 00 00 00 01 00"), 0x6700);
    assert_eq!(status(card, "00 B0 90 00 00"), 0x6A82);
    assert_eq!(status(card, "00 B0 80 00 00"), 0x6A86);
    assert_eq!(status(card, "00 B0 97 00 00"), 0x6981);
    assert_eq!(status(card, "00 B0 98 00 00"), 0x6981);
    assert_eq!(status(card, "00 B0 81 00 00"), 0x6982);
}

#[test]
fn the_record_of_the_common_application_contains_serial_municipality_and_expiry() {
    let card = &mut card();
    select(card, Application::Common);
    status(card, "00 A4 02 0C 02 00 01");
    let record = [&[0x01, 0x1C], &b"4000000127198431322120350217"[..]].concat();
    assert_eq!(send(card, "00 B2 01 04 00"), (record.clone(), 0x9000));
    assert_eq!(send(card, "00 B2 01 0C 00"), (record, 0x9000));
    assert_eq!(status(card, "00 B2 02 04 00"), 0x6A83);
    assert_eq!(status(card, "00 B2 01 05 00"), 0x6A86);
    assert_eq!(status(card, "00 B0 00 00 00"), 0x6981);
    select(card, Application::ResidentRegistry);
    status(card, "00 A4 02 0C 02 00 02");
    assert_eq!(status(card, "00 B2 01 04 00"), 0x6982);
    verify(card, 0x1C, PIN);
    assert_eq!(status(card, "00 B2 01 04 00"), 0x9000);
    select(card, Application::Jpki);
    assert_eq!(status(card, "00 B2 01 04 00"), 0x6D00);
}

#[test]
fn the_card_surface_shows_the_municipality_to_all_and_the_face_to_either_number() {
    let card = &mut card();
    select(card, Application::CardSurface);
    assert_eq!(read_file(card, 0x0003).unwrap(), [&[0xFF, 0x30, 0x08, 0xDF, 0x34, 0x05], &b"13221"[..]].concat());
    assert_eq!(read_file(card, 0x0002), Err(0x6982));
    assert_eq!(verify(card, 0x12, NUMBER_B), 0x9000);
    let face = read_file(card, 0x0002).unwrap();
    for tag in 0x21..=0x2A {
        assert!(face.windows(2).any(|w| w == [0xDF, tag]), "DF{tag:02X}");
    }
    assert_eq!(read_file(card, 0x0001), Err(0x6982));
    assert_eq!(verify(card, 0x11, "550217"), 0x9000);
    assert_eq!(read_file(card, 0x0001).unwrap(), [&[0xFF, 0x10, 0x08], &b"19800217"[..]].concat());
}

#[test]
fn get_data_answers_at_power_on_only_and_identifies_no_card() {
    let card = &mut card();
    let (atr, sw) = send(card, "00 CA 5F 51 00");
    assert_eq!((&atr[..4], sw), (&[0x5F, 0x51, 18, 0xDA][..], 0x9000));
    assert_eq!(status(card, "00 CA 00 66 00"), 0x9000);
    assert_eq!(status(card, "00 CA 00 67 00"), 0x6A88);
    let other_content = CardContent { card_serial: "999999999999999".to_string(), ..content() };
    let other = &mut Card::new(other_content, Seed::new(1, "other").stream("card"));
    assert_eq!(send(card, "00 CA 00 45 00"), send(other, "00 CA 00 45 00"));
    select(card, Application::Jpki);
    assert_eq!(status(card, "00 CA 00 66 00"), 0x6D00);
}

#[test]
fn challenges_come_from_the_stream_of_the_card() {
    let draw = |seed| {
        let mut card = Card::new(content(), Seed::new(seed, "challenge").stream("card"));
        let (challenge, sw) = send(&mut card, "00 84 00 00 08");
        assert_eq!((challenge.len(), sw), (8, 0x9000));
        (challenge, send(&mut card, "00 84 00 00 00").0)
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    assert_eq!(draw(1).1.len(), 256);
    assert_eq!(status(&mut card(), "00 84 00 00"), 0x6700);
    assert_eq!(status(&mut card(), "00 84 00 01 08"), 0x6A86);
}

#[test]
fn content_that_no_card_could_have_is_detected() {
    assert_eq!(content().check(), Ok(()));
    let serial = CardContent { card_serial: "12".to_string(), ..content() };
    assert_eq!(serial.check(), Err(ContentError::Digits("card serial", 15)));
    let short = CardContent { authentication_certificate: vec![0x30, 0x03, 1, 2, 3], ..content() };
    assert_eq!(short.check(), Err(ContentError::Certificate("authentication certificate")));
    let elliptic = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::X9_62_PRIME256V1).unwrap();
    let elliptic = openssl::pkey::PKey::from_ec_key(openssl::ec::EcKey::generate(&elliptic).unwrap()).unwrap();
    let key = CardContent { authentication_key: elliptic, ..content() };
    assert_eq!(key.check(), Err(ContentError::Key("authentication key")));
    // Such a card is faulty, and still answers.
    let mut card = Card::new(key, Seed::new(1, "bad").stream("card"));
    select(&mut card, Application::Jpki);
    verify(&mut card, 0x18, PIN);
    assert_ne!(status(&mut card, "80 2A 00 97 01 AA 00"), 0x9000);
}

#[test]
fn a_long_address_needs_longer_length_fields() {
    let attributes = Attributes { address: "町".repeat(120), ..content().attributes };
    let mut card = Card::new(CardContent { attributes, ..content() }, Seed::new(1, "long").stream("card"));
    select(&mut card, Application::TextInput);
    verify(&mut card, 0x11, PIN);
    let file = read_file(&mut card, 0x0002).unwrap();
    assert_eq!(file[..3], [0xFF, 0x20, 0x82]);
    assert_eq!(usize::from(u16::from_be_bytes([file[3], file[4]])) + 5, file.len());
    let second_offset = usize::from(u16::from_be_bytes([file[10], file[11]]));
    assert_eq!(file[second_offset..second_offset + 5], [0xDF, 0x23, 0x82, 0x01, 0x68]);
}
