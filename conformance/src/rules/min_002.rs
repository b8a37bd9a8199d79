//! MIN-002: insurers learn no visit.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Judged, Rule, Sight, Strength};
use crate::visits;
use terms::design::{Choice, Eligibility};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "MIN-002",
    title_en: "The insurer learns of no visit, if the broker holds all insurers' eligibility",
    title_ja: "資格情報を集約する方式では、保険者は受診を知らない",
    strength: Strength::Must,
    source: "「保険者の委託を受けて、全保険者の資格情報を管理・検索する「資格確認サービス機関」が必要」; \
             profile: what a step does not need is not sent",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Everything that an insurer sent, received, logged and stored is searched for the numbers and names of the run's \
                 facilities and for check ids.",
    details_ja: "保険者が送り、受け取り、ログに書き、保存したすべてから、実行中の医療機関等の番号と名前、確認の番号を探\
                 す。",
    remedy_en: "Answer feeds with nothing but whether they were taken; send insurers nothing about individual checks.",
    remedy_ja: "登録には受け付けたか否かだけを返す。個々の確認について、保険者に何も送らない。",
    untested_en: "no insurer did anything in this run",
    untested_ja: "この実行で、保険者が何もしていない",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::BrokerHoldsAll)],
        otherwise_ja: "この方式では、保険者は確認のたびに照会を受け、確認があったことを知る",
        otherwise_en: "in this design insurers are asked in every check, and so learn of it",
    },
    needs: &[Sight::Party(Zone::Insurer)],
};

claims! { "MIN-002";
    NAMES_CHECK = "names-check": "an insurer saw the id of a check";
    NAMES_FACILITY = "names-facility": "an insurer saw the number or the name of a facility";
}

pub struct InsurerLearnsNoVisit;

impl Rule for InsurerLearnsNoVisit {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        visits::unknown_to(&[NAMES_CHECK, NAMES_FACILITY], Zone::Insurer, run)
    }
}
