//! Fuzz targets for everything that is read from others: each gets a seeded sequence of inputs, made from a corpus by changing, cutting and
//! joining its files, and must neither panic nor take long. `.ci/night` gives `SHIKAKU_FUZZ_INPUTS` more of them.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use crate::scan;
use reports::human::{self, Widths};
use reports::rules::{Lang, Titles};
use scenarios::file::{Library, Scenario};
use scenarios::run::Order;
use scenarios::shrink::Knobs;
use scenarios::shrink::short::ShortToken;
use scenarios::shrink::token::Token;
use sim::terms::shown;
use std::ops::Range;

/// How many inputs each target gets, unless the environment says otherwise. Tokens and people take microseconds.
const FAST: u64 = 1_000_000;
const SLOW: u64 = 100_000;
/// Judging takes milliseconds.
const JUDGED: u64 = 1_000;
/// No input is longer.
const LONGEST: usize = 4096;

/// SplitMix64: the same inputs on every machine.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn part(&mut self, of: &[u8]) -> Range<usize> {
        let (a, b) = (self.below(of.len() + 1), self.below(of.len() + 1));
        a.min(b)..a.max(b).min(a.min(b) + 64)
    }
}

/// What breaks readers: the ends of number types, units, and characters that mean something to one of the formats.
const WORDS: &[&str] = &[
    "0",
    "-1",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "255",
    "1e308",
    "-1e999",
    "nan",
    "inf",
    "0.0000000001",
    "9999999999999999h",
    "0s",
    "1ns",
    "-5s",
    "100 %",
    "101 %",
    "1e9 per second",
    "1 Gbit/s",
    "null",
    "true",
    "[]",
    "{}",
    "[[visit]]",
    "include = [\"x.toml\"]",
    "\"",
    "'''",
    "\\u0000",
    "\u{202e}",
    "\u{1b}[2J",
    "\n",
    "::error::",
    "##[",
    "💴",
    "9999-12-31",
    "0000-00-00",
    "24:00",
    ",",
    "=",
    "person",
    "index",
];

/// The next input.
fn input(corpus: &[&[u8]], draw: &mut Draw, longest: usize) -> Vec<u8> {
    let mut bytes = corpus[draw.below(corpus.len())].to_vec();
    for _ in 0..=draw.below(4) {
        let at = draw.part(&bytes);
        match draw.below(8) {
            0 => drop(bytes.splice(at, [])),
            1 => drop(bytes.splice(at, WORDS[draw.below(WORDS.len())].bytes())),
            2 => drop(bytes.splice(at.start..at.start, WORDS[draw.below(WORDS.len())].bytes())),
            3 => {
                let again = bytes[at.clone()].to_vec();
                drop(bytes.splice(at.end..at.end, again));
            }
            4 => {
                let other = corpus[draw.below(corpus.len())];
                let from = draw.part(other);
                drop(bytes.splice(at, other[from].iter().copied()));
            }
            5 => bytes.truncate(at.end),
            // Numbers are what most checks are about.
            6 => {
                let digits: Vec<usize> = (0..bytes.len()).filter(|i| bytes[*i].is_ascii_digit()).collect();
                if let Some(digit) = digits.get(draw.below(digits.len())) {
                    let end = (*digit..bytes.len()).find(|i| !bytes[*i].is_ascii_digit()).unwrap_or(bytes.len());
                    drop(bytes.splice(*digit..end, WORDS[draw.below(12)].bytes()));
                }
            }
            _ => {
                let changed = draw.next() as u8;
                bytes.get_mut(at).into_iter().flatten().take(1).for_each(|b| *b = changed);
            }
        }
    }
    bytes.truncate(longest);
    bytes
}

/// Gives a target its inputs. An input that makes it panic is printed by the test's name and its number.
fn fuzz(name: &str, inputs: u64, corpus: &[&[u8]], target: impl Fn(&[u8])) {
    let inputs = std::env::var("SHIKAKU_FUZZ_INPUTS").ok().and_then(|n| n.parse().ok()).unwrap_or(inputs);
    let mut draw = Draw(0x5EED);
    for number in 0..inputs {
        let bytes = input(corpus, &mut draw, LONGEST);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target(&bytes)));
        assert!(done.is_ok(), "{name}: input {number} panics: {:?}", String::from_utf8_lossy(&bytes));
    }
}

