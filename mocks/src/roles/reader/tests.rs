//! The reader against the card, and against cards that misbehave.

use super::*;
use crate::roles::card::testing::*;
use crate::roles::card::{Card, describe};
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use proptest::prelude::*;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// A channel to a card that records every command and returns at most `most` bytes of data at a time.
struct Recorded {
    card: Card,
    commands: Vec<Vec<u8>>,
    most: usize,
    /// The card is removed after so many commands.
    until: usize,
}

impl Recorded {
    fn new() -> Recorded {
        Recorded { card: card(), commands: Vec::new(), most: 256, until: usize::MAX }
    }
}

impl CardChannel for Recorded {
    async fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardGone> {
        if self.commands.len() == self.until {
            return Err(CardGone);
        }
        self.commands.push(command.to_vec());
        let (mut data, sw) = split(self.card.transmit(command));
        if command[1] == 0xB0 {
            data.truncate(self.most);
        }
        data.extend(sw.to_be_bytes());
        Ok(data)
    }
}

/// A channel that gives the same response to every command.
struct Fixed(Vec<u8>);

impl CardChannel for Fixed {
    async fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, CardGone> {
        Ok(self.0.clone())
    }
}

/// The channels of these tests never wait, so one poll completes a future.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the reader waited for something"),
    }
}

fn right_pin() -> Pin {
    Pin::typed(PIN)
}

/// Does everything that a reader can do, once.
async fn do_everything<C: CardChannel>(reader: &mut Reader<C>) -> Result<(), ReaderError> {
    reader.open().await?;
    reader.authentication_certificate().await?;
    reader.verify_pin(&right_pin()).await?;
    reader.sign(b"challenge").await?;
    reader.attest_face_compared(&TOKEN).await?;
    reader.signature_certificate(&Pin::typed(PASSWORD)).await?;
    Ok(())
}

#[test]
fn a_check_reads_the_certificate_and_proves_its_key() {
    let mut reader = Reader::new(Recorded::new());
    now(reader.open()).unwrap();
    let certificate = now(reader.authentication_certificate()).unwrap();
    assert_eq!(certificate, content().authentication_certificate);
    assert_eq!(now(reader.verify_pin(&right_pin())), Ok(PinCheck::Right));
    let signature = now(reader.sign(b"challenge")).unwrap();
    let key = public_key(&certificate);
    assert!(Verifier::new(MessageDigest::sha256(), &key).unwrap().verify_oneshot(&signature, b"challenge").unwrap());
}

#[test]
fn a_reader_selects_the_jpki_application_and_no_other() {
    let mut reader = Reader::new(Recorded::new());
    now(do_everything(&mut reader)).unwrap();
    let commands = reader.into_inner().commands;
    let by_name: Vec<_> = commands.iter().filter(|c| c[1] == 0xA4 && c[2] == 0x04).collect();
    assert!(!by_name.is_empty());
    for command in by_name {
        assert_eq!(describe(command).selects, Some(Application::Jpki));
        assert_eq!(&command[5..], Application::Jpki.aid());
    }
    for command in &commands {
        assert!(describe(command).selects.is_none_or(|a| !a.contains_my_number()));
        assert!([0xA4, 0xB0, 0x20, 0x2A, 0xA2].contains(&command[1]), "{command:02X?}");
    }
}

#[test]
fn a_pin_is_right_wrong_or_locked() {
    let mut reader = Reader::new(Recorded::new());
    now(reader.open()).unwrap();
    for tries_left in [2, 1, 0] {
        assert_eq!(now(reader.verify_pin(&Pin::typed("0000"))), Ok(PinCheck::Wrong { tries_left }));
    }
    assert_eq!(now(reader.verify_pin(&right_pin())), Ok(PinCheck::Locked));
    let refused = ReaderError::Refused { command: "COMPUTE DIGITAL SIGNATURE", status: 0x6982 };
    assert_eq!(now(reader.sign(b"challenge")), Err(refused));
    assert_eq!(refused.to_string(), "the card refused COMPUTE DIGITAL SIGNATURE with status 6982");
}

