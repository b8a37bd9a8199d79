//! Compound files (MS-CFB), as of Word, Excel and Outlook before 2007: their streams, by the crate `cfb`, and the cells of a
//! workbook (MS-XLS).

use crate::le::{u16_at, u32_at};
use crate::part::UnreadKind;
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::ops::Range;

const NAME: &str = "CFB";
/// What a name takes in memory beside its characters, in bytes.
const PATH: usize = 64;

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    has_one_table(bytes)?;
    let mut file = ::cfb::CompoundFile::open(Cursor::new(bytes))?;
    let mut room = unpacker.limits.memory;
    // A storage in a storage in a storage has a long path, and so has each stream in it.
    let paths: Vec<_> = file
        .walk()
        .take_while(|e| {
            let left = room.checked_sub(e.path().as_os_str().len() + PATH);
            room = left.unwrap_or(0);
            left.is_some()
        })
        .filter(|e| e.is_stream())
        .map(|e| (e.path().to_path_buf(), e.len()))
        .collect();
    if room == 0 {
        unpacker.unread(
            UnreadKind::Limit,
            NAME,
            0,
            "the names of its streams are longer than the limit; not all of them were read",
        );
    }
    let mut damaged = 0;
    for (path, length) in paths {
        let name = path.to_string_lossy();
        let name = name.trim_start_matches('/').to_string();
        if name == "EncryptedPackage" {
            return Err(Stop::Unread(UnreadKind::Encrypted, "the document is encrypted".into()));
        }
        let mut content = Vec::new();
        let result = file.open_stream(&path).and_then(|s| s.take(length.min(bytes.len() as u64)).read_to_end(&mut content));
        damaged += usize::from(result.is_err() || (content.len() as u64) < length);
        unpacker.rearranged(name.as_bytes(), &content)?;
        if name == "Workbook" || name == "Book" {
            let text = super::xls::cells(&content, unpacker.limits.memory);
            if text.over {
                unpacker.unread(UnreadKind::Limit, NAME, 0, format!("the cells of {name} are longer than the limit"));
            }
            unpacker.view(&format!("text of {name}"), &text.bytes)?;
        }
    }
    if damaged > 0 {
        return Err(Stop::damaged(format!("{damaged} of its streams were not read to their end")));
    }
    Ok(Vec::new())
}

/// MS-CFB, section 2.5: the header and a chain of sectors list the sectors of the table of sectors. The crate `cfb` reads all that are
/// listed into memory, also one that is listed again and again: then the table would be a hundred times as long as the file.
fn has_one_table(bytes: &[u8]) -> Outcome {
    const LISTED: usize = 109;
    let size = 1usize << if u16_at(bytes, 30) == 12 { 12 } else { 9 };
    let sectors = bytes.len() / size;
    let is_sector = |n: &u32| *n < 0xFFFF_FFFB;
    let in_header = (0..LISTED).map(|i| u32_at(bytes, 76 + 4 * i)).filter(is_sector);
    let mut listed: usize = in_header.count();
    let (mut next, mut met) = (u32_at(bytes, 68), BTreeSet::new());
    while is_sector(&next) && (next as usize) < sectors && met.insert(next) {
        let start = (next as usize + 1) * size;
        listed += (0..size / 4 - 1).filter(|i| is_sector(&u32_at(bytes, start + 4 * i))).count();
        next = u32_at(bytes, start + size - 4);
    }
    // Beyond the end of the file there are zeros; some writers fill the last sector with them.
    match listed > sectors.max(LISTED) + size / 4 {
        true => Err(Stop::damaged("it lists more sectors of its table than it has sectors")),
        false => Ok(()),
    }
}
