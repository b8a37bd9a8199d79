//! ELIG-001: the answer to the facility matches the insurers' data for the day, or is *not known*.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::{Evidence, Feed, InsurerExchange, ReceptionRecord, RecordedCoverage, Trail};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::fhir::FeedEntry;
use terms::ground::GroundPerson;
use terms::identifiers::InsuredIdentifier;
use terms::journal::Entry;
use terms::outcome::{OutcomeClass, OutcomeCode};
use terms::people::InsurancePeriod;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "ELIG-001",
    title_en: "Every answer matches the insurers' data for the day",
    title_ja: "回答された資格情報は、その日の真の資格と一致する",
    strength: Strength::Must,
    source: "「電子証明書に対応する資格情報を引き当てて、保険医療機関等に通知する」「利用を希望する者が使う仕組みとする必要がある」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "The outcome of every check and the coverages that the reception recorded are compared with the insurers' data \
                 on the person who came, on the day in Japan on which the check was asked. The judge takes this day from true time, \
                 and not from a message or a party's clock. `in-force` and `insured-elsewhere` require a person who is insured on the day (the \
                 latter if and only if another coverage was asked about), and exactly that coverage in force: insurer, symbol, \
                 number, branch, first and last day, copayment. `not-insured` requires a person whom no insurer insures. Every \
                 other coverage listed must be one that the person had. A last day in the future need not be known yet. If a \
                 person's insurance changes during the run, the insurers' data at the time count; from the change until the \
                 broker has all feeds, or insurers' statements, that contain it, both the old and the new data are right. If several \
                 insurers claim the person on the day, one's coverage is right only while the broker has no word of the others; once \
                 it has, no answer is. *Not known* is always allowed. A person without an institution code gets no answer. Refusals are not judged, except \
                 that they are right for a person without a code.",
    remedy_en: "Answer `in-force` or `not-insured` only when the feeds of all insurers concerned are complete through the day; \
                otherwise answer with the outcome that names what is missing.",
    untested_en: "no check of a known person ended with the insurers' statement, and nobody without a code came, in this run",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "ELIG-001";
    NO_CODE = "no-code": "the insurers' statement was answered for a person who has no institution code";
    ENDED = "ended": "`in-force` was answered for a coverage that has ended";
    NOT_ELSEWHERE = "not-elsewhere": "`insured-elsewhere` was answered, but the coverage asked about is in force, or none was asked about";
    INSURED = "insured": "`not-insured` was answered for a person who is insured on the day";
    NOBODY_INSURES = "nobody-insures": "a coverage was answered for a person whom no insurer insures on the day";
    SEVERAL = "several": "a coverage was answered though the broker had the word of several insurers that each insures the person";
    COUNT = "count": "the number of coverages in force does not fit the outcome";
    NONE_IN_FORCE = "none-in-force": "a coverage is reported as in force, but no insurer insures the person on the day";
    NOT_ENDED = "not-ended": "a coverage in force is reported as ended";
    NEVER_HAD = "never-had": "a coverage that the person never had is reported as ended";
    DIFFERS = "differs": "a coverage differs from the insurer's data";
}

pub struct AnswersMatchInsurers;

