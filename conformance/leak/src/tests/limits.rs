//! What limits and parts do to a search: nothing but what they say.

use super::*;

/// A word that decompresses to more than one piece allows is searched again where more is allowed.
#[test]
fn a_word_that_was_cut_off_is_not_known() {
    let secret = my_number(98_765_432_109);
    let detector = detector(&secret);
    let large = [vec![b'\n'; 20 << 20], text_of(&secret).as_bytes().to_vec()].concat();
    let word = data_encoding::BASE64.encode(&zstd::bulk::compress(&large, 19).unwrap()).into_bytes();
    assert!(word.len() < 4096, "{}", word.len());
    let more = [word.as_slice(), b" ", "and prose beside it. ".repeat(10_000).as_bytes()].concat();
    let mut session = detector.session();
    for piece in [&word, &more, &word] {
        assert_eq!(session.look(piece).hits, detector.look(piece).hits);
    }
    assert!(detector.look(&word).overrun() && detector.look(&more).hits.iter().any(|h| h.secret == 2));
}

/// A short word that could not be searched, because the limit was reached before it, is searched in the next piece.
#[test]
fn a_word_behind_the_limit_is_not_known_either() {
    let secret = my_number(98_765_432_109);
    let detector = detector(&secret);
    let bomb = data_encoding::BASE64.encode(&zstd::bulk::compress(&vec![b'\n'; 30 << 20], 19).unwrap());
    let hidden = data_encoding::BASE64.encode(text_of(&secret).as_bytes());
    let mut session = detector.session();
    let first = session.look(format!("{bomb} {hidden}").as_bytes());
    assert!(first.overrun() && first.hits.is_empty());
    assert_eq!(session.look(hidden.as_bytes()).hits.len(), 1);
}

/// Long base 64 that begins with other characters is searched only where there is something: there, all is found.
#[test]
fn a_value_deep_in_long_base64_behind_other_characters_is_found() {
    let secret = my_number(98_765_432_109);
    let detector = detector(&secret);
    let noise: Vec<u8> = (0..2000u32).flat_map(|i| Md5::digest(i.to_le_bytes())).collect();
    let text = text_of(&secret).as_bytes();
    let forms = [text.to_vec(), wrap("gzip", text).unwrap(), wrap("utf16le", text).unwrap(), Md5::digest(text).to_vec()];
    for form in &forms {
        for glued in 1..4 {
            let bytes = [&noise[..], form, b"\0", &noise[5..]].concat();
            let word = [&b"xyz"[..glued], data_encoding::BASE64.encode(&bytes).as_bytes()].concat();
            assert!(finds(&detector, &word), "{form:?} after {glued}");
        }
    }
}

/// A container beside text in long base 64 that begins with other characters: decoded twice, it would reach the work limit.
#[test]
fn a_container_beside_text_is_decoded_once() {
    let secret = my_number(98_765_432_109);
    let content = [vec![b'\n'; 12 << 20], text_of(&secret).as_bytes().to_vec()].concat();
    let noise: Vec<u8> = (0..100u32).flat_map(|i| Md5::digest(i.to_le_bytes())).collect();
    for layer in ["gzip", "zlib", "zstd"] {
        let text = b"here is a text of more than sixteen bytes ";
        let bytes = [&noise[..], text, &wrap(layer, &content).unwrap(), text, &noise].concat();
        let result = detector(&secret).look(&[b"x", data_encoding::BASE64.encode(&bytes).as_bytes()].concat());
        assert!(!result.overrun() && result.hits.iter().any(|h| h.secret == 2), "{layer}: {}", result.overrun());
    }
}

#[test]
fn a_decompression_bomb_is_bounded() {
    let mut bomb = vec![b' '; 200 << 20];
    for _ in 0..2 {
        bomb = wrap("gzip", &bomb).unwrap();
    }
    assert!(detector(&my_number(98_765_432_109)).look(&bomb).overrun());
}

