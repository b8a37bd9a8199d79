//! Archives and compressed files made here.

use super::field_cases::{NUMBER, read};
use super::sink::Kept;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compression, GzBuilder};
use std::io::Write;
use unpack::UnreadKind;

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    crc.sum()
}

/// A member of a zip.
pub fn member(name: &str, method: u16, flags: u16, packed: &[u8], content: &[u8]) -> Vec<u8> {
    let described = flags & 8 != 0;
    let (sum, short, long) = (crc(content), packed.len() as u32, content.len() as u32);
    let mut bytes = b"PK\x03\x04\x14\0".to_vec();
    bytes.extend([flags.to_le_bytes(), method.to_le_bytes(), [0; 2], [0; 2]].concat());
    let lengths = [sum.to_le_bytes(), short.to_le_bytes(), long.to_le_bytes()].concat();
    bytes.extend(if described { vec![0; 12] } else { lengths.clone() });
    bytes.extend([name.len() as u8, 0, 0, 0]);
    bytes.extend(name.as_bytes());
    bytes.extend(packed);
    if described {
        bytes.extend(b"PK\x07\x08");
        bytes.extend(lengths);
    }
    bytes
}

/// The directory of members at these offsets.
pub fn directory(offsets: &[u32], start: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for offset in offsets {
        bytes.extend([b"PK\x01\x02".to_vec(), vec![0; 38], offset.to_le_bytes().to_vec()].concat());
    }
    let length = bytes.len() as u32;
    bytes.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0");
    bytes.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn gzip_headers_members_and_what_follows() {
    let mut encoder = GzBuilder::new()
        .filename("name 871213624823")
        .comment("a comment")
        .extra(b"ab\x05\0extra".to_vec())
        .write(Vec::new(), Compression::fast());
    encoder.write_all(b"first, ").unwrap();
    let bytes = [encoder.finish().unwrap(), gzip(b"second"), b"after".to_vec()].concat();
    let kept = Kept::of(&bytes, "a.log.gz").whole();
    assert_eq!(kept.text("a.log"), "first, second");
    let raw = kept.text("");
    assert!(raw.contains("name 871213624823") && raw.contains("a comment") && raw.contains("extra") && raw.ends_with("after"));
    let tail = Kept::of(&[gzip(b"first"), vec![0; 600], read("two.xz")].concat(), "a.gz").whole();
    assert!(tail.paths().iter().any(|p| p.starts_with("bytes after the end, from")), "{:?}", tail.paths());
    assert!(tail.has("second stream"));
}

#[test]
fn gzip_that_is_damaged() {
    let text = (0..20_000).map(|n| format!("{n} ")).collect::<String>();
    let mut bytes = gzip(text.as_bytes());
    let end = bytes.len();
    bytes[end - 6] ^= 1;
    assert_eq!(Kept::of(&bytes, "a.gz").kinds(), [UnreadKind::Damaged], "the checksum");
    let kept = Kept::of(&bytes[..end / 2], "a.gz");
    assert_eq!(kept.kinds(), [UnreadKind::Damaged]);
    assert!(kept.text("a").starts_with("0 1 2 3") && !kept.unread[0].1.nothing);
    let none = Kept::of(b"\x1F\x8B\x08\0\0\0\0\0\0\0\xFF\xFF 871213624823", "a.gz");
    assert!(none.unread[0].1.nothing && none.text("").contains(NUMBER) && none.parts.len() == 1);
}

#[test]
fn zlib_zstd_lz4_and_snappy() {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"871213624823").unwrap();
    assert_eq!(Kept::of(&encoder.finish().unwrap(), "").whole().text("content"), NUMBER);
    // Two lines of text that begin like zlib: nothing is said.
    assert_eq!(Kept::of(b"x^2 + y^2", "").whole().text(""), "x^2 + y^2");

    let skippable = [b"\x50\x2A\x4D\x18\x07\0\0\0".to_vec(), b"skipped".to_vec()].concat();
    let frame = zstd::encode_all(&b"content "[..], 3).unwrap();
    let kept = Kept::of(&[&skippable[..], &frame, &skippable, &frame].concat(), "a.zst").whole();
    assert_eq!(kept.text("a"), "content content ");
    assert_eq!(kept.text("").matches("skipped").count(), 2);

    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(b"in lz4").unwrap();
    let kept = Kept::of(&[&encoder.finish().unwrap()[..], &skippable].concat(), "a.lz4").whole();
    assert_eq!((kept.text("a").as_str(), kept.text("").contains("skipped")), ("in lz4", true));

    let mut encoder = snap::write::FrameEncoder::new(Vec::new());
    encoder.write_all(b"in snappy").unwrap();
    let padding = b"\xFE\x04\0\0hide";
    let kept = Kept::of(&[&encoder.into_inner().unwrap()[..], padding].concat(), "a.sz").whole();
    assert_eq!((kept.text("a").as_str(), kept.text("").contains("hide")), ("in snappy", true));
}