impl Rule for AnswersMatchInsurers {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut records: BTreeMap<&CheckId, Vec<&ReceptionRecord>> = BTreeMap::new();
        for record in run.receptions.iter().filter_map(|r| r.parsed()) {
            records.entry(&record.check).or_default().push(record);
        }
        let asked = run.submissions.iter().filter_map(|s| Some((&s.check, s.question.as_ref()?.on_record.as_ref())));
        let questions: BTreeMap<&CheckId, Option<&InsuredIdentifier>> = asked.collect();
        // By person, when the change of the insurance was known everywhere.
        let mut settled: BTreeMap<u64, Option<u64>> = BTreeMap::new();
        for (check, trail) in &run.checks {
            let person = trail.person.and_then(|index| run.resident(index));
            let (Some(resident), Some((ended, outcome))) = (person, trail.outcomes.last()) else { continue };
            let is_answer = matches!(outcome.class(), OutcomeClass::InForce | OutcomeClass::NotInForce);
            let wrong: Vec<Wrong> = match (is_answer, &resident.institution_code) {
                (true, Some(_)) => {
                    let on_record = questions.get(check).copied();
                    let recorded: Vec<_> = records.get(check).into_iter().flatten().filter(|r| r.outcome == *outcome).collect();
                    // AUDIT-001 checks whether there is a record with that outcome.
                    let against = |truth: &Truth<'_>| -> Vec<Wrong> {
                        let coverages = recorded.iter().flat_map(|record| truth.of_coverages(*outcome, &record.coverages));
                        truth.of_outcome(*outcome, on_record).into_iter().chain(coverages).collect()
                    };
                    // While a change is being propagated, the old and the new data are right, and nothing else is.
                    let settled =
                        trail.person.and_then(|person| *settled.entry(person).or_insert_with(|| settled_at(run, resident)));
                    let all: Vec<Vec<Wrong>> = truths_of(run, resident, settled, trail, ended).iter().map(against).collect();
                    match all.iter().any(Vec::is_empty) {
                        true => Vec::new(),
                        false => all.into_iter().next_back().unwrap_or_default(),
                    }
                }
                (true, None) => {
                    vec![(NO_CODE, format!("`{outcome}` was answered for a person who has no institution code"))]
                }
                (false, None) => Vec::new(),
                (false, Some(_)) => continue,
            };
            judged.evaluated += 1;
            let since = first_seq(trail, ended.seq);
            let finding = |(claim, what): Wrong| Finding::that(&claim, ended, what).of_check(check, trail.person).since(since);
            judged.findings.extend(wrong.into_iter().map(finding));
        }
        judged
    }
}

fn first_seq(trail: &Trail<'_>, end: u64) -> u64 {
    trail.steps.first().map_or(end, |(first, _)| first.seq)
}

/// The insurers' data when the check took place, on the day on which it was asked: several versions while a change was being
/// propagated, a request was on its way at midnight, or an insurer had not been heard, the newer last.
fn truths_of<'a>(
    run: &Evidence<'a>,
    resident: &'a GroundPerson,
    settled: Option<u64>,
    trail: &Trail<'_>,
    ended: &Entry,
) -> Vec<Truth<'a>> {
    let (versions, days) = (versions_of(resident, settled, trail, ended), run.days_asked(trail));
    let heard = |period: &InsurancePeriod| is_heard(run, resident, period, first_seq(trail, ended.seq), ended.seq);
    let of_version = |insurance: &'a [InsurancePeriod]| {
        let each_day = days.iter().flat_map(move |day| as_heard(insurance, *day, &heard));
        each_day.collect::<Vec<_>>()
    };
    versions.into_iter().flat_map(of_version).collect()
}

/// A version of a person's insurance on a day. If several insurers claim the person, also what is left of it if the broker has
/// heard only one of them.
fn as_heard<'a>(insurance: &'a [InsurancePeriod], day: Date, heard: &dyn Fn(&InsurancePeriod) -> bool) -> Vec<Truth<'a>> {
    let all = Truth { insurance: insurance.iter().collect(), day };
    let claims: Vec<usize> = (0..insurance.len()).filter(|i| insurance[*i].covers(day)).collect();
    if claims.len() < 2 {
        return vec![all];
    }
    let heard: BTreeSet<usize> = claims.iter().copied().filter(|i| heard(&insurance[*i])).collect();
    let alone = claims.iter().filter(|one| heard.iter().all(|i| i == *one)).map(|one| {
        let left = insurance.iter().enumerate().filter(|(i, _)| i == one || !claims.contains(i));
        Truth { insurance: left.map(|(_, period)| period).collect(), day }
    });
    std::iter::once(all).chain(alone.collect::<Vec<_>>()).collect()
}

