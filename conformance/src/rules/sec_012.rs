//! SEC-012: where a design makes an unknown status *not known*, it is no refusal.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, JpkiMessageKind};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::design::{Choice, Validity};
use terms::outcome::OutcomeClass;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-012",
    title_en: "A certificate that JPKI does not know is not refused, if the design makes it not known",
    title_ja: "未登録を不明とする方式では、公的個人認証サービスが知らない電子証明書を拒否しない",
    strength: Strength::Must,
    source: "profile, `validity`: `unknown-not-known` and `renewal-known-later`; RFC 6960, section 2.2",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "For every check whose newest status from JPKI, received after its first request and before its end, is \
                 *unknown*: it ends in an outcome of the class *not known*. That no eligibility is answered is also the subject \
                 of SEC-002.",
    details_ja: "最初の要求の後、終わりの前に受け取った公的個人認証サービスの最新の状態が「不明」である確認は、「確認で\
                 きない」に属する結果で終わる。資格を回答しないことはSEC-002も見る。",
    remedy_en: "Answer an unknown status with `status-unknown` (503), so that the reception asks again later or uses another way.",
    remedy_ja: "不明の状態には`status-unknown`（503）で回答し、受付が後で照会し直すか、別の方法によるようにする。",
    untested_en: "JPKI answered no check with the status *unknown* in this run",
    untested_ja: "この実行で、公的個人認証サービスが状態「不明」と回答した確認がない",
    applies: Applies {
        choices: &[Choice::Validity(Validity::UnknownNotKnown), Choice::Validity(Validity::RenewalKnownLater)],
        otherwise_ja: "この方式では、公的個人認証サービスが知らない電子証明書を拒否する",
        otherwise_en: "in this design a certificate that JPKI does not know is refused",
    },
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Broker, Zone::Jpki)],
};

claims! { "SEC-012";
    REFUSED = "refused": "a certificate that JPKI does not know was refused";
    ANSWERED = "answered": "eligibility was answered for a certificate that JPKI does not know";
}

pub struct UnknownIsNotKnown;

impl Rule for UnknownIsNotKnown {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for (check, trail) in &run.checks {
            let Some((ended, outcome)) = trail.outcomes.last() else { continue };
            let Some(first) = trail.requests.first() else { continue };
            // Submissions are in the order of the journal.
            let index = run.submissions.binary_search_by_key(first, |s| s.entry.seq).ok();
            let request = index.and_then(|i| run.submissions.get(i));
            let presented = request.and_then(|s| s.question.as_ref()).and_then(|q| run.issued(&q.certificate));
            let Some((person, certificate)) = presented else { continue };
            let mut answers = run.jpki_before(JpkiMessageKind::StatusAnswered, person, ended.seq);
            let newest = answers.find(|m| m.serial == Some(certificate.serial.0)).filter(|m| m.seq > *first);
            if !newest.is_some_and(|m| m.unknown) {
                continue;
            }
            judged.evaluated += 1;
            let claim = match outcome.class() {
                OutcomeClass::Indeterminate => continue,
                OutcomeClass::Refused => REFUSED,
                OutcomeClass::InForce | OutcomeClass::NotInForce => ANSWERED,
            };
            judged.findings.push(Finding::of(&claim, ended).of_check(check, trail.person));
        }
        judged
    }
}
