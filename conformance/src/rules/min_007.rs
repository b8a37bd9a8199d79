//! MIN-007: an insurer is asked with the institution code and nothing else.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use crate::visits;
use terms::design::{Choice, Eligibility};
use terms::fhir::{CoverageQuestion, Profile};
use terms::journal::Direction;
use terms::operation::Operation;
use terms::operations::AskForCoverage;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "MIN-007",
    title_en: "An insurer is asked with the institution code and nothing else",
    title_ja: "保険者への照会は機関別符号だけを含む",
    strength: Strength::Must,
    source: "profile: what a step does not need is not sent; an insurer that is asked learns that a person's eligibility is \
             checked, and neither where nor in which check",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Every question that an insurer receives has no query and no headers except host, accept, content-type, \
                 content-length, connection and user-agent, and a body with only the institution code. Everything that an \
                 insurer sent, received, logged and stores is searched for the numbers and names of the run's facilities and \
                 for check ids.",
    details_ja: "保険者が受け取る照会には、問合せ文字列がなく、host、accept、content-type、content-length、connection、\
                 user-agent 以外のヘッダーがなく、本文は機関別符号だけである。保険者が送り、受け取り、ログに書き、保存し\
                 たすべてから、実行中の医療機関等の番号と名前、確認の番号を探す。",
    remedy_en: "Send the code and no header of your own; keep facility, check and day at the broker.",
    remedy_ja: "符号だけを送り、独自のヘッダーを送らない。医療機関等、確認、日付は資格確認サービス機関に留める。",
    untested_en: "no insurer was asked in this run",
    untested_ja: "この実行で、保険者への照会がない",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::AskInsurer)],
        otherwise_ja: "この方式では、資格確認サービス機関は保険者に照会しない",
        otherwise_en: "in this design the broker does not ask insurers: it holds their data",
    },
    needs: &[Sight::Party(Zone::Insurer)],
};

claims! { "MIN-007";
    HEADERS = "headers": "a question to an insurer has headers that it does not need";
    QUERY = "query": "a question to an insurer has a query in its target";
    OTHER_REQUEST = "other-request": "an insurer was asked for something that the check does not need";
    MORE_THAN_CODE = "more-than-code": "a question to an insurer contains more than the institution code, or cannot be read";
    NAMES_CHECK = "names-check": "an insurer saw the id of a check";
    NAMES_FACILITY = "names-facility": "an insurer saw the number or the name of a facility";
}

pub struct CodeAlone;

impl Rule for CodeAlone {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for message in run.messages_of(Zone::Insurer).iter().filter(|m| m.direction == Direction::Received) {
            let (entry, body) = (message.entry, message.body);
            let Some((method, path)) = message.head().request() else { continue };
            judged.evaluated += 1;
            let mut add = |finding: Finding| judged.findings.push(finding);
            let more = message.head().further_headers();
            if more > 0 {
                let what = format!("the question has {more} headers that it does not need");
                add(Finding::that(&HEADERS, entry, what));
            }
            if message.head().has_query() {
                add(Finding::of(&QUERY, entry));
            }
            if !AskForCoverage::is_asked_by(method, path) {
                add(Finding::of(&OTHER_REQUEST, entry));
            } else if body.bytes().is_none_or(|b| CoverageQuestion::from_json(&b).is_err()) {
                add(Finding::of(&MORE_THAN_CODE, entry));
            }
        }
        if judged.evaluated > 0 {
            judged.findings.extend(visits::unknown_to(&[NAMES_CHECK, NAMES_FACILITY], Zone::Insurer, run).findings);
        }
        judged
    }
}
