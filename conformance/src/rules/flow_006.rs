//! FLOW-006: if the broker keeps the mapping from certificate to code, JPKI is asked for the status for every answer.

use super::flow_002::exchanges;
use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, JpkiMessageKind};
use crate::rule::{About, Applies, Judged, Rule, Sight, Strength};
use terms::design::{Choice, CodeLookup};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-006",
    title_en: "No answer without a certificate status for that very check, if the code is kept",
    title_ja: "符号の対応を保持する方式でも、回答のたびに電子証明書の状態を照会する",
    strength: Strength::Must,
    source: "profile, `keep-mapping`; 公的個人認証法 第36条",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "For every check that ends with the insurers' statement, or for which the broker sent it: between ④ and ⑥ the \
                 broker asks JPKI for the status of a certificate of that person (OCSP), and JPKI answers. An exchange counts \
                 for one check only. The code may be from the kept mapping.",
    details_ja: "保険者の回答で終わり、又は資格確認サービス機関がそれを送った確認のそれぞれについて、④と⑥の間に、同機関\
                 がその人の電子証明書の状態（OCSP）を公的個人認証サービスに照会し、回答がある。一つのやり取りは一つの確\
                 認だけに数える。符号は保持した対応によってよい。",
    remedy_en: "Keep the mapping from certificate to code, and nothing about the status.",
    remedy_ja: "電子証明書から符号への対応だけを保持し、状態については何も保持しない。",
    untested_en: "no check ended with the insurers' statement in this run",
    untested_ja: "この実行で、保険者の回答で終わった確認がない",
    applies: Applies {
        choices: &[Choice::CodeLookup(CodeLookup::KeepMapping)],
        otherwise_ja: "FLOW-002が符号の照会も含めて求めているか、又はこの方式では「有効」の回答を一定時間のあいだ使う",
        otherwise_en: "FLOW-002 demands the same and the code look-up, or an earlier *good* of JPKI may be used for a time",
    },
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Broker, Zone::Jpki)],
};

claims! { "FLOW-006";
    STATUS_NOT_ASKED = "status-not-asked": "answered without asking JPKI for the status of the certificate between ④ and ⑥";
    STATUS_NOT_ANSWERED = "status-not-answered": "answered without JPKI's answer on the status of the certificate between ④ and ⑥";
}

pub struct StatusForEveryAnswer;

impl Rule for StatusForEveryAnswer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let needed = [(JpkiMessageKind::StatusAsked, STATUS_NOT_ASKED), (JpkiMessageKind::StatusAnswered, STATUS_NOT_ANSWERED)];
        exchanges(run, &needed, &mut judged);
        judged
    }
}
