//! PINs, their counters, and how long a VERIFY lasts.

use crate::roles::card::testing::*;
use crate::roles::card::{Application, Card};

const PIN_KEY: u8 = 0x18;
const PASSWORD_KEY: u8 = 0x1B;
const QUERY_PIN: &str = "00 20 00 98";
const SIGN: &str = "80 2A 00 97 01 AA 00";

fn opened() -> Card {
    let mut card = card();
    assert_eq!(select(&mut card, Application::Jpki), 0x9000);
    card
}

#[test]
fn three_wrong_pins_lock_the_pin_and_the_right_one_is_then_rejected() {
    let card = &mut opened();
    assert_eq!(status(card, QUERY_PIN), 0x63C3);
    assert_eq!(verify(card, PIN_KEY, "0000"), 0x63C2);
    assert_eq!(verify(card, PIN_KEY, "0000"), 0x63C1);
    assert_eq!(verify(card, PIN_KEY, "0000"), 0x63C0);
    assert_eq!(verify(card, PIN_KEY, "0000"), 0x6984);
    assert_eq!(verify(card, PIN_KEY, PIN), 0x6984);
    assert_eq!(status(card, QUERY_PIN), 0x63C0);
    assert_eq!(card.pin_tries_left(), 0);
    assert_eq!(status(card, SIGN), 0x6982);
}

#[test]
fn the_password_has_five_tries_and_a_counter_of_its_own() {
    let card = &mut opened();
    for left in (0..5).rev() {
        assert_eq!(verify(card, PASSWORD_KEY, "WRONG1"), 0x63C0 + left);
    }
    assert_eq!(verify(card, PASSWORD_KEY, PASSWORD), 0x6984);
    assert_eq!(verify(card, PIN_KEY, PIN), 0x9000);
}

#[test]
fn the_right_pin_resets_the_counter() {
    let card = &mut opened();
    assert_eq!(verify(card, PIN_KEY, "0000"), 0x63C2);
    assert_eq!(verify(card, PIN_KEY, "00000"), 0x63C1);
    assert_eq!(verify(card, PIN_KEY, PIN), 0x9000);
    assert_eq!(status(card, QUERY_PIN), 0x63C3);
}

#[test]
fn counters_survive_power_off() {
    let card = &mut opened();
    assert_eq!(verify(card, PIN_KEY, "0000"), 0x63C2);
    card.power_off();
    select(card, Application::Jpki);
    assert_eq!(status(card, QUERY_PIN), 0x63C2);
    assert_eq!(card.pin_tries_left(), 2);
}

#[test]
fn tries_left_can_be_personalised_up_to_three() {
    let card = &mut opened();
    card.set_pin_tries_left(1);
    assert_eq!(verify(card, PIN_KEY, "0000"), 0x63C0);
    card.set_pin_tries_left(9);
    assert_eq!(card.pin_tries_left(), 3);
}

#[test]
fn a_verify_survives_reset_and_selecting_the_same_application() {
    let card = &mut opened();
    assert_eq!(verify(card, PIN_KEY, PIN), 0x9000);
    assert_eq!(status(card, SIGN), 0x9000);
    assert_eq!(select(card, Application::Jpki), 0x9000);
    assert_eq!(status(card, SIGN), 0x9000);
    card.reset();
    assert_eq!(card.selected_application(), Some(Application::Jpki));
    assert_eq!(select(card, Application::Jpki), 0x9000);
    assert_eq!(status(card, SIGN), 0x9000);
    // A SELECT that fails changes nothing.
    assert_eq!(status(card, "00 A4 04 0C 06 D2 76 00 01 24 01"), 0x6A82);
    assert_eq!(status(card, SIGN), 0x9000);
}

