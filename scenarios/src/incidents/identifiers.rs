//! Typed and guessed identifiers, looked up in the ground truth as a register would.

use super::counted::{Counted, Incidents};
use jiff::civil::Date;
use sim::ground::GroundPerson;
use sim::seed::Stream;
use sim::terms::calendar::jst_day;
use sim::terms::people::InsurancePeriod;
use std::collections::BTreeMap;

/// The fields that staff type: insurer number, symbol, number, branch, date of birth.
const FIELDS: usize = 5;
pub(super) type Typed = [String; FIELDS];

/// The register: who is insured under which identifiers on the day of the run's start.
pub(super) struct Register(BTreeMap<Typed, u64>);

impl Register {
    pub(super) fn of(run: &Counted<'_>) -> Register {
        let day = jst_day(run.ground.epoch);
        let entry = |(index, p): (u64, &GroundPerson)| Some((identifiers(p, p.person.insurance_on(day)?), index));
        Register((0..).zip(&run.ground.people).filter_map(entry).collect())
    }

    /// The person who is insured under these identifiers.
    pub(super) fn find(&self, typed: &Typed) -> Option<u64> {
        self.0.get(typed).copied()
    }
}

/// What is on the card of a person's insurance, and their date of birth.
pub(super) fn identifiers(person: &GroundPerson, period: &InsurancePeriod) -> Typed {
    let i = &period.insured;
    let birth = person.person.birth.strftime("%Y%m%d").to_string();
    [i.insurer.reveal().to_string(), i.symbol.clone(), i.number.clone(), i.branch.clone(), birth]
}

/// The newest insurance of a person that began by a day.
pub(super) fn newest(person: &GroundPerson, day: Date) -> Option<&InsurancePeriod> {
    person.person.insurance.iter().rev().find(|p| p.from <= day)
}

/// The same with a slip of one key in each field, each with the probability `slip`. Returns whether there was one.
pub(super) fn with_slips(mut typed: Typed, slip: f64, draw: &mut Stream) -> (Typed, bool) {
    let mut any = false;
    for field in &mut typed {
        let digits: Vec<usize> = field.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
        // Each field draws the same, whatever is in it.
        let (slips, place, other) = (draw.chance(slip), draw.below(1000) as usize, draw.below(9));
        let Some(at) = digits.get(place % digits.len().max(1)).copied().filter(|_| slips) else { continue };
        let was = field.as_bytes().get(at).map_or(0, |b| u64::from(b - b'0'));
        let typed = (was + 1 + other) % 10;
        field.replace_range(at..=at, &typed.to_string());
        any = true;
    }
    (typed, any)
}

/// Staff type the identifiers of people who are insured, drawn among all.
pub(super) fn typed(run: &Counted<'_>, mut found: Incidents, entries: u64, slip: f64, draw: &mut Stream) -> Incidents {
    let register = Register::of(run);
    let insured: Vec<(&Typed, u64)> = register.0.iter().map(|(typed, person)| (typed, *person)).collect();
    if insured.is_empty() {
        return found;
    }
    found.out_of = entries;
    for _ in 0..entries {
        let (right, person) = *draw.pick(&insured);
        let (typed, slipped) = with_slips(right.clone(), slip, draw);
        if !slipped {
            found.count("without-a-slip");
            continue;
        }
        found.met += 1;
        match register.find(&typed) {
            Some(other) if other != person => found.let_through += 1,
            Some(_) => found.count("the-same-person"),
            None => found.refused += 1,
        }
    }
    found
}

/// Somebody knows the insurer and the symbol of a person, and guesses numbers of the same length. Branch and date of birth are not
/// asked for: with them a guess is hopeless.
pub(super) fn guessed(run: &Counted<'_>, mut found: Incidents, guesses: u64, draw: &mut Stream) -> Incidents {
    let register = Register::of(run);
    let known: BTreeMap<[&String; 3], u64> = register.0.iter().map(|([i, s, n, ..], person)| ([i, s, n], *person)).collect();
    let all: Vec<[&String; 3]> = known.keys().copied().collect();
    if all.is_empty() {
        return found;
    }
    (found.out_of, found.met) = (guesses, guesses);
    for _ in 0..guesses {
        let [insurer, symbol, number] = *draw.pick(&all);
        let most = 10u64.saturating_pow(u32::try_from(number.len()).unwrap_or(u32::MAX)).max(10);
        let guess = format!("{:0width$}", draw.below(most), width = number.len());
        match known.contains_key(&[insurer, symbol, &guess]) {
            true => found.let_through += 1,
            false => found.refused += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::seed::Seed;

    #[test]
    fn slips_come_at_their_rate_and_change_one_digit_of_a_field() {
        let right: Typed = ["01130012", "12", "4567", "00", "19800102"].map(String::from);
        let draw = &mut Seed::new(1, "slips").stream("x");
        let mut slipped = 0;
        for _ in 0..20_000 {
            let (typed, any) = with_slips(right.clone(), 0.01, draw);
            assert_eq!(any, typed != right);
            assert!(typed.iter().zip(&right).all(|(a, b)| a.len() == b.len()));
            slipped += u32::from(any);
        }
        // 1 - 0.99^5 = 4.9 %: 980 on average, with a standard deviation of 31.
        assert!((825..1135).contains(&slipped), "{slipped}");
    }
}
