//! SEC-008: the broker accepts an insurer's feed only from that insurer.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::design::{Choice, Eligibility};
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-008",
    title_en: "The broker accepts an insurer's feed only from that insurer",
    title_ja: "資格情報の登録は、その保険者からのものだけを受け入れる",
    strength: Strength::Must,
    source: "「保険者の委託を受けて、全保険者の資格情報を管理・検索する」; profile: mutual TLS, the insurer's number in the certificate",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every feed that the broker accepted names the insurer of the sender's TLS certificate.",
    details_ja: "資格確認サービス機関が受け入れた登録は、いずれも送信者のTLSの証明書にある保険者のものである。",
    remedy_en: "Compare the insurer of the batch with the one in the TLS certificate, and refuse the whole batch if they differ.",
    remedy_ja: "登録の保険者をTLSの証明書のものと比べ、異なれば全体を拒む。",
    untested_en: "the broker accepted no feed in this run",
    untested_ja: "この実行で、資格確認サービス機関が受け入れた登録がない",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::BrokerHoldsAll)],
        otherwise_ja: "この方式では、保険者は資格情報を事前に送らない",
        otherwise_en: "in this design insurers send no feeds: they are asked in every check",
    },
    needs: &[Sight::Link(Zone::Insurer, Zone::Broker)],
};

claims! { "SEC-008";
    OTHER_NAME = "other-name": "the broker accepted a feed in the name of an insurer that is not its sender";
}

pub struct FeedFromItsInsurer;

impl Rule for FeedFromItsInsurer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for feed in run.exchanges.feeds.iter().filter(|f| f.accepted) {
            judged.evaluated += 1;
            if feed.peer != parties::insurer(&feed.batch.insurer) {
                judged.findings.push(Finding::of(&OTHER_NAME, feed.entry));
            }
        }
        judged
    }
}
