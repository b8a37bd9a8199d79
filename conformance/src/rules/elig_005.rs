//! ELIG-005: if insurers are asked, the broker answers only what they have stated in the check.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::{Evidence, InsurerExchange};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::coverage::Validity;
use terms::design::{Choice, Eligibility};
use terms::fhir::{CoverageAnswer, CoverageStatement, FeedEntry};
use terms::identifiers::InsurerNumber;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "ELIG-005",
    title_en: "Nothing is answered that the insurers did not state in that check",
    title_ja: "その確認で保険者が回答していないことは回答しない",
    strength: Strength::Must,
    source: "「電子証明書に対応する資格情報を引き当てて、保険医療機関等に通知する」; profile: in this design the insurers keep their data, and \
             the broker asks them in every check",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every coverage in an answer, in force or ended, is one that its insurer stated with the same members after it was \
                 asked in that check, in a statement that is complete through the day asked about. Before *not insured* and *ended*, every \
                 insurer that insures a person of the run made such a statement about the person. A check that is asked again may \
                 be answered from its record; the questions then lie after its first request. Two checks of one person that are in \
                 progress at the same time need a statement each.",
    details_ja: "回答に含まれる資格は、有効なものも終わったものも、その確認の中で尋ねられた後に、その保険者が、照会され\
                 た日まで揃った回答で、同じ内容で述べたものである。「該当資格なし」「資格無効」の前には、実行中の誰かを\
                 加入させているすべての保険者が、その人についてそのように回答している。再び照会された確認には、記録から\
                 回答してよい。その場合、保険者への照会は最初の要求の後にある。一人についての二つの確認が同時に進むとき\
                 は、それぞれに回答が要る。",
    remedy_en: "Ask every insurer in every check, keep no statement, and answer `insurer-no-answer` while one is missing: no \
                answer is not a statement.",
    remedy_ja: "確認のたびにすべての保険者に尋ね、回答を保持しない。欠けている間は`insurer-no-answer`と回答する。回答の\
                ないことは回答ではない。",
    untested_en: "no answer with eligibility about a known person left the broker in this run",
    untested_ja: "この実行で、知られた人の資格の回答が資格確認サービス機関から出ていない",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::AskInsurer)],
        otherwise_ja: "この方式では、資格確認サービス機関は保険者に照会しない",
        otherwise_en: "in this design the broker does not ask insurers: it holds their data",
    },
    needs: &[Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Broker, Zone::Insurer)],
};

claims! { "ELIG-005";
    NO_STATEMENT = "no-statement": "a coverage was answered without a statement of its insurer in this check";
    NOT_STATED = "not-stated": "a coverage was answered that its insurer did not state";
    INSURERS_MISSING = "insurers-missing": "that nobody insures the person was answered without a statement of every insurer in this check";
}

pub struct InsurersAnswerFirst;

impl Rule for InsurersAnswerFirst {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let all = run.ground.insurers();
        let mut shared = Shared::default();
        for answer in &run.exchanges.sent {
            let (answered, seq) = (&answer.answer, answer.entry.seq);
            let person = run.checks.get(&answered.check).and_then(|t| t.person);
            let resident = person.and_then(|p| run.resident(p)).filter(|r| r.institution_code.is_some());
            // ELIG-001 checks that a person without a code gets no answer.
            let Some(resident) = resident else { continue };
            judged.evaluated += 1;
            let request = run.request_of(answer).map(|r| run.first_request_like(r).unwrap_or(r).entry.seq);
            let asked: Vec<_> = resident.insurance_codes().filter_map(|code| run.insurer_exchanges.get(code)).collect();
            let mut stated = |insurer: &InsurerNumber| -> Vec<&CoverageStatement> {
                let of = asked.iter().filter_map(|asked| asked.get(insurer)).flatten();
                let in_time = of.filter_map(|e| Some((e, e.stated_between(request.unwrap_or(0), seq)?)));
                shared.of_check(&answered.check, in_time.filter(|(_, s)| s.complete_through >= answered.day))
            };
            let mut add = |claim: &Claim, what: String| {
                judged.findings.push(Finding::that(claim, answer.entry, what).of_check(&answered.check, person));
            };
            let outcome = answered.validity.outcome();
            for coverage in &answered.coverages {
                let statements = stated(&coverage.insured.insurer);
                if statements.is_empty() {
                    let what = format!("`{outcome}` was answered without a statement of the coverage's insurer in this check");
                    add(&NO_STATEMENT, what);
                } else if !statements.iter().any(|s| s.entries.iter().any(|entry| is_same(coverage, entry))) {
                    add(&NOT_STATED, format!("`{outcome}` was answered with a coverage that its insurer did not state"));
                }
            }
            if matches!(answered.validity, Validity::NotInsured | Validity::Ended) {
                let missing = all.iter().filter(|i| stated(i).is_empty()).count();
                if missing > 0 {
                    let what = format!("`{outcome}` was answered without a statement of {missing} insurer(s) in this check");
                    add(&INSURERS_MISSING, what);
                }
            }
        }
        judged
    }
}

/// Which check each statement is of. Questions to insurers name no check: of two checks of one person that are in progress at the
/// same time, the one that is answered first has the statement that was asked for first.
#[derive(Default)]
struct Shared<'a>(BTreeMap<u64, &'a CheckId>);

impl<'a> Shared<'a> {
    /// Of the statements that could be of this check, in the order of the questions, those that no other check has. It has one.
    fn of_check<'e>(
        &mut self,
        check: &'a CheckId,
        all: impl Iterator<Item = (&'e InsurerExchange<'e>, &'e CoverageStatement)>,
    ) -> Vec<&'e CoverageStatement> {
        let free: Vec<_> = all.filter(|(e, _)| self.0.get(&e.asked.seq).is_none_or(|of| *of == check)).collect();
        if let Some((first, _)) = free.first()
            && !free.iter().any(|(e, _)| self.0.contains_key(&e.asked.seq))
        {
            self.0.insert(first.asked.seq, check);
        }
        free.into_iter().map(|(_, statement)| statement).collect()
    }
}

/// Whether an answer names a coverage as its insurer stated it.
fn is_same(answered: &CoverageAnswer, stated: &FeedEntry) -> bool {
    answered.insured == stated.insured
        && (answered.since, answered.until) == (stated.since, stated.until)
        && answered.copayment_percent == stated.copayment_percent
        && answered.relationship == stated.relationship
}
