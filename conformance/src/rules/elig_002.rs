//! ELIG-002: the broker answers only what the feeds cover.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeSet;
use terms::coverage::Validity;
use terms::design::{Choice, Eligibility};
use terms::identifiers::InsurerNumber;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "ELIG-002",
    title_en: "Nothing is answered that the insurers' feeds do not cover",
    title_ja: "保険者からの資格情報が届いていない日については回答しない",
    strength: Strength::Must,
    source: "「保険者の委託を受けて、マイナンバーと紐づけて資格情報を管理」「電子証明書に対応する資格情報を引当て・応答」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "When the broker sends an answer with a coverage in force, it has already accepted that insurer's feeds, \
                 complete through the day asked about. When it answers *not insured*, it has accepted the feeds of every \
                 insurer that insures a person of the run.",
    remedy_en: "Answer `feed-not-in` while the watermark of an insurer concerned is before the day.",
    untested_en: "no answer with eligibility left the broker in this run",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::BrokerHoldsAll)],
        otherwise_ja: "この方式では、保険者は資格情報を事前に送らない",
        otherwise_en: "in this design insurers send no feeds: they are asked in every check",
    },
    needs: &[Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Insurer, Zone::Broker)],
};

claims! { "ELIG-002";
    FEED_MISSING = "feed-missing": "a coverage was answered while its insurer's feeds were not complete through the day";
    FEEDS_MISSING = "feeds-missing": "`not-insured` was answered while an insurer's feeds were not complete through the day";
}

pub struct FeedsCoverTheDay;

impl Rule for FeedsCoverTheDay {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let all = run.ground.insurers();
        for answer in &run.exchanges.sent {
            let (answered, seq) = (&answer.answer, answer.entry.seq);
            judged.evaluated += 1;
            let (claim, needed): (Claim, BTreeSet<&InsurerNumber>) = match answered.validity {
                Validity::NotInsured => (FEEDS_MISSING, all.clone()),
                _ => (FEED_MISSING, answered.coverages.iter().filter(|c| c.in_force).map(|c| &c.insured.insurer).collect()),
            };
            let missing = needed.iter().filter(|i| run.fed_through(i, seq).is_none_or(|day| day < answered.day)).count();
            if missing > 0 {
                let what = format!(
                    "`{}` was answered while the feeds of {missing} insurer(s) were not complete through the day",
                    answered.validity.outcome()
                );
                let person = run.checks.get(&answered.check).and_then(|t| t.person);
                judged.findings.push(Finding::that(&claim, answer.entry, what).of_check(&answered.check, person));
            }
        }
        judged
    }
}
