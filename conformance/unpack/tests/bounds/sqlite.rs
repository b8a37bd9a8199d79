//! SQLite: pages and overflow pages in circles, cells that share a value, and counts that are not true.

use super::{LIMITS, bounded, unread};
use unpack::UnreadKind;

const PAGE: usize = 512;

fn varint(value: u64) -> Vec<u8> {
    let mut bytes = vec![(value & 0x7F) as u8];
    let mut rest = value >> 7;
    while rest > 0 {
        bytes.insert(0, (rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    bytes
}

/// A page with cells at these offsets.
fn page(header: usize, kind: u8, cells: &[u16], right: u32) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    page[header] = kind;
    page[header + 3..header + 5].copy_from_slice(&(cells.len() as u16).to_be_bytes());
    let inner = if matches!(kind, 2 | 5) { 12 } else { 8 };
    if inner == 12 {
        page[header + 8..header + 12].copy_from_slice(&right.to_be_bytes());
    }
    for (i, cell) in cells.iter().enumerate() {
        let at = header + inner + 2 * i;
        page[at..at + 2].copy_from_slice(&cell.to_be_bytes());
    }
    page
}

fn put(page: &mut [u8], at: usize, bytes: &[u8]) {
    page[at..at + bytes.len()].copy_from_slice(bytes);
}

/// The first page: one table whose root is page 2.
fn first(claimed: u32, free: u32) -> Vec<u8> {
    let mut record = vec![6, 23, 15, 15, 1, 13];
    record.extend(b"tablett\x02");
    let cell = [vec![record.len() as u8, 1], record].concat();
    let at = PAGE - cell.len();
    let mut page = page(100, 13, &[at as u16], 0);
    put(&mut page, 0, b"SQLite format 3\0");
    put(&mut page, 16, &(PAGE as u16).to_be_bytes());
    put(&mut page, 28, &claimed.to_be_bytes());
    put(&mut page, 32, &[free.to_be_bytes(), 7u32.to_be_bytes()].concat());
    page[59] = 1;
    put(&mut page, at, &cell);
    page
}

#[test]
fn a_small_database_is_read() {
    let mut leaf = page(0, 13, &[400], 0);
    put(&mut leaf, 400, &[14, 1, 2, 37, b'8', b'7', b'1', b'2', b'1', b'3', b'6', b'2', b'4', b'8', b'2', b'3']);
    let count = bounded(&[first(2, 0), leaf].concat());
    assert!(count.unread.is_empty() && count.members == 2, "{count:?}");
}

#[test]
fn pages_in_circles_are_read_once() {
    let mut inner = page(0, 5, &[400; 200][..], 2);
    put(&mut inner, 400, &2u32.to_be_bytes());
    let mut other = page(0, 5, &[400, 404], 2);
    put(&mut other, 400, &[3u32.to_be_bytes(), 2u32.to_be_bytes()].concat());
    bounded(&[first(3, 0), inner, other].concat());
    // The list of free pages is a circle too; free pages are found without it.
    let mut trunk = page(0, 0, &[], 0);
    put(&mut trunk, 0, &[2u32.to_be_bytes(), 1000u32.to_be_bytes(), 2u32.to_be_bytes()].concat());
    bounded(&[first(2, 2), trunk].concat());
    unread(&[first(u32::MAX, u32::MAX), vec![0; PAGE]].concat(), UnreadKind::Damaged);
}

#[test]
fn overflow_pages_in_a_circle() {
    let mut leaf = page(0, 13, &[300], 0);
    put(&mut leaf, 300, &[varint(1500), vec![1, 2, 0xB0, 0x45]].concat());
    put(&mut leaf, 508, &3u32.to_be_bytes());
    let mut overflow = vec![b'7'; PAGE];
    put(&mut overflow, 0, &3u32.to_be_bytes());
    // The end of the local part is where the number of the overflow page is; all other bytes point to it as well.
    leaf[310..508].fill(0);
    (310..508).step_by(4).for_each(|at| put(&mut leaf, at, &3u32.to_be_bytes()));
    let count = bounded(&[first(3, 0), leaf, overflow].concat());
    assert!(count.unread.iter().all(|u| u.kind == UnreadKind::Damaged), "{count:?}");
}

#[test]
fn cells_that_share_a_value_are_read_up_to_the_limit() {
    // 250 cells on each page, all with the same long value over the same overflow pages.
    let length = 600_000u64;
    let mut leaf = page(0, 13, &[500; 240], 0);
    let head = [varint(length), vec![1, 3, 0, 0]].concat();
    put(&mut leaf, 500, &head[..head.len().min(12)]);
    let mut pages = vec![first(1400, 0), leaf];
    for number in 3..1400u32 {
        let mut page = vec![b'7'; PAGE];
        put(&mut page, 0, &(number + 1).to_be_bytes());
        pages.push(page);
    }
    let bytes = pages.concat();
    assert!(bytes.len() < LIMITS.memory);
    bounded(&bytes);
    // Lengths that no file has are damage, and the rest is read.
    let mut leaf = page(0, 13, &[300, 400], 0);
    put(&mut leaf, 300, &[0xFF; 9]);
    put(&mut leaf, 400, &[3, 1, 2, 1, 9]);
    let count = unread(&[first(2, 0), leaf].concat(), UnreadKind::Damaged);
    assert_eq!(count.members, 2);
}

#[test]
fn many_tiny_rows_take_little_memory() {
    // Every cell is the same empty row.
    let leaf = page(0, 13, &[511; 250], 0);
    let bytes = [first(1900, 0), leaf.repeat(1900)].concat();
    bounded(&bytes);
    // A record of nothing but NULLs.
    let mut wide = page(0, 13, &[20; 1], 0);
    put(&mut wide, 20, &[varint(400), vec![1], varint(400)].concat());
    bounded(&[first(2, 0), wide].concat());
}
