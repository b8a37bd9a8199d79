mod limits;
mod spellings;
mod writing;

use super::stream::{AHEAD, PART};
use super::*;
use md5::{Digest, Md5};
use proptest::prelude::*;
use terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};
use writing::{CODES, DIGESTS, KEY, LAYERS, NUMBERS, is_whole, wrap};

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
        (100_000_000u64..10_000_000_000).prop_map(|n| digits(DataClass::ResidentCode, ResidentCode::from_body(n).reveal())),
    ]
}

fn detector(secret: &Secret) -> Detector {
    let others = [my_number(12_345_678_901), code_of(*b"0123456789abcdef")];
    Detector::new(others.into_iter().chain([secret.clone()]).collect(), &[KEY.to_vec()]).unwrap()
}

/// Writes something in two layers, each with something before and after it.
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

/// Whether a short digest is text by chance, or has in base 64 neither a capital after a letter nor a digit beside one. To find
/// these, all prose would have to be decoded.
fn is_like_prose(digest: &[u8]) -> bool {
    let word = data_encoding::BASE64.encode(digest);
    let stands_out = |pair: &[u8]| match (pair[0].is_ascii_alphabetic(), pair[1]) {
        (true, b) => b.is_ascii_digit() || b.is_ascii_uppercase(),
        (false, b) => pair[0].is_ascii_digit() && b.is_ascii_alphabetic(),
    };
    std::str::from_utf8(digest).is_ok() || !word.as_bytes().windows(2).any(stands_out)
}

fn finds(detector: &Detector, bytes: &[u8]) -> bool {
    detector.look(bytes).hits.iter().any(|h| h.secret == 2)
}

