//! Checks of what a scenario says of the insurers' registers.

use super::{Checks, part};
use crate::file::{InsurancePart, InsuredWith, RecordDiffers, RegisterError, RegisterErrorPart, VisitPart};

/// The longest time before the run in which people changed their job, in days.
const MAX_WITHIN: u32 = 400;

impl Checks<'_> {
    pub(super) fn registers(&mut self) {
        let s = self.scenario;
        for (i, error) in s.register_errors.iter().enumerate() {
            self.register_error(i, error);
        }
        for (i, window) in s.maintenance.iter().enumerate() {
            self.within_the_longest(part("maintenance", i, &["at"]), window.at.0);
            self.within_the_longest(part("maintenance", i, &["for"]), window.lasts.0);
            self.demand(!window.lasts.0.is_zero(), part("maintenance", i, &["for"]), || "`for` must be above zero".into());
        }
        for (i, changes) in s.job_changes.iter().enumerate() {
            let share = changes.share.0 > 0.0;
            self.demand(share, part("job-changes", i, &["share"]), || "`share` must be above 0 %".into());
            let days = (1..=MAX_WITHIN).contains(&changes.within_days);
            self.demand(days, part("job-changes", i, &["within-days"]), || format!("`within-days` must be 1 to {MAX_WITHIN}"));
            let spreads = [
                ("employer", Some(changes.employer)),
                ("new-insurer", Some(changes.new_insurer)),
                ("old-insurer", Some(changes.old_insurer)),
                ("feed", changes.feed),
            ];
            for (key, spread) in spreads.into_iter().filter_map(|(key, spread)| Some((key, spread?))) {
                let wrong = spread.error();
                self.demand(wrong.is_none(), part("job-changes", i, &[key]), || wrong.unwrap_or_default().into());
            }
        }
    }

    fn register_error(&mut self, i: usize, error: &RegisterErrorPart) {
        let s = self.scenario;
        let at = |key| part("register-error", i, &[key]);
        self.person(at("person"), error.person);
        self.within_the_longest(at("from"), error.from.0);
        self.within_the_longest(at("corrected"), error.corrected.unwrap_or_default().0);
        let in_order = error.corrected.is_none_or(|at| at > error.from);
        self.demand(in_order, at("corrected"), || "`corrected` must come after `from`".into());
        self.insured(at("person"), error.person);
        let of = s.part(error.person);
        let one = of.insurance != InsurancePart::TwoInsurers;
        self.demand(one, at("person"), || "two insurers claim the person, so it is not clear whose record is wrong".into());
        let ends = |e: &RegisterErrorPart| e.corrected.map_or(std::time::Duration::MAX, |at| at.0);
        let same = |o: &&RegisterErrorPart| o.person == error.person || o.whole_batch || error.whole_batch;
        let overlaps = s.register_errors[..i].iter().filter(same).any(|o| o.from.0 < ends(error) && error.from.0 < ends(o));
        self.demand(!overlaps, at("from"), || {
            "another error is in the same record at that time: an error begins when the one before is corrected".into()
        });
        if let Some(other) = error.what.other() {
            self.person(at("what"), other);
            self.demand(other != error.person, at("what"), || "a person's own My Number is not another one".into());
            self.demand(!error.whole_batch, at("whole-batch"), || "a whole batch cannot be under one My Number".into());
            for person in [error.person, other] {
                let opted_in = s.part(person).opted_in;
                self.demand(opted_in, at("what"), || {
                    format!("person {person} has no institution code, so nothing would be seen")
                });
            }
        }
        let wrong = match &error.what {
            RegisterError::Copayment { percent } if ![10, 20, 30].contains(percent) => Some("`percent` must be 10, 20 or 30"),
            RegisterError::Branch { branch } if branch.len() != 2 || !branch.bytes().all(|b| b.is_ascii_digit()) => {
                Some("`branch` must be two digits: a register without one fills in \"00\"")
            }
            RegisterError::Older { years } if !(1..=50).contains(years) => Some("`years` must be 1 to 50"),
            RegisterError::LostLetter if of.insured_with != Some(InsuredWith::HealthInsuranceSociety) => {
                Some("only societies have symbols of letters: write insured-with = \"health-insurance-society\" for the person")
            }
            _ => None,
        };
        self.demand(wrong.is_none(), at("what"), || wrong.unwrap_or_default().into());
    }

    pub(super) fn record_differs(&mut self, i: usize, v: &VisitPart) {
        let place = part("visit", i, &["record-differs"]);
        self.demand(v.record_differs.is_none() || v.asks_about.is_some(), place.clone(), || {
            "`record-differs` needs a coverage that is asked about: write `asks-about`".into()
        });
        let next = v.person.saturating_add(1) < self.scenario.people;
        self.demand(v.record_differs != Some(RecordDiffers::OfAnother) || next, place, || {
            "there is no person after this one whose coverage could be on record".into()
        });
    }
}
