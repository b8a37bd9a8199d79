//! The formats. One line in [`FORMATS`] adds one; a format that comes first is tried first.

mod ar;
mod avro;
mod cfb;
mod compress;
mod compressed;
mod cpio;
mod gzip;
mod lz4;
mod mail;
mod office;
mod parquet;
mod pcap;
mod pdf;
mod rtf;
mod seven;
mod snappy;
mod sqlite;
mod tar;
mod unsupported;
mod xls;
mod zip;
mod zstd;

use crate::part::UnreadKind;
use crate::unpacker::{Format, Reader, Table};
use UnreadKind::{Encrypted, Unsupported};
use std::sync::LazyLock;

pub use zip::ZIP_MEMBER;

pub(crate) const TABLE: Table = Table { find, leaf: zip::leaf };

struct Line {
    kind: Kind,
    begins: Begins,
    format: Format,
}

enum Begins {
    /// With one of these bytes.
    With(&'static [&'static [u8]]),
    /// As this test says, of up to 64 KiB.
    If(fn(&[u8]) -> bool),
    /// Has no magic: file names end so, in lower case, and the test does not contradict.
    Named(&'static [&'static [u8]], fn(&[u8]) -> bool),
}

macro_rules! formats {
    ($($kind:ident $name:literal $weak:literal $begins:expr => $reader:expr;)*) => {
        /// The format of a container.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($kind),* }

        const FORMATS: &[Line] = &[$(Line { kind: Kind::$kind, begins: $begins, format: Format { name: $name, weak: $weak, reader: $reader } }),*];
    };
}

use Begins::{If, Named, With};
use Reader::{Not, Stream, Whole};

