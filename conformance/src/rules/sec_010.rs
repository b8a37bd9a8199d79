//! SEC-010: insurers answer the broker alone.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeSet;
use terms::design::{Choice, Eligibility};
use terms::journal::Direction;
use terms::operation::Operation;
use terms::operations::AskForCoverage;
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-010",
    title_en: "An insurer that is asked for coverage answers the broker alone",
    title_ja: "保険者は、資格情報の照会に対し資格確認サービス機関だけに回答する",
    strength: Strength::Must,
    source: "「保険者の委託を受けて、全保険者の資格情報を管理・検索する」; profile: mutual TLS, the broker's name in the certificate",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every answer with status 200 that an insurer sent to a question for coverage was sent to the broker, according \
                 to the TLS certificate of the party that asked.",
    details_ja: "資格の照会に対する保険者の状態200の回答は、尋ねた当事者のTLSの証明書によれば、すべて資格確認サービス機\
                 関に送られている。",
    remedy_en: "Answer 403 to every party that is not, by its TLS certificate, the broker that you have commissioned.",
    remedy_ja: "TLSの証明書により、委託した資格確認サービス機関でない当事者には、すべて403を返す。",
    untested_en: "no insurer stated anything in this run",
    untested_ja: "この実行で、保険者が何も回答していない",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::AskInsurer)],
        otherwise_ja: "この方式では、資格確認サービス機関は保険者に照会しない",
        otherwise_en: "in this design the broker does not ask insurers: it holds their data",
    },
    needs: &[Sight::Party(Zone::Insurer)],
};

claims! { "SEC-010";
    ANSWERED_ANOTHER = "answered-another": "an insurer answered a party that may not ask it";
}

pub struct InsurersAnswerTheBroker;

impl Rule for InsurersAnswerTheBroker {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut asked = BTreeSet::new();
        for message in run.messages_of(Zone::Insurer) {
            let (entry, peer, exchange, head) = (message.entry, message.peer, message.exchange, message.head());
            match (message.direction, head.request()) {
                (Direction::Received, Some((method, path))) if AskForCoverage::is_asked_by(method, path) => {
                    asked.insert(exchange);
                }
                (Direction::Sent, None) if head.status() == Some(AskForCoverage::STATUS) && asked.contains(&exchange) => {
                    judged.evaluated += 1;
                    if peer != Zone::Broker.name() {
                        let what = format!("an insurer answered `{}`, which may not ask", parties::shown(peer));
                        judged.findings.push(Finding::that(&ANSWERED_ANOTHER, entry, what));
                    }
                }
                _ => {}
            }
        }
        judged
    }
}
