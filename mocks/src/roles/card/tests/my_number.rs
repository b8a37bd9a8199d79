//! The My Number can be read where it belongs, and nowhere else.

use crate::roles::card::testing::*;
use crate::roles::card::{Application, Card};

fn shows_my_number(bytes: &[u8]) -> bool {
    let digits = MY_NUMBER.as_bytes();
    // As text, and as packed digits.
    let packed = hex(MY_NUMBER);
    [digits, &packed].iter().any(|needle| bytes.windows(needle.len()).any(|w| w == *needle))
}

fn in_application(application: Application, key: u8, value: &str) -> Card {
    let mut card = card();
    assert_eq!(select(&mut card, application), 0x9000);
    assert_eq!(verify(&mut card, key, value), 0x9000);
    card
}

#[test]
fn the_text_opens_to_the_pin_and_to_number_a_only() {
    for (key, value) in [(0x11, PIN), (0x14, MY_NUMBER)] {
        let file = read_file(&mut in_application(Application::TextInput, key, value), 0x0001).unwrap();
        assert_eq!(file, [b"\xFF\x10\x0C", MY_NUMBER.as_bytes(), b"\xFF\xFF"].concat());
    }
    assert_eq!(read_file(&mut in_application(Application::TextInput, 0x15, NUMBER_B), 0x0001), Err(0x6982));
    let card = &mut card();
    select(card, Application::TextInput);
    assert_eq!(read_file(card, 0x0001), Err(0x6982));
    assert_eq!(status(card, "00 B0 81 00 00"), 0x6982);
}

#[test]
fn the_image_opens_to_number_a_only() {
    // Here A is key 0013 and B is 0012.
    let image = read_file(&mut in_application(Application::CardSurface, 0x13, MY_NUMBER), 0x0005).unwrap();
    assert!(shows_my_number(&image));
    assert_eq!(read_file(&mut in_application(Application::CardSurface, 0x12, NUMBER_B), 0x0005), Err(0x6982));
    assert_eq!(read_file(&mut in_application(Application::CardSurface, 0x11, "550217"), 0x0005), Err(0x6982));
}

#[test]
fn the_attributes_open_to_the_pin_and_to_number_b_only() {
    for (key, value) in [(0x11, PIN), (0x15, NUMBER_B)] {
        let file = read_file(&mut in_application(Application::TextInput, key, value), 0x0002).unwrap();
        assert_eq!(file[..2], [0xFF, 0x20]);
        // Each of the four offsets of DF21 points to its object.
        let header = file.windows(3).position(|w| w == [0xDF, 0x21, 0x08]).unwrap();
        let objects: Vec<Vec<u8>> = (0..4)
            .map(|n| {
                let at = usize::from(u16::from_be_bytes([file[header + 3 + 2 * n], file[header + 4 + 2 * n]]));
                assert_eq!(file[at..at + 2], [0xDF, 0x22 + n as u8]);
                let length = usize::from(file[at + 2]);
                file[at + 3..at + 3 + length].to_vec()
            })
            .collect();
        let a = content().attributes;
        assert_eq!(objects, [a.name.as_bytes(), a.address.as_bytes(), b"19800217", b"2"]);
    }
    assert_eq!(read_file(&mut in_application(Application::TextInput, 0x14, MY_NUMBER), 0x0002), Err(0x6982));
}

/// Reads every file of the selected application in every possible way; returns all data, each with its file.
fn walk(card: &mut Card) -> Vec<(u16, Vec<u8>)> {
    let mut found = Vec::new();
    for id in 0x0000..=0x001Fu16 {
        if let Ok(bytes) = read_file(card, id) {
            found.push((id, bytes));
        }
        let short = id as u8;
        found.push((id, card.transmit(&[0x00, 0xB0, 0x80 + short, 0x00, 0x00])));
        for record in 1..=2 {
            found.push((id, card.transmit(&[0x00, 0xB2, record, 0x04, 0x00])));
            found.push((id, card.transmit(&[0x00, 0xB2, record, short << 3 | 0x04, 0x00])));
        }
    }
    for tag in [0x0042u16, 0x0045, 0x0066, 0x00F0, 0x00F2, 0x00F7, 0x00F8, 0x7F21, 0x5F51] {
        let [hi, lo] = tag.to_be_bytes();
        found.push((tag, card.transmit(&[0x00, 0xCA, hi, lo, 0x00])));
    }
    found
}

#[test]
fn with_the_jpki_pin_no_walk_over_the_chip_shows_the_my_number() {
    let card = &mut card();
    let mut read = 0;
    for application in Application::ALL {
        // Selecting another application ends the PIN's VERIFY, so it is entered again before each other one.
        select(card, Application::Jpki);
        assert_eq!(verify(card, 0x18, PIN), 0x9000);
        assert_eq!(verify(card, 0x1B, PASSWORD), 0x9000);
        assert_eq!(select(card, application), 0x9000);
        for (id, bytes) in walk(card) {
            assert!(!shows_my_number(&bytes), "{}, EF {id:04X}", application.name());
            read += usize::from(bytes.len() > 2);
        }
    }
    // The walk did read something: certificates, token info, card record, …
    assert!(read > 20, "{read}");
}

#[test]
fn with_every_credential_the_same_walk_finds_it_in_two_files() {
    let card = &mut card();
    let mut found = std::collections::BTreeSet::new();
    for application in Application::ALL {
        select(card, application);
        for key in 0x01..=0x1E {
            for value in [PIN, PASSWORD, MY_NUMBER, NUMBER_B, "550217"] {
                if verify(card, key, value) == 0x9000 {
                    break;
                }
            }
        }
        found.extend(walk(card).into_iter().filter(|f| shows_my_number(&f.1)).map(|f| (application, f.0)));
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [(Application::TextInput, 0x0001), (Application::CardSurface, 0x0005)]);
}

#[test]
fn the_back_shows_the_my_number_in_print_and_the_front_does_not() {
    let card = card();
    assert_eq!(card.back().text("個人番号"), Some("1234 5678 9018"));
    let front = card.front();
    assert!(front.photo && !card.back().photo);
    assert_eq!(front.text("有効期限"), Some("2035年2月17日"));
    assert!(front.fields.iter().all(|(_, text)| !text.replace(' ', "").contains(MY_NUMBER)));
    assert_eq!(format!("{:?} {:?} {:?}", card, card.back(), content()), "Card(…) Face(Back, …) CardContent(…)");
}
