//! Cards for tests. Keys are generated once per process; they differ between processes, and no test depends on them.

use super::content::Additions;
use super::{Application, Attributes, Card, CardContent, Pin};
use jiff::civil::date;
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use sim::seed::Seed;
use sim::terms::identifiers::MyNumber;
use sim::terms::people::Sex;
use std::sync::OnceLock;

pub const PIN: &str = "1234";
pub const PASSWORD: &str = "ABC123";
pub const MY_NUMBER: &str = "123456789018";
/// Birth in 昭和55, expiry 2035, security code 2285: the example of facts 1.3.
pub const NUMBER_B: &str = "55021720352285";
pub const TOKEN: [u8; 16] = *b"approvedterminal";

fn rsa_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

fn certificate(name: &str, key: &PKey<Private>) -> Vec<u8> {
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("O", "JPKI-MOCK").unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(1_700_000_000).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(1_900_000_000).unwrap()).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    let der = builder.build().to_der().unwrap();
    assert!(der.len() > 255);
    der
}

pub fn content() -> CardContent {
    static CONTENT: OnceLock<CardContent> = OnceLock::new();
    CONTENT
        .get_or_init(|| {
            let (authentication_key, signature_key) = (rsa_key(), rsa_key());
            CardContent {
                authentication_certificate: certificate("authentication", &authentication_key),
                authentication_ca: certificate("authentication CA", &authentication_key),
                signature_certificate: certificate("signature", &signature_key),
                signature_ca: certificate("signature CA", &signature_key),
                authentication_key,
                signature_key,
                card_key: Some(rsa_key()),
                pin: Pin::digits(PIN).unwrap(),
                signature_password: Pin::password(PASSWORD).unwrap(),
                my_number: MyNumber::new(MY_NUMBER).unwrap(),
                attributes: Attributes {
                    name: "見本\u{3000}花子".to_string(),
                    address: "東京都千代田区霞が関一丁目九番九号見本町住宅一号棟".to_string(),
                    birth: date(1980, 2, 17),
                    sex: Sex::Female,
                },
                card_serial: "400000012719843".to_string(),
                municipality: "13221".to_string(),
                expires: date(2035, 2, 17),
                security_code: "2285".to_string(),
                terminal_token: TOKEN,
                additions: Additions::default(),
            }
        })
        .clone()
}

pub fn card() -> Card {
    Card::new(content(), Seed::new(1, "card tests").stream("card"))
}

/// Bytes from hexadecimal with spaces.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    data_encoding::HEXUPPER.decode(digits.as_bytes()).unwrap()
}

/// Sends a command given in hexadecimal; returns data and status of the response.
pub fn send(card: &mut Card, command: &str) -> (Vec<u8>, u16) {
    split(card.transmit(&hex(command)))
}

pub fn split(mut response: Vec<u8>) -> (Vec<u8>, u16) {
    let (sw2, sw1) = (response.pop().unwrap(), response.pop().unwrap());
    (response, u16::from_be_bytes([sw1, sw2]))
}

/// Sends a command and returns its status only.
pub fn status(card: &mut Card, command: &str) -> u16 {
    send(card, command).1
}

/// SELECT of an application; returns its status.
pub fn select(card: &mut Card, application: Application) -> u16 {
    let aid = application.aid();
    split(card.transmit(&[&[0x00, 0xA4, 0x04, 0x0C, aid.len() as u8], aid].concat())).1
}

/// VERIFY by short identifier; returns its status.
pub fn verify(card: &mut Card, key: u8, value: &str) -> u16 {
    let header = [0x00, 0x20, 0x00, 0x80 + key, value.len() as u8];
    split(card.transmit(&[&header, value.as_bytes()].concat())).1
}

/// Reads a whole transparent file as OpenSC does, or returns the status that rejects it.
pub fn read_file(card: &mut Card, id: u16) -> Result<Vec<u8>, u16> {
    let [hi, lo] = id.to_be_bytes();
    let (_, selected) = split(card.transmit(&[0x00, 0xA4, 0x02, 0x0C, 0x02, hi, lo]));
    if selected != 0x9000 {
        return Err(selected);
    }
    let mut all = Vec::new();
    loop {
        let (data, status) = split(card.transmit(&[0x00, 0xB0, (all.len() >> 8) as u8, all.len() as u8, 0x00]));
        match status {
            0x9000 => all.extend(data),
            0x6B00 if !all.is_empty() => return Ok(all),
            status => return Err(status),
        }
    }
}

/// The public key in a certificate.
pub fn public_key(certificate: &[u8]) -> PKey<openssl::pkey::Public> {
    X509::from_der(certificate).unwrap().public_key().unwrap()
}
