//! How well the cancer registry's matching finds the reports of one person, over many reports and without a network: with its own codes and
//! without. Writes the reports as a file for other programs, so that they can be measured on the same ones.
//!
//! ```text
//! cargo run --release -p scenarios --example cancer_registry -- PEOPLE [SHARE OF PAIRS THAT DIFFER IN PERCENT] [FILE.csv]
//! ```

use mocks::roles::registry::matching::{Class, blocking, compare};
use reports_of_people::{Reported, reports};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The population is that of this seed and day.
const SEED: u64 = 1;
const DAY: jiff::civil::Date = jiff::civil::date(2027, 4, 5);
const FACILITIES: u64 = 400;
/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

mod reports_of_people {
    use super::{DAY, FACILITIES, SEED};
    use scenarios::cases;
    use sim::people::Population;
    use sim::people::written::{as_registered, slip_sometimes};
    use sim::seed::Seed;
    use sim::terms::fhir::{CaseReport, CaseStatus};
    use sim::terms::identifiers::FacilityNumber;

    /// A report, whose it is, and whether the number authority would give a code for it.
    pub struct Reported {
        pub report: CaseReport,
        pub person: u64,
        pub has_code: bool,
    }

    pub fn reports(people: u64, differs: f64) -> Result<Vec<Reported>, sim::people::PopulationError> {
        let seed = Seed::new(SEED, "cancer-registry");
        let population = Population::new(&seed, people, DAY)?;
        let mut all = Vec::new();
        for person in population.iter() {
            let index = person.index;
            let mut draw = seed.stream(&format!("registry/case/{index}"));
            let (count, home, right) = (cases::number_of_reports(&mut draw), draw.below(FACILITIES), cases::site(&mut draw));
            for i in 0..count {
                let facility = (home + i) % FACILITIES;
                let registered = as_registered(&person);
                let mut written = registered.clone();
                slip_sometimes(&mut written, cases::slips(differs), population.municipalities(), &mut draw);
                let site = if draw.chance(cases::SITE_DIFFERS) { cases::site(&mut draw) } else { right };
                let has_code = person.opted_in && same_four_data(&written, &registered);
                let report = CaseReport {
                    facility: FacilityNumber::from_body(131_000_000 + facility),
                    running: all.len() as u64 + 1,
                    version: 1,
                    status: CaseStatus::Confirmed,
                    created: jiff::Timestamp::UNIX_EPOCH,
                    person: written,
                    chart: format!("{facility}-{index}"),
                    site: site.to_string(),
                    diagnosed: DAY,
                };
                all.push(Reported { report, person: index, has_code });
            }
        }
        Ok(all)
    }

    /// Kana are not among the four data.
    fn same_four_data(a: &sim::terms::fhir::ReportedPerson, b: &sim::terms::fhir::ReportedPerson) -> bool {
        (&a.name.family, &a.name.given, a.birth, a.sex, &a.address) == (&b.name.family, &b.name.given, b.birth, b.sex, &b.address)
    }
}

/// The pairs that agree in one of the 20 combinations.
fn candidates(all: &[Reported]) -> BTreeSet<(usize, usize)> {
    let mut blocks: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, reported) in all.iter().enumerate() {
        blocking::keys(&reported.report.person).into_iter().for_each(|key| blocks.entry(key).or_default().push(i));
    }
    let mut pairs = BTreeSet::new();
    for block in blocks.values() {
        for (i, a) in block.iter().enumerate() {
            pairs.extend(block.iter().skip(i + 1).map(|b| (*a, *b)));
        }
    }
    pairs
}

struct Measured {
    looked: u64,
    candidates: u64,
    /// Reports by the first one with which they are joined.
    first: Vec<usize>,
}

