//! What the insurers had registered of a person when a check took place, as the broker may have known it: several versions while a change
//! was being propagated, a request was on its way at midnight, or an insurer had not been heard.

use crate::evidence::{Evidence, Feed, Trail};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use terms::fhir::FeedEntry;
use terms::ground::GroundPerson;
use terms::identifiers::InsurerNumber;
use terms::journal::Entry;
use terms::people::InsurancePeriod;

/// The insurers' data on one person, on the day asked about.
pub struct Truth<'a> {
    pub insurance: Vec<&'a InsurancePeriod>,
    pub day: Date,
}

impl<'a> Truth<'a> {
    /// The coverages in force on the day, the newest first.
    pub fn in_force(&self) -> impl Iterator<Item = &'a InsurancePeriod> {
        let day = self.day;
        self.insurance.iter().rev().copied().filter(move |p| p.covers(day))
    }

    pub fn current(&self) -> Option<&'a InsurancePeriod> {
        self.in_force().next()
    }
}

/// The registers of a run.
pub struct Registers<'a> {
    run: &'a Evidence<'a>,
    /// By person and version, the entry from which on the version was known everywhere.
    settled: BTreeMap<u64, Vec<Option<u64>>>,
    /// The same for one insurer's part of a version that changed it, by person, insurer and version.
    parts: BTreeMap<(u64, &'a InsurerNumber, usize), Option<u64>>,
}

/// The number of the first entry of a check.
pub fn first_seq(trail: &Trail<'_>, ended: &Entry) -> u64 {
    trail.steps.first().map_or(ended.seq, |(first, _)| first.seq)
}

impl<'a> Registers<'a> {
    pub fn of(run: &'a Evidence<'a>) -> Self {
        Registers { run, settled: BTreeMap::new(), parts: BTreeMap::new() }
    }

    /// What may be right for a check that ended with this entry, the newest last. Never empty.
    pub fn truths(&mut self, resident: &'a GroundPerson, trail: &Trail<'_>, ended: &Entry) -> Vec<Truth<'a>> {
        let run = self.run;
        let settled = self.settled.entry(resident.person.index).or_insert_with(|| settled(run, resident));
        let first = first_seq(trail, ended);
        let all = resident.versions();
        let known = all.iter().rposition(|(from_ns, _)| *from_ns <= ended.at_ns).unwrap_or(0);
        let old = (1..=known).rev().find(|k| settled.get(*k).copied().flatten().is_some_and(|seq| seq < first)).unwrap_or(0);
        let heard = |period: &InsurancePeriod| is_heard(run, resident, period, first, ended.seq);
        let days = run.days_asked(trail);
        let whole = all.iter().take(known + 1).skip(old).map(|(_, periods)| periods.iter().collect());
        let whole: Vec<Vec<&InsurancePeriod>> = whole.collect();
        let mut mixed = self.mixed(resident, all.get(..=known).unwrap_or_default(), first);
        mixed.retain(|periods| !whole.contains(periods));
        let in_turn = |periods: Vec<&'a InsurancePeriod>| -> Vec<Truth<'a>> {
            days.iter().flat_map(|day| as_heard(&periods, *day, &heard)).collect()
        };
        mixed.into_iter().chain(whole).flat_map(in_turn).collect()
    }

    /// What the broker may have of a person before an entry: feeds of different insurers come in any order, so that each insurer's part is
    /// that of any version from the last one on of which the broker must have that part.
    fn mixed(
        &mut self,
        resident: &'a GroundPerson,
        versions: &[(u64, &'a [InsurancePeriod])],
        first: u64,
    ) -> Vec<Vec<&'a InsurancePeriod>> {
        let mut mixed: Vec<Vec<&InsurancePeriod>> = vec![Vec::new()];
        if versions.len() < 2 {
            return Vec::new();
        }
        let insurers: BTreeSet<&InsurerNumber> =
            versions.iter().flat_map(|(_, periods)| periods.iter()).map(|p| &p.insured.insurer).collect();
        for insurer in insurers {
            let parts = self.parts(resident, versions, insurer, first);
            mixed = mixed.iter().flat_map(|so_far| parts.iter().map(move |part| [so_far.as_slice(), part].concat())).collect();
            if mixed.len() > MAX_COMBINATIONS {
                return Vec::new();
            }
        }
        mixed.iter_mut().for_each(|periods| periods.sort_by_key(|p| (p.from, &p.insured)));
        mixed
    }

    /// One insurer's part of each version, from the last one on of which the broker had it before an entry.
    fn parts(
        &mut self,
        resident: &'a GroundPerson,
        versions: &[(u64, &'a [InsurancePeriod])],
        insurer: &'a InsurerNumber,
        first: u64,
    ) -> Vec<Vec<&'a InsurancePeriod>> {
        let run = self.run;
        let of = |periods: &'a [InsurancePeriod]| -> Vec<&'a InsurancePeriod> {
            periods.iter().filter(|p| p.insured.insurer == *insurer).collect()
        };
        let mut all: Vec<Vec<&InsurancePeriod>> = Vec::new();
        for (k, &(from_ns, periods)) in versions.iter().enumerate() {
            let now = of(periods);
            let changed = all.last().filter(|before| **before != now);
            if let Some(before) = changed {
                let had = *self.parts.entry((resident.person.index, insurer, k)).or_insert_with(|| {
                    let owned = |all: &[&InsurancePeriod]| all.iter().map(|p| (*p).clone()).collect::<Vec<_>>();
                    settled_at(run, resident, &owned(before), (from_ns, &owned(&now)))
                });
                if had.is_some_and(|seq| seq < first) {
                    all.clear();
                }
            }
            if all.last() != Some(&now) {
                all.push(now);
            }
        }
        all
    }
}

/// The most combinations of what several insurers have sent. Two insurers with a change each have four.
const MAX_COMBINATIONS: usize = 256;

/// A version of a person's insurance on a day. If several insurers claim the person, also what is left of it if the broker has
/// heard only one of them.
fn as_heard<'a>(insurance: &[&'a InsurancePeriod], day: Date, heard: &dyn Fn(&InsurancePeriod) -> bool) -> Vec<Truth<'a>> {
    let all = Truth { insurance: insurance.to_vec(), day };
    let claims: Vec<usize> = (0..insurance.len()).filter(|i| insurance[*i].covers(day)).collect();
    if claims.len() < 2 {
        return vec![all];
    }
    let heard: BTreeSet<usize> = claims.iter().copied().filter(|i| heard(insurance[*i])).collect();
    let alone = claims.iter().filter(|one| heard.iter().all(|i| i == *one)).map(|one| {
        let left = insurance.iter().enumerate().filter(|(i, _)| i == one || !claims.contains(i));
        Truth { insurance: left.map(|(_, period)| *period).collect(), day }
    });
    std::iter::once(all).chain(alone.collect::<Vec<_>>()).collect()
}

