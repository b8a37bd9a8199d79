//! 世帯. Who shares a household with whom: dependents have the 記号・番号 of the person who is insured, and a 枝番 of their own.
//!
//! People are drawn one by one, so that every age and every kind of insurance has its national share. Then each dependent joins the
//! first person among their neighbours by index who can be the one insured; the name, the address and the insurance become theirs.
//! Where nobody can, that one is outside the population.

use super::Population;
use super::copayment::{Income, copayment_percent};
use super::insurers::InsurerKind;
use crate::terms::calendar::age_on;
use crate::terms::coverage::Relationship;
use crate::terms::identifiers::InsuredIdentifier;
use crate::terms::people::{InsurancePeriod, Sex};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many neighbours by index can share a household.
const NEIGHBOURS: u64 = 8;
/// The most dependents of one person.
const MOST: u8 = 4;

/// A dependent's place in a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Membership {
    /// The person who is insured, by index.
    pub head: u64,
    /// Which dependent, from 1.
    pub number: u8,
}

/// A person as far as households depend on it.
struct Neighbour {
    index: u64,
    age: u32,
    sex: Sex,
    newest: InsurancePeriod,
}

/// What a person is to the one who is insured.
#[derive(PartialEq, Eq)]
enum Kin {
    Child,
    Spouse,
    Parent,
}

impl Neighbour {
    fn is_dependent(&self) -> bool {
        self.newest.until.is_none() && self.newest.relationship == Relationship::Dependent
    }

    fn kin_of(&self, head: &Neighbour) -> Option<Kin> {
        let older = i64::from(head.age) - i64::from(self.age);
        match older {
            18..=45 if self.age < 23 => Some(Kin::Child),
            -10..=10 if self.age >= 18 && head.age >= 18 && self.sex != head.sex => Some(Kin::Spouse),
            -45..=-18 if head.age >= 18 => Some(Kin::Parent),
            _ => None,
        }
    }
}

impl Population {
    /// The person in whose household a person is insured as a dependent, by index; `None` if they are insured themselves, or by
    /// somebody outside the population.
    pub fn head_of(&self, index: u64) -> Option<u64> {
        self.membership(index).map(|m| m.head)
    }

    pub(super) fn membership(&self, index: u64) -> Option<Membership> {
        if !self.neighbour(index)?.is_dependent() {
            return None;
        }
        let first = index - index % NEIGHBOURS;
        let all: Vec<Neighbour> =
            (first..(first + NEIGHBOURS).min(Population::MAX_SIZE)).filter_map(|i| self.neighbour(i)).collect();
        let employed = |n: &&Neighbour| {
            let kind = self.insurers()[n.newest.insurer].kind;
            let employee = matches!(kind, InsurerKind::KyokaiKenpo | InsurerKind::HealthInsuranceSociety);
            n.newest.until.is_none() && n.newest.relationship == Relationship::Insured && employee
        };
        let heads: Vec<&Neighbour> = all.iter().filter(employed).collect();
        // By head: how many dependents it has, and whether one of them is the spouse.
        let mut taken: BTreeMap<u64, (u8, bool)> = BTreeMap::new();
        for dependent in all.iter().filter(|n| n.is_dependent() && n.index <= index) {
            let joined = heads.iter().find_map(|head| {
                let (count, spouse) = taken.get(&head.index).copied().unwrap_or_default();
                let kin = dependent.kin_of(head).filter(|kin| count < MOST && !(spouse && *kin == Kin::Spouse))?;
                Some((head.index, count + 1, spouse || kin == Kin::Spouse))
            });
            let Some((head, number, spouse)) = joined else { continue };
            if dependent.index == index {
                return Some(Membership { head, number });
            }
            taken.insert(head, (number, spouse));
        }
        None
    }

    fn neighbour(&self, index: u64) -> Option<Neighbour> {
        let who = self.who(index, None);
        let newest = self.history(&who).pop()?;
        Some(Neighbour { index, age: age_on(who.birth, self.day()), sex: who.sex, newest })
    }

    /// The periods of a dependent: those of the person who is insured, from the dependent's birth on.
    pub(super) fn as_dependent(&self, head: &[InsurancePeriod], number: u8, birth: Date, income: Income) -> Vec<InsurancePeriod> {
        let shared = |period: &InsurancePeriod| {
            let from = period.from.max(birth);
            let decides = period.until.unwrap_or(self.day()).max(from);
            let branch = period.insured.branch.parse::<u8>().unwrap_or_default().saturating_add(number);
            let relationship = match self.insurers()[period.insurer].kind {
                // 国民健康保険: everybody of the household is insured, under the number of the household.
                InsurerKind::Municipal | InsurerKind::LateElderly => Relationship::Insured,
                _ => Relationship::Dependent,
            };
            InsurancePeriod {
                insured: InsuredIdentifier { branch: format!("{branch:02}"), ..period.insured.clone() },
                from,
                copayment_percent: copayment_percent(birth, decides, income),
                copayment_withheld: false,
                relationship,
                ..period.clone()
            }
        };
        head.iter().filter(|p| p.until.is_none_or(|last| last >= birth)).map(shared).collect()
    }
}
