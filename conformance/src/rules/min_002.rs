//! MIN-002: insurers learn no visit.

use crate::evidence::Evidence;
use crate::rule::{About, Judged, Rule, Strength};
use crate::visits;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "MIN-002",
    title_en: "The insurer learns no visit, where the broker holds all insurers' eligibility",
    title_ja: "資格情報を集約する方式では、保険者は受診を知らない",
    strength: Strength::Must,
    source: "「保険者の委託を受けて、全保険者の資格情報を管理・検索する「資格確認サービス機関」が必要」; \
             profile: what a step does not need is not sent",
    details_en: "Everything that an insurer sent, was sent, logged and holds is searched for the numbers and names of the run's facilities and for \
                 check ids.",
    remedy_en: "Answer feeds with nothing but whether they were taken; tell insurers nothing of single checks.",
    untested_en: "no insurer did anything in this run",
    mutants: &["broker-tells-insurer-the-visit"],
};

pub struct InsurerLearnsNoVisit;

impl Rule for InsurerLearnsNoVisit {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        visits::unknown_to(&ABOUT, Zone::Insurer, run)
    }
}
