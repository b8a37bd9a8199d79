//! Files of `tests/cases`: made after problems from the field, or by the tools that usually write a format. All people are invented.

use super::sink::Kept;
use unpack::{Role, UnreadKind};

pub const NUMBER: &str = "871213624823";

pub fn read(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/cases/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub fn case(name: &str) -> Kept {
    Kept::of(&read(name), name)
}

#[test]
fn compressed_files() {
    for (name, content) in [
        ("70-br.csv.br", "70-br.csv"),
        ("70-bz2.csv.bz2", "70-bz2.csv"),
        ("70-xz.csv.xz", "70-xz.csv"),
        ("old.lzma", "old"),
        ("a.lz", "a"),
    ] {
        assert!(case(name).whole().text(content).contains("x,871213624823\n"), "{name}");
    }
    let kept = case("two.xz").whole();
    assert!(kept.text("two").ends_with("second stream"));
    assert_eq!(case("a.lz").text(""), "after");
}

#[test]
fn archives() {
    assert!(case("70-7z.7z").whole().text("a.csv").contains(NUMBER));
    assert!(case("70-zip-bzip2.zip").whole().text("a.csv").contains(NUMBER));
    let kept = case("methods.zip").whole();
    for name in ["stored.csv", "deflated.csv", "bzip2.csv", "lzma.csv"] {
        assert!(kept.text(name).ends_with("x,871213624823\n"), "{name}");
    }
    assert!(
        kept.text("").contains("comment of lzma")
            && kept.text("").contains("comment of the archive")
            && kept.text("").contains("xtra")
    );
    let kept = case("encrypted.zip");
    assert_eq!(kept.kinds(), [UnreadKind::Encrypted]);
    assert_eq!(kept.unread[0].0, "s.txt");
    assert!(kept.text("s.txt").len() > 12, "the packed bytes are pushed");
    assert!(case("piped.zip").whole().text("-").contains(NUMBER));
}

#[test]
fn office_documents_in_reading_order() {
    let text = |name| {
        let kept = case(name).whole();
        let view = kept.parts.iter().find(|p| p.role == Role::View && p.path.contains("sheet1")).unwrap();
        view.text()
    };
    assert_eq!(text("72-xlsx-3cells.xlsx"), "個人番号\t8712\t1362\t4823\n");
    assert_eq!(text("72-xlsx-per-digit.xlsx"), "個人番号\t8\t7\t1\t2\t1\t3\t6\t2\t4\t8\t2\t3\n");
    assert_eq!(text("72-xlsx-number-leading-zero.xlsx"), "n\tmn\nx\t53052103556\n");
}

#[test]
fn tables() {
    assert!(case("71-parquet-string-snappy.parquet").whole().text("rows").contains("\t087415422510\n"));
    assert!(case("71-parquet-double-none.parquet").whole().text("rows").contains("\t87415422510\n"));
    assert_eq!(case("parquet-double-snappy.bin").whole().text("rows"), "871213624823\n1\n2\n");
    for name in ["avro-long-null.bin", "avro-long-deflate.bin"] {
        assert_eq!(case(name).whole().text("rows"), "871213624823\tx\n", "{name}");
    }
    assert!(case("avro-string-deflate.bin").whole().text("rows").contains(NUMBER));
}

#[test]
fn sqlite_rows_blobs_overflow_free_pages_and_the_log() {
    let kept = case("tables.sqlite").whole();
    let rows = kept.text("rows of t");
    assert!(rows.contains("871213624823\t\t53052103556\t個人番号 1\t\n"), "{rows}");
    assert!(rows.contains("long long the end\t\n"), "a text on overflow pages");
    assert_eq!(kept.text("blob 871213624823.3 of t!content"), "inside a blob");
    let rows = kept.text("rows of w");
    assert!(rows.contains("key 39\t-39\n") && rows.lines().count() == 40, "without row ids: {rows}");
    assert!(kept.text("rows of index i").contains("個人番号 1\t871213624823\n"));
    assert!(kept.text("rows of free pages").contains("was dropped 17\n"));
    assert!(case("log.sqlite-wal").whole().text("rows of the log").contains("only in the log\t871213624823\n"));
}

#[test]
fn captures() {
    let kept = case("pcap-split-2-segments.bin").whole();
    assert_eq!(kept.text("TCP from 127.0.0.1:80 to 127.0.0.1:4000"), "GET /?id=871213624823 HTTP/1.1");
}

#[test]
fn mails() {
    assert!(case("eml-xlsx-attachment.bin").whole().text("part 1!text of xl/worksheets/sheet1.xml").contains(NUMBER));
    let kept = case("eml-zip-attachment.bin").whole();
    assert!(kept.text("part 1!a.xml").contains(NUMBER));
    assert!(!kept.text("").contains("UEsDB"), "the encoded body is not pushed again: {}", kept.text(""));
}

#[test]
fn pdf() {
    let kept = case("74-pdf-ascii85-flate.pdf").whole();
    assert_eq!(kept.text("text of page 3"), "My Number 871213624823\n");
    let kept = case("74-pdf-boxes-uncompressed.pdf").whole();
    assert_eq!(kept.text("text of page 3"), "8 7 1 2 1 3 6 2 4 8 2 3\n");
    for name in ["pdf-flate-TJ-3.bin", "pdf-flate-TJ-kerned.bin"] {
        assert_eq!(case(name).whole().text("text of object 1"), "871213624823\n", "{name}");
    }
}
