//! Insurers (医療保険者) and the numbers that they assign to the insured.

use super::draw::shuffled;
use super::places::{MUNICIPALITY_COUNT, Municipality, PREFECTURE_COUNT};
use super::words;
use crate::permutation::Permutation;
use crate::seed::{Seed, Stream};
use crate::terms::coverage::Relationship;
use crate::terms::identifiers::{InsuredIdentifier, InsurerNumber};
use serde::Serialize;

/// 保険者の種別.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InsurerKind {
    /// 全国健康保険協会 (協会けんぽ): employees of smaller firms.
    KyokaiKenpo,
    /// 健康保険組合: employees of larger firms. Represents the mutual aid associations (共済組合) too.
    HealthInsuranceSociety,
    /// 市町村国民健康保険: everybody who lives in the municipality and has no other insurance.
    Municipal,
    /// 後期高齢者医療広域連合: everyone from 75.
    LateElderly,
}

impl InsurerKind {
    pub const ALL: [InsurerKind; 4] =
        [InsurerKind::KyokaiKenpo, InsurerKind::HealthInsuranceSociety, InsurerKind::Municipal, InsurerKind::LateElderly];

    /// The kind of an insurer, by its number.
    pub fn of(number: &InsurerNumber) -> Option<InsurerKind> {
        InsurerKind::ALL.into_iter().find(|kind| kind.law() == number.law())
    }

    /// 法別番号, as [`InsurerNumber::law`] gives it.
    pub fn law(self) -> &'static str {
        match self {
            InsurerKind::KyokaiKenpo => "01",
            InsurerKind::HealthInsuranceSociety => "06",
            InsurerKind::Municipal => "00",
            InsurerKind::LateElderly => "39",
        }
    }
}

/// 医療保険者.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Insurer {
    /// Its index in [`Population::insurers`](super::Population::insurers).
    pub index: usize,
    pub kind: InsurerKind,
    /// 保険者番号.
    pub number: InsurerNumber,
    /// Ends with （架空）.
    pub name: String,
}

/// How many societies there are. They insure people of every prefecture.
pub(super) const SOCIETY_COUNT: usize = 8;

/// Every person has a unique slot below this. It decides where they live and, with the insurer, their 番号, so that no
/// two people share one although none is stored. Eight digits are enough within a prefecture: 6 × 10^8 ÷ 6 = 10^8.
pub(super) const SLOTS: u64 = SLOTS_PER_PREFECTURE * PREFECTURE_COUNT as u64;
const SLOTS_PER_PREFECTURE: u64 = 100_000_000;

/// All insurers of a population, and how each assigns its numbers.
#[derive(Clone)]
pub(super) struct Insurers {
    pub all: Vec<Insurer>,
    /// By insurer: slot to 番号. Each insurer has a permutation of its own, so that a person's numbers with two insurers
    /// do not reveal that they belong to one person.
    numbers: Vec<Permutation>,
}

impl Insurers {
    pub fn new(seed: &Seed, municipalities: &[Municipality]) -> Self {
        let mut draw = seed.stream("people/insurers");
        // The three digits of the insurer; each is used once in the whole population.
        let mut own = shuffled((501u64..=999).collect(), &mut draw).into_iter();
        let mut number = |kind: InsurerKind, prefecture: u8| {
            let law: u64 = match kind {
                InsurerKind::KyokaiKenpo => 1,
                InsurerKind::HealthInsuranceSociety => 6,
                InsurerKind::Municipal => 0,
                InsurerKind::LateElderly => 39,
            };
            InsurerNumber::from_body(law * 100_000 + u64::from(prefecture) * 1000 + own.next().unwrap_or(500))
        };
        let societies = shuffled(words::INVENTED_NAMES.to_vec(), &mut draw);
        let mut all = Vec::new();
        let mut add =
            |kind, number, name: String| all.push(Insurer { index: all.len(), kind, number, name: name + "（架空）" });
        // The functions below that find an insurer depend on this order.
        for m in &municipalities[..PREFECTURE_COUNT] {
            let kind = InsurerKind::KyokaiKenpo;
            add(kind, number(kind, m.prefecture_code), format!("全国健康保険協会{}支部", m.prefecture));
        }
        for (society, invented) in societies.iter().take(SOCIETY_COUNT).enumerate() {
            let kind = InsurerKind::HealthInsuranceSociety;
            add(kind, number(kind, municipalities[society].prefecture_code), format!("{invented}健康保険組合"));
        }
        for m in municipalities {
            let kind = InsurerKind::Municipal;
            add(kind, number(kind, m.prefecture_code), format!("{}国民健康保険", m.name));
        }
        for m in &municipalities[..PREFECTURE_COUNT] {
            let kind = InsurerKind::LateElderly;
            add(kind, number(kind, m.prefecture_code), format!("{}後期高齢者医療広域連合", m.prefecture));
        }
        let numbers = all
            .iter()
            .map(|insurer| {
                let size = if insurer.kind == InsurerKind::HealthInsuranceSociety { SLOTS } else { SLOTS_PER_PREFECTURE };
                Permutation::new(seed.bytes(&format!("people/insurer/{}/numbers", insurer.index)), size)
            })
            .collect();
        Insurers { all, numbers }
    }

