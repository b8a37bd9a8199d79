//! Spellings that tools, languages and people use, each with its bytes: they are found.

use super::*;

/// The number of the first person, and the number of another, which begins with a zero.
const NUMBER: &str = "871213624823";
const WITH_ZERO: &str = "053052103556";

fn found(number: &str, bytes: &[u8]) -> bool {
    finds(&detector(&digits(DataClass::MyNumber, number)), bytes)
}

/// The digits of another script, of which `first` is zero.
fn script(first: char) -> String {
    NUMBER.bytes().filter_map(|b| char::from_u32(u32::from(first) + u32::from(b - b'0'))).collect()
}

#[test]
fn digits_of_mathematics_and_words_between_groups_are_found() {
    for first in ['𝟎', '𝟘', '𝟶', '🯰'] {
        assert!(found(NUMBER, format!("id={} ok", script(first)).as_bytes()), "{}", script(first));
    }
    for text in ["捌漆壹貳壹參陸貳肆捌貳參", "捌柒壹弍壹弎陸弍肆捌弍弎"] {
        assert!(found(NUMBER, text.as_bytes()), "{text}");
    }
    for text in ["8712の1362の4823", "八七一二の一三六二の四八二三", "8712億1362万4823円", "８７１２億１３６２万４８２３円"]
    {
        for bytes in [text.as_bytes(), &encoding_rs::EUC_JP.encode(text).0, &encoding_rs::SHIFT_JIS.encode(text).0] {
            assert!(found(NUMBER, bytes), "{text}: {}", bytes.escape_ascii());
        }
    }
    // Full-width digits in the double-byte pages of mainframes: shift out, 42 and the digit of EBCDIC, shift in.
    let double: Vec<u8> = NUMBER.bytes().flat_map(|b| [0x42, b - b'0' + 0xF0]).collect();
    assert!(found(NUMBER, &[&[0xC1, 0xC2, 0x0E][..], &double, &[0x0F, 0x40]].concat()));
}

#[test]
fn numbers_as_programs_write_them_are_found() {
    for text in [
        "x = 53052103556u64;",
        "x = 53052103556_i64;",
        "x = 53052103556UL;",
        "x = 53052103556LL;",
        "x = 53052103556m;",
        "d2:idi53052103556ee",
        "{\"a\": 530, \"b\": 5210, \"c\": 3556}",
        "name,a,b,c\nyamada,530,5210,3556\n",
        "530-5210-3556",
        "530億5210万3556円",
    ] {
        assert!(found(WITH_ZERO, text.as_bytes()), "{text}");
    }
    // Not a suffix, or another number.
    for text in ["x = 53052103556abc;", "x53052103556u64", "{\"a\": 0530, \"b\": 521, \"c\": 3556}"] {
        assert!(!found(WITH_ZERO, text.as_bytes()), "{text}");
    }
}

/// Boxes and fields between which other numbers stand, or whose ends differ.
#[test]
fn parts_in_fields_are_found() {
    let boxes = |each: &str| -> String {
        let one = |(i, c): (usize, char)| each.replace('@', &(i + 1).to_string()).replace('#', &c.to_string());
        NUMBER.chars().enumerate().map(one).collect()
    };
    for text in [
        boxes("<input value=\"#\" id=\"d@\" maxlength=\"1\" size=\"1\">\n"),
        boxes("<input maxlength=\\\"1\\\" value=\\\"#\\\">"),
        boxes("@桁目:# "),
        format!("{{{}}}", boxes("\"@\": #, ").trim_end_matches(", ")),
        "2027-04-05 09:00:01,123 INFO a=8712\n2027-04-05 09:00:01,124 INFO b=1362\n2027-04-05 09:00:01,125 INFO c=4823\n".into(),
    ] {
        assert!(found(NUMBER, text.as_bytes()), "{text}");
    }
    // Strings of MessagePack, of Python's pickle and of CBOR, whose lengths are no text, or a letter.
    for between in [&b"\xA4"[..], b"\x94\x8C\x04", b"d"] {
        let bytes = [between, b"8712", between, b"1362", between, b"4823", between].concat();
        assert!(found(NUMBER, &bytes), "{}", bytes.escape_ascii());
    }
}

#[test]
fn digits_as_values_of_bytes_are_found() {
    for number in [NUMBER, WITH_ZERO] {
        let values: Vec<u8> = number.bytes().map(|b| b - b'0').collect();
        // What a card answers, a list of MessagePack, and one beside others.
        for (before, after) in [(&b"\xFF\x10\x0C"[..], &b"\x90\x00"[..]), (b"\x81\xA1n\x9C", b"\xA4taro"), (b"\x1E", b"\0\0\0\0")]
        {
            let bytes = [b"a record of some length", before, &values, after, b"\xFFand its end"].concat();
            assert!(found(number, &bytes), "{}", bytes.escape_ascii());
            assert!(found(number, &wrap("base64", &bytes).unwrap()), "{} in base 64", bytes.escape_ascii());
        }
    }
}