/// Whether the broker must have known of a coverage in a check: from a feed before it, or from what the insurer stated in it.
fn is_heard(run: &Evidence<'_>, resident: &GroundPerson, period: &InsurancePeriod, from: u64, to: u64) -> bool {
    let is_it = |e: &FeedEntry| e.insured == period.insured && e.since == period.from && e.until == period.until;
    let fed = |f: &Feed<'_>| f.accepted && f.entry.seq < from && f.batch.entries.iter().any(is_it);
    if run.exchanges.feeds.iter().any(fed) {
        return true;
    }
    let of_person = resident.institution_code.as_ref().and_then(|code| run.insurer_exchanges.get(code));
    let of_insurer = of_person.and_then(|all| all.get(&period.insured.insurer)).into_iter().flatten();
    // A check is asked again after a crash: then each time counts.
    let mut asked = of_insurer.filter(|e| (from..to).contains(&e.asked.seq)).peekable();
    asked.peek().is_some() && asked.all(|e| e.stated_between(from, to).is_some_and(|s| s.entries.iter().any(is_it)))
}

/// What the insurers knew of a person when the check took place, the newer last. `settled` is the entry from which on the change
/// was known everywhere.
fn versions_of<'a>(
    resident: &'a GroundPerson,
    settled: Option<u64>,
    trail: &Trail<'_>,
    ended: &Entry,
) -> Vec<&'a [InsurancePeriod]> {
    let now = resident.person.insurance.as_slice();
    let Some((until_ns, before)) = &resident.insured_before else { return vec![now] };
    match settled {
        _ if ended.at_ns < *until_ns => vec![before],
        Some(seq) if first_seq(trail, ended.seq) > seq => vec![now],
        _ => vec![before, now],
    }
}

/// The entry from which on a change of a person's insurance was known everywhere: every insurer whose data changed has sent the
/// change, and the broker has accepted it. `None` if that did not happen, or if nothing changed.
fn settled_at(run: &Evidence<'_>, resident: &GroundPerson) -> Option<u64> {
    let (now, before) = (resident.person.insurance.as_slice(), &resident.insured_before.as_ref()?.1);
    let reported_at = |period: &InsurancePeriod| {
        let says = |f: &&Feed<'_>| {
            let entry = f.batch.entries.iter().find(|e| e.insured == period.insured && e.since == period.from);
            f.accepted && entry.is_some_and(|e| e.until == period.until)
        };
        let states = |e: &&InsurerExchange<'_>| {
            let mut entries = e.stated.iter().flat_map(|(_, statement)| &statement.entries);
            entries.any(|e| e.insured == period.insured && e.since == period.from && e.until == period.until)
        };
        let fed = run.exchanges.feeds.iter().find(says).map(|f| f.entry.seq);
        let asked = resident.institution_code.as_ref().and_then(|code| run.insurer_exchanges.get(code));
        let stated = asked
            .into_iter()
            .flat_map(|asked| asked.values().flatten())
            .find(states)
            .and_then(|e| e.stated.as_ref())
            .map(|(entry, _)| entry.seq);
        fed.or(stated)
    };
    let changed = now.iter().filter(|p| !before.contains(p));
    let reported: Option<Vec<u64>> = changed.map(reported_at).collect();
    reported.and_then(|all| all.into_iter().max())
}

/// What is wrong with an answer, and in which words.
type Wrong = (Claim, String);

fn in_its_words(claim: Claim) -> Wrong {
    (claim, claim.what_en.into())
}

/// The insurers' data on one person.
struct Truth<'a> {
    insurance: Vec<&'a InsurancePeriod>,
    day: Date,
}

