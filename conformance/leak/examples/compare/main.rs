//! What is found in drawn inputs, a line for each, so that two builds of the detector can be compared: `cargo run --release -p leak
//! --example compare -- COUNT [PEOPLE] [FILE]…`. In an input are values in any form, in up to three layers, in texts of any kind,
//! cut and changed at random. A line has the number of the input, the places, values and forms of all hits, the unmatched numbers,
//! what could not be read, and behind a tab the candidate positions. Of files, each 64 KiB are an input.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use leak::{Detector, SearchResult};
use std::hash::{DefaultHasher, Hash, Hasher};
use texts::{Draw, KINDS, is_text, planted};

#[path = "../recall/forms.rs"]
mod forms;
#[path = "../recall/measure.rs"]
#[allow(dead_code, reason = "the other example measures")]
mod measure;
#[path = "../recall/packed.rs"]
mod packed;
#[path = "../../benches/texts.rs"]
#[allow(dead_code, reason = "the bench also searches its texts")]
mod people;
#[path = "../recall/texts.rs"]
mod texts;
#[path = "../../src/tests/writing.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "the tests use more of it")]
mod writing;

/// How much of a file is one input, in bytes.
const PIECE: usize = 64 << 10;

/// A value of someone, or of nobody, in one of its forms and in some layers.
fn value(draw: &mut Draw, detector: &Detector, forms: &[forms::Form]) -> Vec<u8> {
    let form = &forms[draw.below(forms.len() as u64) as usize];
    let secrets = detector.secrets();
    let mut at = draw.below(secrets.len() as u64) as usize;
    while !form.of.classes().contains(&secrets[at].class) {
        at = (at + 1) % secrets.len();
    }
    let mut written = match draw.below(8) {
        0 => (form.write)(&measure::value_of_nobody(form.of, draw.below(1000))),
        _ => (form.write)(measure::bytes_of(&secrets[at])),
    };
    for _ in 0..[0, 0, 0, 1, 1, 2, 3][draw.below(7) as usize] {
        let layer = writing::LAYERS[draw.below(writing::LAYERS.len() as u64) as usize];
        let (before, after) = (draw.below(24), draw.below(24));
        let beside = |draw: &mut Draw, count| match draw.below(3) {
            0 => draw.bytes(count),
            1 => (0..count).map(|_| b"abcXYZ0189+/-_,. \"=:"[draw.below(20) as usize]).collect(),
            _ => Vec::new(),
        };
        let inner = [beside(draw, before), written.clone(), beside(draw, after)].concat();
        written = writing::wrap(layer, &inner).unwrap_or(written);
    }
    written
}

/// Characters of every alphabet that an encoding uses.
fn glue(draw: &mut Draw) -> Vec<u8> {
    const ALPHABETS: [&[u8]; 6] = [
        b"0123456789",
        b"0123456789abcdef",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_",
        b" ,.:;\"'\n\t=-/|",
        b"\x00\x01\x05\x08\x80\xFF",
    ];
    let alphabet = ALPHABETS[draw.below(6) as usize];
    (0..draw.below(9)).map(|_| alphabet[draw.below(alphabet.len() as u64) as usize]).collect()
}

fn input(number: u64, detector: &Detector, forms: &[forms::Form]) -> Vec<u8> {
    let mut draw = Draw::new("input", number);
    let mut bytes = Vec::new();
    for _ in 0..1 + draw.below(3) {
        let written = value(&mut draw, detector, forms);
        if draw.below(3) == 0 {
            bytes.extend(glue(&mut draw));
            bytes.extend(written);
            bytes.extend(glue(&mut draw));
            continue;
        }
        let place = match draw.below(8) {
            0 => forms::Place::Line,
            1 => forms::Place::Alone,
            _ => forms::Place::Anywhere,
        };
        let kind = draw.below(KINDS);
        debug_assert!(!written.is_empty() || is_text(&written));
        bytes.extend(planted(&written, place, kind, &mut draw).concat());
    }
    if draw.below(4) == 0 && !bytes.is_empty() {
        for _ in 0..draw.below(4) {
            let at = draw.below(bytes.len() as u64) as usize;
            bytes[at] = draw.next() as u8;
        }
        bytes.truncate(1 + draw.below(bytes.len() as u64) as usize);
    }
    bytes
}

fn print(name: &str, result: &SearchResult) {
    let mut hash = DefaultHasher::new();
    format!("{:?} {:?} {}", result.unmatched, result.not_read, result.overrun()).hash(&mut hash);
    let hits = result.hits.iter().map(|h| {
        let layers: Vec<String> = h.how.layers.iter().map(|l| format!("{l:?}")).collect();
        format!("{}-{}:{}:{:?}/{}:{:?}", h.start, h.end, h.secret, h.how.encoding, layers.join("/"), h.low_confidence)
    });
    println!("{name} {:016x} {}\t{:?}", hash.finish(), hits.collect::<Vec<_>>().join(" "), result.candidates);
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().ok_or("how many inputs?")?.parse()?;
    let people: u64 = arguments.next().unwrap_or("100".into()).parse()?;
    let detector = Detector::new(measure::secrets(people), &[b"key".to_vec()])?;
    // With texts among the values, other ways are taken than with numbers and codes only.
    let numbers = Detector::new(people::people(people), &[])?;
    let forms = forms::forms();
    let (mut session, mut session_of_numbers) = (detector.session(), numbers.session());
    for number in 0..count {
        let bytes = input(number, &detector, &forms);
        // Also what a session remembers, and ciphertext.
        let result = match number % 8 {
            0..2 => detector.look(&bytes),
            2 => session.look(&bytes),
            3 => detector.look_at_ciphertext(&bytes),
            4..6 => numbers.look(&bytes),
            6 => session_of_numbers.look(&bytes),
            _ => numbers.look_at_ciphertext(&bytes),
        };
        print(&number.to_string(), &result);
    }
    for file in arguments {
        let bytes = std::fs::read(&file)?;
        for (i, piece) in bytes.chunks(PIECE).enumerate() {
            print(&format!("{file} {i}"), &detector.look(piece));
            print(&format!("{file} {i} numbers"), &numbers.look(piece));
        }
    }
    Ok(())
}