#[test]
fn zip_behind_a_stub_with_gaps_and_descriptors() {
    let text = b"a member with 871213624823".repeat(20);
    let stub = b"MZ program\0\0 ".to_vec();
    let first = member("a.txt", 8, 8, &deflate(&text), &text);
    let second = member("b.txt", 0, 8, b"stored, length unknown", b"stored, length unknown");
    let third = member("c.zip", 0, 0, &member("d", 0, 0, b"inner", b"inner"), &member("d", 0, 0, b"inner", b"inner"));
    let offsets = [stub.len(), stub.len() + first.len(), stub.len() + first.len() + second.len() + 3];
    let body = [&stub[..], &first, &second, b"gap", &third].concat();
    let end = directory(&offsets.map(|o| o as u32), body.len() as u32);
    let kept = Kept::of(&[&body[..], &end, b"after the end"].concat(), "setup.exe");
    assert_eq!(kept.text("a.txt").as_bytes(), text);
    assert_eq!(kept.text("b.txt"), "stored, length unknown");
    assert_eq!(kept.text("c.zip!d"), "inner");
    let raw = kept.text("");
    assert!(raw.starts_with("MZ program") && raw.contains("gap") && raw.ends_with("after the end"));
    // The inner zip alone has no directory.
    assert_eq!(kept.unread.iter().map(|(path, u)| (path.as_str(), u.kind)).collect::<Vec<_>>(), [("c.zip", UnreadKind::Damaged)]);
}

#[test]
fn zip_methods_that_python_does_not_write() {
    let text = b"ppmd ppmd 871213624823 ppmd".repeat(3);
    let mut encoder = ppmd_rust::Ppmd8Encoder::new(vec![0x15, 0x00], 6, 2 << 20, ppmd_rust::RestoreMethod::Restart).unwrap();
    encoder.write_all(&text).unwrap();
    let ppmd = encoder.finish(true).unwrap();
    let zip = [
        member("ppmd", 98, 0, &ppmd, &text),
        member("deflate64", 9, 0, &deflate(b"few matches: 871213624823"), b"few matches: 871213624823"),
        member("zstd", 93, 0, &zstd::encode_all(&text[..], 3).unwrap(), &text),
        member("xz", 95, 0, &read("70-xz.csv.xz"), b""),
        member("implode", 6, 0, b"packed", b"content"),
        directory(&[], 0),
    ];
    let kept = Kept::of(&zip.concat(), "a.zip");
    for name in ["ppmd", "deflate64", "zstd", "xz"] {
        assert!(kept.text(name).contains(NUMBER), "{name}");
    }
    let unread: Vec<_> = kept.unread.iter().map(|(path, u)| (path.as_str(), u.kind)).collect();
    assert_eq!(unread, [("xz", UnreadKind::Damaged), ("implode", UnreadKind::UnknownMethod)], "the checksum of xz is wrong here");
    assert_eq!(kept.text("implode"), "packed");
}

#[test]
fn zip_that_is_cut_off_or_lists_what_is_not_there() {
    let text = b"one member".repeat(30);
    let first = member("a", 8, 0, &deflate(&text), &text);
    let kept = Kept::of(&first[..first.len() - 4], "a.zip");
    assert_eq!(kept.kinds(), [UnreadKind::Damaged, UnreadKind::Damaged], "the member, and the directory");
    let listed = [&first[..], &directory(&[0, 5000], first.len() as u32)].concat();
    let kept = Kept::of(&listed, "a.zip");
    assert!(kept.unread[0].1.why.contains("1 of the members"), "{:?}", kept.unread);
}

fn tar_header(name: &str, kind: u8, size: usize, link: &str) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_size(size as u64);
    header.set_username("owner-871213").unwrap();
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

#[test]
fn tar_names_links_owners_and_extended_headers() {
    let pax = b"33 path=long/871213624823/name.t\n36 SCHILY.xattr.user.note=in an attr\n";
    let tar = [
        tar_header("a.txt", b'0', 5, ""),
        padded(b"hello"),
        tar_header("link", b'2', 0, "to/053052103556"),
        tar_header("PaxHeaders/x", b'x', pax.len(), ""),
        padded(pax),
        tar_header("short", b'0', 0, ""),
        vec![0; 1024],
        tar_header("second archive", b'0', 4, ""),
        padded(b"more"),
        vec![0; 1024],
    ]
    .concat();
    let kept = Kept::of(&gzip(&tar), "x.tgz").whole();
    let paths = kept.paths();
    assert_eq!(paths[2..], ["x.tar!a.txt", "x.tar!link", "x.tar!long/871213624823/name.t", "x.tar!second archive"]);
    assert_eq!(kept.text("x.tar!second archive"), "more");
    let raw = kept.text("x.tar");
    for text in ["to/053052103556", "owner-871213", "user.note=in an attr", "short"] {
        assert!(raw.contains(text), "{text}");
    }
    assert!(!raw.contains("a.txt"), "names are given once");
}

