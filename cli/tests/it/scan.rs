//! `shikaku scan` from outside: planted values are found at their position, and never shown.

use crate::tool;
use reports::scan::{Finding, Scan};
use serde_json::Value;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with people, and the values of the first of them.
struct Fixture {
    folder: TempDir,
    number: String,
    resident: String,
    code: String,
    research: String,
}

impl Fixture {
    fn new() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let people = folder.path().join("people.ndjson");
        let output = tool::shikaku().args(["population", "--persons", "5", "--out"]).arg(&people).output();
        assert!(output.unwrap().status.success());
        let text = std::fs::read_to_string(&people).unwrap();
        let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        let value = |key: &str| first[key].as_str().unwrap().to_string();
        let code = |field: &str| first["institution_codes"][field].as_str().unwrap().to_string();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        Fixture {
            number: value("my_number"),
            resident: value("resident_code"),
            code: code("medical-insurance"),
            research: code("research"),
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(&format!("in/{name}")), bytes).unwrap();
    }

    /// A text with the number in its third line, at byte 11.
    fn log(&self) -> String {
        format!("one\ntwo\nno={};\nfour\n", self.number)
    }

    /// Scans and gives exit code, stdout and stderr. No value of the first person may be in them.
    fn scan(&self, args: &[&str], stdin: &[u8]) -> (i32, String, String) {
        let mut command = tool::shikaku();
        command.current_dir(self.folder.path()).args(["scan", "--people", "people.ndjson"]).args(args);
        let output = command.write_stdin(stdin).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        for value in [&self.number, &self.resident, &self.code, &self.research] {
            assert!(!out.contains(value.as_str()) && !err.contains(value.as_str()), "a value is shown: {out}{err}");
        }
        (output.status.code().unwrap(), out, err)
    }

    fn json(&self, args: &[&str], stdin: &[u8]) -> (i32, Scan) {
        let (code, out, err) = self.scan(&[&["--format", "json"], args].concat(), stdin);
        (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}")))
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The same as written to a pipe: the lengths follow the members.
fn piped_zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// One packet in a capture file of the classic format.
fn pcap(payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
    let length = (payload.len() as u32).to_le_bytes();
    bytes.extend([[1, 0, 0, 0], [0, 0, 0, 0], length, length].concat());
    bytes.extend(payload);
    bytes
}

fn place_of(finding: &Finding) -> (String, u64, Option<u64>) {
    (finding.place.path.clone(), finding.place.byte, finding.place.line)
}

#[test]
fn a_planted_value_is_found_in_every_kind_of_archive() {
    let p = Fixture::new();
    let log = p.log();
    p.write("a.log", &log);
    p.write("b.log.gz", [gzip(b"first member\n"), gzip(log.as_bytes())].concat());
    let inner = gzip(&tar(&[("dir/c.log", log.as_bytes())]));
    p.write("c.zip", zip(&[("empty", b""), ("x.tar.gz", &inner)]));
    p.write("d.log.zst", [zstd(b"first frame\n"), zstd(log.as_bytes())].concat());
    p.write("e.pcap", pcap(&[&[0u8; 42][..], p.number.as_bytes()].concat()));
    p.write("f.zip", piped_zip(&[("one", log.as_bytes()), ("two", log.as_bytes())]));
    p.write("g.tar", tar(&[(&"long/".repeat(40), b""), (&format!("{}g.log", "long/".repeat(40)), log.as_bytes())]));
    std::fs::create_dir(p.path("in/sub")).unwrap();
    p.write("sub/h.log", &log);
    p.write("clean.txt", "nothing\n");
    let (code, scan) = p.json(&["in"], b"");
    let found: Vec<_> = scan.findings.iter().map(place_of).collect();
    let at = |path: &str, byte, line| (format!("in/{path}"), byte, line);
    let long = format!("g.tar!{}g.log", "long/".repeat(40));
    let expected = [
        at("a.log", 11, Some(3)),
        at("b.log.gz!b.log", 24, Some(4)),
        at("c.zip!x.tar.gz!x.tar!dir/c.log", 11, Some(3)),
        at("d.log.zst!d.log", 23, Some(4)),
        at("e.pcap", 82, None),
        at("f.zip!one", 11, Some(3)),
        at("f.zip!two", 11, Some(3)),
        at(&long, 11, Some(3)),
        at("sub/h.log", 11, Some(3)),
    ];
    assert_eq!((code, found), (1, expected.to_vec()));
    assert!(scan.findings.iter().all(|f| (f.class.as_str(), f.person, f.spelling.as_str()) == ("my-number", 0, "plain")));
    assert_eq!((scan.found, scan.looked_through.files, scan.remarks.as_slice()), (9, 9, &[][..]));
}

#[test]
fn every_class_is_found_and_stdin_is_read() {
    let p = Fixture::new();
    let text = format!("{}\n{}\n{}\n{}\n", p.resident, p.research, p.code, p.code.to_lowercase());
    let (code, scan) = p.json(&["-"], text.as_bytes());
    let found: Vec<_> = scan.findings.iter().map(|f| (f.class.as_str(), f.place.line)).collect();
    let expected =
        [("resident-code", Some(1)), ("research-code", Some(2)), ("institution-code", Some(3)), ("institution-code", Some(4))];
    assert_eq!((code, found), (1, expected.to_vec()));
    let (code, scan) = p.json(&["-"], &gzip(&tar(&[("t", text.as_bytes())])));
    assert_eq!((code, scan.found, scan.findings[0].place.path.as_str()), (1, 4, "-!content!t"));
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let p = Fixture::new();
    p.write("a.log", "2027-04-05 12:00:00 order 4711, total 1234567 yen\n");
    p.write("b.tar.gz", gzip(&tar(&[("c", b"nothing")])));
    let (code, out, err) = p.scan(&["in"], b"");
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn the_people_file_itself_is_not_scanned() {
    let p = Fixture::new();
    let (code, scan) = p.json(&["."], b"");
    assert_eq!((code, scan.found), (0, 0));
    assert_eq!(scan.remarks.iter().map(|r| r.path.as_str()).collect::<Vec<_>>(), ["./people.ndjson"]);
}

#[test]
fn a_database_is_scanned_as_raw_bytes() {
    let p = Fixture::new();
    let script = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\nc.execute('create table t (id integer, note text)')\n\
                  c.executemany('insert into t values (?, ?)', [(i, 'row %d' % i) for i in range(2000)])\n\
                  c.execute('insert into t values (1, ?)', (sys.argv[2],))\nc.commit()";
    let made = std::process::Command::new("python3").args(["-c", script]).arg(p.path("in/db.sqlite")).arg(&p.number).status();
    if !made.is_ok_and(|s| s.success()) {
        assert!(std::env::var_os("CI").is_none(), "python3 with sqlite3 is missing");
        let _ = writeln!(std::io::stderr(), "\nNOT RUN: there is no python3 with sqlite3\n");
        return;
    }
    let (code, scan) = p.json(&["in/db.sqlite"], b"");
    let bytes = std::fs::read(p.path("in/db.sqlite")).unwrap();
    let at = bytes.windows(12).position(|w| w == p.number.as_bytes()).unwrap();
    assert!(code == 1 && scan.findings.iter().any(|f| place_of(f) == ("in/db.sqlite".into(), at as u64, None)), "{scan:?}");
}

#[test]
fn a_value_in_a_name_is_masked_and_found() {
    let p = Fixture::new();
    p.write(&format!("scan-{}.txt", p.number), "nothing");
    p.write("z.zip", zip(&[(&format!("{}.csv", p.resident), b"nothing")]));
    let (code, scan) = p.json(&["in"], b"");
    let named: Vec<_> =
        scan.findings.iter().filter(|f| f.place.in_name).map(|f| (f.class.as_str(), f.place.path.as_str())).collect();
    let expected = [("my-number", "in/scan-************.txt"), ("resident-code", "in/z.zip!***********.csv")];
    assert_eq!((code, named), (1, expected.to_vec()));
}

#[test]
fn what_is_broken_is_looked_through_as_bytes() {
    let p = Fixture::new();
    let log = p.log();
    let packed = gzip(log.repeat(50).as_bytes());
    p.write("cut.gz", &packed[..packed.len() - 12]);
    p.write("no.gz", [b"\x1f\x8b\x08no gzip at all ", log.as_bytes()].concat());
    p.write("no.zst", [b"\x28\xb5\x2f\xfdno zstd at all ", log.as_bytes()].concat());
    p.write("no.zip", [b"PK\x03\x04no zip at all, but long enough for a header ", log.as_bytes()].concat());
    let mut bad_tar = tar(&[("good", b"good"), ("bad", log.as_bytes())]);
    bad_tar[1024 + 150] ^= 1;
    p.write("bad.tar", bad_tar);
    p.write("in.tar.gz", gzip(&tar(&[("no.zip", &[b"PK\x03\x04no zip at all, but long enough ", log.as_bytes()].concat())])));
    p.write("tail.gz", [gzip(b"nothing"), log.clone().into_bytes()].concat());
    let (code, out, _) = p.scan(&["in"], b"");
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn the_nesting_of_archives_is_limited() {
    let p = Fixture::new();
    let mut packed = p.log().into_bytes();
    for _ in 0..7 {
        packed = gzip(&packed);
    }
    p.write("seven.gz", &packed);
    let (_, scan) = p.json(&["in/seven.gz"], b"");
    assert_eq!(scan.findings.len(), 1);
    assert_eq!(scan.findings[0].place.path, "in/seven.gz!seven!content!content!content!content!content!content");
    for _ in 0..4 {
        packed = gzip(&packed);
    }
    p.write("eleven.gz", &packed);
    let (_, scan) = p.json(&["in/eleven.gz"], b"");
    assert!(scan.unread[0].what.contains("nested in 8 archives") && scan.unread[0].kind == "depth", "{scan:?}");
}

#[test]
fn numbers_of_nobody_are_counted_apart() {
    let p = Fixture::new();
    let numbers: String = (0..9)
        .map(|i| format!("n {}\n", sim::terms::identifiers::MyNumber::from_body(70_000_000_000 + i * 999_983).reveal()))
        .collect();
    p.write("a.log", numbers);
    let (code, out, _) = p.scan(&["in"], b"");
    assert_eq!(code, 0);
    let (_, scan) = p.json(&["--unmatched", "in"], b"");
    assert_eq!(scan.found, 0);
    if scan.unmatched.count > 0 {
        assert_eq!((scan.unmatched.count, scan.unmatched.listed.len()), (9, 9));
        insta::assert_snapshot!(out);
    }
}

#[test]
fn the_formats_read_as_documented() {
    let p = Fixture::new();
    p.write("a.log", p.log().repeat(12));
    p.write("b c.zip", zip(&[("d.log", p.log().as_bytes())]));
    p.write("cut.gz", &gzip(b"nothing")[..15]);
    let reported = |args: &[&str]| {
        let (code, out, err) = p.scan(&[args, &["in"]].concat(), b"");
        format!("$ shikaku scan --people people.ndjson {} in\nexit {code}\n{out}{err}", args.join(" "))
    };
    insta::assert_snapshot!([reported(&[]), reported(&["--all"])].join("\n"));
    std::fs::remove_file(p.path("in/a.log")).unwrap();
    insta::assert_snapshot!("json", reported(&["--format", "json"]));
    insta::assert_snapshot!("sarif", reported(&["--format", "sarif"]));
}

#[test]
fn sarif_has_the_structure_of_2_1_0() {
    let p = Fixture::new();
    p.write("a.log", p.log());
    p.write("cut.gz", &gzip(b"nothing")[..15]);
    let (_, out, _) = p.scan(&["--format", "sarif", "in"], b"");
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(run["tool"]["driver"]["name"].is_string() && !rules.is_empty());
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].is_string());
        assert!(place["region"]["byteOffset"].is_u64() && place["region"]["startLine"].as_u64().unwrap() >= 1);
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 1);
}

