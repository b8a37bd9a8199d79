//! Objects of a PDF: ISO 32000-2, section 7.2 and 7.3.

/// Arrays and dictionaries are not nested deeper.
const DEPTH: usize = 32;
const END: &[u8] = b"endobj";
/// What an object takes in memory without its content, with some room of the list that it is in; in bytes.
pub(super) const NODE: usize = 40;

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Object {
    Null,
    Number(f64),
    Name(Vec<u8>),
    String(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Vec<(Vec<u8>, Object)>),
    Reference(u32),
    /// An operator, or a word of the syntax.
    Word(Vec<u8>),
}

impl Object {
    pub(super) fn get(&self, key: &[u8]) -> Option<&Object> {
        match self {
            Object::Dictionary(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Object::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// How many elements or entries it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Object::Array(elements) => elements.len(),
            Object::Dictionary(entries) => entries.len(),
            _ => 0,
        }
    }

    /// Whether the value of a key is this name.
    pub(super) fn is(&self, key: &[u8], name: &[u8]) -> bool {
        self.get(key).and_then(Object::name) == Some(name)
    }

    /// The strings in it, in order.
    pub(super) fn strings<'o>(&'o self, into: &mut Vec<&'o [u8]>) {
        match self {
            Object::String(string) => into.push(string),
            Object::Array(elements) => elements.iter().for_each(|e| e.strings(into)),
            Object::Dictionary(entries) => entries.iter().for_each(|(_, e)| e.strings(into)),
            _ => {}
        }
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) struct Lexer<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    /// How many more bytes its objects may take in memory.
    pub(super) left: usize,
}

impl<'b> Lexer<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize, left: usize) -> Self {
        Lexer { bytes, at, left }
    }

    /// Whether all bytes were read. If not, and there is no next object, it is nested too deep or takes too much.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    let rest = &self.bytes[self.at..];
                    self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                _ if is_space(byte) => self.at += 1,
                _ => break,
            }
        }
    }

    /// The next object. `None` at the end, and if it is nested too deep or takes too much.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.nested(DEPTH)
    }

    fn nested(&mut self, depth: usize) -> Option<Object> {
        self.skip_space();
        let byte = self.peek()?;
        let two = self.bytes.get(self.at + 1).copied();
        let start = self.at;
        self.take(NODE)?;
        let object = self.of(byte, two, depth)?;
        // Its content takes no more than it is written in. What is nested has been counted.
        if !matches!(object, Object::Array(_) | Object::Dictionary(_)) {
            self.take(self.at - start)?;
        }
        Some(object)
    }

    fn take(&mut self, bytes: usize) -> Option<()> {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(0);
        left.map(|_| ())
    }

    fn of(&mut self, byte: u8, two: Option<u8>, depth: usize) -> Option<Object> {
        match (byte, two) {
            (b'/', _) => Some(Object::Name(self.name())),
            (b'(', _) => Some(Object::String(self.literal())),
            (b'<', Some(b'<')) => {
                self.at += 2;
                self.dictionary(depth.checked_sub(1)?)
            }
            (b'<', _) => Some(Object::String(self.hexadecimal())),
            (b'[', _) => {
                self.at += 1;
                self.array(depth.checked_sub(1)?)
            }
            (b'>', Some(b'>')) => {
                self.at += 2;
                Some(Object::Word(b">>".to_vec()))
            }
            _ if is_delimiter(byte) => {
                self.at += 1;
                Some(Object::Word(vec![byte]))
            }
            _ => Some(self.word()),
        }
    }

    fn regular(&mut self) -> &'b [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|b| is_space(*b) || is_delimiter(*b)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn word(&mut self) -> Object {
        let word = self.regular();
        let number = std::str::from_utf8(word).ok().filter(|w| w.bytes().any(|b| b.is_ascii_digit()));
        let number = number.filter(|w| w.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')));
        match (number.and_then(|n| n.parse().ok()), word) {
            (Some(number), _) => self.reference(number).unwrap_or(Object::Number(number)),
            (_, b"null") => Object::Null,
            _ => Object::Word(word.to_vec()),
        }
    }

    /// `12 0 R`.
    fn reference(&mut self, number: f64) -> Option<Object> {
        let rest = self.bytes.get(self.at..)?.iter().take(16).copied().collect::<Vec<u8>>();
        let digits = rest.trim_ascii_start();
        let after = digits.iter().position(|b| !b.is_ascii_digit()).filter(|n| *n > 0 && digits.len() < rest.len())?;
        let end = digits[after..].trim_ascii_start();
        let closed = end.first() == Some(&b'R') && end.get(1).is_none_or(|b| is_space(*b) || is_delimiter(*b));
        if !closed || end.len() == digits[after..].len() || number < 0.0 || number.fract() != 0.0 {
            return None;
        }
        self.at += rest.len() - end.len() + 1;
        Some(Object::Reference(number as u32))
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut raw = self.regular();
        let mut name = Vec::with_capacity(raw.len());
        while let Some((first, rest)) = raw.split_first() {
            let escaped =
                rest.get(..2).filter(|_| *first == b'#').and_then(|h| data_encoding::HEXUPPER_PERMISSIVE.decode(h).ok());
            match escaped {
                Some(byte) => {
                    name.extend(byte);
                    raw = &rest[2..];
                }
                None => {
                    name.push(*first);
                    raw = rest;
                }
            }
        }
        name
    }

    /// Section 7.3.4.2.
    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut string, mut open) = (Vec::new(), 1);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut string);
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                break;
            }
            string.push(byte);
        }
        string
    }

    fn escape(&mut self, string: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => string.push(b'\n'),
            b'r' => string.push(b'\r'),
            b't' => string.push(b'\t'),
            b'b' => string.push(8),
            b'f' => string.push(12),
            b'\r' if self.peek() == Some(b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                string.push(value as u8);
            }
            other => string.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let rest = &self.bytes[self.at..];
        let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at += (length + 1).min(rest.len());
        hex(&rest[..length])
    }

    /// The object ends here, also if what is around this list was not closed: it meets the same word.
    fn end(&mut self) {
        self.at -= END.len();
    }

    fn array(&mut self, depth: usize) -> Option<Object> {
        let mut elements = Vec::new();
        loop {
            match self.nested(depth) {
                None => break,
                Some(Object::Word(word)) if word == b"]" => break,
                Some(Object::Word(word)) if word == b">>" => break,
                Some(Object::Word(word)) if word == END => {
                    self.end();
                    break;
                }
                Some(element) => elements.push(element),
            }
        }
        Some(Object::Array(elements))
    }

    fn dictionary(&mut self, depth: usize) -> Option<Object> {
        let mut entries = Vec::new();
        loop {
            match self.nested(depth) {
                None => break,
                Some(Object::Word(word)) if word == b">>" => break,
                Some(Object::Word(word)) if word == END => {
                    self.end();
                    break;
                }
                Some(Object::Name(key)) => match self.nested(depth)? {
                    Object::Word(word) if word == b">>" => break,
                    value => entries.push((key, value)),
                },
                Some(_) => {}
            }
        }
        Some(Object::Dictionary(entries))
    }
}

/// Hexadecimal digits with anything between them. A single last digit has a zero after it.
pub(super) fn hex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits.iter().filter_map(|b| char::from(*b).to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}