/// Whether the broker must have known of a coverage in a check: from a feed before it, or from what the insurer stated in it.
fn is_heard(run: &Evidence<'_>, resident: &GroundPerson, period: &InsurancePeriod, from: u64, to: u64) -> bool {
    let is_it = |e: &FeedEntry| states(e, period) && resident.insurance_codes().any(|code| e.code == *code);
    let fed = |f: &Feed<'_>| f.accepted && f.entry.seq < from && f.batch.entries.iter().any(is_it);
    if run.exchanges.feeds.iter().any(fed) {
        return true;
    }
    let of_person = resident.insurance_codes().filter_map(|code| run.insurer_exchanges.get(code));
    let of_insurer = of_person.filter_map(|all| all.get(&period.insured.insurer)).flatten();
    // A check is asked again after a crash: then each time counts.
    let mut asked = of_insurer.filter(|e| (from..to).contains(&e.asked.seq)).peekable();
    asked.peek().is_some() && asked.all(|e| e.stated_between(from, to).is_some_and(|s| s.entries.iter().any(is_it)))
}

/// Whether an insurer states a period as it is.
fn states(entry: &FeedEntry, period: &InsurancePeriod) -> bool {
    let same = entry.insured == period.insured && (entry.since, entry.until) == (period.from, period.until);
    same && entry.copayment_percent == period.copayment_stated() && !entry.withdrawn
}

/// By version, the entry from which on it was known everywhere: every insurer whose data changed has sent the change, and the
/// broker has accepted it. `None` if that did not happen.
fn settled(run: &Evidence<'_>, resident: &GroundPerson) -> Vec<Option<u64>> {
    let versions = resident.versions();
    let changes = versions.windows(2).map(|pair| settled_at(run, resident, pair[0].1, pair[1]));
    std::iter::once(Some(0)).chain(changes).collect()
}

fn settled_at(
    run: &Evidence<'_>,
    resident: &GroundPerson,
    before: &[InsurancePeriod],
    (from_ns, now): (u64, &[InsurancePeriod]),
) -> Option<u64> {
    resident.institution_code.as_ref()?;
    let of_person = |e: &FeedEntry| resident.insurance_codes().any(|code| e.code == *code);
    let accepted = |is_it: &dyn Fn(&FeedEntry) -> bool| {
        let says =
            |f: &&Feed<'_>| f.accepted && f.entry.at_ns >= from_ns && f.batch.entries.iter().any(|e| of_person(e) && is_it(e));
        run.exchanges.feeds.iter().find(says).map(|f| f.entry.seq)
    };
    // In designs in which insurers are asked, what one states counts from its first statement after the change.
    let stated = |period: &InsurancePeriod, holds: &dyn Fn(&[FeedEntry]) -> bool| {
        let of_person = resident.insurance_codes().filter_map(|code| run.insurer_exchanges.get(code));
        let asked = of_person.filter_map(|all| all.get(&period.insured.insurer)).flatten();
        let mut statements = asked.filter_map(|e| e.stated.as_ref());
        statements.find(|(entry, s)| entry.at_ns >= from_ns && holds(&s.entries)).map(|(entry, _)| entry.seq)
    };
    let reported = now
        .iter()
        .filter(|p| !before.contains(p))
        .map(|period| accepted(&|e| states(e, period)).or_else(|| stated(period, &|all| all.iter().any(|e| states(e, period)))));
    let is_same = |a: &InsurancePeriod, b: &InsurancePeriod| (&a.insured, a.from) == (&b.insured, b.from);
    let gone = before.iter().filter(|old| !now.iter().any(|p| is_same(p, old))).map(|period| {
        let key = |e: &FeedEntry| (&e.insured, e.since) == (&period.insured, period.from);
        accepted(&|e| e.withdrawn && key(e)).or_else(|| stated(period, &|all| !all.iter().any(key)))
    });
    let all: Option<Vec<u64>> = reported.chain(gone).collect();
    all.map(|all| all.into_iter().max().unwrap_or_default())
}
