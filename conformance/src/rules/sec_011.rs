//! SEC-011: where a design lets a certificate serve after its end, it serves.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, serves_until};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::design::{Choice, Validity};
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-011",
    title_en: "A certificate within its grace is not refused as expired",
    title_ja: "満了後の猶予期間中の電子証明書は、期限切れとして拒否しない",
    strength: Strength::Must,
    source: "profile, `validity`: `grace-one-month` and `grace-three-months`",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "For every check whose question has a certificate that has ended and whose grace has not, by true time when the \
                 broker received it: the check does not end as `certificate-expired`. That a certificate is refused after its \
                 grace is the subject of SEC-001.",
    details_ja: "満了したが猶予期間が終わっていない電子証明書（資格確認サービス機関が要求を受け取った真の時刻による）を\
                 要求に含む確認は、`certificate-expired`で終わらない。猶予の後に拒むことはSEC-001が見る。",
    remedy_en: "Compare the time with the end of the grace: the last day, in Japan, of the first or third month after the one in \
                which the certificate ended.",
    remedy_ja: "時刻を猶予の終わりと比べる。それは、電子証明書が満了した月の翌月又は三か月後の、日本での末日である。",
    untested_en: "no certificate within its grace was presented in this run",
    untested_ja: "この実行で、猶予期間中の電子証明書が示されていない",
    applies: Applies {
        choices: &[Choice::Validity(Validity::GraceOneMonth), Choice::Validity(Validity::GraceThreeMonths)],
        otherwise_ja: "この方式には満了後の猶予期間がない",
        otherwise_en: "in this design a certificate serves to its end",
    },
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "SEC-011";
    REFUSED_WITHIN = "refused-within": "a certificate within its grace was refused as expired";
}

pub struct GraceServes;

impl Rule for GraceServes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for request in &run.submissions {
            let at = run.time(request.entry);
            let presented = request.question.as_ref().and_then(|q| run.issued(&q.certificate));
            let Some((_, certificate)) = presented else { continue };
            if at <= certificate.not_after || at > serves_until(certificate, run.design.validity) {
                continue;
            }
            let Some(trail) = run.checks.get(&request.check) else { continue };
            judged.evaluated += 1;
            let refused = trail.outcomes.iter().find(|(_, outcome)| *outcome == OutcomeCode::CertificateExpired);
            judged
                .findings
                .extend(refused.map(|(entry, _)| Finding::of(&REFUSED_WITHIN, entry).of_check(&request.check, trail.person)));
        }
        judged
    }
}
