//! How a facility writes a person down in a report, and the slips that happen there: each is drawn from the seed.
//!
//! That name, address or birth date differ in 8 % (3 to 20 %) of the pairs of two reports of one person is an assumption, from a share of
//! 0.87 % of records that differ from the residents' register, of moves (4 % of people a year) and of characters with variants. How often each
//! slip is the one ([`Slip::SHARES`]) is an assumption too.

use super::places::{self, Municipality};
use super::words;
use crate::seed::Stream;
use crate::terms::fhir::{ReportedAddress, ReportedPerson};
use crate::terms::people::{Person, Sex};
use jiff::ToSpan;
use jiff::civil::Date;

/// One difference between a person and the person as written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    /// 異体字: a character of the name in another form.
    VariantCharacter,
    /// Another character that is read the same.
    OtherCharacter,
    /// 読み: a small kana is written large.
    Kana,
    /// 生年月日: one digit is another one, or two are swapped.
    Birth,
    /// 住所: the one before a move, or after it.
    Moved,
    /// 氏: the one before a marriage.
    Married,
}

impl Slip {
    /// Of 100 slips, how many are of each kind. Assumptions.
    pub const SHARES: [(Slip, u64); 6] = [
        (Slip::Moved, 45),
        (Slip::VariantCharacter, 25),
        (Slip::Kana, 12),
        (Slip::Birth, 8),
        (Slip::Married, 6),
        (Slip::OtherCharacter, 4),
    ];

    /// One slip.
    pub fn draw(draw: &mut Stream) -> Slip {
        let mut rest = draw.below(Slip::SHARES.iter().map(|(_, share)| share).sum());
        for (slip, share) in Slip::SHARES {
            if rest < share {
                return slip;
            }
            rest -= share;
        }
        Slip::Moved
    }
}

/// 異体字 of the characters in drawn names: the form in the residents' register, and another form of the same character.
pub const VARIANTS: [(char, char); 10] = [
    ('験', '驗'),
    ('仮', '假'),
    ('検', '檢'),
    ('証', '證'),
    ('険', '險'),
    ('会', '會'),
    ('様', '樣'),
    ('郎', '郞'),
    ('桜', '櫻'),
    ('練', '鍊'),
];

/// Characters that are read the same in a name.
const HOMOPHONES: [(char, char); 5] = [('郎', '朗'), ('子', '湖'), ('男', '夫'), ('想', '相'), ('本', '元')];

/// 小書き, and the same kana at its full size.
pub const SMALL_KANA: [(char, char); 5] = [('ョ', 'ヨ'), ('ュ', 'ユ'), ('ャ', 'ヤ'), ('ッ', 'ツ'), ('ィ', 'イ')];

/// The person as the residents' register has them.
pub fn as_registered(person: &Person) -> ReportedPerson {
    let (name, address) = (person.name.clone(), &person.address);
    ReportedPerson { name, birth: person.birth, sex: person.sex, address: reported(address) }
}

fn reported(address: &crate::terms::people::Address) -> ReportedAddress {
    ReportedAddress {
        prefecture: address.prefecture.clone(),
        municipality: address.municipality.clone(),
        rest: address.rest.clone(),
    }
}

/// Makes a slip in what is written down. Returns whether there was something to slip on: a name without a character that has variants has
/// none.
pub fn slip(written: &mut ReportedPerson, slip: Slip, municipalities: &[Municipality], draw: &mut Stream) -> bool {
    match slip {
        Slip::VariantCharacter => one_of_the_name(written, &VARIANTS, draw),
        Slip::OtherCharacter => one_of_the_name(written, &HOMOPHONES, draw),
        Slip::Kana => {
            let name = &mut written.name;
            replace_in(&mut [&mut name.family_kana, &mut name.given_kana], &SMALL_KANA, draw)
        }
        Slip::Birth => {
            let other = other_birth(written.birth, draw);
            std::mem::replace(&mut written.birth, other) != other
        }
        Slip::Moved if municipalities.is_empty() => false,
        Slip::Moved => {
            let before = written.address.clone();
            // Half of the moves stay in the municipality: an assumption.
            let stays = municipalities.iter().find(|m| m.name == before.municipality && m.prefecture == before.prefecture);
            let home = stays.filter(|_| draw.chance(0.5)).unwrap_or_else(|| draw.pick(municipalities));
            written.address = reported(&places::address(draw, home));
            written.address != before
        }
        Slip::Married => {
            let (family, kana) = draw.pick(&words::FAMILY);
            let name = &mut written.name;
            name.family_kana = kana.to_string();
            std::mem::replace(&mut name.family, family.to_string()) != *family
        }
    }
}