formats! {
    Gzip "gzip" false If(gzip::begins) => Stream(gzip::read);
    Zstd "zstd" false If(zstd::begins) => Stream(zstd::read);
    Zip "zip" false If(zip::begins) => Stream(zip::leaf);
    Bzip2 "bzip2" false If(compressed::bzip2_begins) => Stream(compressed::bzip2);
    Xz "xz" false With(&[b"\xFD7zXZ\0"]) => Stream(compressed::xz);
    Lzip "lzip" false If(compressed::lzip_begins) => Stream(compressed::lzip);
    Lz4 "lz4" false If(lz4::begins) => Stream(lz4::read);
    Snappy "Snappy" false With(&[b"\xFF\x06\0\0sNaPpY"]) => Stream(snappy::read);
    SevenZip "7z" false With(&[b"7z\xBC\xAF\x27\x1C"]) => Whole(seven::read);
    Tar "tar" false If(tar::begins) => Stream(tar::read);
    Ar "ar" false With(&[b"!<arch>\n"]) => Stream(ar::read);
    Cpio "cpio" false If(cpio::begins) => Stream(cpio::read);
    Pdf "PDF" false If(pdf::begins) => Whole(pdf::read);
    Rtf "RTF" false If(rtf::begins) => Whole(rtf::read);
    Cfb "CFB" false With(&[b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"]) => Whole(cfb::read);
    Sqlite "SQLite" false With(&[b"SQLite format 3\0"]) => Whole(sqlite::read);
    SqliteWal "SQLite WAL" false With(&[b"\x37\x7F\x06\x82", b"\x37\x7F\x06\x83"]) => Whole(sqlite::read_wal);
    Parquet "Parquet" false With(&[b"PAR1"]) => Whole(parquet::read);
    Avro "Avro" false With(&[b"Obj\x01"]) => Whole(avro::read);
    Pcap "pcap" false If(pcap::begins) => Whole(pcap::read);
    Pcapng "pcapng" false If(pcap::ng_begins) => Whole(pcap::read_ng);
    Mbox "mbox" true If(mail::mbox_begins) => Stream(mail::read_mbox);
    Mail "mail" true If(mail::begins) => Whole(mail::read);
    ParquetEncrypted "Parquet" false With(&[b"PARE"]) => Not(Encrypted, "its footer is encrypted");
    Rar "RAR" false With(&[b"Rar!\x1A\x07"]) => Not(Unsupported, "RAR is not read");
    Ace "ACE" false If(unsupported::ace) => Not(Unsupported, "ACE is not read");
    Arj "ARJ" false If(unsupported::arj) => Not(Unsupported, "ARJ is not read");
    Lha "LHA" false If(unsupported::lha) => Not(Unsupported, "LHA is not read");
    Cab "CAB" false With(&[b"MSCF\0\0\0\0"]) => Not(Unsupported, "cabinets are not read");
    Compress "compress" false If(compress::begins) => Stream(compress::read);
    Lzop "lzop" false With(&[b"\x89LZO\0\r\n\x1A\n"]) => Not(Unsupported, "lzop is not read");
    Lrzip "lrzip" false With(&[b"LRZI"]) => Not(Unsupported, "lrzip is not read");
    Xar "xar" false With(&[b"xar!\0\x1C"]) => Not(Unsupported, "xar is not read");
    Wim "WIM" false With(&[b"MSWIM\0\0\0"]) => Not(Unsupported, "disk images are not read");
    Iso "ISO 9660" false If(unsupported::iso) => Not(Unsupported, "disk images are not read");
    Squashfs "SquashFS" false With(&[b"hsqs", b"sqsh"]) => Not(Unsupported, "disk images are not read");
    Qcow "QCOW" false With(&[b"QFI\xFB"]) => Not(Unsupported, "disk images are not read");
    Vhdx "VHDX" false With(&[b"vhdxfile"]) => Not(Unsupported, "disk images are not read");
    Vmdk "VMDK" false With(&[b"KDMV"]) => Not(Unsupported, "disk images are not read");
    OpenPgp "OpenPGP" false If(unsupported::openpgp) => Not(Encrypted, "OpenPGP messages are encrypted");
    Age "age" false With(&[b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----"]) => Not(Encrypted, "age files are encrypted");
    Cms "CMS" false If(unsupported::cms) => Not(Encrypted, "the content is encrypted");
    OpenSslEnc "OpenSSL enc" false With(&[b"Salted__", b"U2FsdGVkX1"]) => Not(Encrypted, "the content is encrypted");
    Luks "LUKS" false With(&[b"LUKS\xBA\xBE", b"SKUL\xBA\xBE"]) => Not(Encrypted, "the disk is encrypted");
    KeePass "KeePass" false With(&[b"\x03\xD9\xA2\x9A"]) => Not(Encrypted, "the database is encrypted");
    AnsibleVault "Ansible Vault" false With(&[b"$ANSIBLE_VAULT;"]) => Not(Encrypted, "the content is encrypted");
    Bitlocker "BitLocker" false With(&[b"\xEB\x58\x90-FVE-FS-", b"\xEB\x52\x90-FVE-FS-"]) => Not(Encrypted, "the disk is encrypted");
    KeyStore "Java key store" false With(&[b"\xFE\xED\xFE\xED\0\0\0", b"\xCE\xCE\xCE\xCE\0\0\0"]) => Not(Encrypted, "its keys are encrypted");
    StuffIt "StuffIt" false With(&[b"StuffIt (c)", b"SIT!\0"]) => Not(Unsupported, "StuffIt is not read");
    Zpaq "ZPAQ" false With(&[b"zPQ\x01", b"zPQ\x02", b"7kSt\xA0\x31\x83"]) => Not(Unsupported, "ZPAQ is not read");
    Orc "ORC" false If(unsupported::orc) => Not(Unsupported, "ORC is not read");
    Arrow "Arrow" false With(&[b"ARROW1\0\0"]) => Not(Unsupported, "Arrow files are not read");
    Feather "Feather" false With(&[b"FEA1"]) => Not(Unsupported, "Feather files are not read");
    Hdf5 "HDF5" false With(&[b"\x89HDF\r\n\x1A\n"]) => Not(Unsupported, "HDF5 is not read");
    GitPack "git pack" false If(unsupported::git_pack) => Not(Unsupported, "git packs are not read");
    Evtx "EVTX" false With(&[b"ElfFile\0"]) => Not(Unsupported, "Windows event logs are not read");
    Access "Access" false With(&[b"\0\x01\0\0Standard Jet DB", b"\0\x01\0\0Standard ACE DB"]) => Not(Unsupported, "Access databases are not read");
    Pst "Outlook PST" false With(&[b"!BDN"]) => Not(Unsupported, "Outlook files are not read");
    Zlib "zlib" true If(compressed::zlib_begins) => Stream(compressed::zlib);
    ZlibDictionary "zlib" true If(compressed::zlib_with_dictionary) => Stream(compressed::zlib_without_dictionary);
    Lzma "LZMA" true If(compressed::lzma_begins) => Stream(compressed::lzma);
    Brotli "brotli" true Named(&[b".br"], compressed::brotli_begins) => Stream(compressed::brotli);
}

impl Kind {
    /// As in a report: `gzip`, `PDF`.
    pub fn name(self) -> &'static str {
        FORMATS[self as usize].format.name
    }
}

impl Begins {
    fn tell(&self, head: &[u8], name: &[u8]) -> bool {
        match self {
            Begins::With(magics) => magics.iter().any(|m| head.starts_with(m)),
            Begins::If(test) => test(head),
            Begins::Named(ends, test) => ends.iter().any(|e| name.to_ascii_lowercase().ends_with(e)) && test(head),
        }
    }
}

fn line(head: &[u8], name: &[u8]) -> Option<&'static Line> {
    FORMATS.iter().find(|f| f.begins.tell(head, name))
}

fn find(head: &[u8], name: &[u8]) -> Option<&'static Format> {
    line(head, name).map(|line| &line.format)
}

/// The format of bytes by their beginning (64 KiB are enough), and by the file name for the formats without a magic.
pub fn kind(head: &[u8], name: Option<&[u8]>) -> Option<Kind> {
    line(head, name.unwrap_or_default()).map(|f| f.kind)
}

/// Whether a container that can be read could begin with `bytes`: a cheap test for finding containers within other bytes. Formats
/// without a clear magic are left out: mails, LZMA and brotli.
pub fn magic_at(bytes: &[u8]) -> Option<Kind> {
    if !could_begin(bytes) && bytes.get(257..262) != Some(b"ustar") {
        return None;
    }
    let found = line(&bytes[..bytes.len().min(1024)], b"")?;
    let readable = !matches!(found.format.reader, Not(..)) && !matches!(found.kind, Kind::Mail | Kind::Mbox | Kind::Lzma);
    readable.then_some(found.kind)
}

/// By first byte, whether one of the magics of formats that are not read begins with it.
static UNREADABLE: LazyLock<[bool; 256]> = LazyLock::new(|| {
    let mut firsts = [false; 256];
    for format in FORMATS.iter().filter(|f| matches!(f.format.reader, Not(..))) {
        if let With(magics) = format.begins {
            magics.iter().filter_map(|m| m.first()).for_each(|b| firsts[usize::from(*b)] = true);
        }
    }
    firsts
});

/// Whether `bytes` could be of a format that is recognised and not read: a cheap test for very many short pieces.
pub fn could_be_unreadable(bytes: &[u8]) -> bool {
    let tests = [unsupported::ace, unsupported::arj, unsupported::lha, unsupported::iso];
    let more = [unsupported::openpgp, unsupported::cms, unsupported::orc, unsupported::git_pack];
    bytes.first().is_some_and(|b| UNREADABLE[usize::from(*b)]) || tests.iter().chain(&more).any(|begins| begins(bytes))
}

/// The first bytes of all readable formats but tar, whose magic is in the middle of its header.
fn could_begin(bytes: &[u8]) -> bool {
    match bytes {
        [0x1F, 0x8B, 8, ..] | [b'(', 0xB5, 0x2F, 0xFD, ..] | [b'P'..=b'_', 0x2A, 0x4D, 0x18, ..] | [b'P', b'K', 0..=7, ..] => {
            true
        }
        [b'B', b'Z', b'h', ..] | [0xFD, b'7', b'z', ..] | [b'L', b'Z', b'I', b'P', ..] | [b'7', b'z', 0xBC, ..] => true,
        [0x04, 0x22, 0x4D, 0x18, ..] | [0x02, 0x21, 0x4C, 0x18, ..] | [0xFF, 0x06, 0, 0, ..] => true,
        [b'!', b'<', b'a', ..] | [b'0', b'7', b'0', b'7', ..] | [0xC7, 0x71, ..] | [0x71, 0xC7, ..] => true,
        [b'%', b'P', b'D', b'F', ..] | [0xD0, 0xCF, 0x11, ..] | [b'S', b'Q', b'L', b'i', ..] | [b'7', 0x7F, 6, ..] => true,
        [b'{', b'\\', b'r', b't', b'f', ..]
        | [b'P', b'A', b'R', ..]
        | [b'O', b'b', b'j', 1, ..]
        | [0x0A, 0x0D, 0x0D, 0x0A, ..] => true,
        [0xD4, 0xC3, 0xB2, 0xA1, ..]
        | [0xA1, 0xB2, 0xC3, 0xD4, ..]
        | [b'M', 0x3C, 0xB2, 0xA1, ..]
        | [0xA1, 0xB2, 0x3C, b'M', ..] => true,
        _ => compressed::zlib_begins(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_that_is_not_read_passes_the_cheap_test() {
        for format in FORMATS.iter().filter(|f| matches!(f.format.reader, Not(..))) {
            match format.begins {
                With(magics) => assert!(magics.iter().all(|m| could_be_unreadable(m))),
                If(begins) => {
                    let pieces =
                        (0..=255u8).flat_map(|a| (0..=255u8).map(move |b| [a, b, 3, 4, 5, 2, 3, 2, 0, 1, 2, 2, 2, 2, 2, 2]));
                    assert!(
                        pieces.into_iter().all(|piece| !begins(&piece) || could_be_unreadable(&piece)),
                        "{}",
                        format.format.name
                    );
                }
                Named(..) => {}
            }
        }
        assert!(!could_be_unreadable(b"no format") && could_be_unreadable(b"Rar!\x1A\x07"));
    }

    #[test]
    fn the_table_is_in_the_order_of_the_kinds() {
        for (i, format) in FORMATS.iter().enumerate() {
            assert_eq!(format.kind as usize, i);
        }
    }
}