const SCENARIOS: &[&[u8]] = &[
    include_bytes!("../../scenarios/core/everyday-visit.toml"),
    include_bytes!("../../scenarios/core/monday-morning.toml"),
    include_bytes!("../../scenarios/core/jpki-down.toml"),
    include_bytes!("../../scenarios/load/oracle-mm1.toml"),
    include_bytes!("../../scenarios/load/prefecture.part.toml"),
];

/// A scenario file: every error is shown, and what is valid is planned.
#[test]
fn scenario_files() {
    let rules: Vec<&str> = conformance::rules::all().iter().map(|r| r.about().id).collect();
    let library = Library { rules: Some(&rules), ..Library::none() };
    fuzz("scenario", SLOW, SCENARIOS, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        match Scenario::read("fuzzed.toml", text, &library) {
            Ok(scenario) => {
                let need = scenario.estimate();
                if need.memory < 100_000_000 {
                    let plan = scenario.as_played(1, None);
                    let written = plan.to_toml().unwrap();
                    let same = Scenario::read("fuzzed.toml", &written, &library).map(|s| s.visits.len());
                    assert!(scenario.load.is_some() || same.is_ok(), "{written}");
                }
            }
            Err(errors) => {
                let text = errors.to_string();
                assert!(text.chars().all(|c| c == '\n' || !shown::is_hidden(c)), "{text:?}");
            }
        }
    });
}

/// A design file.
#[test]
fn design_files() {
    let corpus: &[&[u8]] =
        &[include_bytes!("../../designs/keep-for-a-time.toml"), include_bytes!("../../designs/ask-insurer.toml")];
    fuzz("design", SLOW, corpus, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if scenarios::designs::is_design(text)
            && let Err(errors) = scenarios::designs::read("fuzzed.toml", text)
        {
            assert!(!errors.to_string().is_empty());
        }
    });
}

/// A calibration file.
#[test]
fn calibration_files() {
    let one = b"schema = \"shikaku/calibration/v1\"\ntool = \"shikaku 0.1.0\"\nmachine = { cpu = \"a desk\", cores = 2, os = \"linux\" }\n\
        openssl = \"OpenSSL 3.6.3\"\n[operation.signature-check]\nwhat = \"x\"\nmedian = \"719us\"\np10 = \"700us\"\np90 = \"800us\"\nmean = \"730us\"\n\
        rounds = 1000\nbatch = 1\n";
    fuzz("calibration", SLOW, &[one], |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        if let Ok(read) = mocks::calibration::file::Calibration::read(text) {
            assert!(!read.to_toml().unwrap().is_empty());
        }
    });
}

/// A people file. No error repeats a value.
#[test]
fn people_files() {
    let people: &[&[u8]] = &[
        br#"{"index":3,"my_number":"123456789018","resident_code":"12345678903","institution_codes":{"research":"AAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#,
        b"{\"index\":0,\"my_number\":\"123456789018\"}\n{\"index\":1,\"institution_codes\":{}}\n",
    ];
    fuzz("people", FAST, people, |bytes| {
        if let Some(error) = scan::people::error_in(bytes) {
            assert!(!error.contains("123456789018"), "{error}");
        }
    });
}

/// A token, short or long.
#[test]
fn tokens() {
    let scenario = Scenario::read("a.toml", std::str::from_utf8(SCENARIOS[1]).unwrap(), &Library::none()).unwrap();
    let plan = scenario.planned(1);
    let token = Token {
        tool: "shikaku 0.1.0".into(),
        scenario: "monday-morning".into(),
        sha256: scenario.sha256.clone(),
        design: "certificate".into(),
        design_sha256: Some("00".repeat(32)),
        seed: 1,
        mutant: None,
        engine: None,
        knobs: Knobs::everything(&plan),
        failure: "NVN-003".into(),
        journal_sha256: "00".repeat(32),
    };
    let (json, short) = (token.to_json().unwrap(), ShortToken::write(&token).unwrap());
    let tokens: &[&[u8]] = &[json.as_bytes(), short.as_bytes(), b"sk1-AAAA", b"sk1-eyJ0b29sIjoieCJ9"];
    fuzz("token", FAST, tokens, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        // Both readers say what is wrong, and read nothing beyond the text.
        let _ = (ShortToken::read(&text).is_ok(), Token::read(&text).is_ok());
        if let Ok(token) = Token::from_json(&text) {
            // What it keeps may be of another scenario.
            drop(token.knobs.apply(&plan));
        }
    });
}

