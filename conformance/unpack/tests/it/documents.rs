//! Documents, captures and mails made here.

use super::archives::{directory, gzip, member};
use super::field_cases::NUMBER;
use super::sink::Kept;
use data_encoding::BASE64;
use std::io::Write;
use unpack::UnreadKind;

fn zip_of(members: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in members {
        bytes.extend(member(name, 0, 0, content.as_bytes(), content.as_bytes()));
    }
    let length = bytes.len() as u32;
    [bytes, directory(&[0], length)].concat()
}

#[test]
fn words_runs_tables_and_properties() {
    let document = "<w:document><w:body><w:p><w:r><w:t>8712</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>1362</w:t></w:r>\
        <w:r><w:t>4823</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a &amp; b</w:t></w:r></w:p></w:tc>\
        <w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>";
    let kept = Kept::of(
        &zip_of(&[
            ("word/document.xml", document),
            ("word/header1.xml", "<w:hdr><w:p><w:r><w:t>in the header</w:t></w:r></w:p></w:hdr>"),
            ("docProps/core.xml", "<p><dc:title>Title</dc:title><dc:creator>Somebody</dc:creator></p>"),
        ]),
        "a.docx",
    );
    assert_eq!(kept.text("text of word/document.xml"), "871213624823\na & b\t2\n");
    assert_eq!(kept.text("text of word/header1.xml"), "in the header\n");
    assert_eq!(kept.text("text of docProps/core.xml"), "Title\nSomebody\n");
}

#[test]
fn sheets_shared_strings_and_open_document() {
    let strings = "<sst><si><t>個人番号</t><rPh><t>コジン</t></rPh></si><si><r><t>8712</t></r><r><t>1362</t></r></si></sst>";
    let sheet = "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c><f>A1</f><v>8.71213624823E+11</v></c></row>\
        <row><c t=\"inlineStr\"><is><t>x</t></is></c><c t=\"s\"><v>99</v></c></row></sheetData></worksheet>";
    let kept = Kept::of(&zip_of(&[("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", strings)]), "a.xlsx");
    assert_eq!(kept.text("text of xl/worksheets/sheet1.xml"), "個人番号\t87121362\t871213624823\nx\n");
    let content = "<office:text><text:p>871<text:span>213</text:span>624823</text:p><table:table-row>\
        <table:table-cell office:value=\"871213624823\"><text:p>871,213,624,823</text:p></table:table-cell>\
        <table:table-cell office:value=\"1\"><text:p>1</text:p></table:table-cell></table:table-row></office:text>";
    let kept = Kept::of(&zip_of(&[("content.xml", content)]), "a.ods");
    assert_eq!(kept.text("text of content.xml"), "871213624823\n871,213,624,823\t871213624823\t1\n");
}

/// A digit a cell, from top to bottom, beside another column of digits; a gap ends a number.
#[test]
fn columns_of_digits_are_a_line_each() {
    let cell = |column: char, row: usize, digit: char| format!("<c r=\"{column}{row}\"><v>{digit}</v></c>");
    let rows: String = NUMBER
        .chars()
        .enumerate()
        .map(|(i, c)| format!("<row>{}{}</row>", cell('B', i + 1, c), cell('C', i + 1, if i == 5 { 'x' } else { '0' })))
        .collect();
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let kept = Kept::of(&zip_of(&[("xl/worksheets/sheet1.xml", &sheet)]), "a.xlsx");
    let text = kept.text("text of xl/worksheets/sheet1.xml");
    assert_eq!(text.lines().skip(NUMBER.len()).collect::<Vec<_>>(), ["8\t7\t1\t2\t1\t3\t6\t2\t4\t8\t2\t3"]);
    let cell = |text: &str| format!("<table:table-cell office:value=\"{text}\"><text:p>{text}</text:p></table:table-cell>");
    let rows: String =
        ["8712", "1362", "4823"].map(|p| format!("<table:table-row>{}{}</table:table-row>", cell(p), cell("77"))).concat();
    let kept = Kept::of(&zip_of(&[("content.xml", &format!("<office:spreadsheet>{rows}</office:spreadsheet>"))]), "a.ods");
    assert!(kept.text("text of content.xml").ends_with("\n8712\t1362\t4823\n"), "{}", kept.text("text of content.xml"));
}

#[test]
fn rich_text_in_reading_order() {
    let rtf = "{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0\\fnil MS Gothic;}}{\\info{\\title A title}}\\f0\\fs20 \\'8c\\'c2\\'90\\'6c\\'94\\'d4\\'8d\\'86\\tab \
        8{\\b0 7}\\'31\\'32{\\*\\generator x;}13\r\n62\\u52 ?\\u56 ?23\\par a \\{b\\} \\u-3941 ?\\bin3 \\}}\\par}";
    let kept = Kept::of(rtf.as_bytes(), "a.rtf").whole();
    let text = kept.text("text");
    assert!(text.contains("個人番号\t8712x;1362") || text.contains("個人番号\t8712"), "{text}");
    assert!(text.contains("a {b} \u{f09b}"), "{text}");
    assert_eq!(kept.text("").as_bytes(), rtf.as_bytes());
    let deep = format!("{{\\rtf1 {} 871213624823", "{".repeat(100_000));
    assert_eq!(Kept::of(deep.as_bytes(), "a.rtf").kinds(), [UnreadKind::Damaged]);
}

fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    for (name, content) in streams {
        file.create_stream(name).unwrap().write_all(content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn old_office_documents() {
    let record = |kind: u16, content: &[u8]| [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat();
    let number = [&[0, 0, 1, 0, 0, 0][..], &871213624823f64.to_le_bytes()].concat();
    let strings = [&[2, 0, 0, 0, 2, 0, 0, 0][..], &[2, 0, 0], b"ab", &[4, 0, 0], b"cd"].concat();
    let workbook = [
        record(0x0809, &[0; 16]),
        record(0x00FC, &strings),
        record(0x003C, b"\x01e\0f\0"),
        record(0x0809, &[0; 16]),
        record(0x00FD, &[0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
        record(0x0203, &number),
        record(0x027E, &[1, 0, 0, 0, 0, 0, (8712 << 2 | 2) as u8, ((8712 << 2) >> 8) as u8, 0, 0]),
    ];
    let kept = Kept::of(&compound(&[("/Workbook", &workbook.concat()), ("/data", &gzip(b"attached"))]), "a.xls").whole();
    assert_eq!(kept.text("text of Workbook"), "cdef\t871213624823\n8712\n");
    assert_eq!(kept.text("data!content"), "attached");
    let kept = Kept::of(&compound(&[("/EncryptedPackage", b"x"), ("/EncryptionInfo", b"y")]), "a.xlsx");
    assert_eq!(kept.kinds(), [UnreadKind::Encrypted]);
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn stream(number: u32, dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("{number} 0 obj <<{dictionary}/Length {}>> stream\n", content.len());
    [head.as_bytes(), content, b"\nendstream endobj\n"].concat()
}

#[test]
fn pdf_object_streams_fonts_forms_and_attachments() {
    let objects = "1 0 2 90 3 160 <</Type/Page/Contents[5 0 R 9 0 R]/Resources 2 0 R/Parent 3 0 R>>";
    let first = 15;
    let mut body = objects[first..].to_string();
    body = format!("{body:<90}<</Font<</F1 6 0 R>>>>");
    body = format!("{body:<160}<</T(my number)/V(\\070712 1362 4823)/Parent 1 0 R/TU<FEFF500B4EBA>>>");
    let map = "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0010> <0019> <0030> endbfrange";
    let bytes = [
        b"%PDF-1.7\n".to_vec(),
        stream(
            4,
            &format!("/Type/ObjStm/N 3/First {first}/Filter/FlateDecode"),
            &deflated([&objects[..first], &body].concat().as_bytes()),
        ),
        stream(
            5,
            "/Filter[/ASCIIHexDecode/FlateDecode]",
            (data_encoding::HEXUPPER.encode(&deflated(b"BT /F1 9 Tf <00180017001100120011>")) + ">").as_bytes(),
        ),
        stream(9, "", b"Tj <0013>' T* [<00160012> 5 <0014>] TJ ET"),
        b"6 0 obj <</Type/Font/Subtype/Type0/ToUnicode 7 0 R>> endobj\n".to_vec(),
        stream(7, "", map.as_bytes()),
        stream(8, "/Type/EmbeddedFile/Filter/FlateDecode", &deflated(&gzip(b"attached 871213624823"))),
        stream(10, "/Filter/RunLengthDecode", b"\x02BT \x0c(run length) \x01Tj\x80"),
        b"%%EOF".to_vec(),
    ]
    .concat();
    let kept = Kept::of(&bytes, "a.pdf").whole();
    assert_eq!(kept.text("text of page 1"), "87121\n3 624\n");
    assert!(kept.text("strings").contains("my number\n8712 1362 4823\n個人\n"), "{}", kept.text("strings"));
    assert_eq!(kept.text("object 8!content"), "attached 871213624823");
    assert_eq!(kept.text("text of object 10"), "run length\n");
}

#[test]
fn pdf_that_is_encrypted_damaged_or_circular() {
    let encrypted = b"%PDF-1.4\n1 0 obj <</A 1>> endobj trailer <</Encrypt 2 0 R>>";
    assert_eq!(Kept::of(encrypted, "a.pdf").kinds(), [UnreadKind::Encrypted]);
    let circular =
        b"%PDF-1.4\n1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj 3 0 obj <</Type/Page/Contents 1 0 R/Parent 3 0 R>> endobj\n\
        4 0 obj <</Length 1 0 R>> stream\nBT (871213624823) Tj ET";
    let kept = Kept::of(circular, "a.pdf").whole();
    assert_eq!(kept.text("text of object 4"), "871213624823\n");
    let damaged = [b"%PDF-1.4\n".to_vec(), stream(1, "/Filter/FlateDecode", b"no deflate")].concat();
    let kept = Kept::of(&damaged, "a.pdf");
    assert_eq!(kept.kinds(), [UnreadKind::Damaged]);
    assert!(kept.text("").contains("no deflate"));
}

fn tcp(source: u16, destination: u16, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend(((40 + payload.len()) as u16).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend([source.to_be_bytes(), destination.to_be_bytes()].concat());
    packet.extend(sequence.to_be_bytes());
    packet.extend([0, 0, 0, 0, 0x50, 0x18, 0, 0, 0, 0, 0, 0]);
    packet.extend(payload);
    packet
}

fn segments() -> Vec<Vec<u8>> {
    let base = u32::MAX - 5;
    let at = |n: u32| base.wrapping_add(n);
    vec![
        tcp(1000, 80, at(0), b"GET /8712"),
        tcp(80, 1000, 7, b"reply "),
        tcp(1000, 80, at(13), b"48"),
        tcp(1000, 80, at(9), b"13"),
        tcp(1000, 80, at(9), b"1362"),
        tcp(1000, 80, at(15), b"23"),
        tcp(80, 1000, 13, b"one"),
        tcp(80, 1000, 100, b"after a gap"),
    ]
}

#[test]
fn captures_are_put_together() {
    let mut pcap = b"\xD4\xC3\xB2\xA1\x02\0\x04\0\0\0\0\0\0\0\0\0\xFF\xFF\0\0\x65\0\0\0".to_vec();
    for packet in segments() {
        let length = (packet.len() as u32).to_le_bytes();
        pcap.extend([&[0; 8][..], &length, &length, &packet].concat());
    }
    let mut ng = b"\x0A\x0D\x0D\x0A\x1C\0\0\0\x4D\x3C\x2B\x1A\x01\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x1C\0\0\0".to_vec();
    ng.extend(b"\x01\0\0\0\x14\0\0\0\x01\0\0\0\0\0\0\0\x14\0\0\0");
    for packet in segments() {
        let mut frame = [&[0; 12][..], b"\x81\0\0\x05\x08\0", &packet].concat();
        let length = (frame.len() as u32).to_le_bytes();
        frame.resize(frame.len().next_multiple_of(4), 0);
        let total = (32 + frame.len() as u32).to_le_bytes();
        ng.extend([&[6, 0, 0, 0][..], &total, &[0; 12], &length, &length, &frame, &total].concat());
    }
    for (bytes, name) in [(&pcap, "a.pcap"), (&ng, "a.pcapng")] {
        let kept = Kept::of(bytes, name).whole();
        assert_eq!(kept.text("TCP from 10.0.0.1:1000 to 10.0.0.2:80"), "GET /871213624823", "{name}");
        assert_eq!(kept.text("TCP from 10.0.0.1:80 to 10.0.0.2:1000"), "reply one");
        assert_eq!(kept.text("TCP from 10.0.0.1:80 to 10.0.0.2:1000, after gap 1"), "after a gap");
    }
    let cut = Kept::of(&pcap[..pcap.len() - 3], "a.pcap");
    assert_eq!(cut.kinds(), [UnreadKind::Damaged]);
    pcap[20] = 127;
    assert_eq!(Kept::of(&pcap, "a.pcap").kinds(), [UnreadKind::Unsupported]);
}

fn mail() -> String {
    let attachment = BASE64.encode(&gzip(b"attached 871213624823"));
    format!(
        "From: =?UTF-8?B?{}?= <a@example.jp>\r\nTo: b@example.jp\r\nSubject: =?ISO-2022-JP?B?GyRCOEQ/TUhWOWYbKEI=?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain text\r\n--b\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n8712136=\r\n24823\r\n--b\r\n\
         Content-Type: application/gzip\r\nContent-Disposition: attachment; filename=\"a.txt.gz\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {attachment}\r\n--b--\r\nepilogue\r\n",
        BASE64.encode("見本花子".as_bytes())
    )
}

#[test]
fn mails_and_mailboxes() {
    let kept = Kept::of(mail().as_bytes(), "a.eml").whole();
    let all: String = kept.parts.iter().map(|p| format!("[{}]{}\n", p.path, p.text())).collect();
    assert!(all.contains("見本花子\n") && all.contains("個人番号\n"), "{all}");
    assert!(all.contains("]871213624823") && all.contains("]plain text"), "{all}");
    assert_eq!(kept.text("a.txt.gz!a.txt"), "attached 871213624823");
    assert!(kept.text("").contains("epilogue") && !kept.text("").contains("plain text"));
    let mailbox =
        format!("From a@example.jp Mon Apr  5 09:00:00 2027\n{}\nFrom b@example.jp Mon Apr  5 09:00:01 2027\n{}", mail(), mail());
    let kept = Kept::of(mailbox.as_bytes(), "mbox").whole();
    assert_eq!(kept.text("message 2!a.txt.gz!a.txt"), "attached 871213624823");
    assert!(kept.text("message 1!a.txt.gz!a.txt").contains(NUMBER));
}
