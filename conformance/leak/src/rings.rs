//! The parts that a number may consist of: runs of digits, kept by what they have in common.

/// The most parts.
const PARTS: usize = 12;
/// How many kinds of what stands before and after a part are kept apart.
pub(crate) const CONTEXTS: usize = 16;
pub(crate) const FOURS: usize = 8;

/// A run of digits.
#[derive(Clone, Copy, Default)]
pub(crate) struct Part {
    pub value: u64,
    pub count: usize,
    pub start: usize,
    pub end: usize,
}

/// The last parts that may belong together.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ring {
    parts: [Part; PARTS],
    next: usize,
    kind: u32,
    /// In which text the parts are.
    text: u32,
}

impl Ring {
    /// Forgets the parts of another text, or of another kind.
    pub fn of(&mut self, text: u32, kind: u32) -> &mut Ring {
        if (self.text, self.kind) != (text, kind) {
            *self = Ring { text, kind, ..Ring::default() };
        }
        self
    }

    pub fn push(&mut self, part: Part) {
        self.parts[self.next] = part;
        self.next = if self.next + 1 == PARTS { 0 } else { self.next + 1 };
    }

    /// The parts, the last first.
    pub fn backwards(&self) -> impl Iterator<Item = &Part> {
        let before = |i| &self.parts[if i < self.next { self.next - 1 - i } else { self.next + PARTS - 1 - i }];
        (0..PARTS).map(before).take_while(|p| p.count > 0)
    }
}

/// What is known of the parts before the one that is being read.
#[derive(Default)]
pub(crate) struct Parts {
    /// All parts, as they follow each other.
    pub all: Ring,
    /// The parts of 1, 2, 3, 4 and 6 digits.
    pub lengths: [Ring; 7],
    /// The parts by what stands before and after them.
    pub contexts: [Ring; CONTEXTS],
    /// Short parts by more of what stands before them, whatever is after them; and those of four digits by the character before.
    pub fields: [Ring; CONTEXTS],
    pub fours: [Ring; FOURS],
    /// A number in groups of three digits: its value, how many digits it has, where it begins and ends, and what is between.
    pub thousands: Option<(Part, [u8; 3])>,
    /// A list of bytes as decimal numbers, and what is between them.
    pub list: Vec<(u8, Part)>,
    pub between: Vec<u8>,
    /// How far the text has been read.
    pub done: usize,
    /// Counts the texts.
    pub text: u32,
}

impl Parts {
    /// Begins with another text.
    pub fn begin(&mut self) {
        self.text = self.text.wrapping_add(1);
        self.all.of(self.text, 0);
        self.thousands = None;
        self.done = 0;
        self.list.clear();
    }
}
