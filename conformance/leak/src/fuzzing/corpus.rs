//! The bodies of the fuzz targets over a fixed corpus, as ordinary tests. A fuzzer with coverage feedback, which finds more in
//! hours, runs at night (`.ci/night`); this is what every run of the tests looks at, and it is the same each time.
//! `SHIKAKU_FUZZ_INPUTS` asks for another number of inputs.

use super::{decoders, look, stream_equals_look};

/// How many inputs, if nothing else is asked for.
const INPUTS: u64 = 4_000;
/// The longest input in bytes.
const LONGEST: usize = 4096;

/// The parts of inputs: values that the detector searches for, in several forms, and the delimiters of the encodings that it
/// decodes.
const FRAGMENTS: &[&[u8]] = &[
    b"123456789018",
    b"1234-5678-9018",
    b"1234 5678 9018",
    b"810987654321",
    b"ABCDEFGHIJKLMNOPQRSTUVWXY2",
    b"abcdefghijklmnopqrstuvwxy2",
    b"a distinctive text",
    b"MTIzNDU2Nzg5MDE4",
    b"313233343536373839303138",
    b"%31%32%33%34%35%36%37%38%39%30%31%38",
    b"&#49;&#50;&#51;&#x34;&#x35;",
    b"\\u0031\\u0032\\x33\\064",
    b"=31=32=33=\r\n=34",
    "１２３４５６７８９０１８".as_bytes(),
    "一二三四五六七八九〇一八".as_bytes(),
    b"\x1b$B#1#2#3#4#5#6\x1b(B",
    b"1\x002\x003\x004\x005\x006\x007\x008\x009\x000\x001\x008\x00",
    b"\x12\x34\x56\x78\x90\x18",
    b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    b"\x78\x9c",
    b"PK\x03\x04",
    b"\x28\xb5\x2f\xfd",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"%",
    b"&#",
    b"\\u",
    b"=",
    b"\x1b",
    b"\"",
    b"{",
    b"\r\n",
    b"\x00",
    b"\xef\xbc\x91",
];

/// SplitMix64: a few lines, and the same numbers everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Input `number` of the corpus: fragments and noise, then a few bytes changed, then cut. One in 64 is long.
fn input(number: u64) -> Vec<u8> {
    let mut draw = Draw(number);
    let limit = if number.is_multiple_of(64) { LONGEST } else { 200 };
    let length = draw.below(limit) + 1;
    let mut bytes = Vec::with_capacity(length + 64);
    while bytes.len() < length {
        match draw.below(4) {
            0 => bytes.extend((0..draw.below(12)).map(|_| draw.next() as u8)),
            _ => bytes.extend(FRAGMENTS[draw.below(FRAGMENTS.len())]),
        }
    }
    for _ in 0..draw.below(4) {
        let at = draw.below(bytes.len());
        bytes[at] = draw.next() as u8;
    }
    bytes.truncate(length);
    bytes
}

fn all(body: fn(&[u8])) {
    body(&[]);
    FRAGMENTS.iter().for_each(|fragment| body(fragment));
    let inputs = std::env::var("SHIKAKU_FUZZ_INPUTS").ok().and_then(|n| n.parse().ok()).unwrap_or(INPUTS);
    (0..inputs).for_each(|number| body(&input(number)));
}

#[test]
fn a_look_holds_over_the_corpus() {
    all(look);
}

#[test]
fn a_stream_equals_a_look_over_the_corpus() {
    all(stream_equals_look);
}

#[test]
fn decoders_hold_over_the_corpus() {
    all(decoders);
}

/// Otherwise the bodies would test nothing.
#[test]
fn much_of_the_corpus_is_found() {
    let Some(detector) = &*super::DETECTOR else { panic!("there is no detector") };
    let found = (0..1000).filter(|n| !detector.look(&input(*n)).hits.is_empty()).count();
    assert!(found > 300, "{found} of 1000");
}
