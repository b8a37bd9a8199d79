//! Whether any two of many institution codes are the same, and what that costs: `cargo run --release --example code_collisions`.
//!
//! Derives the codes of half as many people in two fields each, with the keys of one run, in as many passes as memory allows: each pass keeps
//! the first 64 bits of the codes that begin with its prefix, sorts them, and looks for equal neighbours. Memory is eight bytes for each code
//! of a pass: 10^8 codes in four passes take about 200 MB. Two different codes can share 64 bits (expected: n² / 2^65, 0.0003 for 10^8): if
//! any do, one more pass compares these codes whole.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use mocks::design::codes::{CodeHolder, source};
use mocks::roles::number_authority::keys::CodeKeys;
use sim::seed::Seed;
use sim::terms::design::{Codes, Design};
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};
use sim::terms::messages::{FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE};
use std::collections::{BTreeMap, BTreeSet};

/// The fields in which each person has a code.
const FIELDS: [&str; 2] = [FIELD_MEDICAL_INSURANCE, FIELD_EXCHANGE];
/// The multiplier that spreads consecutive people over all resident codes; it shares no factor with ten.
const SPREAD: u64 = 7_368_787;

/// The codes of a range of people.
struct Codes64 {
    keys: CodeKeys,
    design: Design,
}

impl Codes64 {
    /// Calls `see` with each code of these people, as its first 64 bits and whole.
    fn each(&self, people: std::ops::Range<u64>, mut see: impl FnMut(u64, &InstitutionCode)) {
        let source = source(&self.design);
        for person in people {
            let resident = ResidentCode::from_body(person.wrapping_mul(SPREAD) % 10_000_000_000);
            let my_number = MyNumber::from_body(person.wrapping_mul(SPREAD) % 100_000_000_000);
            let of = CodeHolder { resident: &resident, my_number: Some(&my_number), generation: 0 };
            for field in FIELDS {
                let code = source.code(&self.keys, field, &of);
                see(first_64_bits(&code), &code);
            }
        }
    }
}

fn first_64_bits(code: &InstitutionCode) -> u64 {
    let bytes = data_encoding::BASE32_NOPAD.decode(code.reveal().as_bytes()).unwrap_or_default();
    bytes.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
}

/// Runs `work` on parts of the people, one for each processor, and joins the results.
fn in_parts<T: Send>(people: u64, work: impl Fn(std::ops::Range<u64>) -> T + Sync) -> Vec<T> {
    let parts = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let size = people.div_ceil(parts).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let start = |part: u64| scope.spawn(move || work((part * size).min(people)..((part + 1) * size).min(people)));
        let running: Vec<_> = (0..parts).map(start).collect();
        // A part that is missing would be a part without collisions.
        running.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// The first 64 bits that occur more than once.
fn repeated(codes: &Codes64, people: u64, passes: u64) -> BTreeSet<u64> {
    let mut repeated = BTreeSet::new();
    for pass in 0..passes {
        let kept = |range| {
            let mut kept: Vec<u64> = Vec::new();
            codes.each(range, |bits, _| {
                if (u128::from(bits) * u128::from(passes)) >> 64 == u128::from(pass) {
                    kept.push(bits);
                }
            });
            kept
        };
        let mut all = in_parts(people, kept).concat();
        all.sort_unstable();
        repeated.extend(all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]));
        println!("pass {} of {passes}: {} codes, {} repeated beginnings so far", pass + 1, all.len(), repeated.len());
    }
    repeated
}

/// How many codes are those of an earlier person or field.
fn collisions(codes: &Codes64, people: u64, passes: u64) -> u64 {
    let repeated = repeated(codes, people, passes);
    if repeated.is_empty() {
        return 0;
    }
    let mut whole: BTreeMap<String, u64> = BTreeMap::new();
    codes.each(0..people, |bits, code| {
        if repeated.contains(&bits) {
            *whole.entry(code.reveal().to_string()).or_default() += 1;
        }
    });
    whole.values().map(|n| n - 1).sum()
}

/// `[CODES] [PASSES] [from-resident-code | from-my-number | random-table]`.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |n| n.parse::<u64>());
    let (count, passes) = (number(100_000_000)?, number(4)?.max(1));
    let made = match arguments.next().as_deref() {
        None | Some("from-resident-code") => Codes::FromResidentCode,
        Some("from-my-number") => Codes::FromMyNumber,
        Some("random-table") => Codes::RandomTable,
        Some(other) => return Err(format!("`{other}` is no way in which codes are made").into()),
    };
    let people = count / FIELDS.len() as u64;
    let seed = Seed::new(1, "code-collisions");
    let codes = Codes64 { keys: CodeKeys::new(&seed), design: Design { codes: made, ..Design::default() } };
    let found = collisions(&codes, people, passes);
    println!("{} codes of {people} people in {} fields: {found} collisions", people * FIELDS.len() as u64, FIELDS.len());
    if found == 0 { Ok(()) } else { Err("two codes are the same".into()) }
}