#[test]
fn bad_input_is_named_by_line_and_never_repeated() {
    let p = Fixture::new();
    p.write("a.log", "nothing");
    let wrong =
        |number: &str| format!("{{\"index\":0,\"my_number\":\"123456789018\"}}\n{{\"index\":1,\"my_number\":\"{number}\"}}\n");
    std::fs::write(p.path("wrong.ndjson"), wrong("123456789019")).unwrap();
    std::fs::write(p.path("empty.ndjson"), "").unwrap();
    let reported = |args: &[&str]| {
        let mut command = tool::shikaku();
        let output = command.current_dir(p.folder.path()).arg("scan").args(args).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("12345678901"), "{err}");
        format!("$ shikaku scan {}\n{err}", args.join(" "))
    };
    let all = [
        reported(&["--people", "wrong.ndjson", "in"]),
        reported(&["--people", "empty.ndjson", "in"]),
        reported(&["--people", "none.ndjson", "in"]),
        reported(&["--people", "people.ndjson", "nowhere"]),
        reported(&["--people", "people.ndjson", "-", "-"]),
        reported(&["--people", "people.ndjson"]),
        reported(&["in"]),
        reported(&["--people", "people.ndjson", "--hmac-key", "hex:0", "in"]),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_unreadable_files_exit_with_4() {
    let p = Fixture::new();
    p.write("a.log", "nothing");
    std::os::unix::fs::symlink(p.path("in"), p.path("in/loop")).unwrap();
    let (code, scan) = p.json(&["in"], b"");
    assert_eq!((code, scan.looked_through.files), (0, 1));
    assert_eq!(scan.remarks[0].what, "a symbolic link; it is not followed");
    // Reading a folder as a file fails for every user.
    let status = |path: &Path| std::fs::File::open(path).and_then(|mut f| std::io::Read::read(&mut f, &mut [0]));
    assert!(status(&p.path("in")).is_err());
    let mem = Path::new("/proc/self/mem");
    if mem.exists() {
        let (code, out, err) = p.scan(&["in", "/proc/self/mem"], b"");
        assert!(
            code == 4 && out.contains("NOT READ: /proc/self/mem") && err.contains("not everything could be searched"),
            "{out}{err}"
        );
    }
}

/// A stream larger than the memory of the process is scanned, and a value at its end is found.
#[cfg(target_os = "linux")]
#[test]
fn a_stream_of_any_length_is_scanned_in_bounded_memory() {
    let p = Fixture::new();
    // 300 MB in lines of 1000 bytes, then the number, in a gzip within a stream.
    let line = format!("{}\n", "a line of a log that says nothing. ".repeat(29).get(..999).unwrap());
    let mut block = Vec::new();
    (0..1000).for_each(|_| block.extend(line.as_bytes()));
    let script = format!(
        "ulimit -v 200000; (for i in $(seq 300); do cat block; done; echo {}) | \"$SHIKAKU\" scan --people people.ndjson --format json -",
        p.number
    );
    std::fs::write(p.path("block"), block).unwrap();
    let output = tool::shell(&script, p.folder.path()).output().unwrap();
    let scan: Scan =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(scan.looked_through.bytes, 300_000_013);
    assert_eq!(place_of(&scan.findings[0]), ("-".into(), 300_000_000, Some(300_001)));
}

/// Zeros, as they are and packed once and twice, a zip of very many members, and zips in each other: all end in bounded memory, and
/// what was not looked at is named.
#[cfg(target_os = "linux")]
#[test]
fn bombs_end_in_bounded_memory_and_are_named() {
    let p = Fixture::new();
    let zeros = || std::io::Read::take(std::io::repeat(0), 200_000_000);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::copy(&mut zeros(), &mut encoder).unwrap();
    let once = encoder.finish().unwrap();
    p.write("once", &once);
    p.write("twice", gzip(&once));
    let names: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    p.write("members", zip(&members));
    let nested = (0..12).fold(b"nothing".to_vec(), |inner, _| zip(&[("in", &inner)]));
    p.write("nested", nested);
    let scan = |what: &str| -> (Option<i32>, Scan) {
        let line = format!("ulimit -v 300000; {what} --people people.ndjson --jobs 2 --format json");
        let output = tool::shell(&line, p.folder.path()).output().unwrap();
        let scan = serde_json::from_slice(&output.stdout);
        (output.status.code(), scan.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr))))
    };
    for what in ["head -c 200000000 /dev/zero | \"$SHIKAKU\" scan -", "\"$SHIKAKU\" scan in/once", "\"$SHIKAKU\" scan in/twice"] {
        let (code, scan) = scan(what);
        assert!(code == Some(0) && scan.looked_through.bytes >= 200_000_000 && scan.unread.is_empty(), "{what}: {code:?}");
    }
    let (code, members) = scan("\"$SHIKAKU\" scan in/members");
    assert_eq!((code, members.looked_through.members), (Some(0), 10_000));
    let (code, nested) = scan("\"$SHIKAKU\" scan in/nested");
    assert!(code == Some(4) && nested.unread.iter().any(|unread| unread.kind == "depth"), "{code:?}: {:?}", nested.unread);
}