/// A member that cannot be named in one header, as the two formats write it: a header, the long name, and another header.
#[test]
fn tar_long_names_are_not_taken_for_another_archive() {
    let (name, target) = (format!("dir/{}", "n".repeat(150)), format!("to/{}", "t".repeat(200)));
    let terminated = |text: &str| [text.as_bytes(), b"\0"].concat();
    let record = |key: &str, value: &str| {
        let rest = key.len() + value.len() + 3;
        let length = rest + (rest + 3).to_string().len();
        format!("{length} {key}={value}\n").into_bytes()
    };
    let long = |kind: u8, content: &[u8]| [tar_header("././@LongLink", kind, content.len(), ""), padded(content)].concat();
    let member = |kind: u8, content: &[u8]| [tar_header("cut", kind, content.len(), ""), padded(content)].concat();
    let end = vec![0; 1024];
    let gnu = [
        long(b'K', &terminated(&target)),
        long(b'L', &terminated(&name)),
        member(b'2', b""),
        long(b'L', &terminated(&name)),
        member(b'0', b"hello"),
        member(b'0', b"last"),
        end.clone(),
    ];
    let pax = [
        long(b'x', &[record("path", &name), record("linkpath", &target)].concat()),
        member(b'2', b""),
        long(b'g', &record("comment", "of all members")),
        long(b'x', &record("path", &name)),
        member(b'0', b"hello"),
        member(b'0', b"last"),
        end,
    ];
    for tar in [gnu.concat(), pax.concat()] {
        let kept = Kept::of(&gzip(&tar), "x.tgz").whole();
        let member = format!("x.tar!{name}");
        assert!(kept.paths().iter().filter(|p| **p == member).count() == 2, "{:?}", kept.paths());
        assert!(kept.parts.iter().any(|p| p.path == member && p.text() == "hello"));
        assert!(kept.text("x.tar").contains(&target) && kept.has("last"), "the link's target is searched");
    }
}

/// A sparse file: its map goes on in blocks behind the header, and its content has only what is not a hole.
#[test]
fn tar_sparse_files() {
    let mut header = tar_header("sparse", b'S', 5, "");
    header[482] = 1;
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut map = vec![0; 512];
    map[..24].copy_from_slice(b"00000010000\x0000000000005\0");
    let tar = [header, map, padded(b"hello"), tar_header("next", b'0', 4, ""), padded(b"more"), vec![0; 1024]].concat();
    let kept = Kept::of(&tar, "s.tar").whole();
    assert_eq!((kept.text("sparse"), kept.text("next")), ("hello".into(), "more".into()));
}

#[test]
fn ar_and_cpio() {
    let header = |name: &str, size: usize| format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 100644);
    let ar = format!(
        "!<arch>\n{}abc\n{}a-long-name-here/\n{}long\n{}bsd-namedata",
        header("short/", 3),
        header("//", 18),
        header("/0", 5),
        header("#1/8", 12)
    );
    let kept = Kept::of(ar.as_bytes(), "a.deb").whole();
    assert_eq!(kept.text("short"), "abc");
    assert_eq!(kept.text("a-long-name-here/").trim(), "long");
    assert_eq!(kept.text("bsd-name"), "data");

    let newc = |name: &str, content: &str| {
        let head = format!(
            "070701{:08X}{:08X}{}{:08X}{}{:08X}{:08X}{name}\0",
            1,
            0o100644,
            "0".repeat(32),
            content.len(),
            "0".repeat(32),
            name.len() + 1,
            0
        );
        let pad = |n: usize| "\0".repeat(n.next_multiple_of(4) - n);
        format!("{head}{}{content}{}", pad(head.len()), pad(content.len()))
    };
    let archive = [newc("a.txt", "hello"), newc("871213624823", "x"), newc("TRAILER!!!", "")].concat();
    let kept = Kept::of(&[archive.as_bytes(), &[0; 512], &gzip(b"second part of an initramfs")].concat(), "").whole();
    assert_eq!(kept.text("a.txt"), "hello");
    assert!(kept.paths().contains(&NUMBER) && kept.has("second part of an initramfs"));

    let odc = |name: &str, content: &str| {
        format!("070707{}{:06o}{:011o}{:06o}{:011o}{name}\0{content}", "0".repeat(36), 0, 0, name.len() + 1, content.len())
    };
    let kept = Kept::of([odc("b", "portable"), odc("TRAILER!!!", "")].concat().as_bytes(), "").whole();
    assert_eq!(kept.text("b"), "portable");

    let old = |name: &str, content: &str| {
        let mut words = [0u16; 13];
        (words[0], words[10], words[12]) = (0o070707, name.len() as u16 + 1, content.len() as u16);
        let mut bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        for text in [&format!("{name}\0"), content] {
            bytes.extend(text.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(2), 0);
        }
        bytes
    };
    let kept = Kept::of(&[old("c", "binary"), old("TRAILER!!!", "")].concat(), "").whole();
    assert_eq!(kept.text("c"), "binary");
}
