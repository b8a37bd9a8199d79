//! FLOW-003: no request before the person was checked.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, check_asked};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::check::Step;
use terms::design::{Choice, Identity};
use terms::journal::Direction;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-003",
    title_en: "No request before the person was checked",
    title_ja: "本人確認の前に資格情報を要求しない",
    strength: Strength::Must,
    source: "「②～④：保険医療機関・薬局は、本人の確認をして、職員等がICチップから電子証明書を読み取り、…電子証明書に対応する医療保険の\
             資格情報を要求する」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every request for eligibility that leaves a facility and names its check, in the header `x-check-id` or in its \
                 question, leaves after step ② of that check. The message itself counts, not the reported step ④.",
    details_ja: "医療機関等から出て、ヘッダー`x-check-id`又は本文に確認を示す資格の照会は、いずれもその確認の段階②の後に\
                 出る。記録された段階④でなく、電文そのものを数える。",
    remedy_en: "First compare the photo or have the card verify the PIN; send nothing about a person before.",
    remedy_ja: "先に写真を見比べるか、カードに暗証番号を照合させる。それまで、人についての何も送らない。",
    untested_en: "no request for eligibility left a facility in this run",
    untested_ja: "この実行で、資格の照会が医療機関等から出ていない",
    applies: Applies {
        choices: &[
            Choice::Identity(Identity::PhotoOrPin),
            Choice::Identity(Identity::Photo),
            Choice::Identity(Identity::Pin),
            Choice::Identity(Identity::PhotoAndPin),
            Choice::Identity(Identity::FaceTerminal),
        ],
        otherwise_ja: "この方式では、窓口で本人確認を行わない",
        otherwise_en: "in this design nobody checks the person",
    },
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "FLOW-003";
    TOO_EARLY = "too-early": "the request for eligibility left before the person was checked (②)";
}

pub struct PersonFirst;

impl Rule for PersonFirst {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for message in run.messages_of(Zone::Facility).iter().filter(|m| m.direction == Direction::Sent) {
            let Some(check) = check_asked(message) else { continue };
            let entry = message.entry;
            judged.evaluated += 1;
            let trail = run.checks.get(&check);
            let checked = trail.and_then(|t| t.first(Step::PersonChecked)).is_some_and(|e| e.seq < entry.seq);
            if !checked {
                judged.findings.push(Finding::of(&TOO_EARLY, entry).of_check(&check, trail.and_then(|t| t.person)));
            }
        }
        judged
    }
}
