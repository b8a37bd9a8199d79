//! The two languages of the contract.

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Ja,
}

impl Lang {
    /// One of two texts.
    pub fn of<'a>(self, en: &'a str, ja: &'a str) -> &'a str {
        match self {
            Lang::En => en,
            Lang::Ja => ja,
        }
    }

    /// The tag of BCP 47.
    pub fn tag(self) -> &'static str {
        self.of("en", "ja")
    }
}
