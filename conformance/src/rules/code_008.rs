//! CODE-008: a code that was replaced is not used any more, after a bound.

use super::code_007::still_returned;
use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, LookupKey};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::messages::FIELD_MEDICAL_INSURANCE;
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-008",
    title_en: "A code that was replaced serves nobody after the bound",
    title_ja: "再発行された後の古い符号は、定めた時間の後は用いられない",
    strength: Strength::Must,
    source: "「患者個人の特定や目的外で使用されないよう、機微性に配慮した個人情報保護の措置を講じる必要がある」; profile: a code that may have leaked is \
             replaced",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "From when the number authority has registered that a code may have leaked, it must not issue that code. JPKI must not \
                 return it, and no insurer may feed a coverage under it that is not taken back, later than the interval at which they ask \
                 again, and 15 seconds. After a fault, JPKI has 15 seconds from when it received the number authority's answer with another code.",
    details_ja: "番号機関は、符号の漏えいのおそれを登録した時から、その符号を交付してはならない。公的個人認証サー\
                 ビスはその符号を返してはならず、医療保険者はその符号の資格を取り消さずに送ってはならない。いずれ\
                 も、再照会の間隔に 15 秒を加えた時間の後からとする。障害の後は、番号機関が別の符号を回答してから\
                 、公的個人認証サービスに 15 秒がある。",
    remedy_en: "Issue a code of another generation at once, ask for codes again at the interval agreed, and drop the old ones.",
    remedy_ja: "直ちに次の世代の符号を交付し、定めた間隔で再照会し、古い符号を消す。",
    untested_en: "no leak of a code was reported in this run, or it ended before the bound",
    untested_ja: "この実行で符号の漏えいの届出がないか、期限の前に実行が終わった",
    applies: Applies::ONLINE,
    needs: &[
        Sight::Link(Zone::NumberAuthority, Zone::Municipality),
        Sight::Party(Zone::NumberAuthority),
        Sight::Link(Zone::Broker, Zone::Jpki),
        Sight::Link(Zone::Insurer, Zone::Broker),
    ],
};

claims! { "CODE-008";
    STILL_ISSUED = "still-issued": "the number authority issued a code that it had replaced";
    STILL_RETURNED = "still-returned": "JPKI returned a code after the bound that had been replaced";
    STILL_FED = "still-fed": "an insurer fed a coverage after the bound under a code that had been replaced";
}

pub struct ReplacedServesNobody;

impl Rule for ReplacedServesNobody {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        still_returned(run, true, &STILL_RETURNED, &mut judged);
        for ended in run.ended_codes().iter().filter(|ended| ended.replaced) {
            let of_person = run.codes.iter().filter(|i| i.by != LookupKey::Certificate && i.person == ended.person);
            for issued in of_person.filter(|i| i.field == FIELD_MEDICAL_INSURANCE && ended.covers(i.entry)) {
                judged.evaluated += 1;
                if issued.code.as_ref() == Some(ended.code) {
                    let what = format!("`{}` was given a code that had been replaced", parties::shown(issued.asker));
                    let finding = Finding { person: Some(ended.person), ..Finding::that(&STILL_ISSUED, issued.entry, what) };
                    judged.findings.push(finding.since(ended.since.seq));
                }
            }
            let Some(by) = run.known_by(ended) else { continue };
            let late = |at_ns: u64, seq: u64| at_ns >= by && !run.disturbed_before(seq);
            for feed in run.exchanges.feeds.iter().filter(|f| late(f.entry.at_ns, f.entry.seq)) {
                judged.evaluated += 1;
                if feed.batch.entries.iter().any(|e| e.code == *ended.code && !e.withdrawn) {
                    let finding = Finding { person: Some(ended.person), ..Finding::of(&STILL_FED, feed.entry) };
                    judged.findings.push(finding.since(ended.since.seq));
                }
            }
        }
        judged
    }
}