#[test]
fn a_verify_ends_with_another_application_the_isd_power_and_a_wrong_attempt() {
    let leaves: [fn(&mut Card); 4] = [
        |card| assert_eq!(select(card, Application::Common), 0x9000),
        |card| assert_eq!(select(card, Application::IssuerSecurityDomain), 0x9000),
        |card| card.power_off(),
        |card| assert_eq!(verify(card, PIN_KEY, "0000"), 0x63C2),
    ];
    for leave in leaves {
        let card = &mut opened();
        assert_eq!(verify(card, PIN_KEY, PIN), 0x9000);
        leave(card);
        select(card, Application::Jpki);
        assert_eq!(status(card, SIGN), 0x6982);
    }
}

#[test]
fn pins_of_different_applications_have_different_counters() {
    let card = &mut card();
    select(card, Application::Common);
    assert_eq!(verify(card, 0x1C, "0000"), 0x63C2);
    select(card, Application::ResidentRegistry);
    assert_eq!(status(card, "00 20 00 9C"), 0x63C3);
    select(card, Application::TextInput);
    assert_eq!(status(card, "00 20 00 91"), 0x63C3);
    assert_eq!(verify(card, 0x14, "000000000000"), 0x63C9);
}

#[test]
fn the_key_that_is_issued_blocked_stays_blocked() {
    let card = &mut card();
    select(card, Application::TextInput);
    assert_eq!(status(card, "00 A4 02 0C 02 00 12"), 0x9000);
    assert_eq!(status(card, "00 20 00 80"), 0x63C0);
    assert_eq!(status(card, "00 20 00 80 04 31 32 33 34"), 0x6984);
}

#[test]
fn a_pin_is_changed_only_after_its_verify_and_only_to_a_valid_pin() {
    let card = &mut opened();
    assert_eq!(status(card, "00 24 01 98 04 39 38 37 36"), 0x6982);
    verify(card, PIN_KEY, PIN);
    assert_eq!(status(card, "00 24 00 98 04 39 38 37 36"), 0x6A86);
    assert_eq!(status(card, "00 24 01 98 04 41 42 43 44"), 0x6A80);
    assert_eq!(status(card, "00 24 01 98 04 39 38 37 36"), 0x9000);
    // The password is another credential.
    assert_eq!(status(card, "00 24 01 9B 06 41 41 41 41 41 41"), 0x6982);
    card.power_off();
    select(card, Application::Jpki);
    assert_eq!(verify(card, PIN_KEY, PIN), 0x63C2);
    assert_eq!(verify(card, PIN_KEY, "9876"), 0x9000);
    // 共通カードAP has its own instruction for it.
    select(card, Application::Common);
    verify(card, 0x1C, PIN);
    assert_eq!(status(card, "00 24 01 9C 04 39 38 37 36"), 0x6D00);
    assert_eq!(status(card, "80 32 00 9C 04 39 38 37 36"), 0x9000);
    assert_eq!(verify(card, 0x1C, "9876"), 0x9000);
}

#[test]
fn a_verification_number_cannot_be_changed() {
    let card = &mut card();
    select(card, Application::TextInput);
    assert_eq!(verify(card, 0x14, MY_NUMBER), 0x9000);
    assert_eq!(status(card, "00 24 01 94 04 31 31 31 31"), 0x6985);
}

#[test]
fn a_query_has_four_bytes() {
    let card = &mut opened();
    status(card, "00 A4 02 0C 02 00 18");
    assert_eq!(status(card, "00 20 00 80"), 0x63C3);
    assert_eq!(status(card, "00 20 00 80 00"), 0x6700);
    assert_eq!(card.pin_tries_left(), 3);
}

#[test]
fn verify_needs_a_key_to_verify() {
    let card = &mut opened();
    assert_eq!(status(card, "00 20 00 80 04 31 32 33 34"), 0x6986);
    assert_eq!(status(card, "00 20 00 97 04 31 32 33 34"), 0x6981);
    assert_eq!(status(card, "00 20 00 9D 04 31 32 33 34"), 0x6A88);
    assert_eq!(status(card, "00 20 01 98 04 31 32 33 34"), 0x6A86);
    assert_eq!(status(card, "00 20 00 18 04 31 32 33 34"), 0x6A86);
}
