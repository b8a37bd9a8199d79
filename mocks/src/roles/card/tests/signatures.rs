//! Signatures of every mode and key, checked by OpenSSL.

use crate::roles::card::testing::*;
use crate::roles::card::{Application, Card, SHA256_DIGEST_INFO};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKeyRef, Public};
use openssl::rsa::Padding;
use openssl::sha::sha256;
use openssl::sign::{RsaPssSaltlen, Verifier};

const MESSAGE: &[u8] = b"a challenge and a facility";

fn sign(card: &mut Card, p1: u8, p2: u8, data: &[u8]) -> (Vec<u8>, u16) {
    split(card.transmit(&[&[0x80, 0x2A, p1, p2, data.len() as u8], data, &[0x00]].concat()))
}

fn ready() -> Card {
    let mut card = card();
    select(&mut card, Application::Jpki);
    assert_eq!(verify(&mut card, 0x18, PIN), 0x9000);
    card
}

/// The content of a PKCS #1 v1.5 signature.
fn unwrapped(key: &PKeyRef<Public>, signature: &[u8]) -> Vec<u8> {
    let rsa = key.rsa().unwrap();
    let mut out = vec![0; rsa.size() as usize];
    let n = rsa.public_decrypt(signature, &mut out, Padding::PKCS1).unwrap();
    out.truncate(n);
    out
}

#[test]
fn every_mode_signs_what_it_specifies() {
    let key = public_key(&content().authentication_certificate);
    let card = &mut ready();
    let hash = sha256(MESSAGE);
    let digest_info = [&SHA256_DIGEST_INFO[..], &hash].concat();
    for (p1, data, wrapped) in [
        (0x00, MESSAGE, MESSAGE),
        (0x01, MESSAGE, &hash[..]),
        (0x02, &hash[..], &digest_info[..]),
        (0x03, MESSAGE, &digest_info[..]),
    ] {
        let (signature, sw) = sign(card, p1, 0x97, data);
        assert_eq!(sw, 0x9000, "P1 {p1:02X}");
        assert_eq!(unwrapped(&key, &signature), wrapped, "P1 {p1:02X}");
    }
    for (p1, data) in [(0x04, &hash[..]), (0x05, MESSAGE)] {
        let (signature, sw) = sign(card, p1, 0x97, data);
        assert_eq!(sw, 0x9000, "P1 {p1:02X}");
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
        verifier.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
        verifier.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH).unwrap();
        assert!(verifier.verify_oneshot(&signature, MESSAGE).unwrap(), "P1 {p1:02X}");
    }
    assert_eq!(sign(card, 0x06, 0x97, MESSAGE).1, 0x6A86);
}

#[test]
fn the_signature_key_needs_the_password_and_not_the_pin() {
    let key = public_key(&content().signature_certificate);
    let card = &mut ready();
    assert_eq!(sign(card, 0x03, 0x9A, MESSAGE).1, 0x6982);
    assert_eq!(verify(card, 0x1B, PASSWORD), 0x9000);
    let (signature, _) = sign(card, 0x03, 0x9A, MESSAGE);
    assert!(Verifier::new(MessageDigest::sha256(), &key).unwrap().verify_oneshot(&signature, MESSAGE).unwrap());
}

#[test]
fn wrong_lengths_and_wrong_keys_are_rejected() {
    let card = &mut ready();
    assert_eq!(sign(card, 0x00, 0x97, &[0xAA; 245]).1, 0x9000);
    assert_eq!(sign(card, 0x00, 0x97, &[0xAA; 246]).1, 0x6985);
    assert_eq!(sign(card, 0x02, 0x97, &[0xAA; 31]).1, 0x6985);
    assert_eq!(status(card, "80 2A 00 97 00"), 0x6700);
    // Case 3: no response data is requested, so none can be returned.
    assert_eq!(status(card, "80 2A 00 97 01 AA"), 0x6700);
    assert_eq!(status(card, "80 2A 00 97 01 AA 80"), 0x6C00);
    assert_eq!(sign(card, 0x00, 0x00, MESSAGE).1, 0x6A86);
    assert_eq!(sign(card, 0x00, 0x9D, MESSAGE).1, 0x6A88);
    assert_eq!(sign(card, 0x00, 0x8A, MESSAGE).1, 0x6981);
    assert_eq!(sign(card, 0x00, 0x80, MESSAGE).1, 0x6986);
    card.power_off();
    assert_eq!(sign(card, 0x00, 0x97, MESSAGE).1, 0x6D00);
}

#[test]
fn the_card_proves_its_presence_without_a_credential() {
    let key = content().card_key.unwrap();
    let key = openssl::pkey::PKey::public_key_from_der(&key.public_key_to_der().unwrap()).unwrap();
    let card = &mut card();
    for application in [Application::TextInput, Application::CardSurface] {
        select(card, application);
        assert_eq!(unwrapped(&key, &sign(card, 0x00, 0x00, MESSAGE).0), MESSAGE);
    }
    select(card, Application::Common);
    let (signature, sw) = send(card, "00 88 00 99 04 01 02 03 04 00");
    assert_eq!(sw, 0x9000);
    assert_eq!(unwrapped(&key, &signature), [1, 2, 3, 4]);
    assert_eq!(status(card, "00 88 00 98 04 01 02 03 04 00"), 0x6A86);
    select(card, Application::Jpki);
    assert_eq!(status(card, "00 88 00 99 04 01 02 03 04 00"), 0x6D00);
}

fn compared(card: &mut Card, token: &[u8]) -> u16 {
    split(card.transmit(&[&[0x80, 0xA2, 0x00, 0x00, token.len() as u8], token].concat())).1
}

#[test]
fn an_approved_terminal_gets_one_signature_of_the_authentication_key() {
    let card = &mut card();
    assert_eq!(compared(card, &TOKEN), 0x6D00);
    select(card, Application::Jpki);
    assert_eq!(compared(card, &TOKEN), 0x9000);
    assert_eq!(sign(card, 0x03, 0x9A, MESSAGE).1, 0x6982);
    // A rejected command does not use up the permit.
    assert_eq!(sign(card, 0x06, 0x97, MESSAGE).1, 0x6A86);
    assert_eq!(sign(card, 0x03, 0x97, MESSAGE).1, 0x9000);
    assert_eq!(sign(card, 0x03, 0x97, MESSAGE).1, 0x6982);
    assert_eq!(read_file(card, 0x0001), Err(0x6982));
}

#[test]
fn another_token_permits_nothing_and_a_permit_ends_with_the_session() {
    let ends: [fn(&mut Card); 4] = [
        |card| assert_eq!(compared(card, &[0; 16]), 0x6982),
        |card| card.reset(),
        |card| card.power_off(),
        |card| assert_eq!(select(card, Application::Common), 0x9000),
    ];
    for end in ends {
        let card = &mut card();
        select(card, Application::Jpki);
        assert_eq!(compared(card, &TOKEN), 0x9000);
        end(card);
        select(card, Application::Jpki);
        assert_eq!(sign(card, 0x03, 0x97, MESSAGE).1, 0x6982);
    }
    let card = &mut card();
    select(card, Application::Jpki);
    assert_eq!(compared(card, &TOKEN[..15]), 0x6700);
    assert_eq!(status(card, "80 A2 00 AE 01 00"), 0x6A86);
}
