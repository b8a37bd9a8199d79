//! Properties of the card for every sequence of bytes.

use crate::roles::card::testing::*;
use crate::roles::card::{Application, duration};
use proptest::prelude::*;

/// Commands that are close enough to real ones to be executed, mixed with commands that are not.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let select = prop::sample::select(Application::ALL.to_vec())
        .prop_map(|a| [&[0x00, 0xA4, 0x04, 0x0C, a.aid().len() as u8], a.aid()].concat());
    let select_file = (0u8..0x20).prop_map(|id| vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, id]);
    let secrets = vec![PIN, PASSWORD, MY_NUMBER, NUMBER_B, "0000", "approvedterminal"];
    let ins = prop::sample::select(vec![
        (0x00, 0x20),
        (0x00, 0x24),
        (0x80, 0x32),
        (0x80, 0xA2),
        (0x80, 0x2A),
        (0x00, 0x84),
        (0x00, 0x88),
        (0x00, 0xB0),
        (0x00, 0xB2),
        (0x00, 0xCA),
    ]);
    let p2 = prop_oneof![0x80u8..0x9F, any::<u8>()];
    let known = (ins, 0u8..7, p2, prop::sample::select(secrets), any::<bool>(), any::<Option<u8>>()).prop_map(
        |((class, ins), p1, p2, data, with_data, le)| {
            let mut command = vec![class, ins, p1, p2];
            if with_data {
                command.push(data.len() as u8);
                command.extend(data.as_bytes());
            }
            command.extend(le);
            command
        },
    );
    let bytes = prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![2 => select, 2 => select_file, 4 => known, 1 => bytes]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_command_is_answered_with_two_status_bytes(commands in prop::collection::vec(command(), 1..20)) {
        let mut card = card();
        for command in commands {
            let response = card.transmit(&command);
            prop_assert!((2..=258).contains(&response.len()));
            let rejected = response[response.len() - 2] != 0x90;
            // A rejection has no data.
            prop_assert!(!rejected || response.len() == 2);
            prop_assert!((0x61..=0x6F).contains(&response[response.len() - 2]) || !rejected);
            prop_assert!(duration(&command, &response) >= crate::roles::card::PROCESSING);
            prop_assert!(card.pin_tries_left() <= 3);
        }
    }

    #[test]
    fn the_same_commands_to_the_same_card_give_the_same_responses(commands in prop::collection::vec(command(), 1..20)) {
        let (mut a, mut b) = (card(), card());
        for command in commands {
            prop_assert_eq!(a.transmit(&command), b.transmit(&command));
        }
    }

    #[test]
    fn any_split_of_reads_gives_the_same_certificate(lengths in prop::collection::vec(1usize..=256, 1..8)) {
        let certificate = content().authentication_certificate;
        let mut card = card();
        select(&mut card, Application::Jpki);
        status(&mut card, "00 A4 02 0C 02 00 0A");
        let mut all = Vec::new();
        for wanted in lengths.into_iter().cycle() {
            let (data, sw) = split(card.transmit(&[0x00, 0xB0, (all.len() >> 8) as u8, all.len() as u8, wanted as u8]));
            prop_assert_eq!(sw, 0x9000);
            prop_assert_eq!(data.len(), wanted.min(certificate.len() - all.len()));
            all.extend(data);
            if all.len() == certificate.len() {
                break;
            }
        }
        prop_assert_eq!(all, certificate);
    }
}
