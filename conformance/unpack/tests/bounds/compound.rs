//! Compound files: tables of sectors in circles, tables that are listed again and again, storages in storages, and cells that share a
//! string.

use super::{LIMITS, bounded, unread};
use std::io::{Cursor, Write};
use unpack::UnreadKind;

fn compound(write: impl FnOnce(&mut cfb::CompoundFile<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    write(&mut file);
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn with_stream(name: &str, content: &[u8]) -> Vec<u8> {
    compound(|file| file.create_stream(name).unwrap().write_all(content).unwrap())
}

/// Where the first table of sectors is.
fn table(bytes: &[u8]) -> usize {
    512 * (1 + u32::from_le_bytes(bytes[76..80].try_into().unwrap()) as usize)
}

#[test]
fn circles_in_the_table_of_sectors_end() {
    let whole = with_stream("Book", &[b'7'; 20_000]);
    let (table, sectors) = (table(&whole), whole.len() / 512 - 1);
    for from in 0..sectors {
        for to in [0, from, from.saturating_sub(1), sectors / 2, sectors, 0x00FF_FFFF] {
            let mut bytes = whole.clone();
            bytes[table + 4 * from..table + 4 * from + 4].copy_from_slice(&(to as u32).to_le_bytes());
            bounded(&bytes);
        }
    }
    // The chains of directories, of small sectors and of tables begin where they like.
    for field in [48, 60, 68] {
        for to in [0, 1, 2, sectors as u32, 0xFFFF_FFF0] {
            let mut bytes = whole.clone();
            bytes[field..field + 4].copy_from_slice(&to.to_le_bytes());
            bounded(&bytes);
        }
    }
}

#[test]
fn a_table_that_is_listed_again_and_again_is_damage() {
    let mut bytes = with_stream("Book", &[b'7'; 2000]);
    let sector = bytes[76..80].to_vec();
    // Sectors that list sectors of the table: each one lists the same 127 times.
    let start = bytes.len() / 512 - 1;
    bytes[68..72].copy_from_slice(&(start as u32).to_le_bytes());
    for next in 1..=1500u32 {
        bytes.extend(sector.repeat(127));
        bytes.extend((start as u32 + next).to_le_bytes());
    }
    let count = unread(&bytes, UnreadKind::Damaged);
    assert_eq!(count.unread.len(), 1, "{:?}", count.unread);
}

#[test]
fn storages_in_storages_have_names_of_bounded_length() {
    let bytes = compound(|file| {
        let mut path = String::new();
        for n in 0..1200 {
            path += &format!("/a long name of a storage {n:04}");
            file.create_storage(&path).unwrap();
            file.create_stream(format!("{path}/s")).unwrap();
        }
    });
    assert!(bytes.len() < LIMITS.memory);
    unread(&bytes, UnreadKind::Limit);
}

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
}

#[test]
fn cells_take_no_more_than_the_limit() {
    let long = [&[1, 0, 0, 0, 1, 0, 0, 0, 0x00, 0x1F, 0][..], &[b'x'; 0x1F00]].concat();
    let label = |row: u16, column: u16| record(0x00FD, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 6]].concat());
    let begin = record(0x0809, &[0; 4]);
    // Different cells, the same cell in one sheet, and the same in many sheets.
    let many: Vec<u8> = (0..30_000).flat_map(|n| label(n, 1)).collect();
    let same: Vec<u8> = (0..30_000).flat_map(|_| label(1, 1)).collect();
    let sheets: Vec<u8> = (0..20_000).flat_map(|_| [begin.clone(), label(1, 1)].concat()).collect();
    for cells in [many, same, sheets] {
        let bytes = with_stream("Workbook", &[begin.clone(), record(0x00FC, &long), begin.clone(), cells].concat());
        unread(&bytes, UnreadKind::Limit);
    }
    let numbers: Vec<u8> =
        (0..100u16).flat_map(|n| record(0x00BD, &[&n.to_le_bytes()[..], &[0, 0], &[0; 6000]].concat())).collect();
    unread(&with_stream("Workbook", &[begin.clone(), numbers].concat()), UnreadKind::Limit);
    let strings = record(0x00FC, &[0; 8000]);
    let more = record(0x003C, &[0; 8000]).repeat(60);
    unread(&with_stream("Workbook", &[strings, more].concat()), UnreadKind::Limit);
}

/// A damaged stream is named once.
#[test]
fn damage_is_named_once() {
    let whole = with_stream("Book", &[b'7'; 20_000]);
    let cut = &whole[..whole.len() - 5 * 512];
    let count = unread(cut, UnreadKind::Damaged);
    assert_eq!(count.unread.len(), 1, "{:?}", count.unread);
}
