//! The fields that are compared, and the levels at which they agree.

use jiff::civil::Date;
use sim::terms::fhir::{CaseReport, ReportedAddress};

/// A field of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Family,
    Given,
    Birth,
    Sex,
    Address,
    Site,
    /// The facility and its mark of the chart: only for two reports of one facility.
    Chart,
}

impl Field {
    pub fn name(self) -> &'static str {
        match self {
            Field::Family => "family",
            Field::Given => "given",
            Field::Birth => "birth",
            Field::Sex => "sex",
            Field::Address => "address",
            Field::Site => "site",
            Field::Chart => "chart",
        }
    }
}

/// How far a field agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Same,
    /// The same characters in other forms (異体字).
    Variant,
    /// The same reading in other characters.
    Reading,
    /// Two of year, month and day; or the municipality.
    Part,
    Differs,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Same => "same",
            Level::Variant => "variant",
            Level::Reading => "reading",
            Level::Part => "part",
            Level::Differs => "differs",
        }
    }
}

/// What was seen of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    pub field: Field,
    pub level: Level,
}

/// 異体字 that the registry knows: another form, and the form under which it compares. It does not know all that occur.
const FORMS: [(char, char); 8] =
    [('驗', '験'), ('假', '仮'), ('檢', '検'), ('證', '証'), ('險', '険'), ('會', '会'), ('樣', '様'), ('郞', '郎')];

/// 小書き, and the kana under which it compares.
const KANA: [(char, char); 5] = [('ョ', 'ヨ'), ('ュ', 'ユ'), ('ャ', 'ヤ'), ('ッ', 'ツ'), ('ィ', 'イ')];

fn folded(text: &str, pairs: &[(char, char)]) -> String {
    text.chars().map(|c| pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)).collect()
}

/// How every field of two reports agrees.
pub fn sights(a: &CaseReport, b: &CaseReport) -> Vec<Sight> {
    let (one, other) = (&a.person, &b.person);
    let same = |is_same: bool| if is_same { Level::Same } else { Level::Differs };
    let mut sights = vec![
        (Field::Family, name((&one.name.family, &one.name.family_kana), (&other.name.family, &other.name.family_kana))),
        (Field::Given, name((&one.name.given, &one.name.given_kana), (&other.name.given, &other.name.given_kana))),
        (Field::Birth, birth(one.birth, other.birth)),
        (Field::Sex, same(one.sex == other.sex)),
        (Field::Address, address(&one.address, &other.address)),
        (Field::Site, same(a.site == b.site)),
    ];
    if a.facility == b.facility {
        sights.push((Field::Chart, same(a.chart == b.chart)));
    }
    sights.into_iter().map(|(field, level)| Sight { field, level }).collect()
}

/// Characters and reading are compared apart: one of them suffices, since a reading depends on its characters.
fn name((a, a_kana): (&str, &str), (b, b_kana): (&str, &str)) -> Level {
    if a == b {
        Level::Same
    } else if folded(a, &FORMS) == folded(b, &FORMS) {
        Level::Variant
    } else if folded(a_kana, &KANA) == folded(b_kana, &KANA) {
        Level::Reading
    } else {
        Level::Differs
    }
}

fn birth(a: Date, b: Date) -> Level {
    let parts = [a.year() == b.year(), a.month() == b.month(), a.day() == b.day()];
    let is_swapped = a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
    match parts.iter().filter(|same| **same).count() {
        3 => Level::Same,
        2 => Level::Part,
        _ if is_swapped => Level::Part,
        _ => Level::Differs,
    }
}

fn address(a: &ReportedAddress, b: &ReportedAddress) -> Level {
    if a == b {
        Level::Same
    } else if (&a.prefecture, &a.municipality) == (&b.prefecture, &b.municipality) {
        Level::Part
    } else {
        Level::Differs
    }
}
