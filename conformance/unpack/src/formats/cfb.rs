//! Compound files (MS-CFB), as of Word, Excel and Outlook before 2007: their streams, by the crate `cfb`, and the cells of a
//! workbook (MS-XLS).

use crate::part::UnreadKind;
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::io::{Cursor, Read};
use std::ops::Range;

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let mut file = ::cfb::CompoundFile::open(Cursor::new(bytes))?;
    let paths: Vec<_> = file.walk().filter(|e| e.is_stream()).map(|e| (e.path().to_path_buf(), e.len())).collect();
    let mut damaged = 0;
    for (path, length) in paths {
        let name = path.to_string_lossy();
        let name = name.trim_start_matches('/').to_string();
        if name == "EncryptedPackage" {
            return Err(Stop::Unread(UnreadKind::Encrypted, "the document is encrypted".into()));
        }
        let mut content = Vec::new();
        let result = file.open_stream(&path).and_then(|s| s.take(length.min(bytes.len() as u64)).read_to_end(&mut content));
        damaged += usize::from(result.is_err());
        unpacker.rearranged(name.as_bytes(), &content)?;
        if name == "Workbook" || name == "Book" {
            let text = super::xls::cells(&content, unpacker.limits.memory);
            unpacker.view(&format!("text of {name}"), &text)?;
        }
    }
    if damaged > 0 {
        return Err(Stop::damaged(format!("{damaged} of its streams were not read to their end")));
    }
    Ok(Vec::new())
}
