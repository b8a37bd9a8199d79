use super::*;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

fn secret(class: DataClass, text: &str) -> Secret {
    Secret { class, person: 0, text: text.into() }
}

fn numbers() -> impl Strategy<Value = Secret> {
    prop_oneof![
        // Above 2^32, so that the integer takes five bytes.
        (430_000_000u64..100_000_000_000).prop_map(|n| secret(DataClass::MyNumber, MyNumber::from_body(n).reveal())),
        (430_000_000u64..10_000_000_000).prop_map(|n| secret(DataClass::ResidentCode, ResidentCode::from_body(n).reveal())),
    ]
}

fn secrets() -> impl Strategy<Value = Secret> {
    prop_oneof![
        numbers(),
        any::<[u8; 16]>().prop_map(|b| secret(DataClass::InstitutionCode, InstitutionCode::from_bytes(b).reveal())),
    ]
}

/// Writes `text` in a spelling, between what stands before and after it. Made with whole encoders where the search compares
/// pieces.
fn written(text: &str, spelling: Spelling, before: &[u8], after: &[u8], choice: usize) -> Vec<u8> {
    let around = |middle: Vec<u8>| [before, &middle, after].concat();
    let inside = |encode: &dyn Fn(&[u8]) -> String| encode(&[before, text.as_bytes(), after].concat()).into_bytes();
    let raw = |bytes: &[u8]| match choice % 4 {
        0 => bytes.to_vec(),
        1 => HEXLOWER.encode(bytes).into_bytes(),
        2 => HEXUPPER.encode(bytes).into_bytes(),
        _ => BASE64.encode(bytes).into_bytes(),
    };
    let separator = ["-", " "][choice % 2];
    let number = || text.parse::<u64>().unwrap();
    match spelling {
        Spelling::Plain => around(text.into()),
        Spelling::Grouped => {
            let groups: Vec<&str> = text.as_bytes().chunks(4).map(|g| std::str::from_utf8(g).unwrap()).collect();
            around(groups.join(separator).into())
        }
        Spelling::FullWidth => {
            around(text.bytes().map(|b| char::from_u32(u32::from(b) - 0x21 + 0xFF01).unwrap()).collect::<String>().into())
        }
        Spelling::Hex if choice.is_multiple_of(2) => inside(&|b| HEXLOWER.encode(b)),
        Spelling::Hex => inside(&|b| HEXUPPER.encode(b)),
        Spelling::Base64 if choice.is_multiple_of(2) => inside(&|b| BASE64.encode(b)),
        Spelling::Base64 => inside(&|b| BASE64URL_NOPAD.encode(b)),
        Spelling::JsonEscapes if choice.is_multiple_of(2) => {
            around(text.bytes().flat_map(|b| format!("\\u{b:04x}").into_bytes()).collect())
        }
        Spelling::JsonEscapes => around(text.bytes().flat_map(|b| format!("\\u{b:04X}").into_bytes()).collect()),
        Spelling::Utf16LittleEndian => around(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Spelling::Utf16BigEndian => around(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        Spelling::Reversed => around(text.bytes().rev().collect()),
        Spelling::Sha256 => around(raw(&Sha256::digest(text.as_bytes()))),
        Spelling::Integer if choice.is_multiple_of(2) => around(number().to_be_bytes()[3..].to_vec()),
        Spelling::Integer => around(number().to_be_bytes().to_vec()),
        Spelling::PackedDecimal if text.len().is_multiple_of(2) => around(HEXLOWER.decode(text.as_bytes()).unwrap()),
        Spelling::PackedDecimal if choice.is_multiple_of(2) => around(HEXLOWER.decode(format!("0{text}").as_bytes()).unwrap()),
        Spelling::PackedDecimal => around(HEXLOWER.decode(format!("{text}f").as_bytes()).unwrap()),
        Spelling::CodeBytes => around(raw(&data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap())),
    }
}

fn applies(spelling: Spelling, class: DataClass) -> bool {
    match spelling {
        Spelling::Integer | Spelling::PackedDecimal => class != DataClass::InstitutionCode,
        Spelling::CodeBytes => class == DataClass::InstitutionCode,
        _ => true,
    }
}

fn found(secrets: &[Secret], bytes: &[u8]) -> Vec<Hit> {
    Search::new(secrets).unwrap().find(bytes).collect()
}

proptest! {
    #[test]
    fn a_planted_secret_is_found_at_any_offset_in_any_spelling(
        secret in secrets(),
        spelling in prop::sample::select(Spelling::ALL.to_vec()),
        // No digits next to it, and bytes that no text has, so that binary forms are sought.
        before in "[a-z:\"/{\u{1}]{0,40}\u{1}",
        after in "\u{1}[a-z:\"/}\u{1}]{0,40}",
        choice in 0usize..4,
    ) {
        prop_assume!(applies(spelling, secret.class));
        let bytes = written(&secret.text, spelling, before.as_bytes(), after.as_bytes(), choice);
        let others = [super::Secret { text: "123456789018".into(), person: 1, class: DataClass::MyNumber }, secret.clone()];
        let hits = found(&others, &bytes);
        // A palindrome is found as what it also is.
        let reversed: String = secret.text.chars().rev().collect();
        let right = |h: &Hit| h.secret == 1 && (h.spelling == spelling || reversed == secret.text);
        prop_assert!(hits.iter().any(right), "{spelling:?}: {:?}", hits);
        prop_assert!(hits.iter().filter(|h| right(h)).all(|h| h.weak != Some(Weak::Embedded)));
    }

    #[test]
    fn small_letters_of_a_code_are_no_hiding_place(code in any::<[u8; 16]>(), before in "[a-z]{0,9}") {
        let code = secret(DataClass::InstitutionCode, InstitutionCode::from_bytes(code).reveal());
        for spelling in [Spelling::Plain, Spelling::Grouped, Spelling::Base64, Spelling::Hex] {
            let bytes = written(&code.text.to_lowercase(), spelling, before.as_bytes(), b"", 0);
            prop_assert!(found(std::slice::from_ref(&code), &bytes).iter().any(|h| h.spelling == spelling));
        }
    }

    #[test]
    fn text_without_digits_never_alarms(secrets in prop::collection::vec(secrets(), 1..8), text in "[ -/:-~\n]{0,400}") {
        prop_assert_eq!(found(&secrets, text.as_bytes()), vec![]);
    }

    #[test]
    fn digits_alarm_where_a_slow_search_finds_a_number_and_nowhere_else(
        secrets in prop::collection::vec(numbers(), 1..6),
        pieces in prop::collection::vec(("[0-9]{1,30}", "[ ,a-z]{0,3}"), 0..20),
        planted in prop::option::of((0usize..6, 0usize..40)),
    ) {
        let mut text: String = pieces.iter().map(|(digits, rest)| format!("{digits}{rest}")).collect();
        if let Some((which, at)) = planted {
            text.insert_str(at.min(text.len()), &secrets[which % secrets.len()].text);
        }
        let mut slow: Vec<(usize, usize, bool)> = Vec::new();
        for (index, secret) in secrets.iter().enumerate() {
            let reversed: String = secret.text.chars().rev().collect();
            for start in 0..text.len().saturating_sub(secret.text.len() - 1) {
                let end = start + secret.text.len();
                if text[start..end] == secret.text || text[start..end] == reversed {
                    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                    slow.push((index, start, digit(text[..start].chars().last()) || digit(text[end..].chars().next())));
                }
            }
        }
        let hits = found(&secrets, text.as_bytes());
        let mut fast: Vec<_> = hits.iter().map(|h| (h.secret, h.start, h.weak == Some(Weak::Embedded))).collect();
        fast.sort_unstable();
        slow.sort_unstable();
        prop_assert_eq!(fast, slow);
    }
}

#[test]
fn every_spelling_is_written_as_the_documentation_says() {
    let number = secret(DataClass::MyNumber, "123456789018");
    for (spelling, text) in [
        (Spelling::Plain, &b"123456789018"[..]),
        (Spelling::Grouped, b"1234-5678-9018"),
        (Spelling::Grouped, b"1234 5678 9018"),
        (Spelling::FullWidth, "１２３４５６７８９０１８".as_bytes()),
        (Spelling::Hex, b"313233343536373839303138"),
        (Spelling::Base64, b"MTIzNDU2Nzg5MDE4"),
        (Spelling::JsonEscapes, br"\u0031\u0032\u0033\u0034\u0035\u0036\u0037\u0038\u0039\u0030\u0031\u0038"),
        (Spelling::Reversed, b"810987654321"),
        (Spelling::Integer, b"\x00\x1c\xbe\x99\x1a\x1a"),
        (Spelling::PackedDecimal, b"\x12\x34\x56\x78\x90\x18"),
    ] {
        let hits = found(std::slice::from_ref(&number), text);
        assert_eq!(hits.iter().map(|h| h.spelling).collect::<Vec<_>>(), [spelling], "{spelling:?}");
    }
}

#[test]
fn a_longer_run_of_digits_is_weak_and_a_packed_number_in_text_is_none() {
    let number = secret(DataClass::MyNumber, "123456789018");
    let weak = |text: &[u8]| found(std::slice::from_ref(&number), text).iter().map(|h| h.weak).collect::<Vec<_>>();
    assert_eq!(weak(b"n=123456789018."), [None]);
    assert_eq!(weak(b"20270405123456789018"), [Some(Weak::Embedded)]);
    assert_eq!(weak(b"123456789018000"), [Some(Weak::Embedded)]);
    // A number that is "123456" or the like in packed decimal.
    let digits = MyNumber::from_body(31_323_334_353);
    let packed = HEXLOWER.decode(digits.reveal().as_bytes()).unwrap();
    let number = secret(DataClass::MyNumber, digits.reveal());
    assert!(found(std::slice::from_ref(&number), &packed).is_empty(), "it is text");
    assert_eq!(found(&[number], &[&packed[..], &[0]].concat()).len(), 1);
}

#[test]
fn no_debug_output_shows_a_secret() {
    assert_eq!(format!("{:?}", secret(DataClass::MyNumber, "123456789018")), "Secret(My Number of person 0)");
}
