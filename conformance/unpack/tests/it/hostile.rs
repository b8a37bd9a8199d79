//! Bombs, and damaged inputs: no panic, and everything within bounds.

use super::archives::{directory, gzip, member};
use super::field_cases::read;
use super::sink::Kept;
use proptest::prelude::*;
use std::io::Read;
use unpack::{Kind, Limits, PartName, Sink, Unread, UnreadKind, kind, magic_at};

const BOUNDS: Limits = Limits { unpacked: 4 << 20, members: 2000, depth: 8, memory: 4 << 20 };

/// Counts, and keeps nothing.
#[derive(Default)]
struct Count {
    bytes: u64,
    members: u64,
    unread: Vec<UnreadKind>,
}

impl Sink for Count {
    fn begin(&mut self, _: PartName<'_>) {
        self.members += 1;
    }
    fn push(&mut self, _: u64, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
    }
    fn end(&mut self) {}
    fn unread(&mut self, unread: &Unread) {
        self.unread.push(unread.kind);
    }
}

fn count(mut source: impl Read) -> Count {
    let mut count = Count::default();
    unpack::unpack(&mut source, None, &BOUNDS, &mut count).unwrap();
    count
}

#[test]
fn bombs_end_at_the_limits() {
    let zeros = vec![0; 16 << 20];
    let bombs = [
        gzip(&zeros),
        gzip(&gzip(&zeros)),
        zstd::encode_all(&zeros[..], 1).unwrap(),
        member("bomb", 93, 0, &zstd::encode_all(&zeros[..], 1).unwrap(), &zeros),
        (0..5000).flat_map(|n| member(&n.to_string(), 0, 0, b"", b"")).collect(),
    ];
    for (i, bomb) in bombs.iter().enumerate() {
        let counted = count(&bomb[..]);
        assert!(counted.bytes < (5 << 20) + bomb.len() as u64 && counted.members <= BOUNDS.members, "{i}");
        assert!(counted.unread.contains(&UnreadKind::Limit), "{i}: {:?}", counted.unread);
    }
}

#[test]
fn nesting_ends_at_the_depth_and_the_rest_is_raw() {
    let mut bytes = b"the innermost".to_vec();
    for _ in 0..12 {
        bytes = member("in", 0, 0, &bytes, &bytes);
    }
    let kept = Kept::of(&bytes, "a.zip");
    assert!(kept.kinds().contains(&UnreadKind::Depth) && kept.has("the innermost"));
    assert_eq!(kept.parts.len(), 9);
}

#[test]
fn more_than_the_memory_is_raw() {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    bytes.resize(5 << 20, b' ');
    bytes.extend(b"871213624823");
    let kept = Kept::limited(&bytes, "a.pdf", &BOUNDS);
    assert_eq!(kept.kinds(), [UnreadKind::Limit]);
    assert!(kept.text("").ends_with("871213624823"));
    // A dictionary of 1 GiB.
    let lzma = [&b"\x5D\0\0\0\x40\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0"[..], &[0; 64]].concat();
    assert!(count(&lzma[..]).bytes >= lzma.len() as u64);
    let xz = read("two.xz");
    assert!(Kept::limited(&xz, "a.xz", &Limits { memory: 1 << 20, ..BOUNDS }).kinds().contains(&UnreadKind::Limit));
}

#[test]
fn known_formats_that_are_not_read() {
    for (bytes, name, why) in [
        (&b"Rar!\x1A\x07\x01\0"[..], "RAR", UnreadKind::Unsupported),
        (b"age-encryption.org/v1\n-> X25519", "age", UnreadKind::Encrypted),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQE", "OpenPGP", UnreadKind::Encrypted),
        (b"\x30\x82\x01\x00\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03", "CMS", UnreadKind::Encrypted),
        (b"\x89HDF\r\n\x1A\n", "HDF5", UnreadKind::Unsupported),
        (b"PACK\0\0\0\x02\0\0\0\x01", "git pack", UnreadKind::Unsupported),
        (b"ORC\x08\x03", "ORC", UnreadKind::Unsupported),
        (b"LUKS\xBA\xBE\0\x02", "LUKS", UnreadKind::Encrypted),
        (b"\xEB\x58\x90-FVE-FS-\0\x02", "BitLocker", UnreadKind::Encrypted),
        (b"\xFE\xED\xFE\xED\0\0\0\x02\0", "Java key store", UnreadKind::Encrypted),
        (b"StuffIt (c)1997-", "StuffIt", UnreadKind::Unsupported),
        (b"zPQ\x02\x01\xA7", "ZPAQ", UnreadKind::Unsupported),
    ] {
        let kept = Kept::of(bytes, "");
        let unread: Vec<_> = kept.unread.iter().map(|(_, u)| (u.format, u.kind)).collect();
        assert_eq!(unread, [(name, why)]);
        assert_eq!(kept.parts[0].bytes(), bytes, "{name}");
    }
    let mut image = vec![0; 0x9000];
    image[0x8001..0x8006].copy_from_slice(b"CD001");
    assert_eq!(kind(&image, None), Some(Kind::Iso));
}