#[test]
fn an_empty_pin_is_not_sent_as_a_query() {
    let mut reader = Reader::new(Recorded::new());
    now(reader.open()).unwrap();
    let before = reader.0.commands.len();
    assert!(now(reader.verify_pin(&Pin::typed(""))).is_err());
    assert!(now(reader.verify_pin(&Pin::typed(&"1".repeat(256)))).is_err());
    assert_eq!(reader.0.commands.len(), before);
}

#[test]
fn a_compared_face_permits_one_signature() {
    let mut reader = Reader::new(Recorded::new());
    now(reader.open()).unwrap();
    assert!(now(reader.attest_face_compared(&[0; 16])).is_err());
    assert!(now(reader.sign(b"challenge")).is_err());
    now(reader.attest_face_compared(&TOKEN)).unwrap();
    assert!(now(reader.sign(b"challenge")).is_ok());
    assert!(now(reader.sign(b"challenge")).is_err());
}

#[test]
fn the_signature_certificate_needs_its_password() {
    let mut reader = Reader::new(Recorded::new());
    now(reader.open()).unwrap();
    let wrong = now(reader.signature_certificate(&Pin::typed("WRONG1")));
    assert_eq!(wrong, Err(ReaderError::Password(PinCheck::Wrong { tries_left: 4 })));
    let right = now(reader.signature_certificate(&Pin::typed(PASSWORD)));
    assert_eq!(right, Ok(content().signature_certificate));
}

#[test]
fn a_card_removed_at_any_moment_is_detected() {
    let mut whole = Reader::new(Recorded::new());
    now(do_everything(&mut whole)).unwrap();
    for until in 0..whole.into_inner().commands.len() {
        let mut reader = Reader::new(Recorded { until, ..Recorded::new() });
        assert_eq!(now(do_everything(&mut reader)), Err(ReaderError::CardGone(CardGone)), "after {until} commands");
    }
}

#[test]
fn other_cards_and_phones_are_not_my_number_cards() {
    assert_eq!(now(Reader::new(Fixed(vec![0x6A, 0x82])).open()), Err(ReaderError::NotAMyNumberCard));
    for label in ["JPKIAPICCTOKEN", "JPKIAPGPSETOKEN", "JPKIAPIOSTOKEN", "JPKIAPICCTOKEN22", ""] {
        let response = [format!("{label:32}").as_bytes(), &[0x90, 0x00]].concat();
        assert_eq!(now(Reader::new(Fixed(response)).open()), Err(ReaderError::NotAMyNumberCard), "{label}");
    }
    let refused = ReaderError::Refused { command: "SELECT", status: 0x6D00 };
    assert_eq!(now(Reader::new(Fixed(vec![0x6D, 0x00])).open()), Err(refused));
    assert_eq!(now(Reader::new(Fixed(vec![0x90])).open()), Err(ReaderError::Nonsense("SELECT")));
}

#[test]
fn data_that_does_not_begin_like_a_certificate_is_rejected() {
    for beginning in [&[][..], &[0x04, 0x02, 0, 0], &[0x30, 0x80, 0, 0], &[0x30, 0x82], &[0x30, 0x83, 0x01, 0x00, 0x00]] {
        let mut reader = Reader::new(Fixed([beginning, &[0x90, 0x00]].concat()));
        let found = now(reader.authentication_certificate());
        assert!(matches!(found, Err(ReaderError::Certificate(_) | ReaderError::Nonsense(_))), "{found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_card_that_answers_in_small_pieces_gives_the_same_certificate(most in 8usize..=256) {
        // The label is read in one piece of 32 bytes, so the card is opened first.
        let mut reader = Reader::new(Recorded::new());
        now(reader.open()).unwrap();
        reader.0.most = most;
        prop_assert_eq!(now(reader.authentication_certificate()), Ok(content().authentication_certificate));
    }

    #[test]
    fn the_reader_terminates_on_any_response(response in prop::collection::vec(any::<u8>(), 0..300), good in any::<bool>()) {
        let mut response = response;
        if good {
            response.extend([0x90, 0x00]);
        }
        let mut reader = Reader::new(Fixed(response));
        let _ = (now(reader.open()), now(reader.authentication_certificate()), now(reader.sign(b"x")));
        let _ = (now(reader.verify_pin(&right_pin())), now(reader.signature_certificate(&right_pin())));
    }
}
