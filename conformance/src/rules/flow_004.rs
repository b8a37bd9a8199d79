//! FLOW-004: every answer received is recorded.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-004",
    title_en: "Every answer received is checked and recorded",
    title_ja: "受け取った資格情報は必ず確認・記録する",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "For every answer with eligibility that a facility receives, the facility's store `reception` gets a record of \
                 that check afterwards; if the record has the insurers' statement, step ⑦ is taken as well.",
    details_ja: "医療機関等が受け取った資格の回答のそれぞれについて、その後に保存先`reception`にその確認の記録ができる。\
                 記録に保険者の回答があれば、段階⑦も行われる。",
    remedy_en: "Record the answer before it is shown and before the check ends, also if it is inconsistent.",
    remedy_ja: "回答は、表示する前、確認が終わる前に記録する。矛盾があっても記録する。",
    untested_en: "no facility received an answer with eligibility in this run",
    untested_ja: "この実行で、資格の回答を受け取った医療機関等がない",
    applies: Applies::ONLINE,
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "FLOW-004";
    NOT_RECORDED = "not-recorded": "an answer was received, and the facility has no record of the check after it";
}

pub struct AnswersAreRecorded;

impl Rule for AnswersAreRecorded {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for answer in &run.exchanges.received {
            let check = &answer.answer.check;
            judged.evaluated += 1;
            let trail = run.checks.get(check);
            if run.recorded_after(&answer.entry.host, check, answer.entry.seq).is_some() {
                continue;
            }
            judged.findings.push(Finding::of(&NOT_RECORDED, answer.entry).of_check(check, trail.and_then(|t| t.person)));
        }
        judged
    }
}
