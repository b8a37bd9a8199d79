//! Thrift's compact protocol, written: `thrift-compact-protocol.md`.

/// The bytes of a structure, and the number of its last field.
#[derive(Default, Clone)]
pub struct Struct(Vec<u8>, i16);

pub fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

pub fn zigzag(value: i64) -> Vec<u8> {
    varint((value << 1 ^ value >> 63) as u64)
}

impl Struct {
    fn field(mut self, number: i16, kind: u8, content: &[u8]) -> Struct {
        self.0.push(((number - self.1) as u8) << 4 | kind);
        self.0.extend(content);
        self.1 = number;
        self
    }

    pub fn number(self, number: i16, value: i64) -> Struct {
        self.field(number, 5, &zigzag(value))
    }

    pub fn long(self, number: i16, value: i64) -> Struct {
        self.field(number, 6, &zigzag(value))
    }

    pub fn text(self, number: i16, text: &str) -> Struct {
        self.field(number, 8, &[varint(text.len() as u64), text.into()].concat())
    }

    pub fn inner(self, number: i16, inner: &Struct) -> Struct {
        self.field(number, 12, &inner.end())
    }

    /// A list of structures; `count` is what it states.
    pub fn list(self, number: i16, count: u64, elements: &[Struct]) -> Struct {
        let content: Vec<u8> = elements.iter().flat_map(Struct::end).collect();
        self.field(number, 9, &[vec![0xFC], varint(count), content].concat())
    }

    /// A list of numbers, or of texts.
    pub fn plain(self, number: i16, kind: u8, elements: &[Vec<u8>]) -> Struct {
        self.field(number, 9, &[vec![0xF0 | kind], varint(elements.len() as u64), elements.concat()].concat())
    }

    pub fn end(&self) -> Vec<u8> {
        [&self.0[..], &[0]].concat()
    }
}
