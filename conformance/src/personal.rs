//! What of a person must not stand in an error text or in a request that does not need it.

use aho_corasick::{AhoCorasick, MatchKind};
use sim::ground::Ground;
use sim::people::Person;

/// A search for personal data of all people of a run.
pub(crate) struct Personal {
    search: Option<AhoCorasick>,
    /// By pattern.
    patterns: Vec<(&'static str, u64)>,
}

/// Something of a person.
pub(crate) struct Found {
    pub what: &'static str,
    pub person: u64,
    /// First byte.
    pub at: usize,
}

/// Shorter texts are not distinct enough: a family name is a part of places, a branch number of everything.
const SHORTEST_NUMBER: usize = 5;

impl Personal {
    /// Names, readings, addresses, dates of birth.
    pub fn attributes(ground: &Ground) -> Personal {
        Personal::of(ground, attributes)
    }

    /// These, and insured numbers, certificate subjects and serial numbers.
    pub fn everything(ground: &Ground) -> Personal {
        Personal::of(ground, |person| {
            let mut all = attributes(person);
            all.extend(person.insurance.iter().map(|p| ("insured number", p.insured.number.clone())));
            all.extend(person.insurance.iter().map(|p| ("insured symbol", p.insured.symbol.clone())));
            for c in &person.card.certificates {
                all.push(("certificate's subject", c.subject_cn.clone()));
                all.push(("certificate's serial number", c.serial.0.to_string()));
            }
            all
        })
    }

    fn of(ground: &Ground, pick: impl Fn(&Person) -> Vec<(&'static str, String)>) -> Personal {
        let (mut texts, mut patterns) = (Vec::new(), Vec::new());
        for (index, resident) in ground.people.iter().enumerate() {
            for (what, text) in pick(&resident.person) {
                if text.is_ascii() && text.len() < SHORTEST_NUMBER || text.is_empty() {
                    continue;
                }
                texts.push(text);
                patterns.push((what, index as u64));
            }
        }
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&texts).ok();
        Personal { search, patterns }
    }

    /// Every place where something of a person stands.
    pub fn find(&self, bytes: &[u8]) -> Vec<Found> {
        let Some(search) = &self.search else { return Vec::new() };
        let digit = |at: Option<usize>| at.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
        let whole = |m: &aho_corasick::Match| {
            let number = bytes[m.start()..m.end()].iter().all(u8::is_ascii_digit);
            !number || !digit(m.start().checked_sub(1)) && !digit(Some(m.end()))
        };
        let found = search.find_iter(bytes).filter(whole);
        found
            .map(|m| {
                let (what, person) = self.patterns[m.pattern().as_usize()];
                Found { what, person, at: m.start() }
            })
            .collect()
    }
}

fn attributes(person: &Person) -> Vec<(&'static str, String)> {
    let (name, birth) = (&person.name, person.birth);
    let mut all = Vec::new();
    for separator in ["", " ", "　"] {
        all.push(("name", format!("{}{separator}{}", name.family, name.given)));
        all.push(("name's reading", format!("{}{separator}{}", name.family_kana, name.given_kana)));
    }
    all.push(("address", person.address.rest.clone()));
    all.push(("date of birth", birth.to_string()));
    all.push(("date of birth", birth.strftime("%Y%m%d").to_string()));
    all.push(("date of birth", format!("{}年{}月{}日", birth.year(), birth.month(), birth.day())));
    all
}
