//! PDF: objects that refer to themselves, overlap or are nested, and streams and maps that give far more than they take.

use super::{LIMITS, bounded, unread, zlib};
use unpack::UnreadKind;

fn pdf(objects: &str) -> Vec<u8> {
    format!("%PDF-1.4\n{objects}\ntrailer\n<</Root 1 0 R>>\n%%EOF\n").into()
}

fn stream(number: usize, dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("{number} 0 obj\n<<{dictionary}/Length {}>>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream\nendobj\n"].concat()
}

fn of(parts: &[Vec<u8>]) -> Vec<u8> {
    [&b"%PDF-1.4\n"[..], &parts.concat(), b"trailer\n<<>>\n"].concat()
}

#[test]
fn circles_of_references_end() {
    bounded(&pdf("1 0 obj 1 0 R endobj 2 0 obj 3 0 R endobj 3 0 obj 2 0 R endobj"));
    bounded(&pdf("1 0 obj <</Type /Page /Contents 2 0 R /Parent 1 0 R /Resources 3 0 R>> endobj 2 0 obj [2 0 R 1 0 R] endobj\
        3 0 obj <</Font 3 0 R /F1 3 0 R /ToUnicode 3 0 R /Encoding 3 0 R /Differences 3 0 R>> endobj"));
    // A cross-reference table whose predecessor is itself, and streams whose length, filter and parameters are themselves.
    let loops = "1 0 obj <</Length 1 0 R /Filter 1 0 R /DecodeParms 1 0 R>> stream\n8712\nendstream endobj\n\
        xref\n0 1\n0000000000 65535 f \ntrailer <</Prev 9 /Size 1 /XRefStm 9>>\nstartxref\n9\n%%EOF\n";
    let count = bounded(&pdf(loops));
    assert!(count.bytes >= loops.len() as u64);
}

#[test]
fn lengths_that_are_not_true_hide_nothing() {
    for length in ["999999999999999", "-5", "0", "1e300", "4 0 R"] {
        let text = format!("1 0 obj <</Length {length}>>\nstream\nBT (871213624823) Tj ET\nendstream\nendobj\n");
        let mut found = Texts::default();
        let pdf = pdf(&text);
        unpack::unpack(&mut pdf.as_slice(), None, &LIMITS, &mut found).unwrap();
        assert!(found.0.contains("\n[text of object 1]871213624823"), "{length}: {}", found.0);
    }
}

/// What is pushed, by the names of parts.
#[derive(Default)]
struct Texts(String);

impl unpack::Sink for Texts {
    fn begin(&mut self, part: unpack::PartName<'_>) {
        self.0 += &format!("\n[{}]", String::from_utf8_lossy(part.bytes));
    }
    fn push(&mut self, _: u64, bytes: &[u8]) {
        self.0 += &String::from_utf8_lossy(bytes);
    }
    fn end(&mut self) {}
    fn unread(&mut self, _: &unpack::Unread) {}
}

#[test]
fn what_follows_deep_nesting_is_read() {
    for deep in ["[", "<</A ", "<</A["] {
        let deep = format!("1 0 obj {} endobj\n", deep.repeat(10_000));
        let bytes = of(&[deep.into(), stream(2, "/Filter /FlateDecode", &zlib(b"BT (871213624823) Tj ET"))]);
        bounded(&bytes);
        let mut found = Texts::default();
        unpack::unpack(&mut bytes.as_slice(), None, &LIMITS, &mut found).unwrap();
        assert!(found.0.contains("[text of object 2]871213624823"));
    }
}

#[test]
fn many_objects_take_no_more_than_the_limit() {
    unread(&pdf(&format!("1 0 obj [{}] endobj", "0 ".repeat(400_000))), UnreadKind::Limit);
    unread(&pdf(&"1 0 obj".repeat(100_000)), UnreadKind::Limit);
    unread(&pdf(&format!("1 0 obj {} endobj", "<</A[".repeat(15).repeat(8000))), UnreadKind::Limit);
    // Each one reads to the end of the file.
    bounded(&pdf(&"1 0 obj<<".repeat(80_000)));
    bounded(&"%PDF-1.4 1 0 obj 1 endobj trailer<<".repeat(20_000).into_bytes());
    bounded(&pdf(&"1 0 obj(".repeat(80_000)));
}

