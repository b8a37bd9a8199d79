//! Streams that need a dictionary that is not in them, and `.Z`.

use super::{bounded, unread};
use unpack::fuzzing::counted;
use unpack::{Kind, Limits, UnreadKind, kind};

/// RFC 1950 with the identifier of a dictionary, over deflate that refers to nothing before it.
fn zlib_with_dictionary(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, content).unwrap();
    [&[0x78, 0xBB, 1, 2, 3, 4][..], &encoder.finish().unwrap(), &[0; 4]].concat()
}

#[test]
fn streams_that_need_a_dictionary_are_listed() {
    let bytes = zlib_with_dictionary(b"what the stream says itself is 871213624823, and it is read");
    let count = unread(&bytes, UnreadKind::Unsupported);
    assert!(count.unread[0].why.contains("dictionary") && !count.unread[0].nothing, "{:?}", count.unread);
    assert_eq!(count.members, 1);
    let samples: Vec<String> = (0..2000).map(|n| format!("a word {} of the dictionary {}", n * n % 97, n * 31 % 1009)).collect();
    let dictionary = zstd::dict::from_samples(&samples, 2000).unwrap();
    let mut encoder = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    let bytes = encoder.compress(b"a word 17 of the dictionary 871213624823").unwrap();
    let count = unread(&bytes, UnreadKind::Unsupported);
    assert!(count.unread[0].why.contains("dictionary") && !count.unread[0].nothing, "{:?}", count.unread);
}

#[test]
fn two_bytes_alone_are_no_stream_with_a_dictionary() {
    for bytes in [&b"x\xBB and more"[..], b"x \x01\x02\x03\x04 x^2 + y^2", b"x\xF9\0\0\0\0\x03\0"] {
        assert_ne!(kind(bytes, None), Some(Kind::ZlibDictionary), "{bytes:?}");
    }
}

/// As `compress -b 16` writes it.
fn compress(content: &[u8], bits: u32) -> Vec<u8> {
    let mut table = std::collections::BTreeMap::new();
    let (mut out, mut width, mut free) = (vec![0x1F, 0x9D, 0x80 | bits as u8], 9u32, 257u32);
    let (mut group, mut codes) = (0u128, 0u32);
    let mut put = |code: u32, width: u32, last: bool, out: &mut Vec<u8>| {
        group |= u128::from(code) << (codes * width);
        codes += 1;
        if codes == 8 || last {
            let bytes = if last { (codes * width).div_ceil(8) } else { width } as usize;
            out.extend(&group.to_le_bytes()[..bytes]);
            (group, codes) = (0, 0);
        }
    };
    let mut codes_at_width = 0;
    let mut current: Vec<u8> = Vec::new();
    let code_of = |table: &std::collections::BTreeMap<Vec<u8>, u32>, word: &[u8]| match word {
        [one] => u32::from(*one),
        _ => table[word],
    };
    for byte in content {
        let longer = [&current[..], &[*byte]].concat();
        if longer.len() == 1 || table.contains_key(&longer) {
            current = longer;
            continue;
        }
        put(code_of(&table, &current), width, false, &mut out);
        codes_at_width += 1;
        if free < 1 << bits {
            table.insert(longer, free);
            free += 1;
        }
        if free > 1 << width && width < bits {
            // The rest of the group is not used.
            while codes_at_width % 8 != 0 {
                put(0, width, false, &mut out);
                codes_at_width += 1;
            }
            (width, codes_at_width) = (width + 1, 0);
        }
        current = vec![*byte];
    }
    put(code_of(&table, &current), width, true, &mut out);
    out
}

#[test]
fn files_of_compress_are_read() {
    for (bits, words) in [(9, 500), (12, 3000), (16, 20_000)] {
        let content: String = (0..words).map(|n| format!("line {} has 871213624823\n", n * n % 977)).collect();
        let bytes = compress(content.as_bytes(), bits);
        let count = counted(&bytes, Some(b"a.txt.Z"), &Limits::SMALL);
        assert!(count.unread.is_empty() && count.members == 1, "{bits}: {:?}", count.unread);
        assert_eq!(count.bytes, content.len() as u64, "{bits}");
    }
    let damaged = [&compress(b"what begins well and then is not", 16)[..], &[0xFF; 70_000]].concat();
    assert_ne!(kind(&damaged, None), Some(Kind::Compress));
    bounded(&compress(&vec![0; 1 << 20], 16));
}

/// The magic of two bytes, and a third that fits, occur in other data.
#[test]
fn bytes_that_begin_like_compress_are_not_taken_for_it() {
    let mut state = 1u64;
    let mut taken = 0;
    for _ in 0..20_000 {
        let mut bytes = vec![0x1F, 0x9D, 0x90];
        for _ in 0..24 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            bytes.push((state >> 56) as u8);
        }
        taken += u32::from(kind(&bytes, None) == Some(Kind::Compress));
    }
    assert!(taken <= 2, "{taken}");
    assert_eq!(kind(b"\x1F\x9D\x90abc", None), None);
}

/// APPNOTE 6.3.10, section 5.10: the memory is in the word before the packed bytes.
#[test]
fn a_decoder_that_asks_for_too_much_memory_is_not_made() {
    for (mebibytes, is_read) in [(1u16, true), (2, false), (256, false)] {
        let packed = [&((mebibytes - 1) << 4 | 5).to_le_bytes()[..], &[0; 8]].concat();
        let mut zip = b"PK\x03\x04\x14\0\0\0\x62\0\0\0\0\0".to_vec();
        zip.extend([0; 4]);
        zip.extend((packed.len() as u32).to_le_bytes());
        zip.extend(5u32.to_le_bytes());
        zip.extend(b"\x05\0\0\0a.txt");
        zip.extend(&packed);
        let count = bounded(&zip);
        let limited = count.unread.iter().any(|unread| unread.kind == UnreadKind::Limit);
        assert_eq!(limited, !is_read, "{mebibytes} MiB: {:?}", count.unread);
    }
}
