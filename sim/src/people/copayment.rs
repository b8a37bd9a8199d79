//! 一部負担金の割合. What a person pays of the cost, by the day, the date of birth and the income.

use crate::seed::Stream;
use crate::terms::calendar::{age_on, day_of_age};
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// 所得区分, as far as it decides the copayment of those from 70.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Income {
    General,
    /// 一定以上所得. Counts from 75 (高齢者の医療の確保に関する法律 第67条第1項第2号).
    Higher,
    /// 現役並み所得. Counts from 70.
    Working,
}

impl Income {
    pub const ALL: [Income; 3] = [Income::General, Income::Higher, Income::Working];

    /// About 73, 20 and 7 percent, the shares that the ministry expected of those from 75 when the share of 20 percent was introduced in
    /// October 2022. That those from 70 to 74 have the same incomes is an assumption.
    pub(super) fn draw(draw: &mut Stream) -> Self {
        match draw.below(100) {
            0..73 => Income::General,
            73..93 => Income::Higher,
            _ => Income::Working,
        }
    }
}

/// The last day of the small child's share: the first 31 March on or after the day on which the child reaches the age of six
/// (健康保険法 第110条第2項第1号ロ, 国民健康保険法 第42条第1項第2号). An age is reached on the day before the birthday
/// (年齢計算ニ関スル法律), so a child born on 1 April is a year ahead of one born on 2 April.
pub fn small_child_until(birth: Date) -> Date {
    let reached = day_of_age(birth, 6).saturating_sub(1.day());
    let march = |year| date(year, 3, 31);
    let this_year = march(reached.year());
    if reached <= this_year { this_year } else { march(reached.year().saturating_add(1)) }
}

/// The first day of the share of those from 70: the first of the month after the one in which the person reaches 70
/// (健康保険法 第74条第1項, 国民健康保険法 第42条第1項第3号). Someone born on the first of a month reaches 70 in the month before.
pub fn from_70(birth: Date) -> Date {
    day_of_age(birth, 70).saturating_sub(1.day()).last_of_month().saturating_add(1.day())
}

/// The share on `day` in percent: 10, 20 or 30.
pub fn copayment_percent(birth: Date, day: Date, income: Income) -> u8 {
    let from_75 = day_of_age(birth, 75);
    match income {
        _ if day <= small_child_until(birth) => 20,
        _ if day < from_70(birth) => 30,
        Income::Working => 30,
        Income::General if day >= from_75 => 10,
        Income::General | Income::Higher => 20,
    }
}

/// The days from which on another share or another insurer is due: after the small child's, at 70, at 75.
pub fn days_of_change(birth: Date) -> [Date; 3] {
    [small_child_until(birth).saturating_add(1.day()), from_70(birth), day_of_age(birth, 75)]
}

/// The incomes that lead to this share on that day.
pub(super) fn incomes(birth: Date, day: Date, percent: u8) -> impl Iterator<Item = Income> {
    Income::ALL.into_iter().filter(move |income| copayment_percent(birth, day, *income) == percent)
}

/// Whether the person may be insured in their own right: after the end of compulsory schooling, at 15.
pub(super) fn may_work(birth: Date, day: Date) -> bool {
    age_on(birth, day) >= 15
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(birth: Date, days: &[Date]) -> Vec<[u8; 3]> {
        days.iter().map(|day| Income::ALL.map(|income| copayment_percent(birth, *day, income))).collect()
    }

    #[test]
    fn a_small_childs_share_ends_with_the_school_year_in_which_it_turns_six() {
        for (birth, until) in [
            (date(2020, 4, 2), date(2027, 3, 31)),
            (date(2021, 4, 1), date(2027, 3, 31)),
            (date(2021, 4, 2), date(2028, 3, 31)),
            (date(2020, 2, 29), date(2026, 3, 31)),
        ] {
            assert_eq!(small_child_until(birth), until, "{birth}");
            assert_eq!(shares(birth, &[until, until.saturating_add(1.day())]), [[20; 3], [30; 3]]);
        }
    }

    #[test]
    fn from_70_on_the_share_changes_with_the_month_and_at_75_with_the_day() {
        for (birth, from) in [
            (date(1957, 4, 2), date(2027, 5, 1)),
            (date(1957, 4, 1), date(2027, 4, 1)),
            (date(1957, 3, 31), date(2027, 4, 1)),
            (date(1956, 2, 29), date(2026, 3, 1)),
        ] {
            assert_eq!(from_70(birth), from, "{birth}");
            assert_eq!(shares(birth, &[from.saturating_sub(1.day()), from]), [[30, 30, 30], [20, 20, 30]]);
        }
        let birth = date(1952, 4, 6);
        assert_eq!(shares(birth, &[date(2027, 4, 5), date(2027, 4, 6)]), [[20, 20, 30], [10, 20, 30]]);
        assert_eq!(days_of_change(birth), [date(1959, 4, 1), date(2022, 5, 1), date(2027, 4, 6)]);
    }
}
