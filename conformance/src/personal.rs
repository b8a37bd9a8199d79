//! Personal data that must not be in an error text, or in a request that does not need it.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use terms::ground::Ground;
use terms::people::Person;

/// A search for personal data of all people of a run.
pub(crate) struct Personal {
    search: Option<AhoCorasick>,
    /// By pattern.
    patterns: Vec<(Kind, u64)>,
    /// Family names, and by pattern the given name and the person.
    families: Option<AhoCorasick>,
    given: Vec<(String, u64)>,
}

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    /// Of the name: フリガナ.
    Reading,
    Address,
    DateOfBirth,
    InsuredNumber,
    /// Of a certificate.
    Subject,
    /// Of a certificate.
    Serial,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Name => "name",
            Kind::Reading => "name's reading",
            Kind::Address => "address",
            Kind::DateOfBirth => "date of birth",
            Kind::InsuredNumber => "insured number",
            Kind::Subject => "certificate's subject",
            Kind::Serial => "certificate's serial number",
        }
    }
}

/// One match of personal data.
pub(crate) struct PersonalMatch {
    pub kind: Kind,
    pub person: u64,
    /// First byte.
    pub at: usize,
}

/// Shorter texts are too common: a family name occurs in place names, a branch number everywhere.
const SHORTEST_NUMBER: usize = 5;

impl Personal {
    /// Names, readings, addresses, dates of birth.
    pub fn attributes(ground: &Ground) -> Personal {
        Personal::of(ground, attributes)
    }

    /// The attributes, and insured numbers, certificate subjects and serial numbers.
    pub fn everything(ground: &Ground) -> Personal {
        Personal::of(ground, |person| {
            let mut all = attributes(person);
            all.extend(person.insurance.iter().map(|p| (Kind::InsuredNumber, p.insured.number.clone())));
            for c in &person.card.certificates {
                all.push((Kind::Subject, c.subject_cn.clone()));
                all.push((Kind::Serial, c.serial.0.to_string()));
            }
            all
        })
    }

    fn of(ground: &Ground, pick: impl Fn(&Person) -> Vec<(Kind, String)>) -> Personal {
        let (mut texts, mut patterns) = (Vec::new(), Vec::new());
        for (index, resident) in ground.people.iter().enumerate() {
            for (kind, text) in pick(&resident.person) {
                if text.is_ascii() && text.len() < SHORTEST_NUMBER || text.is_empty() {
                    continue;
                }
                texts.push(text);
                patterns.push((kind, index as u64));
            }
        }
        let search = automaton().match_kind(MatchKind::LeftmostLongest).build(&texts).ok();
        let names = ground.people.iter().map(|r| &r.person.name);
        let families = automaton().build(names.clone().map(|n| &n.family)).ok();
        let given = names.zip(0..).map(|(n, i)| (n.given.clone(), i)).collect();
        Personal { search, patterns, families, given }
    }

    /// Every match of personal data, also in JSON escapes and percent-encoded. Offsets are those in the decoded bytes.
    pub fn find(&self, bytes: &[u8]) -> Vec<PersonalMatch> {
        let mut found = self.find_in(bytes);
        // Anything else in JSON is read as it is.
        if found.is_empty()
            && bytes.iter().any(|b| matches!(b, b'\\' | b'\n'))
            && let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes)
        {
            found = self.find_in(value.to_string().as_bytes());
        }
        if found.is_empty() && bytes.contains(&b'%') {
            found = self.find_in(&percent_decoded(bytes));
        }
        found
    }

    fn find_in(&self, bytes: &[u8]) -> Vec<PersonalMatch> {
        let Some(search) = &self.search else { return Vec::new() };
        let digit = |at: Option<usize>| at.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
        let whole = |m: &aho_corasick::Match| {
            let number = bytes[m.start()..m.end()].iter().all(u8::is_ascii_digit);
            !number || !digit(m.start().checked_sub(1)) && !digit(Some(m.end()))
        };
        let found = search.find_iter(bytes).filter(whole);
        let found = found.map(|m| {
            let (kind, person) = self.patterns[m.pattern().as_usize()];
            PersonalMatch { kind, person, at: m.start() }
        });
        found.chain(self.apart(bytes)).collect()
    }

    /// Names whose two parts are near each other, for instance in two members.
    fn apart(&self, bytes: &[u8]) -> Vec<PersonalMatch> {
        let Some(families) = &self.families else { return Vec::new() };
        let mut all = Vec::new();
        for m in families.find_overlapping_iter(bytes) {
            let (given, person) = &self.given[m.pattern().as_usize()];
            // A given name of one character is part of ordinary words: 資格確認 and 一致 are not a person 確認 一. The joined name is
            // found above.
            if given.chars().count() < 2 {
                continue;
            }
            let around = &bytes[m.start().saturating_sub(NEAR)..bytes.len().min(m.end() + NEAR)];
            if around.windows(given.len()).any(|w| w == given.as_bytes()) {
                all.push(PersonalMatch { kind: Kind::Name, person: *person, at: m.start() });
            }
        }
        all
    }
}

/// How far the two parts of a name may be from each other, in bytes.
const NEAR: usize = 60;

/// RFC 3986, section 2.1.
fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    out
}

fn attributes(person: &Person) -> Vec<(Kind, String)> {
    let (name, birth) = (&person.name, person.birth);
    let mut all = Vec::new();
    for separator in ["", " ", "　"] {
        all.push((Kind::Name, format!("{}{separator}{}", name.family, name.given)));
        all.push((Kind::Reading, format!("{}{separator}{}", name.family_kana, name.given_kana)));
    }
    all.push((Kind::Address, person.address.rest.clone()));
    all.push((Kind::DateOfBirth, birth.to_string()));
    all.push((Kind::DateOfBirth, birth.strftime("%Y%m%d").to_string()));
    all.push((Kind::DateOfBirth, format!("{}年{}月{}日", birth.year(), birth.month(), birth.day())));
    all
}

/// It is built for each run: a table of all transitions would take longer to build than it saves.
pub(crate) fn automaton() -> AhoCorasickBuilder {
    let mut builder = AhoCorasick::builder();
    builder.kind(Some(AhoCorasickKind::ContiguousNFA));
    builder
}
