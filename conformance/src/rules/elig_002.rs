//! ELIG-002: the broker answers only what the feeds cover.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use terms::coverage::Validity;
use terms::design::{Choice, Eligibility};
use terms::identifiers::{InstitutionCode, InsuredIdentifier, InsurerNumber};
use terms::outcome::OutcomeCode;
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
                 complete through the day asked about. When it answers *not insured* or *ended*, it has accepted the feeds of every \
                 insurer that insures a person of the run. When it answers `feed-not-in`, it has not accepted, before the first request \
                 of the check, a coverage of the person on the day from an insurer whose feeds are complete through it.",
    details_ja: "資格確認サービス機関が有効な資格を回答する時点で、その保険者の登録を、照会された日まで揃った形で既に受\
                 け入れている。「該当資格なし」又は「資格無効」と回答する時点で、実行中の誰かを加入させているすべての保\
                 険者の登録を受け入れている。`feed-not-in`と回答する時点では、その確認の最初の要求より前に、登録がその日\
                 まで揃った保険者から、その人のその日の資格を受け入れていない。",
    remedy_en: "Answer `feed-not-in` while the watermark of an insurer concerned is before the day, and keep accepted feeds across \
                 restarts.",
    remedy_ja: "関係する保険者の登録がその日に達していない間は`feed-not-in`と回答し、受け入れた登録を再起動後も保つ。",
    untested_en: "no answer with eligibility left the broker in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていない",
    applies: Applies {
        choices: &[Choice::Eligibility(Eligibility::BrokerHoldsAll)],
        otherwise_ja: "この方式では、保険者は資格情報を事前に送らない",
        otherwise_en: "in this design insurers send no feeds: they are asked in every check",
    },
    needs: &[Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Insurer, Zone::Broker)],
};

claims! { "ELIG-002";
    FEED_MISSING = "feed-missing": "a coverage was answered while its insurer's feeds were not complete through the day";
    FEED_FORGOTTEN = "feed-forgotten": "`feed-not-in` was answered although the feeds that cover the person were accepted before the request";
    FEEDS_MISSING = "feeds-missing": "that nobody insures the person was answered while an insurer's feeds were not complete through the day";
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
                Validity::NotInsured | Validity::Ended => (FEEDS_MISSING, all.clone()),
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
        forgotten(run, &mut judged);
        judged
    }
}

/// Refusals for a feed that had been accepted.
fn forgotten(run: &Evidence<'_>, judged: &mut Judged) {
    let refused = run.exchanges.refused.iter().filter(|(_, _, outcome)| *outcome == OutcomeCode::FeedNotIn);
    for (exchange, entry, _) in refused {
        let Some(request) = run.request_in(*exchange) else { continue };
        let Some(question) = &request.question else { continue };
        let Some((person, _)) = run.issued(&question.certificate) else { continue };
        let Some(resident) = run.resident(person).filter(|r| r.institution_code.is_some()) else { continue };
        judged.evaluated += 1;
        // A repeated request gets the recorded refusal.
        let since = run.first_request_like(request).map_or(request.entry.seq, |first| first.entry.seq);
        // Where a code was replaced, the broker may have been given any of them.
        if resident.insurance_codes().all(|code| is_covered(run, code, question.day, since)) {
            let finding = Finding::of(&FEED_FORGOTTEN, entry).of_check(&request.check, Some(person));
            judged.findings.push(finding.since(request.entry.seq));
        }
    }
}

/// Whether the feeds that were accepted before an entry state one coverage of a person on a day, from an insurer whose feeds are
/// complete through it.
fn is_covered(run: &Evidence<'_>, code: &InstitutionCode, day: Date, seq: u64) -> bool {
    let mut stated: BTreeMap<(&InsuredIdentifier, Date), Option<Date>> = BTreeMap::new();
    let mut through: BTreeMap<&InsurerNumber, Date> = BTreeMap::new();
    for feed in run.exchanges.feeds.iter().filter(|f| f.accepted_at.is_some_and(|at| at < seq)) {
        through.insert(&feed.batch.insurer, feed.batch.complete_through);
        if feed.batch.codes.as_ref().is_some_and(|codes| codes.ended.contains(code)) {
            stated.retain(|(insured, _), _| insured.insurer != feed.batch.insurer);
        }
        for entry in feed.batch.entries.iter().filter(|e| e.code == *code) {
            let key = (&entry.insured, entry.since);
            match entry.withdrawn {
                true => stated.remove(&key),
                false => stated.insert(key, entry.until),
            };
        }
    }
    let covering = stated.iter().filter(|((_, since), until)| *since <= day && until.is_none_or(|until| day <= until));
    let covering: Vec<&InsurerNumber> = covering.map(|((insured, _), _)| &insured.insurer).collect();
    matches!(covering.as_slice(), [one] if through.get(one).is_some_and(|complete| *complete >= day))
}
