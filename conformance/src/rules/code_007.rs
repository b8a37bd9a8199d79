//! CODE-007: a code that was given up serves nobody, after a bound.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, LookupKey, SLACK_NS};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::journal::{Direction, Entry};
use terms::messages::FIELD_MEDICAL_INSURANCE;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-007",
    title_en: "A code that was given up serves nobody after the bound",
    title_ja: "撤回された符号は、定めた時間の後は用いられない",
    strength: Strength::Must,
    source: "「本人の同意のもとで希望する患者が番号を持つ仕組みとし」「利用を希望する者が使う仕組みとする必要がある」; profile: the bound",
    basis: Basis::Considered,
    claims: CLAIMS,
    details_en: "What a person says at the municipality's counter must reach the number authority within 15 seconds, unless something \
                 fails. From when it has registered that the person gives the code up, JPKI and the insurers have the interval at which \
                 they ask again, and 15 seconds: after that JPKI must not return the code, and no check of the person that begins then may be \
                 answered by the insurers' data. If a fault began before, JPKI must not return the code from 15 seconds on after it has \
                 received the number authority's answer that there is none.",
    details_ja: "市町村の窓口で本人が述べたことは、障害がなければ 15 秒以内に番号機関に届かなければならない。番号\
                 機関が撤回を登録した後、公的個人認証サービスと医療保険者には、再照会の間隔に 15 秒を加えた時\
                 間がある。その後は、公的個人認証サービスは符号を返してはならず、以後に始まる本人の確認に医療保険\
                 者のデータで回答してはならない。先に障害が始まっていたときは、番号機関が「符号なし」と回答してか\
                 ら 15 秒の後、公的個人認証サービスは符号を返してはならない。",
    remedy_en: "Ask for codes again at the interval agreed, remove those that are no longer issued, and notify the broker of those that have ended.",
    remedy_ja: "定めた間隔で符号を再照会し、交付されなくなった符号を消し、終わった符号を資格確認サービス機関に知\
                らせる。",
    untested_en: "nobody gave a code up in this run, or it ended before the bound",
    untested_ja: "この実行で符号を撤回した者がいないか、期限の前に実行が終わった",
    applies: Applies::ONLINE,
    needs: &[
        Sight::Link(Zone::NumberAuthority, Zone::Municipality),
        Sight::Link(Zone::Broker, Zone::Jpki),
        Sight::Link(Zone::Facility, Zone::Broker),
    ],
};

claims! { "CODE-007";
    NOT_PASSED_ON = "not-passed-on": "what a person said about the code did not reach the number authority in time";
    STILL_RETURNED = "still-returned": "JPKI returned a code after the bound that the person had given up";
    STILL_ANSWERED = "still-answered": "a check was answered after the bound although the person had given the code up";
}

pub struct GivenUpServesNobody;

impl Rule for GivenUpServesNobody {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        passed_on(run, &mut judged);
        still_returned(run, false, &STILL_RETURNED, &mut judged);
        for ended in run.ended_codes().iter().filter(|ended| !ended.replaced) {
            let Some(by) = run.known_by(ended) else { continue };
            for answer in &run.exchanges.sent {
                let Some(trail) = run.checks.get(&answer.answer.check).filter(|t| t.person == Some(ended.person)) else {
                    continue;
                };
                let began = trail.first_request_ns.unwrap_or(answer.entry.at_ns);
                if !ended.covers(answer.entry) || began < by || run.disturbed_before(answer.entry.seq) {
                    continue;
                }
                let finding = Finding::of(&STILL_ANSWERED, answer.entry).of_check(&answer.answer.check, Some(ended.person));
                judged.findings.push(finding.since(ended.since.seq));
            }
            let late = run.checks.values().filter(|t| t.person == Some(ended.person));
            let late = late.filter(|t| t.first_request_ns.is_some_and(|ns| ns >= by));
            judged.evaluated += late.filter(|t| t.outcomes.last().is_some_and(|(entry, _)| ended.covers(entry))).count() as u64;
        }
        judged
    }
}

/// Whether the municipality passes on what people say.
fn passed_on(run: &Evidence<'_>, judged: &mut Judged) {
    let Some(end) = run.journal.last() else { return };
    let wishes = run.code_wishes();
    for (i, wish) in wishes.iter().enumerate() {
        let by = wish.at_ns.saturating_add(SLACK_NS);
        if end.at_ns < by || run.disturbed_before(end.seq) {
            continue;
        }
        judged.evaluated += 1;
        let same = |w: &&crate::evidence::CodeWish| (w.person, w.change) == (wish.person, wish.change);
        let before = wishes.iter().take(i + 1).filter(same).count();
        let answered = run.code_requests.iter().filter(|r| (r.person, r.change) == (wish.person, wish.change));
        if answered.filter(|r| r.entry.at_ns <= by).count() < before {
            let entry = run.journal.iter().find(|entry| entry.seq == wish.seq).unwrap_or(end);
            judged.findings.push(Finding { person: Some(wish.person), ..Finding::of(&NOT_PASSED_ON, entry) });
        }
    }
}

/// Whether JPKI still returns codes that were given up, or were replaced.
pub(super) fn still_returned(run: &Evidence<'_>, replaced: bool, claim: &crate::claim::Claim, judged: &mut Judged) {
    for ended in run.ended_codes().iter().filter(|ended| ended.replaced == replaced) {
        let Some(by) = run.known_by(ended) else { continue };
        let answered = run.codes.iter().filter(|issued| {
            let of_person = issued.by == LookupKey::ResidentCode && issued.person == ended.person;
            let is_later = issued.field == FIELD_MEDICAL_INSURANCE && issued.entry.seq > ended.since.seq;
            of_person && is_later && issued.code.as_ref() != Some(ended.code)
        });
        let informed = answered.filter_map(|issued| received_by_jpki(run, issued.entry)).min();
        let informed = informed.map(|at_ns| at_ns.saturating_add(SLACK_NS));
        for issued in run.codes.iter().filter(|i| i.by == LookupKey::Certificate && i.person == ended.person) {
            let by = if run.disturbed_before(issued.entry.seq) { informed } else { Some(by) };
            if !ended.covers(issued.entry) || by.is_none_or(|by| issued.entry.at_ns < by) {
                continue;
            }
            judged.evaluated += 1;
            if issued.code.as_ref() == Some(ended.code) {
                let finding = Finding { person: Some(ended.person), ..Finding::of(claim, issued.entry) };
                judged.findings.push(finding.since(ended.since.seq));
            }
        }
    }
}

/// When JPKI received an answer of the number authority, in nanoseconds; `None` if it did not, or nobody saw it.
fn received_by_jpki(run: &Evidence<'_>, answer: &Entry) -> Option<u64> {
    let sent = run.messages_of(Zone::NumberAuthority).iter().find(|message| message.seq() == answer.seq)?;
    let later = run.messages_of(Zone::Jpki).iter().filter(|m| m.direction == Direction::Received && m.seq() > answer.seq);
    let mut same = later.filter(|message| message.body.bytes() == sent.body.bytes());
    same.next().map(|message| message.entry.at_ns)
}