/// What a dictionary gives is not there: that it was not searched is reported.
#[test]
fn a_stream_that_needs_a_dictionary_is_listed() {
    let secret = my_number(98_765_432_109);
    let samples: Vec<String> = (0..2000).map(|n| format!("a word {} of the dictionary {}", n * n % 97, n * 31 % 1009)).collect();
    let dictionary = zstd::dict::from_samples(&samples, 2000).unwrap();
    let content = format!("a word 17 of the dictionary {}", text_of(&secret));
    let zstd = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap().compress(content.as_bytes()).unwrap();
    let zlib = [&[0x78, 0xBB, 1, 2, 3, 4][..], &wrap("deflate", content.as_bytes()).unwrap(), &[0; 4]].concat();
    for (stream, format) in [(zstd, "zstd"), (zlib, "zlib")] {
        for layer in ["none", "base64", "hex", "gzip"] {
            let result = detector(&secret).look(&wrap(layer, &stream).unwrap());
            let listed: Vec<_> = result.not_read.iter().map(|n| (n.kind, n.format)).collect();
            assert_eq!(listed, [("unsupported", format)], "{layer}");
            assert!(result.not_read[0].why.contains("dictionary"));
        }
    }
}

/// On any number of threads, and however the bytes are cut.
#[test]
fn a_stream_on_several_threads_finds_what_a_look_finds() {
    let secret = my_number(98_765_432_109);
    let detector = detector(&secret);
    let line = "{\"checkId\":\"c012345-0badcafe\",\"sum\":12345,\"of\":\"CoverageEligibilityRequest\"}\n";
    let mut bytes = line.repeat((3 * PART + AHEAD) / line.len()).into_bytes();
    for at in [5, PART - 6, PART + 7, 2 * PART - 3, 3 * PART + 100] {
        bytes.splice(at..at, text_of(&secret).bytes());
    }
    let whole = detector.look(&bytes);
    assert_eq!(whole.hits.len(), 5);
    for threads in [1, 2, 3, 8] {
        let mut stream = detector.stream_on(threads);
        bytes.chunks(1_000_003).for_each(|chunk| stream.push(chunk));
        assert!(stream.finish() == whole, "{threads} threads");
    }
}

/// Eleven digits of somebody's My Number without its zero can be a resident code by their check digit: they are not called one.
#[test]
fn a_number_without_its_zero_is_not_a_resident_code_of_nobody() {
    let fits_both = |body: &u64| {
        let number = MyNumber::from_body(*body);
        checks::number(&number.reveal().bytes().skip(1).map(|b| b - b'0').collect::<Vec<_>>()).resident_code
    };
    let body = (1_000_000_000..2_000_000_000u64).find(fits_both).unwrap();
    let secret = my_number(body);
    let text = format!("id={} end", &text_of(&secret)[1..]);
    let result = detector(&secret).look(text.as_bytes());
    assert!(result.hits.iter().any(|h| h.secret == 2) && result.unmatched.is_empty(), "{result:?}");
    assert_eq!(detector(&my_number(55_555_555_555)).look(text.as_bytes()).unmatched.len(), 1);
}

/// In whatever digits a number is written, over two pieces it is a number in parts, which can be chance.
#[test]
fn digits_of_any_script_over_two_pieces_are_in_parts() {
    let secret = my_number(87_121_362_482);
    let detector = detector(&secret);
    let circled = "⑧⑦①②①③⑥②④⑧②③";
    let (one, two) = circled.split_at(circled.len() / 2);
    let hits = detector.joined(&detector.look(one.as_bytes()), &detector.look(two.as_bytes()));
    assert!(
        hits.iter().any(|h| h.secret == 2) && hits.iter().all(|h| h.low_confidence == Some(LowConfidence::Split)),
        "{hits:?}"
    );
}

/// Numbers of every length, as large and as small as digits can say, with marks on both sides that mean something: no sum of digits,
/// exponents, groups and places overflows.
#[test]
fn numbers_of_every_length_beside_every_mark_do_not_panic() {
    let detector = detector(&my_number(98_765_432_109));
    let marks = [
        "", " ", ".", ",", "e", "E+", "e99", "E+999", "-", "{", "}", "i", "A", "R", "p", "y", "\n", "\n> ", "億", "万", "0x",
        "\\u", "&#", "%", "=", "'", "/", "d", "L",
    ];
    for length in 1..=42 {
        for number in ["0", "1", "9"].map(|digit| digit.repeat(length)) {
            let beside = |left: &str| {
                let one = |right: &&str| format!("{left}{number}{right}{number}{left}{number}");
                marks.iter().map(one).collect::<Vec<_>>().join(" ;\n")
            };
            let all = marks.iter().map(|left| beside(left)).collect::<Vec<_>>().join("\n");
            assert!(detector.look(all.as_bytes()).hits.iter().all(|hit| hit.end <= all.len() as u64));
        }
    }
}