#[test]
fn object_streams_that_overlap_or_are_nested() {
    let index = "7 0 ".repeat(100_000);
    let content = format!("{index}[{}", "1 ".repeat(200_000));
    let dictionary = |first: usize| format!("/Type /ObjStm /N 999999999 /First {first} /Filter /FlateDecode");
    unread(&of(&[stream(1, &dictionary(index.len()), &zlib(content.as_bytes()))]), UnreadKind::Limit);
    let mut inner = stream(9, "/Type /ObjStm /N 1 /First 4", b"8 0 (871213624823)");
    for number in 0..6 {
        let content = [b"9 0 ".to_vec(), inner].concat();
        inner = stream(number, &dictionary(4), &zlib(&content));
    }
    bounded(&of(&[inner]));
}

#[test]
fn filters_that_give_much_are_counted_also_if_nothing_is_left() {
    let bomb = zlib(&vec![b'Z'; 1 << 20]);
    let streams = |dictionary: &str| of(&(0..100).map(|n| stream(n, dictionary, &bomb)).collect::<Vec<_>>());
    unread(&streams("/Type /XRef /Filter /FlateDecode"), UnreadKind::Limit);
    unread(&streams("/Filter [/FlateDecode /ASCIIHexDecode]"), UnreadKind::Limit);
    unread(&streams("/Filter /FlateDecode"), UnreadKind::Limit);
    let nested = zlib(&zlib(&zlib(&vec![0; 8 << 20])));
    unread(&of(&[stream(1, "/Filter [/FlateDecode /FlateDecode /FlateDecode]", &nested)]), UnreadKind::Limit);
    let zeros = zlib(&vec![b'z'; 1 << 19]);
    unread(&of(&[stream(1, "/Filter [/FlateDecode /ASCII85Decode]", &zeros)]), UnreadKind::Limit);
    unread(&of(&[stream(1, "/Filter /RunLengthDecode", &[129, 0].repeat(20_000))]), UnreadKind::Limit);
}

#[test]
fn rows_of_a_predictor_are_not_longer_than_the_data() {
    for predictor in [2, 12, 15] {
        let parameters = format!(
            "/Filter /FlateDecode /DecodeParms <</Predictor {predictor} /Columns 99999999 /Colors 99999 /BitsPerComponent 9999>>"
        );
        bounded(&of(&[stream(1, &parameters, &zlib(&[2; 5000]))]));
    }
}

#[test]
fn maps_of_fonts_take_no_more_than_the_limit() {
    let long = "0041".repeat(20_000);
    for range in [format!("<0000> <FFFF> <{long}>"), "<0000> <FFFF> <0041>\n".repeat(20_000)] {
        let map = stream(1, "/Filter /FlateDecode", &zlib(format!("1 beginbfrange\n{range}\nendbfrange").as_bytes()));
        let fonts: String = (0..2000).map(|n| format!("{} 0 obj <</Type /Font /ToUnicode 1 0 R>> endobj\n", n + 10)).collect();
        let names: String = (0..2000).map(|n| format!("/F{n} {} 0 R ", n + 10)).collect();
        let page = format!("3 0 obj <</Type /Page /Resources <</Font <<{names}>>>> /Contents 4 0 R>> endobj\n");
        unread(&of(&[map, fonts.into(), page.into(), stream(4, "", b"BT (a) Tj ET")]), UnreadKind::Limit);
    }
}

#[test]
fn pages_that_share_fonts_and_contents() {
    let names: String = (0..5000).map(|n| format!("/F{n} 7 0 R ")).collect();
    let pages: String =
        (0..5000).map(|n| format!("{} 0 obj <</Type /Page /Resources 2 0 R /Contents 4 0 R>> endobj\n", n + 10)).collect();
    let resources = format!("2 0 obj <</Font <<{names}>>>> endobj 7 0 obj <</Type /Font /Encoding 8 0 R>> endobj\n");
    unread(&of(&[resources.into(), pages.clone().into(), stream(4, "", b"BT (a) Tj ET")]), UnreadKind::Limit);
    let list = format!("2 0 obj <<>> endobj 4 0 obj [{}] endobj\n", "5 0 R ".repeat(60_000));
    unread(&of(&[list.into(), pages.into(), stream(5, "", &b"BT (a) Tj ET ".repeat(100))]), UnreadKind::Limit);
    let differences = format!("8 0 obj <</Differences [{}]>> endobj\n", "/one ".repeat(20_000));
    let fonts: String =
        (0..2000).map(|n| format!("{} 0 obj <</Resources <</Font <</F{n} <</Encoding 8 0 R>>>>>>>> endobj\n", n + 9)).collect();
    unread(&of(&[differences.into(), fonts.into()]), UnreadKind::Limit);
}