#[test]
fn every_encoding_is_found_in_every_two_layers() {
    let mut missed = Vec::new();
    let mut looked = 0;
    for (secret, all, write) in [
        (my_number(87_121_362_482), &NUMBERS[..], writing::number as fn(&str, &str) -> Vec<u8>),
        (digits(DataClass::ResidentCode, ResidentCode::from_body(9_876_543_210).reveal()), &NUMBERS[..], writing::number),
        (code_of([0x5A, 1, 0xFE, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]), &CODES[..], writing::code),
    ] {
        let detector = detector(&secret);
        for encoding in all {
            for inner in LAYERS {
                for outer in LAYERS {
                    for around in [[&b"no: "[..], b"."], [b"", b""], [b"{\"k\":\"", b"\"}"]] {
                        // Five bare bytes are too short for some layers, as documented.
                        let short = *encoding == "mysql" && secret.class == DataClass::ResidentCode;
                        if short || writing::begins_a_line(encoding) && !around[0].is_empty() {
                            continue;
                        }
                        let Some(bytes) = nested(write(encoding, text_of(&secret)), [inner, outer], around) else { continue };
                        looked += 1;
                        if !finds(&detector, &bytes) {
                            missed.push(format!(
                                "{} {encoding} in {inner} in {outer} around {:?}",
                                secret.class.name(),
                                std::str::from_utf8(around[0])
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} of {looked}:\n{}", missed.len(), missed.join("\n"));
}

/// Every place of a number in plain digits, forwards or backwards, by a slow search.
fn slowly(secrets: &[Secret], text: &str) -> Vec<(usize, u64, bool)> {
    let mut found = Vec::new();
    for (index, secret) in secrets.iter().enumerate() {
        let value = text_of(secret);
        let reversed: String = value.chars().rev().collect();
        for start in 0..text.len().saturating_sub(value.len() - 1) {
            let window = &text[start..start + value.len()];
            if window == value || window == reversed {
                let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                let longer = digit(text[..start].chars().last()) || digit(text[start + value.len()..].chars().next());
                found.push((index, start as u64, longer));
            }
        }
    }
    found.sort_unstable();
    found
}

proptest! {
    #[test]
    fn digits_are_found_where_a_slow_search_finds_them_and_nowhere_else(
        secrets in prop::collection::vec(numbers(), 1..4),
        pieces in prop::collection::vec(("[0-9]{1,30}", "[a-z]{1,3}"), 0..20),
        planted in prop::option::of((0usize..4, 0usize..60)),
    ) {
        let mut text: String = pieces.iter().map(|(digits, rest)| format!("{digits}{rest}")).collect();
        if let Some((which, at)) = planted {
            text.insert_str(at.min(text.len()), text_of(&secrets[which % secrets.len()]));
        }
        let result = Detector::new(secrets.clone(), &[]).unwrap().look(text.as_bytes());
        let is_plain = |h: &&Hit| h.how.encoding == Encoding::Plain && h.how.layers.iter().all(|l| *l == Layer::Reversed);
        let plain = result.hits.iter().filter(is_plain);
        let mut fast: Vec<_> = plain.map(|h| (h.secret, h.start, h.low_confidence.is_some())).collect();
        fast.sort_unstable();
        prop_assert_eq!(fast, slowly(&secrets, &text));
    }

    #[test]
    fn values_in_two_layers_are_found_at_any_offset_and_in_any_chunks(
        secret in numbers(),
        encoding in prop::sample::select(NUMBERS.to_vec()),
        layers in (prop::sample::select(LAYERS.to_vec()), prop::sample::select(LAYERS.to_vec())),
        before in "[a-z:\"/{ ]{0,90}[:\"/{ ]",
        after in "[:\"/} ][a-z:\"/} ]{0,90}",
        cut in any::<prop::sample::Index>(),
    ) {
        let detector = detector(&secret);
        let written = writing::number(encoding, text_of(&secret));
        // Shift_JIS and EUC-JP are not read in base 64 that is glued to something, as documented.
        prop_assume!(!(encoding.starts_with("kanji ") && before.ends_with('/')));
        prop_assume!(!writing::begins_a_line(encoding));
        // Bare bytes are not read in base 64 that is glued to something, as documented.
        let glued = before.ends_with('/') || after.starts_with('/');
        prop_assume!(!(glued && writing::is_bare(encoding)));
        // Nor is a digest of eight bytes that looks like prose, as documented.
        prop_assume!(!(encoding == "short digest" && is_like_prose(&written)));
        let Some(middle) = nested(written, [layers.0, layers.1], [b"", b""]) else { return Ok(()) };
        prop_assume!(!is_whole(layers.0) && !is_whole(layers.1));
        let bytes = [before.as_bytes(), &middle, after.as_bytes()].concat();
        prop_assert!(finds(&detector, &bytes), "{} in {} in {}", encoding, layers.0, layers.1);
        let cut = cut.index(bytes.len());
        let mut stream = detector.stream();
        stream.push(&bytes[..cut]);
        stream.push(&bytes[cut..]);
        prop_assert_eq!(stream.finish(), detector.look(&bytes));
    }

    #[test]
    fn base_64_glued_to_its_own_characters_is_found(secret in numbers(), before in "[A-Za-z0-9+/]{0,40}", after in "[A-Za-z0-9+/]{0,40}", inside in "[a-z]{0,4}") {
        let encoded = data_encoding::BASE64_NOPAD.encode(format!("{inside}{}", text_of(&secret)).as_bytes());
        let bytes = [before, encoded, after].concat();
        prop_assert!(finds(&detector(&secret), bytes.as_bytes()));
    }

    #[test]
    fn the_fuzzed_properties_hold(
        bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(b"\\%&=#x03u;\x1b$B \x1f\x8b\x08\xef\xbc\x91".to_vec())],
            0..600,
        ),
    ) {
        fuzzing::look(&bytes);
        fuzzing::stream_equals_look(&bytes);
        fuzzing::decoders(&bytes);
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_give_low_confidence_hits_only(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let result = detector(&my_number(98_765_432_109)).look(&bytes);
        prop_assert!(result.hits.iter().all(|h| h.low_confidence.is_some()));
    }
}

#[test]
fn short_tokens_are_found_in_every_layer() {
    let resident = |value: &str| digits(DataClass::ResidentCode, value);
    // Below 2^32, so that it fits into four bytes: with a tag and the length, eight characters of base 64, or ten of base 32.
    let small = resident("01000000007");
    let found = [
        // In base 64 twice: eleven characters.
        (&small, &b" QWdRN21zb0g=:"[..]),
        (&small, b"a/QWdRN21zb0g=/b"),
        // In base 32.
        (&small, b"AICDXGWKA4======"),
        // In base 64 in UTF-16 and UTF-32: eight units.
        (&small, b":A\0g\0Q\x007\0m\0s\0o\0H\0:"),
        (&small, b":\0\0\0A\0\0\0g\0\0\0Q\0\0\x007\0\0\0m\0\0\0s\0\0\0o\0\0\0H:"),
        // Alone on a line that follows a long one.
        (&small, b"/a/line/that/is/as/long/as/those/of/base/64\nAgQ7msoH\nx"),
        (&small, b"/a/line/that/is/as/long/as/those/of/base/64/AgQ7msoH\nx"),
    ];
    for (secret, bytes) in found {
        assert!(finds(&detector(secret), bytes), "{}", bytes.escape_ascii());
    }
    // With a slash in the token and one beside it.
    let slashed = resident("01896894079");
    assert!(finds(&detector(&slashed), b":y/AgRxEE5/:t"));
    // Hex that has no letter.
    let decimal = resident("01733724052");
    assert!(finds(&detector(&decimal), b"{\"a\": \"020467568794\", \"b\": 1}"));
    assert!(finds(&detector(&decimal), b"MDIwNDY3NTY4Nzk0"));
}

#[test]
fn kanji_numerals_in_wide_text_in_glued_base_64_are_found() {
    let secret = my_number(98_765_432_109);
    for charset in ["utf16le", "utf16be", "utf32le", "utf32be"] {
        let bytes = nested(writing::number("kanji", text_of(&secret)), [charset, "base64"], [b"", b""]).unwrap();
        for before in ["", "/", "a/", "ab/"] {
            assert!(finds(&detector(&secret), &[before.as_bytes(), &bytes].concat()), "{charset} behind {before}");
        }
    }
}

/// Ways of writing a number that users were seen to use, each with its bytes; the right answer is that it is found.
#[test]
fn what_people_write_is_found() {
    let secret = my_number(87_121_362_482);
    let full = |text: &str| {
        text.chars().map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c }).collect::<String>()
    };
    let lines = |each: &str| {
        "871213624823"
            .chars()
            .enumerate()
            .map(|(i, c)| each.replace('#', &c.to_string()).replace('@', &(i + 1).to_string()))
            .collect::<String>()
    };
    let written = [
        ("a number between", "1;8712;2;1362;3;4823\n".to_string()),
        ("a line each", lines("@,#\n")),
        ("full-width parts", full("<td>8712</td><td>1362</td><td>4823</td>")),
        (
            "full-width boxes",
            lines("<td>#</td>")
                .chars()
                .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
                .collect(),
        ),
        ("a long form", format!("a=8712{0}&b=1362{0}&c=4823", "\r\n".repeat(85))),
        ("a dump of words", "0000000 7878 3738 3231 3331 3236 3834 3332 7979\n0000010 7a7a\n".into()),
        ("a dump of a capture", "\t0x0000:  7878 3837 3132 3133 3632 3438 3233 7979\n\t0x0010:  7a7a\n".into()),
        ("a list over lines", "{\n  0x38, 0x37, 0x31, 0x32, 0x31,\n  0x33, 0x36, 0x32, 0x34, 0x38,\n  0x32, 0x33\n}".into()),
        ("a decimal list over lines", "[\n   56,  55,  49,  50,  49,\n   51,  54,  50,  52,  56,\n   50,  51\n]".into()),
        ("marks of thousands", "871，213，624，823".into()),
        ("superscripts", "⁸⁷¹²¹³⁶²⁴⁸²³".into()),
        ("circled", "⑧⑦①②①③⑥②④⑧②③".into()),
        (
            "bytes in octal",
            "0000000 170 170 070 067 061 062 061 063 066 062 064 070 062 063 171 171\n0000020 171 172 012\n0000023\n".into(),
        ),
        (
            "a cut record",
            "{\"log\":\"id=87121\",\"stream\":\"stdout\",\"time\":\"x\"}\n{\"log\":\"3624823\\n\",\"stream\":\"stdout\"}\n"
                .into(),
        ),
        ("a tagged part", "2027-04-05T09:00:00Z stdout P id=87121\n2027-04-05T09:00:00Z stdout F 3624823 ok\n".into()),
        (
            "base 64 in a quotation",
            "> aXQgd2FzIHNhaWQgdGhhdCB0aGUgbnVtYmVyIGlzIDg3\n> MTIxMzYyNDgyMyBhbmQgbm90aGluZyBlbHNl\n".into(),
        ),
        ("half-width marks", "8712ｰ1362ｰ4823".into()),
        ("an entity without a semicolon", "8712&nbsp1362&nbsp4823".into()),
    ];
    for (name, text) in written {
        assert!(finds(&detector(&secret), text.as_bytes()), "{name}: {text}");
    }
    let uuid = Md5::digest(text_of(&secret));
    let hex = data_encoding::HEXLOWER.encode(&uuid);
    let variant = u8::from_str_radix(&hex[16..17], 16).unwrap() & 3 | 8;
    let parts = [&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..]];
    let uuid = format!("{}-{}-3{}-{variant:x}{}-{}", parts[0], parts[1], parts[2], parts[3], parts[4]);
    assert!(finds(&detector(&secret), uuid.as_bytes()), "{uuid}");
}

/// If each block began to read the run again, this would take minutes.
#[test]
fn a_long_run_of_digits_is_read_once() {
    let digits: String = (0..2_000_000u64).map(|i| char::from(b'0' + (i * i % 7 + i % 3) as u8)).collect();
    let text = format!("{digits} {}", text_of(&my_number(98_765_432_109)));
    assert!(finds(&detector(&my_number(98_765_432_109)), text.as_bytes()));
}

/// With more values than there is room for, only the usual digests are searched for.
#[test]
fn rarer_digests_are_found_among_a_few_people() {
    let secret = my_number(98_765_432_109);
    for digest in DIGESTS {
        for layer in ["none", "hex", "base64", "gzip"] {
            let bytes = [&b"digest \0"[..], &writing::number(digest, text_of(&secret)), b"\0 of it"].concat();
            assert!(finds(&detector(&secret), &wrap(layer, &bytes).unwrap()), "{digest} in {layer}");
        }
    }
}

#[test]
fn a_number_in_two_fields_or_two_pieces_is_found() {
    let secret = my_number(98_765_432_109);
    let detector = detector(&secret);
    let (a, b) = text_of(&secret).split_at(5);
    let fields = detector.look(format!("{{\"first\":\"{a}\",\"second\":\"{b}\"}}").as_bytes());
    assert!(fields.hits.iter().any(|h| h.secret == 2 && h.low_confidence == Some(LowConfidence::Split)));
    for (one, other) in [
        (format!("the beginning: {a} and more"), format!("line 2, rest={b}.")),
        (format!("ends with {a}"), format!("{b} begins it")),
    ] {
        let (one, other) = (detector.look(one.as_bytes()), detector.look(other.as_bytes()));
        assert!(one.hits.is_empty() && other.hits.is_empty());
        let mut candidates = CandidatePositions::default();
        let hits = detector.joined_counted(&one, &other, &mut candidates);
        assert!(hits.iter().any(|h| h.secret == 2), "{hits:?}");
        assert!(candidates.of(DataClass::MyNumber, Some(LowConfidence::Split)) > 0);
    }
}

#[test]
fn a_code_in_two_fields_is_found() {
    let secret = code_of([0x5A, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    let (one, two) = text_of(&secret).split_at(13);
    let detector = detector(&secret);
    for head in [format!("HTTP/1.1 200 OK\nx-high: {one}\nx-low: {two}"), format!(r#"{{"a":"{one}","b":true,"c":"{two}"}}"#)] {
        let hits = detector.look(head.as_bytes()).hits;
        assert!(hits.iter().any(|h| h.how.encoding == Encoding::Split && h.low_confidence.is_none()), "{head}: {hits:?}");
    }
    let apart = format!("x-high: {one}\nx-note: {}\nx-low: {two}", ". ".repeat(300));
    assert!(detector.look(apart.as_bytes()).hits.iter().all(|h| h.how.encoding != Encoding::Split));
}

#[test]
fn a_word_that_is_known_hides_nothing() {
    let secret = my_number(98_765_432_109);
    let hidden = data_encoding::BASE64.encode(text_of(&secret).as_bytes());
    let words = ["CoverageEligibilityRequest", "check-000012-000345", "aGVsbG8gd29ybGQh"];
    let text = format!("{} {hidden} {} {hidden}", words.join(" ").repeat(50), words.join(" ").repeat(50));
    assert_eq!(detector(&secret).look(text.as_bytes()).hits.len(), 2);
}

proptest! {
    /// What one piece leaves for the next hides nothing and adds nothing, also where a piece has more candidates than count.
    #[test]
    fn a_session_finds_what_single_searches_find(
        pieces in prop::collection::vec(prop::collection::vec(0..9usize, 1..12), 1..12),
    ) {
        let secret = my_number(98_765_432_109);
        let detector = detector(&secret);
        let mut session = detector.session();
        let other = text_of(&my_number(55_555_555_555)).to_string();
        let fragments: [Vec<u8>; 9] = [
            text_of(&secret).as_bytes().to_vec(),
            data_encoding::BASE64.encode(text_of(&secret).as_bytes()).into_bytes(),
            data_encoding::HEXLOWER.encode(&987_654_321_098u64.to_be_bytes()).into_bytes(),
            b"CoverageEligibilityRequest".to_vec(),
            b"aGVsbG8gd29ybGQh".to_vec(),
            other.into_bytes(),
            vec![0xE5, 0xF4, 0x8E, 0xCC, 0x4A, 0, 8, 1],
            (0..400u16).flat_map(|i| [0xE5, i as u8, 0x8E, (i >> 3) as u8, 0x4A]).collect(),
            data_encoding::BASE64.encode(&(0..90u8).map(|i| i.wrapping_mul(157)).collect::<Vec<u8>>()).into_bytes(),
        ];
        let mut before: Option<SearchResult> = None;
        for piece in &pieces {
            let piece: Vec<u8> = piece.iter().flat_map(|i| [fragments[*i].as_slice(), b" "].concat()).collect();
            let (alone, after_others) = (detector.look(&piece), session.look(&piece));
            prop_assert_eq!(&after_others.hits, &alone.hits);
            prop_assert_eq!(&after_others.unmatched, &alone.unmatched);
            if let Some(before) = &before {
                let (mut one, mut other) = (CandidatePositions::default(), CandidatePositions::default());
                let hits = session.joined_counted(before, &alone, &mut one);
                prop_assert_eq!(hits, detector.joined_counted(before, &alone, &mut other));
                prop_assert_eq!(one, other);
            }
            prop_assert_eq!(session.look_at_ciphertext(&piece).hits, detector.look_at_ciphertext(&piece).hits);
            before = Some(alone);
        }
    }
}

#[test]
fn a_number_of_nobody_is_an_unmatched_number() {
    let detector = detector(&my_number(98_765_432_109));
    let other = my_number(55_555_555_555);
    let result = detector.look(format!("seen: {} there", text_of(&other)).as_bytes());
    assert!(result.hits.is_empty());
    assert_eq!(result.unmatched.iter().map(|s| (s.class, s.start)).collect::<Vec<_>>(), [(DataClass::MyNumber, 6)]);
    assert!(!format!("{result:?} {other:?} {:?}", other.value).contains("5555"));
}

#[test]
fn texts_and_bytes_are_found_in_every_charset() {
    let text = Secret { class: DataClass::MedicalRecord, person: 3, value: Value::Text("高血圧症 二期".into()) };
    let bytes = Secret {
        class: DataClass::AuthCertificate,
        person: 3,
        value: Value::Bytes((100..132).rev().map(|b| b ^ 0x91).collect()),
    };
    let Value::Bytes(raw) = bytes.value.clone() else { return };
    let detector = Detector::new(vec![text, bytes], &[]).unwrap();
    let sjis = encoding_rs::SHIFT_JIS.encode("診断は高血圧症 二期です").0.into_owned();
    for written in ["診断は高血圧症 二期です".as_bytes().to_vec(), sjis] {
        for layer in ["none", "base64", "gzip", "hex", "percent"] {
            let found = wrap(layer, &written).unwrap();
            assert!(detector.look(&found).hits.iter().any(|h| h.secret == 0), "{layer}");
            let found = wrap(layer, &[&b"x\0"[..], &raw, b"y"].concat()).unwrap();
            assert!(detector.look(&found).hits.iter().any(|h| h.secret == 1), "{layer}");
        }
    }
}

/// One of 100,001 numbers within a longer run can be chance; many of them cannot.
#[test]
fn what_chance_explains_is_told_from_what_it_does_not() {
    let secrets: Vec<Secret> = (0..100_001).map(|n| my_number(n * 7919 + 1_234_567_890)).collect();
    let detector = Detector::new(secrets.clone(), &[]).unwrap();
    let record = |n: usize| format!("{:08}{}{:08}\n", n * 7, text_of(&secrets[n * 31]), n * 13);
    let weighed = |records: usize| {
        let result = detector.look((0..records).map(record).collect::<String>().as_bytes());
        let mut evidence = detector.evidence();
        evidence.candidates.add(&result.candidates);
        result.hits.iter().for_each(|h| evidence.hit(&detector.secrets()[h.secret], h.secret, h.low_confidence));
        evidence.weigh().into_iter().find(|w| w.form == Some(LowConfidence::Embedded)).unwrap()
    };
    let (one, many) = (weighed(1), weighed(1000));
    assert!(one.is_chance() && one.distinct == 1, "{one}");
    assert!(!many.is_chance() && many.distinct >= 1000, "{many}");
}

#[test]
fn hits_taken_from_a_stream_and_the_rest_are_those_of_a_look() {
    let number = MyNumber::from_body(98_765_432_109);
    let secret = Secret { class: DataClass::MyNumber, person: 1, value: Value::Digits(number.reveal().into()) };
    let detector = Detector::new(vec![secret], &[]).unwrap();
    let mut bytes = vec![b'\n'; 3 * PART + AHEAD];
    // Also across the ends of parts.
    for at in [0, 1000, PART - 6, PART + 100, 2 * PART - 12, 2 * PART + 50, 3 * PART + AHEAD - 12] {
        bytes[at..at + 12].copy_from_slice(number.reveal().as_bytes());
    }
    let whole = detector.look(&bytes);
    let (mut stream, mut hits, mut early) = (detector.stream(), Vec::new(), 0);
    for chunk in bytes.chunks(100_000) {
        stream.push(chunk);
        let (taken, unmatched) = stream.take_found();
        early += taken.len();
        assert!(unmatched.is_empty());
        hits.extend(taken);
    }
    let rest = stream.finish();
    hits.extend(rest.hits);
    assert_eq!((hits.len(), &hits), (7, &whole.hits));
    assert!(early >= 4 && rest.candidates == whole.candidates);
}
