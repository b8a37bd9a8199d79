//! Draws insurance histories: the insurer, the period and the copayment.

use super::draw::between;
use super::insurers::{InsurerKind, Insurers, SOCIETY_COUNT};
use crate::seed::Stream;
use crate::terms::calendar::{age_on, day_of_age, plus_years};
use crate::terms::coverage::{EndReason, Relationship};
use crate::terms::people::InsurancePeriod;
use jiff::ToSpan;
use jiff::civil::Date;

/// Share of the people under 75 who changed their insurer in the last [`CHANGE_YEARS`] years. An assumption.
pub(super) const CHANGED_SHARE: f64 = 0.12;

/// How far back a change of insurer can lie. Periods before an earlier change are not drawn.
pub(super) const CHANGE_YEARS: i64 = 3;

/// Share of the people whose last period ended within a year before the population's day. An assumption.
pub(super) const ENDED_SHARE: f64 = 0.02;

/// How far back an insurance that never changed can have begun.
const LONGEST_YEARS: i64 = 20;

/// The person to be insured.
pub(super) struct Applicant {
    pub birth: Date,
    /// Index of the municipality.
    pub home: usize,
    /// Below [`SLOTS`](super::insurers::SLOTS).
    pub slot: u64,
}

impl Insurers {
    /// The insurance history of one person, oldest first: one period, or two where the insurer changed in the last years.
    pub fn history(&self, draw: &mut Stream, day: Date, who: &Applicant) -> Vec<InsurancePeriod> {
        // Drawn first and for everyone, so that changes, ends and income do not depend on the other draws.
        let (changes, ends) = (draw.chance(CHANGED_SHARE), draw.chance(ENDED_SHARE));
        let income = Income::draw(draw);
        let horizon = plus_years(day, -CHANGE_YEARS);
        let yesterday = day.saturating_sub(1.day());
        let turned_75 = day_of_age(who.birth, 75);
        let (insurer, changed_on) = if turned_75 <= day {
            (self.late_elderly(who.home), (turned_75 > horizon).then_some(turned_75))
        } else {
            let changed_on = changes.then(|| between(draw, horizon.max(who.birth.saturating_add(1.day())), yesterday));
            (self.working_age(draw, age_on(who.birth, day), who.home), changed_on)
        };
        let from = match changed_on {
            Some(day) => day,
            None if turned_75 <= day => turned_75,
            None => first_day(draw, who.birth, day),
        };
        let mut periods = Vec::new();
        if let Some(change) = changed_on {
            let last = change.saturating_sub(1.day());
            let mut old = self.working_age(draw, age_on(who.birth, last), who.home);
            if old == insurer {
                // A change is always to another insurer: the old one becomes a society, or the next society.
                let drawn = draw.below(SOCIETY_COUNT as u64) as usize;
                old = self.society(drawn);
                if old == insurer {
                    old = self.society(drawn + 1);
                }
            }
            let old_from = first_day(draw, who.birth, change);
            let mut period = self.period(draw, old, who, old_from, last, income);
            period.until = Some(last);
            period.end_reason = Some(EndReason::InsuredElsewhere);
            periods.push(period);
        }
        // A person who turns 75 on `day` itself cannot have left since.
        let until = (ends && from < day).then(|| between(draw, from.max(plus_years(day, -1)), yesterday));
        let mut newest = self.period(draw, insurer, who, from, until.unwrap_or(day), income);
        if let Some(last) = until {
            newest.until = Some(last);
            newest.end_reason = Some(match draw.below(10) {
                0..=4 => EndReason::InsuredElsewhere,
                5..=6 => EndReason::PublicAssistance,
                _ => EndReason::Other,
            });
        }
        periods.push(newest);
        periods
    }

    /// An insurer for someone under 75. The weights give about the shares of the kinds in Japan (insured in million: 協会
    /// 39.5, 組合 28.5 and 共済 9.8, 国保 25.8 with most of those from 65 to 74).
    fn working_age(&self, draw: &mut Stream, age: u32, home: usize) -> usize {
        let (kyokai, society) = if age < 65 { (43, 37) } else { (25, 13) };
        let (percent, which) = (draw.below(100), draw.below(SOCIETY_COUNT as u64) as usize);
        if percent < kyokai {
            self.kyokai(home)
        } else if percent < kyokai + society {
            self.society(which)
        } else {
            self.municipal(home)
        }
    }

    /// An open period. `copayment_day` is the day whose age decides the copayment.
    fn period(
        &self,
        draw: &mut Stream,
        insurer: usize,
        who: &Applicant,
        from: Date,
        copayment_day: Date,
        income: Income,
    ) -> InsurancePeriod {
        let age = age_on(who.birth, copayment_day);
        let relationship = relationship(draw, self.all[insurer].kind, age);
        InsurancePeriod {
            insurer,
            insured: self.insured(draw, insurer, who.slot, relationship),
            from,
            until: None,
            end_reason: None,
            copayment_percent: copayment_percent(age, income),
            relationship,
        }
    }
}

/// The first day of an insurance that is in force the day before `before`: birth for a child, for others a day since they grew
/// up.
fn first_day(draw: &mut Stream, birth: Date, before: Date) -> Date {
    let latest = before.saturating_sub(1.day());
    if age_on(birth, latest) < 18 {
        return birth;
    }
    between(draw, day_of_age(birth, 18).max(plus_years(before, -LONGEST_YEARS)), latest)
}

/// Municipal and late elderly insurance have no dependents: each person is insured.
fn relationship(draw: &mut Stream, kind: InsurerKind, age: u32) -> Relationship {
    let dependent_percent = match (kind, age) {
        (InsurerKind::Municipal | InsurerKind::LateElderly, _) => 0,
        (_, 0..18) => 100,
        (_, 18..23) => 60,
        (_, 23..65) => 22,
        _ => 35,
    };
    if draw.below(100) < dependent_percent { Relationship::Dependent } else { Relationship::Insured }
}

/// 所得区分, as far as it decides the copayment of those from 75.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Income {
    General,
    /// 一定以上所得.
    Higher,
    /// 現役並み所得.
    Working,
}

impl Income {
    /// About 73, 20 and 7 percent of those from 75. An assumption.
    fn draw(draw: &mut Stream) -> Self {
        match draw.below(100) {
            0..73 => Income::General,
            73..93 => Income::Higher,
            _ => Income::Working,
        }
    }
}

/// 一部負担金の割合 by age. Simpler than the law: the child's share ends with the sixth birthday instead of the school year, the
/// one of those from 70 begins with the birthday instead of the month after it, and high incomes count from 75 only.
fn copayment_percent(age: u32, income: Income) -> u8 {
    match (age, income) {
        (0..6, _) => 20,
        (6..70, _) => 30,
        (70..75, _) => 20,
        (_, Income::General) => 10,
        (_, Income::Higher) => 20,
        (_, Income::Working) => 30,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copayment_follows_the_age() {
        let at = |age| [Income::General, Income::Higher, Income::Working].map(|income| copayment_percent(age, income));
        assert_eq!([at(0), at(5), at(6), at(69), at(70), at(74)], [[20; 3], [20; 3], [30; 3], [30; 3], [20; 3], [20; 3]]);
        assert_eq!([at(75), at(105)], [[10, 20, 30], [10, 20, 30]]);
    }
}
