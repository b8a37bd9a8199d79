//! Parquet: a file of a few bytes that states gigabytes, or whose pages give them.

use super::thrift::{Struct, varint, zigzag};
use super::{LIMITS, bounded, unread};
use std::io::Write;
use unpack::UnreadKind;

const BYTE_ARRAY: i64 = 6;
const INT32: i64 = 1;
/// Kinds of repetition.
const REQUIRED: i64 = 0;
const OPTIONAL: i64 = 1;
const REPEATED: i64 = 2;
/// Codecs.
const PLAIN: i64 = 0;
const GZIP: i64 = 2;

struct Column {
    physical: i64,
    repetition: i64,
    codec: i64,
    encoding: i64,
    values: i64,
    pages: Vec<u8>,
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A page of data, version 1.
fn data(values: i64, encoding: i64, unpacked: i64, packed: &[u8]) -> Vec<u8> {
    let inner = Struct::default().number(1, values).number(2, encoding).number(3, 3).number(4, 3);
    let head = Struct::default().number(1, 0).number(2, unpacked).number(3, packed.len() as i64).inner(5, &inner);
    [head.end(), packed.to_vec()].concat()
}

fn dictionary(values: i64, unpacked: i64, packed: &[u8]) -> Vec<u8> {
    let inner = Struct::default().number(1, values).number(2, 0);
    let head = Struct::default().number(1, 2).number(2, unpacked).number(3, packed.len() as i64).inner(7, &inner);
    [head.end(), packed.to_vec()].concat()
}

fn element(name: &str, children: i64) -> Struct {
    Struct::default().number(3, REQUIRED).text(4, name).number(5, children)
}

fn leaf(column: &Column) -> Struct {
    Struct::default().number(1, column.physical).number(3, column.repetition).text(4, "c")
}

fn footer(pages: Vec<u8>, schema: &[Struct], groups: &[Struct], rows: i64) -> Vec<u8> {
    let metadata =
        Struct::default().number(1, 1).list(2, schema.len() as u64, schema).long(3, rows).list(4, groups.len() as u64, groups);
    let metadata = metadata.end();
    [b"PAR1", &pages[..], &metadata, &(metadata.len() as u32).to_le_bytes(), b"PAR1"].concat()
}

fn file(column: &Column, rows: i64) -> Vec<u8> {
    let length = column.pages.len() as i64;
    let chunk = Struct::default()
        .number(1, column.physical)
        .plain(2, 5, &[zigzag(column.encoding)])
        .plain(3, 8, &[[varint(1), b"c".to_vec()].concat()])
        .number(4, column.codec)
        .long(5, column.values)
        .long(6, length)
        .long(7, length)
        .long(9, 4);
    let chunk = Struct::default().long(2, 4).inner(3, &chunk);
    let group = Struct::default().list(1, 1, &[chunk]).long(2, length).long(3, rows);
    footer(column.pages.clone(), &[element("root", 1), leaf(column)], &[group], rows)
}

fn column(pages: Vec<u8>) -> Column {
    Column { physical: BYTE_ARRAY, repetition: REQUIRED, codec: PLAIN, encoding: 0, values: 1, pages }
}

/// A value, with its length before it.
fn value(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
}

/// Levels that are all the same, with their length before them: a run of `count` times `level`.
fn levels(count: u64, level: u8) -> Vec<u8> {
    let run = [varint(count << 1), vec![level]].concat();
    value(&run)
}

#[test]
fn a_small_file_is_read() {
    let one = value(b"871213624823");
    for (codec, packed) in [(PLAIN, one.clone()), (GZIP, gzip(&one))] {
        let column = Column { codec, ..column(data(1, 0, one.len() as i64, &packed)) };
        let count = bounded(&file(&column, 1));
        assert!(count.unread.is_empty() && count.members == 1, "{count:?}");
    }
}

#[test]
fn pages_that_state_gigabytes() {
    let stated = (1 << 31) - 1;
    for codec in [GZIP, 1, 4, 5, 6, 7] {
        unread(&file(&Column { codec, ..column(data(1, 0, stated, b"packed")) }, 1), UnreadKind::Limit);
        // Less than the limit, and not what they have.
        unread(&file(&Column { codec, ..column(data(1, 0, 500_000, b"packed")) }, 1), UnreadKind::Damaged);
    }
    unread(&file(&column(dictionary(stated, 20, &[0; 20])), 1), UnreadKind::Damaged);
    unread(
        &file(&Column { physical: INT32, ..column(data(stated, 5, 20, &[0x80, 1, 4, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0])) }, 1 << 40),
        UnreadKind::Damaged,
    );
}

#[test]
fn pages_that_give_more_than_they_state() {
    let bomb = gzip(&vec![0; 64 << 20]);
    unread(&file(&Column { codec: GZIP, ..column(data(1, 0, 4, &bomb)) }, 1), UnreadKind::Damaged);
    unread(&file(&Column { codec: GZIP, ..column(data(1, 0, 64 << 20, &bomb)) }, 1), UnreadKind::Limit);
    // Page after page.
    let bomb = gzip(&[vec![0xFF, 0xFF, 0x07, 0], vec![0; 0x7_FFFF]].concat());
    let pages = data(1, 0, 0x8_0003, &bomb).repeat(200);
    unread(&file(&Column { codec: GZIP, values: 200, ..column(pages) }, 200), UnreadKind::Limit);
}

#[test]
fn runs_of_one_index_and_of_one_level() {
    let many = 1u64 << 30;
    // A dictionary of one long value, and a run of its index.
    let long = value(&[b'7'; 100_000]);
    let indexes = [vec![1], varint(many << 1), vec![0]].concat();
    let pages = [dictionary(1, long.len() as i64, &long), data(many as i64, 8, indexes.len() as i64, &indexes)].concat();
    unread(&file(&Column { encoding: 8, values: many as i64, ..column(pages.clone()) }, many as i64), UnreadKind::Limit);
    // Rows of nothing.
    let none = levels(many, 0);
    let nulls = data(many as i64, 0, none.len() as i64, &none);
    unread(&file(&Column { repetition: OPTIONAL, values: many as i64, ..column(nulls) }, many as i64), UnreadKind::Limit);
    // One row that is a list of them.
    let list = [levels(many, 1), levels(many, 1), indexes].concat();
    let pages = [dictionary(1, long.len() as i64, &long), data(many as i64, 8, list.len() as i64, &list)].concat();
    unread(&file(&Column { repetition: REPEATED, encoding: 8, values: many as i64, ..column(pages) }, 1), UnreadKind::Limit);
}

/// Differences: each value is the one before and one byte more.
#[test]
fn values_that_are_written_as_differences() {
    let packed = |first: u64, delta: i64, count: u64| {
        let head = [varint(128), varint(1), varint(count), zigzag(first as i64)].concat();
        let block = [zigzag(delta), vec![0]].concat();
        [head, block.repeat((count as usize - 1).div_ceil(128))].concat()
    };
    let count = 50_000u64;
    // Lengths of prefixes: 0, then growing by one; of suffixes: always one.
    let suffixes = [packed(1, 0, count), vec![b'7'; count as usize]].concat();
    let content = [packed(0, 1, count), suffixes].concat();
    let page = data(count as i64, 7, content.len() as i64, &content);
    unread(&file(&Column { encoding: 7, values: count as i64, ..column(page) }, count as i64), UnreadKind::Limit);
    for encoding in [5, 6, 7] {
        let head = [varint(128), varint(4), varint(u64::MAX >> 1), vec![0; 8]].concat();
        let physical = if encoding == 5 { INT32 } else { BYTE_ARRAY };
        let page = data((1 << 31) - 1, encoding, head.len() as i64, &head);
        let bytes = file(&Column { physical, encoding, values: 1 << 31, ..column(page) }, 1 << 31);
        assert!(!bounded(&bytes).unread.is_empty());
    }
}

#[test]
fn metadata_that_states_more_than_it_has() {
    let groups = |schema: &[Struct]| footer(Vec::new(), schema, &[], 1 << 60);
    unread(&groups(&[element("root", (1 << 31) - 1)]), UnreadKind::Limit);
    let mut deep: Vec<Struct> = (0..5000).map(|_| element("g", 1)).collect();
    deep.push(leaf(&column(Vec::new())));
    unread(&groups(&deep), UnreadKind::Limit);
    // A long name, which is part of the path of each column.
    let mut wide = vec![element("root", 1), element(&"n".repeat(20_000), 1000)];
    wide.extend((0..1000).map(|_| leaf(&column(Vec::new()))));
    unread(&groups(&wide), UnreadKind::Limit);
    let rows =
        footer(Vec::new(), &[element("root", 0)], &[Struct::default().list(1, 0, &[]).long(2, 0).long(3, i64::MAX)], i64::MAX);
    assert!(!bounded(&rows).unread.is_empty());
    let listed = Struct::default().number(1, 1).list(2, 1 << 30, &[element("root", 0)]).end();
    let file = [b"PAR1", &listed[..], &(listed.len() as u32).to_le_bytes(), b"PAR1"].concat();
    unread(&file, UnreadKind::Damaged);
    let nested = [vec![0xFC; 100_000], vec![0; 10]].concat();
    let file = [b"PAR1", &nested[..], &(nested.len() as u32).to_le_bytes(), b"PAR1"].concat();
    assert!(!bounded(&file).unread.is_empty() && file.len() < LIMITS.memory);
}