/// Slips with a probability, and returns what was slipped on. Only women change their names by marriage here: in 94.5 % of marriages
/// in Japan it is the woman (人口動態統計 2023).
pub fn slip_sometimes(
    written: &mut ReportedPerson,
    probability: f64,
    municipalities: &[Municipality],
    draw: &mut Stream,
) -> Option<Slip> {
    if !draw.chance(probability) {
        return None;
    }
    let drawn = match Slip::draw(draw) {
        Slip::Married if written.sex != Sex::Female => Slip::Moved,
        other => other,
    };
    slip(written, drawn, municipalities, draw).then_some(drawn)
}

fn one_of_the_name(written: &mut ReportedPerson, pairs: &[(char, char)], draw: &mut Stream) -> bool {
    let name = &mut written.name;
    replace_in(&mut [&mut name.family, &mut name.given], pairs, draw)
}

/// Replaces one drawn character that has a pair.
fn replace_in(texts: &mut [&mut String], pairs: &[(char, char)], draw: &mut Stream) -> bool {
    let other = |c: char| pairs.iter().find(|(from, _)| *from == c).map(|(_, to)| *to);
    let places: Vec<(usize, usize, char)> = texts
        .iter()
        .enumerate()
        .flat_map(|(t, text)| text.chars().enumerate().filter_map(move |(i, c)| Some((t, i, other(c)?))))
        .collect();
    if places.is_empty() {
        return false;
    }
    let (text, at, to) = *draw.pick(&places);
    if let Some(text) = texts.get_mut(text) {
        **text = text.chars().enumerate().map(|(i, c)| if i == at { to } else { c }).collect();
    }
    true
}

/// Another day of birth: a digit of the day or of the year is another one, or day and month are swapped.
fn other_birth(birth: Date, draw: &mut Stream) -> Date {
    let (year, month, day) = (birth.year(), birth.month(), birth.day());
    let slipped = match draw.below(3) {
        0 => Date::new(year, day, month).ok(),
        1 => birth.checked_add((if draw.chance(0.5) { 10i32 } else { -10 }).years()).ok(),
        _ => Date::new(year, month, if day > 9 { day % 10 } else { day + 10 }).ok(),
    };
    slipped
        .filter(|other| *other != birth && *other < Date::constant(2100, 1, 1))
        .unwrap_or_else(|| birth.saturating_sub(1.day()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
mod tests {
    use super::super::Population;
    use super::*;
    use crate::seed::Seed;
    use std::collections::BTreeMap;

    #[test]
    fn every_slip_happens_about_as_often_as_its_share_and_changes_what_is_written() {
        let seed = Seed::new(1, "written");
        let population = Population::new(&seed, 4000, jiff::civil::date(2027, 4, 5)).unwrap();
        let (mut counts, mut draw) = (BTreeMap::<Slip, u64>::new(), seed.stream("slips"));
        for person in population.iter() {
            let right = as_registered(&person);
            let mut written = right.clone();
            let slipped = slip_sometimes(&mut written, 1.0, population.municipalities(), &mut draw);
            assert_eq!(slipped.is_some(), written != right);
            slipped.into_iter().for_each(|slip| *counts.entry(slip).or_default() += 1);
        }
        assert_eq!(counts.len(), Slip::SHARES.len(), "{counts:?}");
        assert!(counts[&Slip::Moved] > counts[&Slip::OtherCharacter]);
    }
}