#[test]
fn dumps_of_more_tools_are_found() {
    let content: Vec<u8> = [b"a line of text, id=", NUMBER.as_bytes(), b" and the rest"].concat();
    let dump = |width: usize, offset: fn(usize) -> String, each: &dyn Fn(&[u8]) -> String| -> String {
        let line = |(i, line): (usize, &[u8])| {
            let groups: Vec<String> = line.chunks(width).map(each).collect();
            format!("{}{}\n", offset(16 * i), groups.concat())
        };
        content.chunks(16).enumerate().map(line).collect()
    };
    let little = |group: &[u8]| group.iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
    let od: fn(usize) -> String = |at| format!("{at:07o}");
    let gdb: fn(usize) -> String = |at| format!("0x7fffffffe{at:03x}:");
    let dumps = [
        ("od -t x4", dump(4, od, &|g| format!(" {:08x}", little(g)))),
        ("od -t x8", dump(8, od, &|g| format!(" {:016x}", little(g)))),
        ("od -t d1", dump(1, od, &|g| format!(" {:4}", g[0]))),
        ("od -t u2", dump(2, od, &|g| format!(" {:5}", little(g)))),
        ("od -t u4", dump(4, od, &|g| format!(" {:10}", little(g)))),
        ("hexdump -d", dump(2, od, &|g| format!("   {:05}", little(g)))),
        ("gdb x/16xb", dump(1, gdb, &|g| format!("\t0x{:02x}", g[0]))),
        ("gdb x/4xw", dump(4, gdb, &|g| format!("\t0x{:08x}", little(g)))),
        ("gdb x/2xg", dump(8, gdb, &|g| format!("\t0x{:016x}", little(g)))),
        ("xxd -b", dump(1, |at| format!("{at:08x}:"), &|g| format!(" {:08b}", g[0]))),
        ("blanks behind the offset", dump(1, |at| format!("{at:04x}  "), &|g| format!(" {:02x}", g[0]))),
        ("a box", dump(1, |at| format!("|{at:08x}|"), &|g| format!(" {:02x}", g[0])).replace('\n', "|a line of text..|\n")),
    ];
    for (name, dump) in dumps {
        assert!(found(NUMBER, dump.as_bytes()), "{name}:\n{dump}");
    }
    for text in [
        NUMBER.bytes().map(|b| format!("\\{b:o}")).collect::<String>(),
        NUMBER.bytes().map(|b| format!("\\x{{{b:x}}}")).collect(),
        NUMBER.bytes().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(",").replace(",33,", ",\\\r\n  33,"),
        NUMBER.bytes().map(|b| format!("CHR({b})")).collect::<Vec<_>>().join("||"),
        NUMBER.bytes().map(|b| format!("[char]{b}")).collect::<Vec<_>>().join("+"),
    ] {
        assert!(found(NUMBER, format!("\"{text}\"").as_bytes()), "{text}");
    }
}

/// UTF-16 is what databases and programs of Windows hash; UUIDs of version 5 are digests of a name in a namespace.
#[test]
fn digests_and_codes_of_other_programs_are_found() {
    use sha1::Sha1;
    use sha2::Sha256;
    let wide: Vec<u8> = NUMBER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    assert!(found(NUMBER, hex(&Sha256::digest(&wide)).as_bytes()));
    assert!(found(NUMBER, hex(&Md5::digest(&wide)).as_bytes()));
    assert!(found(WITH_ZERO, hex(&Sha256::digest(&WITH_ZERO[1..])).as_bytes()));
    // uuid5 of the number as a URL.
    let name = [&0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8_u128.to_be_bytes()[..], NUMBER.as_bytes()].concat();
    let mut uuid = Sha1::digest(&name)[..16].to_vec();
    uuid[6] = uuid[6] & 15 | 0x50;
    uuid[8] = uuid[8] & 63 | 128;
    let uuid = hex(&uuid);
    let uuid = format!("{}-{}-{}-{}-{}", &uuid[..8], &uuid[8..12], &uuid[12..16], &uuid[16..20], &uuid[20..]);
    assert!(found(NUMBER, format!("id={uuid} ok").as_bytes()), "{uuid}");
    let code = [0x5A, 1, 0xFE, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    let text = text_of(&code_of(code)).to_string();
    for fields in [[8, 16], [7, 19]] {
        let [a, b, c] = [&text[..fields[0]], &text[fields[0]..fields[1]], &text[fields[1]..]];
        for text in [
            format!("{{\"a\": \"{a}\", \"b\": \"{b}\", \"c\": \"{c}\"}}"),
            format!("{a}<wbr>{b}<wbr>{c}"),
            format!("{a}&nbsp;{b}&nbsp;{c}"),
        ] {
            assert!(finds(&detector(&code_of(code)), text.as_bytes()), "{text}");
        }
    }
    let guid = b"{03fe015a-0504-0706-0809-0a0b0c0d0e0f}";
    assert!(finds(&detector(&code_of(code)), guid));
}