/// A results document: read as a stream, and shown.
#[test]
fn results_documents() {
    let document: &[&[u8]] = &[RESULTS.as_bytes()];
    fuzz("results", SLOW, document, |bytes| {
        if let Ok(mut reader) = reports::results::Reader::begin(bytes) {
            while let Ok(Some(run)) = reader.run() {
                // In Japanese recorded texts are taken apart.
                for lang in [Lang::En, Lang::Ja] {
                    let widths = Widths::of(std::iter::once((run.scenario.as_str(), run.design.as_str())), run.seed, lang);
                    let run = &*reports::results::shown(&run);
                    let text = human::line(run, widths, lang) + &human::failure(run, &Titles::new([], lang));
                    assert!(
                        shown::output(&text).chars().all(|c| matches!(c, '\n' | '\u{1b}') || !shown::is_hidden(c)),
                        "{text:?}"
                    );
                }
            }
        }
    });
}

/// A recording: one line of its journal, or its ground truth, is changed, and what can be read is judged.
#[test]
fn recordings() {
    let scenario = scenarios::catalog::core().unwrap().into_iter().find(|s| s.name == "everyday-visit").unwrap();
    let order = Order {
        scenario: 0,
        design: scenarios::designs::certificate(),
        seed: 1,
        mutant: None,
        engine: scenarios::EngineKind::Events,
    };
    let played = scenarios::run::play(&scenario, &order, "fuzz").unwrap();
    let ground = played.ground.to_json().unwrap();
    let line = |entry| {
        let mut line = Vec::new();
        sim::journal::write_line(entry, &mut line);
        line
    };
    // Bytes on wires are searched, and nothing else is read of them.
    let is_wire = |entry: &&sim::journal::Entry| matches!(entry.event, sim::journal::Event::Wire { .. });
    let lines: Vec<Vec<u8>> = played.entries.iter().filter(|e| !is_wire(e)).map(line).collect();
    let corpus: Vec<&[u8]> = lines.iter().map(Vec::as_slice).filter(|line| line.len() < LONGEST).collect();
    let draw = std::cell::RefCell::new(Draw(7));
    fuzz("recording", JUDGED, &corpus, |bytes| {
        let at = draw.borrow_mut().below(lines.len());
        let of_ground = draw.borrow_mut().below(2) == 0;
        let journal: Vec<u8> = lines.iter().enumerate().flat_map(|(i, l)| if i == at { bytes } else { l }).copied().collect();
        let truth = match of_ground {
            true => String::from_utf8_lossy(&input(&[ground.as_bytes()], &mut draw.borrow_mut(), ground.len())).into_owned(),
            false => ground.clone(),
        };
        let journal = String::from_utf8_lossy(&journal);
        if let (Ok(entries), Ok(truth)) = (sim::journal::read_lines(&journal), sim::ground::Ground::from_json(&truth)) {
            assert!(!conformance::judge(&entries, &truth).is_empty());
        }
    });
}

const RESULTS: &str = r#"{"schema":"shikaku/results/v3","tool":"shikaku","version":"0.1.0","commit":"unknown","openssl":"OpenSSL 3.6.3","engine":"events",
"rules":["FLOW-001"],"seed":1,"last_seed":1,"plan":{"scenarios":[{"name":"a","sha256":"00","designs":["certificate"]}],"designs":[],"runs":1},
"runs":[{"scenario":"a","design":"certificate","seed":1,"outcome":"broken","checks":{"started":1,"in_force":1,"not_in_force":0,"refused":0,
"indeterminate":0},"expectations":[{"what":"visit 0","held":false,"detail":"expected"}],"rules":[],"latency_ms":null,"steps":{"1":1},
"journal_sha256":"00","wire_sha256":"00","virtual_s":1.5,"wall_s":0.5,"reached":{"outcomes":{},"faults":{},"states":{}},"replay":"shikaku run a"}],
"complete":true,"digest":"00"}"#;

#[test]
fn the_corpus_is_what_the_readers_read() {
    let mut reader = reports::results::Reader::begin(RESULTS.as_bytes()).unwrap();
    assert!(reader.run().unwrap().is_some());
    assert!(Scenario::read("a.toml", std::str::from_utf8(SCENARIOS[0]).unwrap(), &Library::none()).is_ok());
    let mut draw = Draw(1);
    let inputs: std::collections::BTreeSet<Vec<u8>> = (0..1000).map(|_| input(SCENARIOS, &mut draw, LONGEST)).collect();
    assert!(inputs.len() > 900, "inputs differ: {}", inputs.len());
}
