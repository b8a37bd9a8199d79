mod writing;

use super::*;
use crate::matrix::DataClass;
use proptest::prelude::*;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};
use writing::{CODES, KEY, LAYERS, NUMBERS, is_whole, wrap};

fn digits(class: DataClass, text: &str) -> Secret {
    Secret { class, person: 0, value: Value::Digits(text.into()) }
}

fn my_number(body: u64) -> Secret {
    digits(DataClass::MyNumber, MyNumber::from_body(body).reveal())
}

fn code_of(bytes: [u8; 16]) -> Secret {
    let value = Value::Code(InstitutionCode::from_bytes(bytes).reveal().into());
    Secret { class: DataClass::InstitutionCode, person: 0, value }
}

fn text_of(secret: &Secret) -> &str {
    match &secret.value {
        Value::Digits(text) | Value::Code(text) | Value::Text(text) => text,
        Value::Bytes(_) => "",
    }
}

fn numbers() -> impl Strategy<Value = Secret> {
    prop_oneof![
        (100_000_000u64..100_000_000_000).prop_map(my_number),
        (100_000_000u64..10_000_000_000)
            .prop_map(|n| digits(DataClass::ResidentCode, ResidentCode::from_body(n).reveal())),
    ]
}

fn detector(secret: &Secret) -> Detector {
    let others = [my_number(12_345_678_901), code_of(*b"0123456789abcdef")];
    Detector::new(others.into_iter().chain([secret.clone()]).collect(), &[KEY.to_vec()]).unwrap()
}

/// Writes something in two layers, each with something before and after.
fn nested(inner: Vec<u8>, layers: [&str; 2], around: [&[u8]; 2]) -> Option<Vec<u8>> {
    let wide = |layer: &str| layer.starts_with("utf");
    if wide(layers[0]) && wide(layers[1]) || is_whole(layers[0]) && around[0] != b"" {
        return None;
    }
    let mut bytes = inner;
    for layer in layers {
        let beside = if is_whole(layer) { [&b""[..], b""] } else { around };
        // Text stays text.
        bytes = [beside[0], &bytes, beside[1]].concat();
        bytes = wrap(layer, &bytes)?;
    }
    Some(bytes)
}

fn finds(detector: &Detector, bytes: &[u8]) -> bool {
    detector.look(bytes).hits.iter().any(|h| h.secret == 2)
}

#[test]
fn all_of_two_layers() {
    let mut missed = Vec::new();
    let mut looked = 0;
    for (secret, all, write) in [
        (my_number(98_765_432_109), &NUMBERS[..], writing::number as fn(&str, &str) -> Vec<u8>),
        (digits(DataClass::ResidentCode, ResidentCode::from_body(9_876_543_210).reveal()), &NUMBERS[..], writing::number),
        (code_of([0x5A, 1, 0xFE, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]), &CODES[..], writing::code),
    ] {
        let detector = detector(&secret);
        for spelling in all {
            for inner in LAYERS {
                for outer in LAYERS {
                    for around in [[&b"no: "[..], b"."], [b"", b""], [b"{\"k\":\"", b"\"}"]] {
                        let Some(bytes) = nested(write(spelling, text_of(&secret)), [inner, outer], around) else { continue };
                        looked += 1;
                        if !finds(&detector, &bytes) {
                            missed.push(format!("{} {spelling} in {inner} in {outer} around {:?}", secret.class.name(), std::str::from_utf8(around[0])));
                        }
                    }
                }
            }
        }
    }
    eprintln!("{} of {looked}", missed.len());
    assert!(missed.is_empty(), "{} of {looked}:\n{}", missed.len(), missed.join("\n"));
}