/// Decides about every candidate; who looks is right.
fn decide(all: &[Reported], pairs: &BTreeSet<(usize, usize)>, with_codes: bool) -> Measured {
    let mut measured = Measured { looked: 0, candidates: 0, first: (0..all.len()).collect() };
    let code = |i: usize| all.get(i).filter(|r| with_codes && r.has_code).map(|r| r.person);
    let mut by_code: BTreeMap<u64, usize> = BTreeMap::new();
    for i in 0..all.len() {
        if let Some(code) = code(i) {
            let other = *by_code.entry(code).or_insert(i);
            join(&mut measured.first, i, other);
        }
    }
    for &(i, j) in pairs {
        let (Some(a), Some(b)) = (all.get(i), all.get(j)) else { continue };
        measured.candidates += 1;
        let class = match (code(i), code(j)) {
            (Some(a), Some(b)) if a == b => Class::Same,
            (Some(_), Some(_)) => Class::Different,
            _ => compare(&a.report, &b.report).class(),
        };
        measured.looked += u64::from(class == Class::Look);
        if class == Class::Same || (class == Class::Look && a.person == b.person) {
            join(&mut measured.first, i, j);
        }
    }
    measured
}

fn root(first: &[usize], mut at: usize) -> usize {
    while let Some(next) = first.get(at).copied().filter(|next| *next != at) {
        at = next;
    }
    at
}

fn join(first: &mut [usize], i: usize, j: usize) {
    let (a, b) = (root(first, i), root(first, j));
    if let Some(of) = first.get_mut(a.max(b)) {
        *of = a.min(b);
    }
}

/// A share with its 95 % interval (Wilson 1927).
fn share(hits: u64, cases: u64) -> String {
    let (n, share) = (cases.max(1) as f64, hits as f64 / cases.max(1) as f64);
    let (middle, scale) = (share + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
    let half = Z * libm::sqrt(share * (1.0 - share) / n + Z * Z / (4.0 * n * n));
    let [share, low, high] = [share, (middle - half) / scale, (middle + half) / scale].map(|s| s * 100.0);
    format!("{share:.3} % ({low:.3} to {high:.3})")
}

fn pairs(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

fn print(name: &str, all: &[Reported], measured: &Measured) {
    let (mut together, mut joined, mut same): (BTreeMap<_, u64>, BTreeMap<_, u64>, BTreeMap<_, u64>) = Default::default();
    for (i, reported) in all.iter().enumerate() {
        let patient = root(&measured.first, i);
        *joined.entry(patient).or_default() += 1;
        *same.entry(reported.person).or_default() += 1;
        *together.entry((patient, reported.person)).or_default() += 1;
    }
    let sum = |counts: Vec<u64>| counts.into_iter().map(pairs).sum::<u64>();
    let (right, joined, same) =
        (sum(together.into_values().collect()), sum(joined.into_values().collect()), sum(same.into_values().collect()));
    println!("{name}: {} candidate pairs", measured.candidates);
    println!("  precision {}", share(right, joined));
    println!("  recall    {}", share(right, same));
    println!("  looked at {}", share(measured.looked, measured.candidates));
}

/// The reports as comma-separated values: nothing in them needs quotes.
fn csv(all: &[Reported]) -> String {
    let mut text =
        "unique_id,person,facility,chart,family,given,family_kana,given_kana,birth,sex,prefecture,municipality,address,site\n"
            .to_string();
    for Reported { report, person, .. } in all {
        let (p, name, address) = (&report.person, &report.person.name, &report.person.address);
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "{},{person},{},{},{},{},{},{},{},{},{},{},{},{}",
            report.running,
            report.facility.reveal(),
            report.chart,
            name.family,
            name.given,
            name.family_kana,
            name.given_kana,
            p.birth,
            p.sex.code(),
            address.prefecture,
            address.municipality,
            address.rest,
            report.site
        );
    }
    text
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let people: u64 = arguments.first().map_or(Ok(10_000), |n| n.parse())?;
    let differs: f64 = arguments.get(1).map_or(Ok(8.0), |n| n.parse())?;
    let all = reports(people, differs / 100.0)?;
    if let Some(file) = arguments.get(2) {
        std::fs::write(file, csv(&all))?;
    }
    let coded = all.iter().filter(|r| r.has_code).count() as u64;
    println!("{} reports of {people} people; {} with a code", all.len(), share(coded, all.len() as u64));
    let pairs = candidates(&all);
    print("with codes", &all, &decide(&all, &pairs, true));
    print("without codes", &all, &decide(&all, &pairs, false));
    Ok(())
}