#[test]
fn kinds_within_bytes() {
    assert_eq!(magic_at(&gzip(b"x")), Some(Kind::Gzip));
    assert_eq!(magic_at(&read("methods.zip")), Some(Kind::Zip));
    assert_eq!(magic_at(&read("a.lz")), Some(Kind::Lzip));
    assert_eq!(magic_at(b"Rar!\x1A\x07\x01\0"), None);
    assert_eq!(magic_at(b"From: a\nTo: b\n\n"), None);
    assert_eq!(magic_at(b""), None);
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = format!("{}/tests/cases", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let mut corpus: Vec<Vec<u8>> = paths.iter().map(|p| std::fs::read(p).unwrap()).collect();
    let zip = member("a.txt", 0, 8, b"stored", b"stored");
    corpus.push([zip, directory(&[0], 60)].concat());
    corpus.push(gzip(b"a text in gzip"));
    corpus
}

/// Changes bytes, cuts, and puts a piece of one file into another.
fn mutate(corpus: &[Vec<u8>], which: usize, flips: &[(usize, u8)], cut: usize, splice: (usize, usize, usize)) -> Vec<u8> {
    let mut bytes = corpus[which % corpus.len()].clone();
    for (at, value) in flips {
        let at = at % bytes.len();
        bytes[at] = *value;
    }
    if cut.is_multiple_of(3) {
        bytes.truncate(cut % bytes.len() + 1);
    }
    if splice.0.is_multiple_of(3) {
        let other = &corpus[splice.0 % corpus.len()];
        let from = splice.1 % other.len();
        let at = splice.2 % bytes.len();
        bytes.splice(at..at, other[from..(from + 600).min(other.len())].iter().copied());
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files_do_not_panic_and_stay_in_bounds(
        which in any::<usize>(),
        flips in prop::collection::vec((any::<usize>(), any::<u8>()), 0..8),
        cut in any::<usize>(),
        splice in any::<(usize, usize, usize)>(),
    ) {
        let corpus = corpus();
        let bytes = mutate(&corpus, which, &flips, cut, splice);
        let counted = count(&bytes[..]);
        prop_assert!(counted.bytes <= 2 * BOUNDS.unpacked + 8 * bytes.len() as u64);
        prop_assert!(counted.members <= BOUNDS.members);
    }
}

/// A length, an offset or a count may be any number: fields of one to eight bytes at the ends of their types, at each place of the head and
/// the tail of every file, and at some of the rest.
#[test]
fn fields_at_the_ends_of_their_types_do_not_panic() {
    let ends = |width: usize| {
        let low = |byte: u8, last: u8| {
            let mut bytes = vec![byte; width];
            bytes[width - 1] = last;
            bytes
        };
        let little = [low(0, 0), low(0xFF, 0xFF), low(0xFF, 0x7F), low(0, 0x80)];
        let big = [low(0xFF, 0xFE), low(0, 1)].into_iter().chain(little.iter().map(|b| b.iter().rev().copied().collect()));
        let mut all: Vec<Vec<u8>> = little.iter().cloned().chain(big).collect();
        all.sort();
        all.dedup();
        all
    };
    let ends: Vec<Vec<u8>> = [1, 2, 4, 8].into_iter().flat_map(ends).collect();
    for file in corpus() {
        let step = (file.len() / 50).max(1);
        for at in (0..file.len()).filter(|at| *at < 80 || *at + 80 > file.len() || at.is_multiple_of(step)) {
            for field in ends.iter().filter(|field| at + field.len() <= file.len()) {
                let mut bytes = file.clone();
                bytes[at..at + field.len()].copy_from_slice(field);
                assert!(count(&bytes[..]).members <= BOUNDS.members);
            }
        }
    }
}
