//! Draws insurance histories: the insurer, the period and the copayment.

use super::copayment::{Income, copayment_percent};
use super::draw::between;
use super::insurers::{InsurerKind, Insurers, SOCIETY_COUNT};
use crate::seed::Stream;
use crate::terms::calendar::{age_on, day_of_age, plus_years};
use crate::terms::coverage::{EndReason, Relationship};
use crate::terms::people::InsurancePeriod;
use jiff::ToSpan;
use jiff::civil::Date;

/// Share of the people under 75 who changed their insurer in the last [`CHANGE_YEARS`] years. A year 10 to 14 million people change, of 124
/// million, among them 1.8 million at 75 (separations of 雇用動向調査 2024 with dependants, moves of 住民基本台帳人口移動報告 2024): about 9.5 percent a
/// year of those under 75.
pub(super) const CHANGED_SHARE: f64 = 0.26;

/// How far back a change of insurer can lie. Periods before an earlier change are not drawn.
pub(super) const CHANGE_YEARS: i64 = 3;

/// Share of the people whose last period ended within a year before the population's day. An assumption.
pub(super) const ENDED_SHARE: f64 = 0.02;

/// How far back an insurance that never changed can have begun.
const LONGEST_YEARS: i64 = 20;

/// What is drawn of a person's insurance first and for everyone, so that it does not depend on the other draws.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    changes: bool,
    ends: bool,
    pub income: Income,
}

impl Traits {
    pub fn draw(draw: &mut Stream) -> Self {
        Traits { changes: draw.chance(CHANGED_SHARE), ends: draw.chance(ENDED_SHARE), income: Income::draw(draw) }
    }
}

/// The person to be insured.
#[derive(Clone, Copy)]
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
        let Traits { changes, ends, income } = Traits::draw(draw);
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
            let old = self.another(draw, insurer, age_on(who.birth, last), who.home);
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

    /// An insurer for someone under 75 other than `than`: a change is always to another one.
    pub fn another(&self, draw: &mut Stream, than: usize, age: u32, home: usize) -> usize {
        let drawn = self.working_age(draw, age, home);
        if drawn != than {
            return drawn;
        }
        let society = draw.below(SOCIETY_COUNT as u64) as usize;
        if self.society(society) == than { self.society(society + 1) } else { self.society(society) }
    }

    /// An insurer for someone under 75. The weights give about the shares of the kinds in Japan (insured in million, 2022–23: 協会
    /// 39.5, 組合 28.5 and 共済 9.8, 市町村国保 23.1 and 国保組合 2.7 with most of those from 65 to 74, 後期 19.9).
    pub fn working_age(&self, draw: &mut Stream, age: u32, home: usize) -> usize {
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

    /// An open period. `copayment_day` is the day that decides the copayment.
    pub fn period(
        &self,
        draw: &mut Stream,
        insurer: usize,
        who: &Applicant,
        from: Date,
        copayment_day: Date,
        income: Income,
    ) -> InsurancePeriod {
        let relationship = relationship(draw, self.all[insurer].kind, who.birth, from, copayment_day);
        InsurancePeriod {
            insurer,
            insured: self.insured(draw, insurer, who.slot, relationship),
            from,
            until: None,
            end_reason: None,
            copayment_percent: copayment_percent(who.birth, copayment_day, income),
            copayment_withheld: false,
            relationship,
        }
    }
}

/// The first day of an insurance that is in force the day before `before`: birth for a child, for others a day since they grew
/// up.
pub(super) fn first_day(draw: &mut Stream, birth: Date, before: Date) -> Date {
    let latest = before.saturating_sub(1.day());
    if age_on(birth, latest) < 18 {
        return birth;
    }
    between(draw, day_of_age(birth, 18).max(plus_years(before, -LONGEST_YEARS)), latest)
}

/// Municipal and late elderly insurance have no dependents: each person is insured. Whom an employer's insurance insures from before
/// they grew up is a dependent.
fn relationship(draw: &mut Stream, kind: InsurerKind, birth: Date, from: Date, day: Date) -> Relationship {
    let age = if age_on(birth, from) < 18 { 0 } else { age_on(birth, day) };
    let dependent_percent = match (kind, age) {
        (InsurerKind::Municipal | InsurerKind::LateElderly, _) => 0,
        (_, 0..18) => 100,
        (_, 18..23) => 60,
        (_, 23..65) => 22,
        _ => 35,
    };
    if draw.below(100) < dependent_percent { Relationship::Dependent } else { Relationship::Insured }
}