    /// An insurer of a kind, or of any kind for someone under 75, other than `than`. The same one if there is no other of the kind.
    pub fn of_kind(&self, draw: &mut Stream, kind: Option<InsurerKind>, than: Option<usize>, age: u32, home: usize) -> usize {
        match (kind, than) {
            (None, Some(than)) => self.another(draw, than, age, home),
            (None, None) => self.working_age(draw, age, home),
            (Some(InsurerKind::KyokaiKenpo), _) => self.kyokai(home),
            (Some(InsurerKind::Municipal), _) => self.municipal(home),
            (Some(InsurerKind::LateElderly), _) => self.late_elderly(home),
            (Some(InsurerKind::HealthInsuranceSociety), than) => {
                let which = draw.below(SOCIETY_COUNT as u64) as usize;
                if than == Some(self.society(which)) { self.society(which + 1) } else { self.society(which) }
            }
        }
    }

    pub fn kyokai(&self, home: usize) -> usize {
        home % PREFECTURE_COUNT
    }

    pub fn society(&self, which: usize) -> usize {
        PREFECTURE_COUNT + which % SOCIETY_COUNT
    }

    pub fn municipal(&self, home: usize) -> usize {
        PREFECTURE_COUNT + SOCIETY_COUNT + home
    }

    pub fn late_elderly(&self, home: usize) -> usize {
        PREFECTURE_COUNT + SOCIETY_COUNT + MUNICIPALITY_COUNT + home % PREFECTURE_COUNT
    }

    /// 記号・番号・枝番. Number and insurer, with the symbol where the number alone is too short, are unique to one person.
    pub fn insured(&self, draw: &mut Stream, insurer: usize, slot: u64, relationship: Relationship) -> InsuredIdentifier {
        let Insurer { kind, number, .. } = &self.all[insurer];
        let local = match kind {
            InsurerKind::HealthInsuranceSociety => slot,
            _ => slot / PREFECTURE_COUNT as u64,
        };
        let given = self.numbers[insurer].apply(local);
        let (symbol, text) = match kind {
            // 記号 of eight digits for the employer, 番号 of up to seven.
            InsurerKind::KyokaiKenpo => {
                (format!("{:07}{}", draw.below(10_000_000), given / 10_000_000), format!("{:07}", given % 10_000_000))
            }
            // Some societies have words for symbols, some have digits.
            InsurerKind::HealthInsuranceSociety if insurer.is_multiple_of(2) => {
                (draw.pick(&words::INVENTED_NAMES).to_string(), format!("{given:09}"))
            }
            InsurerKind::HealthInsuranceSociety => (format!("{:03}", given / 1_000_000), format!("{:06}", given % 1_000_000)),
            InsurerKind::Municipal | InsurerKind::LateElderly => (String::new(), format!("{given:08}")),
        };
        let branch = match (kind, relationship) {
            (InsurerKind::Municipal, _) | (_, Relationship::Dependent) => 1 + draw.below(5),
            _ => 0,
        };
        InsuredIdentifier { insurer: number.clone(), symbol, number: text, branch: format!("{branch:02}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::places::municipalities;

    #[test]
    fn law_numbers_are_part_of_the_insurers_numbers() {
        for number in 0..50 {
            let seed = Seed::new(number, "insurers");
            let insurers = Insurers::new(&seed, &municipalities(&seed));
            for insurer in &insurers.all {
                assert_eq!(insurer.number.law(), insurer.kind.law(), "{}", insurer.name);
                assert_eq!(InsurerNumber::new(insurer.number.reveal()).as_ref(), Ok(&insurer.number));
                assert!(insurer.name.ends_with("（架空）"));
                assert_eq!(insurers.all[insurer.index], *insurer);
            }
            let mut numbers: Vec<_> = insurers.all.iter().map(|i| &i.number).collect();
            numbers.sort();
            numbers.dedup();
            assert_eq!(numbers.len(), insurers.all.len());
            for kind in InsurerKind::ALL {
                assert!(insurers.all.iter().any(|i| i.kind == kind), "{kind:?}");
            }
        }
    }

    #[test]
    fn insurers_are_found_by_where_a_person_lives() {
        let seed = Seed::new(1, "insurers");
        let places = municipalities(&seed);
        let insurers = Insurers::new(&seed, &places);
        for (home, municipality) in places.iter().enumerate() {
            let named = |insurer: usize, kind, part: &str| {
                assert_eq!(insurers.all[insurer].kind, kind);
                assert!(insurers.all[insurer].name.contains(part), "{} should name {part}", insurers.all[insurer].name);
            };
            named(insurers.kyokai(home), InsurerKind::KyokaiKenpo, &municipality.prefecture);
            named(insurers.municipal(home), InsurerKind::Municipal, &municipality.name);
            named(insurers.late_elderly(home), InsurerKind::LateElderly, &municipality.prefecture);
            named(insurers.society(home), InsurerKind::HealthInsuranceSociety, "健康保険組合");
            let prefecture = format!("{:02}", municipality.prefecture_code);
            for insurer in [insurers.kyokai(home), insurers.municipal(home), insurers.late_elderly(home)] {
                assert_eq!(&insurers.all[insurer].number.reveal()[2..4], prefecture);
            }
        }
    }
}
