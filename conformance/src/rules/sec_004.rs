//! SEC-004: a challenge is the broker's, this facility's, fresh, and used once.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::SignedDuration;
use terms::design::{Choice, Presented};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-004",
    title_en: "A challenge is the broker's own, for that facility, fresh and used once",
    title_ja: "チャレンジは、その機関に発行した新しいものを一度だけ使う",
    strength: Strength::Must,
    source: "profile, `signed-challenge`: 32 random bytes, one facility, one use, 60 seconds",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "For every answer with eligibility: the broker had issued that challenge to that facility, at most 60 seconds \
                 before it received the request (by true time), no earlier request had carried it, and the challenge was issued \
                 once.",
    details_ja: "資格の回答のそれぞれについて、資格確認サービス機関がそのチャレンジをその医療機関等に、要求を受け取る前\
                 の60秒以内（真の時刻）に発行しており、それを含む要求がそれまでになく、そのチャレンジは一度だけ発行され\
                 ている。",
    remedy_en: "Generate challenges at random, store them durably with facility and time, and consume one with the first request \
                that carries it.",
    remedy_ja: "チャレンジは無作為に作り、医療機関等と時刻と共に永続的に保存し、それを含む最初の要求で使い切る。",
    untested_en: "no answer with eligibility left the broker, in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていない",
    applies: Applies {
        choices: &[Choice::Presented(Presented::SignedChallenge)],
        otherwise_ja: "この方式では署名付きチャレンジを用いない",
        otherwise_en: "in this design nothing is signed: the certificate alone is presented",
    },
    needs: &[Sight::Link(Zone::Facility, Zone::Broker)],
};

/// How long a challenge is valid.
const LIFETIME: SignedDuration = SignedDuration::from_secs(60);

claims! { "SEC-004";
    NOT_ISSUED = "not-issued": "eligibility was answered for a challenge that the broker had not issued to the facility";
    ISSUED_AGAIN = "issued-again": "the broker issued one challenge more than once";
    USED_BEFORE = "used-before": "eligibility was answered for a challenge that had been used before";
    TOO_OLD = "too-old": "eligibility was answered for a challenge older than 60 seconds";
}

pub struct ChallengeFresh;

impl Rule for ChallengeFresh {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for answer in &run.exchanges.sent {
            let check = &answer.answer.check;
            let Some(request) = run.request_of(answer) else { continue };
            let Some(signed) = request.question.as_ref().and_then(|q| q.signed_challenge.as_ref()) else { continue };
            judged.evaluated += 1;
            let grants = run.grants_of(&signed.challenge).filter(|g| g.entry.seq < request.entry.seq);
            let mut own = grants.clone().filter(|g| g.facility == request.facility);
            let used = run.is_used_before(&signed.challenge, &request.facility, request.entry.seq);
            let claim = match own.next() {
                None => NOT_ISSUED,
                Some(_) if grants.count() > 1 => ISSUED_AGAIN,
                Some(_) if used => USED_BEFORE,
                Some(given) if run.time(request.entry).duration_since(run.time(given.entry)) > LIFETIME => TOO_OLD,
                Some(_) => continue,
            };
            let person = run.checks.get(check).and_then(|t| t.person);
            judged.findings.push(Finding::of(&claim, answer.entry).of_check(check, person));
        }
        judged
    }
}
