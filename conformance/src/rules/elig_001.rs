//! ELIG-001: the answer to the facility matches the insurers' data for the day, or is *not known*.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::{Evidence, ReceptionRecord, RecordedCoverage};
use crate::registered::{Registers, Truth, first_seq};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::identifiers::InsuredIdentifier;
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
                 number, branch, first and last day, copayment. `not-insured` and `coverage-ended` require a person whom no insurer insures. Every \
                 other coverage listed must be one that the person had. A last day in the future need not be known yet. If a \
                 person's insurance changes during the run, the insurers' data at the time count; from the change until the \
                 broker has all feeds, or insurers' statements, that contain it, both the old and the new data are right. If several \
                 insurers claim the person on the day, one's coverage is right only while the broker has no word of the others; once \
                 it has, no answer is. *Not known* is always allowed. A person without an institution code gets no answer. Refusals are not judged, except \
                 that they are right for a person without a code.",
    details_ja: "すべての確認の結果と、受付が記録した資格を、照会した日本の日付における、来た人についての保険者のデータ\
                 と比べる。日付は電文や当事者の時計でなく真の時刻による。「資格有効」と「別の資格で有効」は、その日に加\
                 入している人で（後者は別の資格を照会したときに限る）、有効な資格（保険者、記号、番号、枝番、初日、末日、\
                 負担割合）がちょうど一致することを要する。「該当資格なし」と「資格無効」は、どの保険者にも加入していな\
                 いことを要する。ほかに挙げる資格は、その人がかつて持っていたものに限る。将来の末日はまだ知られていなく\
                 てよい。実行中に加入が変わったときは、その時点の保険者のデータによる。変更の時から、それを含む登録又は\
                 保険者の回答がすべて届くまでは、新旧どちらのデータでもよい。",
    remedy_en: "Answer `in-force` or `not-insured` only when the feeds of all insurers concerned are complete through the day; \
                otherwise answer with the outcome that names what is missing.",
    remedy_ja: "関係するすべての保険者の登録がその日まで揃っているときだけ、有効又は該当なしと回答する。そうでなければ、\
                欠けているものを示す結果で回答する。",
    untested_en: "no check of a known person ended with the insurers' statement, and nobody without a code came, in this run",
    untested_ja: "この実行で、知られた人の確認が保険者の回答で終わったものがなく、符号のない人も来ていない",
    applies: Applies::ONLINE,
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "ELIG-001";
    NO_CODE = "no-code": "the insurers' statement was answered for a person who has no institution code";
    ENDED = "ended": "`in-force` was answered for a coverage that has ended";
    NOT_ELSEWHERE = "not-elsewhere": "`insured-elsewhere` was answered, but the coverage asked about is in force, or none was asked about";
    INSURED = "insured": "that nobody insures the person was answered of one who is insured on the day";
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
        let mut registers = Registers::of(run);
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
                    let truths = registers.truths(resident, trail, ended);
                    let all: Vec<Vec<Wrong>> = truths.iter().map(against).collect();
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
            let since = first_seq(trail, ended);
            let finding = |(claim, what): Wrong| Finding::that(&claim, ended, what).of_check(check, trail.person).since(since);
            judged.findings.extend(wrong.into_iter().map(finding));
        }
        judged
    }
}

/// What is wrong with an answer, and in which words.
type Wrong = (Claim, String);

fn in_its_words(claim: Claim) -> Wrong {
    (claim, claim.what_en.into())
}

impl Truth<'_> {
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
            (OutcomeCode::NotInsured | OutcomeCode::CoverageEnded, true) => Some(in_its_words(INSURED)),
            (OutcomeCode::NotInsured | OutcomeCode::CoverageEnded, false) | (_, true) => None,
            (other, false) => {
                Some((NOBODY_INSURES, format!("`{other}` was answered for a person whom no insurer insures on the day")))
            }
        }
    }

    fn of_coverages(&self, outcome: OutcomeCode, coverages: &[RecordedCoverage]) -> Vec<Wrong> {
        let (in_force, ended): (Vec<_>, Vec<_>) = coverages.iter().partition(|c| c.in_force);
        let mut wrong = Vec::new();
        let wanted = usize::from(!matches!(outcome, OutcomeCode::NotInsured | OutcomeCode::CoverageEnded));
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
            ("copaymentPercent", coverage.copayment_percent == truth.copayment_stated()),
        ];
        let wrong: Vec<&str> = members.iter().filter(|(_, right)| !right).map(|(name, _)| *name).collect();
        (!wrong.is_empty()).then(|| (DIFFERS, format!("{} in {}", DIFFERS.what_en, wrong.join(", "))))
    }
}
