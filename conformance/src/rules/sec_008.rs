//! SEC-008: the broker takes an insurer's feed from that insurer alone.

use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::design::{Choice, Eligibility};
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-008",
    title_en: "The broker takes an insurer's feed from that insurer alone",
    title_ja: "資格情報の登録は、その保険者からのものだけを受け入れる",
    strength: Strength::Must,
    source: "「保険者の委託を受けて、全保険者の資格情報を管理・検索する」; profile: mutual TLS, the insurer's number in the certificate",
    details_en: "Every feed that the broker took names the insurer of the sender's TLS certificate.",
    remedy_en: "Compare the insurer of the batch with the one in the TLS certificate, and refuse the whole batch if they differ.",
    untested_en: "the broker took no feed in this run",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::BrokerHoldsAll)],
        otherwise_ja: "この方式では、保険者は資格情報を事前に送らない",
        otherwise_en: "in this design insurers send no feeds: they are asked in every check",
    },
    needs: &[Sight::Link(Zone::Insurer, Zone::Broker)],
};

pub struct InsurersSpeakForThemselves;

impl Rule for InsurersSpeakForThemselves {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for feed in run.exchanges.feeds.iter().filter(|f| f.taken) {
            judged.evaluated += 1;
            if feed.peer != parties::insurer(&feed.batch.insurer) {
                let what = "the broker took a feed in the name of another insurer than its sender".to_string();
                judged.findings.push(Finding::at(ABOUT.id, feed.entry, what));
            }
        }
        judged
    }
}
