//! ELIG-006: a facility asks about the day on which it asks.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::civil::Date;
use std::collections::BTreeSet;
use terms::check::Step;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "ELIG-006",
    title_en: "Every check asks about the day on which it asks",
    title_ja: "資格確認は、照会した日の資格について行う",
    strength: Strength::Must,
    source: "「⑥ 電子証明書に対応する資格情報を引当て・応答」; profile: the eligibility that is checked is that of the day on which the person \
             is at the counter",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "The day in every readable request that the broker received is the day in Japan on which its check first asked. The \
                 judge takes this day from true time, and not from a party's clock: a terminal whose clock is wrong by a day breaks \
                 this rule. If midnight passed while the first request was on its way, either day is right. Later attempts of a check \
                 ask about the same day as the first, also after midnight.",
    details_ja: "資格確認サービス機関が受け取った、読める要求の日付は、その確認が最初に照会した時の日本の日付である。日\
                 付は当事者の時計でなく真の時刻による。時計が一日ずれた端末はこの規則に違反する。最初の要求が送られてい\
                 る間に日付が変わったときは、どちらの日付でもよい。一つの確認の二回目以降の要求は、日付が変わった後も、\
                 最初と同じ日付について照会する。",
    remedy_en: "Take the day from the terminal's clock at the moment of asking, in Japan's time, and keep the clock right (NTP).",
    remedy_ja: "日付は、照会の時点の端末の時計から日本時間で取り、時計を正しく保つ（NTP）。",
    untested_en: "no readable request for eligibility reached the broker in this run",
    untested_ja: "この実行で、読める資格の照会が資格確認サービス機関に届いていない",
    applies: Applies::ONLINE,
    needs: &[Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "ELIG-006";
    OTHER_DAY = "other-day": "a facility asked about another day than that on which it asked";
}

pub struct AsksAboutToday;

impl Rule for AsksAboutToday {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for submission in &run.submissions {
            let (Some(question), Some(trail)) = (&submission.question, run.checks.get(&submission.check)) else { continue };
            judged.evaluated += 1;
            let days = run.days_asked(trail);
            if days.contains(&question.day) {
                continue;
            }
            let what = format!("the facility asked about {} on {}", question.day, listed(&days));
            let since = trail.first(Step::EligibilityRequested).map_or(submission.entry.seq, |entry| entry.seq);
            let finding = Finding::that(&OTHER_DAY, submission.entry, what).of_check(&submission.check, trail.person);
            judged.findings.push(finding.since(since));
        }
        judged
    }
}

fn listed(days: &BTreeSet<Date>) -> String {
    days.iter().map(Date::to_string).collect::<Vec<_>>().join(" or ")
}
