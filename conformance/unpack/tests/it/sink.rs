//! A sink that keeps everything.

use unpack::{Limits, PartName, Role, Sink, Unread, UnreadKind};

#[derive(Debug)]
pub struct Part {
    /// Names from outside inwards, with `!` between them.
    pub path: String,
    pub role: Role,
    /// The pieces in the order of pushes, with offsets.
    pub pieces: Vec<(u64, Vec<u8>)>,
}

impl Part {
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}

#[derive(Default, Debug)]
pub struct Kept {
    pub parts: Vec<Part>,
    pub unread: Vec<(String, Unread)>,
    open: Vec<usize>,
    pub bytes: u64,
}

impl Kept {
    pub fn of(bytes: &[u8], name: &str) -> Kept {
        Kept::limited(bytes, name, &Limits::default())
    }

    pub fn limited(mut bytes: &[u8], name: &str, limits: &Limits) -> Kept {
        let mut kept = Kept {
            parts: vec![Part { path: String::new(), role: Role::Member, pieces: Vec::new() }],
            open: vec![0],
            ..Kept::default()
        };
        unpack::unpack(&mut bytes, Some(name.as_bytes()), limits, &mut kept).unwrap();
        assert_eq!(kept.open, [0], "every part that begins ends");
        kept
    }

    /// The text of the part with this path.
    pub fn text(&self, path: &str) -> String {
        let found = self.parts.iter().find(|p| p.path == path);
        found.unwrap_or_else(|| panic!("{path} is not among {:?}", self.paths())).text()
    }

    pub fn paths(&self) -> Vec<&str> {
        self.parts.iter().map(|p| p.path.as_str()).collect()
    }

    /// Whether any one part holds this text.
    pub fn has(&self, text: &str) -> bool {
        self.parts
            .iter()
            .any(|p| p.pieces.iter().any(|(_, b)| memchr::memmem::find(b, text.as_bytes()).is_some()) || p.text().contains(text))
    }

    pub fn kinds(&self) -> Vec<UnreadKind> {
        self.unread.iter().map(|(_, u)| u.kind).collect()
    }

    /// Everything was read.
    pub fn whole(self) -> Kept {
        assert!(self.unread.is_empty(), "{:?}", self.unread);
        self
    }
}

impl Sink for Kept {
    fn begin(&mut self, part: PartName<'_>) {
        let outer = &self.parts[*self.open.last().unwrap()].path;
        let name = String::from_utf8_lossy(part.bytes);
        let path = if outer.is_empty() { name.into_owned() } else { format!("{outer}!{name}") };
        self.open.push(self.parts.len());
        self.parts.push(Part { path, role: part.role, pieces: Vec::new() });
    }

    fn push(&mut self, at: u64, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let part = &mut self.parts[*self.open.last().unwrap()];
        match part.pieces.last_mut() {
            Some((start, last)) if *start + last.len() as u64 == at => last.extend_from_slice(bytes),
            _ => part.pieces.push((at, bytes.to_vec())),
        }
    }

    fn end(&mut self) {
        self.open.pop();
    }

    fn unread(&mut self, unread: &Unread) {
        let path = self.parts[*self.open.last().unwrap()].path.clone();
        self.unread.push((path, unread.clone()));
    }
}
