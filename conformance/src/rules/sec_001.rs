//! SEC-001: eligibility only for an authentication certificate that JPKI issued, within its validity period.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, serves_until};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-001",
    title_en: "No answer for a certificate that is not JPKI's, not valid or not for authentication",
    title_ja: "公的個人認証サービスの有効な利用者証明用電子証明書でなければ回答しない",
    strength: Strength::Must,
    source: "RFC 5280, section 6.1; 「公的個人認証の仕組みを活用して、保険医療機関等は、個人番号カードから電子証明書を読み取り」",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "For every answer with eligibility: the certificate in the question is, byte for byte, an authentication \
                 certificate that JPKI issued in the run, and the answer was sent within its validity period, and the grace after \
                 it that the design allows, by true time and not by the broker's clock.",
    details_ja: "資格の回答のそれぞれについて、要求の電子証明書は、この実行で公的個人認証サービスが発行した利用者証明用\
                 電子証明書とバイト単位で一致し、回答は、資格確認サービス機関の時計でなく真の時刻で、有効期間と方式が認\
                 める満了後の猶予の中で送られている。",
    remedy_en: "Build the path to the issuing CA, check signature, validity, key usage and policy, and refuse a certificate that \
                fails.",
    remedy_ja: "発行する認証局までの経路を作り、署名、有効期間、鍵の用途、ポリシーを確かめ、満たさない電子証明書を拒む。",
    untested_en: "no answer with eligibility left the broker, or the issued certificates are not known, in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていないか、発行された電子証明書が分からない",
    applies: Applies::CERTIFICATE,
    needs: &[Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "SEC-001";
    NOT_ISSUED = "not-issued": "eligibility was answered for a certificate that JPKI did not issue for authentication";
    NOT_YET_VALID = "not-yet-valid": "eligibility was answered for a certificate that was not valid yet";
    EXPIRED = "expired": "eligibility was answered for a certificate that had expired";
}

pub struct GoodCertificate;

impl Rule for GoodCertificate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        if run.ground.people.iter().all(|r| r.certificates.is_empty()) {
            return judged;
        }
        for answer in &run.exchanges.sent {
            let check = &answer.answer.check;
            let request = run.request_of(answer);
            let Some(question) = request.and_then(|s| s.question.as_ref()) else { continue };
            judged.evaluated += 1;
            let at = run.time(answer.entry);
            let claim = match run.issued(&question.certificate) {
                None => NOT_ISSUED,
                Some((_, c)) if at < c.not_before => NOT_YET_VALID,
                Some((_, c)) if at > serves_until(c, run.design.validity) => EXPIRED,
                Some(_) => continue,
            };
            let person = run.checks.get(check).and_then(|t| t.person);
            judged.findings.push(Finding::of(&claim, answer.entry).of_check(check, person));
        }
        judged
    }
}