impl Truth<'_> {
    /// The coverages in force on the day, the newest first.
    fn in_force(&self) -> impl Iterator<Item = &InsurancePeriod> {
        self.insurance.iter().rev().copied().filter(|p| p.covers(self.day))
    }

    fn current(&self) -> Option<&InsurancePeriod> {
        self.in_force().next()
    }

    /// `asked` is the coverage that the facility asked about, if it asked about one; `None` if the question was not seen.
    fn of_outcome(&self, outcome: OutcomeCode, asked: Option<Option<&InsuredIdentifier>>) -> Option<Wrong> {
        let current = self.current();
        let elsewhere = |c: &InsurancePeriod| asked.map(|coverage| coverage.is_some_and(|asked| *asked != c.insured));
        let elsewhere = current.and_then(elsewhere);
        match (outcome, current.is_some()) {
            (OutcomeCode::InForce | OutcomeCode::InsuredElsewhere, true) if self.in_force().nth(1).is_some() => {
                Some(in_its_words(SEVERAL))
            }
            (OutcomeCode::InForce, true) if elsewhere == Some(true) => Some(in_its_words(ENDED)),
            (OutcomeCode::InsuredElsewhere, true) if elsewhere == Some(false) => Some(in_its_words(NOT_ELSEWHERE)),
            (OutcomeCode::NotInsured, true) => Some(in_its_words(INSURED)),
            (OutcomeCode::NotInsured, false) | (_, true) => None,
            (other, false) => {
                Some((NOBODY_INSURES, format!("`{other}` was answered for a person whom no insurer insures on the day")))
            }
        }
    }

    fn of_coverages(&self, outcome: OutcomeCode, coverages: &[RecordedCoverage]) -> Vec<Wrong> {
        let (in_force, ended): (Vec<_>, Vec<_>) = coverages.iter().partition(|c| c.in_force);
        let mut wrong = Vec::new();
        let wanted = usize::from(outcome != OutcomeCode::NotInsured);
        if in_force.len() != wanted {
            wrong.push((COUNT, format!("`{outcome}` with {} coverages in force, not {wanted}", in_force.len())));
        }
        for coverage in in_force {
            let same = self.in_force().find(|p| p.insured == coverage.insured);
            match same.or_else(|| self.current()) {
                Some(period) => wrong.extend(self.differences(coverage, period)),
                None => wrong.push(in_its_words(NONE_IN_FORCE)),
            }
        }
        for coverage in ended {
            let begun = |p: &&InsurancePeriod| p.insured == coverage.insured && p.from == coverage.since;
            match self.insurance.iter().copied().find(begun) {
                Some(period) if period.covers(self.day) => wrong.push(in_its_words(NOT_ENDED)),
                Some(period) => wrong.extend(self.differences(coverage, period)),
                None => wrong.push(in_its_words(NEVER_HAD)),
            }
        }
        wrong
    }

    /// The members in which a coverage differs from the insurer's data. Only their names: the values are personal data.
    fn differences(&self, coverage: &RecordedCoverage, truth: &InsurancePeriod) -> Option<Wrong> {
        // A future end may not have been in a feed yet.
        let in_future = truth.until.is_some_and(|last| last >= self.day);
        let members = [
            ("insurer", coverage.insured.insurer == truth.insured.insurer),
            ("symbol", coverage.insured.symbol == truth.insured.symbol),
            ("number", coverage.insured.number == truth.insured.number),
            ("branch", coverage.insured.branch == truth.insured.branch),
            ("since", coverage.since == truth.from),
            ("until", coverage.until == truth.until || (coverage.until.is_none() && in_future)),
            ("copaymentPercent", coverage.copayment_percent == truth.copayment_percent),
        ];
        let wrong: Vec<&str> = members.iter().filter(|(_, right)| !right).map(|(name, _)| *name).collect();
        (!wrong.is_empty()).then(|| (DIFFERS, format!("{} in {}", DIFFERS.what_en, wrong.join(", "))))
    }
}
