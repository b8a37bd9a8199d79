//! ELIG-003: the answer matches the question, and the record matches the answer.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Answer, Evidence, ReceptionRecord};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::coverage::Validity;
use terms::fhir::EligibilityAnswer;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "ELIG-003",
    title_en: "The answer matches the question, and the record matches the answer",
    title_ja: "回答は要求どおりであり、記録は回答どおりである",
    strength: Strength::Must,
    source: "「⑥ 電子証明書に対応する資格情報を引当て・応答」「⑦ 資格情報の確認・記録」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every answer that the broker sends can be read, and names the check and the day of the question. If the \
                 facility recorded the insurers' statement, or received a consistent answer, the recorded outcome and coverages \
                 (insurer, symbol, number, branch, first and last day, copayment, whether in force) are those of the answer \
                 received.",
    details_ja: "資格確認サービス機関の回答はすべて読むことができ、確認と、要求の日付を示す。医療機関等が保険者の回答を\
                 記録したとき、又は矛盾のない回答を受け取ったときは、記録した結果と資格（保険者、記号、番号、枝番、初日、\
                 末日、負担割合、有効か否か）は受け取った回答のものである。",
    remedy_en: "Copy check and day from the question into the answer, and make the record from the answer and nothing else.",
    remedy_ja: "確認と日付は要求から回答へ写し、記録は回答だけから作る。",
    untested_en: "no answer with eligibility left the broker in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていない",
    applies: Applies::ONLINE,
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "ELIG-003";
    OTHER_CHECK = "other-check": "the answer is about another check than the question";
    NO_QUESTION = "no-question": "an answer was sent without a question";
    OTHER_DAY = "other-day": "the answer is about another day than the question";
    UNREADABLE = "unreadable": "the broker sent a facility something that is not an eligibility answer";
    RECORD_DIFFERS = "record-differs": "the facility's record differs from the answer that it received";
}

pub struct AnswerFitsQuestion;

impl Rule for AnswerFitsQuestion {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let person = |check| run.checks.get(check).and_then(|t| t.person);
        for sent in &run.exchanges.sent {
            let check = &sent.answer.check;
            judged.evaluated += 1;
            let question = run.request_of(sent);
            let claim = match question.and_then(|s| s.question.as_ref()) {
                Some(question) if question.check != *check => OTHER_CHECK,
                None => NO_QUESTION,
                Some(question) if question.day != sent.answer.day => OTHER_DAY,
                Some(_) => continue,
            };
            judged.findings.push(Finding::of(&claim, sent.entry).of_check(check, person(check)));
        }
        for entry in &run.exchanges.unreadable {
            judged.evaluated += 1;
            judged.findings.push(Finding::of(&UNREADABLE, entry));
        }
        let asked = days_of_questions(run);
        for received in &run.exchanges.received {
            let check = &received.answer.check;
            let record = run.recorded_after(&received.entry.host, check, received.entry.seq);
            let Some((entry, record)) = record else { continue };
            if (record.outcome.on_the_wire().status == 200 || is_consistent(&received.answer) && right_day(run, &asked, received))
                && !same(record, &received.answer)
            {
                let finding = Finding::of(&RECORD_DIFFERS, entry).of_check(check, person(check));
                judged.findings.push(finding.since(received.entry.seq));
            }
        }
        judged
    }
}

/// By check, the days of its questions.
fn days_of_questions<'a>(run: &'a Evidence<'_>) -> BTreeMap<&'a CheckId, BTreeSet<Date>> {
    let mut days: BTreeMap<&CheckId, BTreeSet<Date>> = BTreeMap::new();
    for submission in &run.submissions {
        let day = submission.question.as_ref().map(|q| q.day);
        days.entry(&submission.check).or_default().extend(day);
    }
    days
}

/// Whether an answer is about the day about which its check asked; by true time, if no question was seen.
fn right_day(run: &Evidence<'_>, asked: &BTreeMap<&CheckId, BTreeSet<Date>>, received: &Answer<'_>) -> bool {
    let (check, day) = (&received.answer.check, &received.answer.day);
    match asked.get(check).filter(|days| !days.is_empty()) {
        Some(days) => days.contains(day),
        None => run.checks.get(check).is_some_and(|trail| run.days_asked(trail).contains(day)),
    }
}

/// Whether an answer is one that a facility must accept: its coverages fit its validity.
fn is_consistent(answer: &EligibilityAnswer) -> bool {
    let in_force = answer.coverages.iter().filter(|c| c.in_force).count();
    let covers = |c: &terms::fhir::CoverageAnswer| c.since <= answer.day && c.until.is_none_or(|u| answer.day <= u);
    in_force == usize::from(!matches!(answer.validity, Validity::NotInsured | Validity::Ended))
        && answer.coverages.iter().all(|c| c.in_force == covers(c))
}

fn same(record: &ReceptionRecord, answer: &EligibilityAnswer) -> bool {
    record.outcome == answer.validity.outcome()
        && record.coverages.len() == answer.coverages.len()
        && record.coverages.iter().zip(&answer.coverages).all(|(kept, sent)| {
            kept.insured == sent.insured
                && kept.in_force == sent.in_force
                && kept.since == sent.since
                && kept.until == sent.until
                && kept.copayment_percent == sent.copayment_percent
        })
}
