//! SEC-005: only licensed facilities get an answer, each about its own checks.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-005",
    title_en: "Only a licensed facility gets an answer, and only in its own name",
    title_ja: "指定を受けた保険医療機関等だけに、その機関の要求として回答する",
    strength: Strength::Must,
    source: "健康保険法 第63条第3項 (保険医療機関・保険薬局の指定); profile: mutual TLS (RFC 8446, section 4.4.2), the facility's number in the \
             certificate",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "Every answer with eligibility goes to a facility that is licensed in the run, and the number in its question is \
                 the one in its TLS certificate.",
    details_ja: "資格の回答はすべて、この実行で指定を受けている医療機関等に送られ、要求の番号はTLSの証明書にあるものであ\
                 る。",
    remedy_en: "Take the facility from the TLS certificate, look it up in the list of licensed facilities, and refuse a question \
                in another facility's name.",
    remedy_ja: "医療機関等をTLSの証明書から取り、指定を受けた機関の一覧で調べ、別の機関を名乗る要求を拒む。",
    untested_en: "no answer with eligibility left the broker, or the facilities are not known, in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていないか、医療機関等が分からない",
    applies: Applies::ONLINE,
    needs: &[Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "SEC-005";
    NOT_A_FACILITY = "not-a-facility": "eligibility was answered to a party that is not a facility";
    NOT_LICENSED = "not-licensed": "eligibility was answered to a facility that is not licensed";
    OTHER_NAME = "other-name": "eligibility was answered to a facility that asked in another's name";
}

pub struct LicensedOnly;

impl Rule for LicensedOnly {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        if run.ground.facilities.is_empty() {
            return judged;
        }
        for answer in &run.exchanges.sent {
            let check = &answer.answer.check;
            judged.evaluated += 1;
            // A certificate names a number: if two facilities have the same, neither may be unlicensed.
            let licensed = |to: &_| {
                let mut of_number = run.facilities(to).peekable();
                of_number.peek().is_some() && of_number.all(|f| f.licensed)
            };
            let question = run.request_of(answer).and_then(|s| s.question.as_ref());
            let claim = match (&answer.to, question) {
                (None, _) => NOT_A_FACILITY,
                (Some(to), _) if !licensed(to) => NOT_LICENSED,
                (Some(to), Some(question)) if question.facility != *to => OTHER_NAME,
                _ => continue,
            };
            let person = run.checks.get(check).and_then(|t| t.person);
            judged.findings.push(Finding::of(&claim, answer.entry).of_check(check, person));
        }
        judged
    }
}
