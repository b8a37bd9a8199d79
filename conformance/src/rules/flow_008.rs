//! FLOW-008: the number that is presented is that of the person who came.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::ground::GroundPerson;
use terms::identifiers::PresentedNumber;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-008",
    title_en: "The number presented is that of the person who came",
    title_ja: "提示する番号は、来た人の番号である",
    strength: Strength::Must,
    source: "「① カードを提示」「② 本人の確認」; 「目的外で使用されないよう」",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "The number in each request that the broker receives is, digit by digit, a number of the person whom the testbed sent to \
                 the counter in that check. A number can be written down and used again without the person: unlike a certificate, \
                 nothing shows that it was read just now.",
    details_ja: "資格確認サービス機関が受け取った要求の番号は、その確認で試験環境が窓口に来させた人の番号と、一桁ずつ一\
                 致する。番号は書き留めて、本人なしに再び使うことができる。電子証明書と違い、今読み取ったことを示すもの\
                 がない。",
    remedy_en: "Keep no number: type it again from what the person shows, and use it for nothing else.",
    remedy_ja: "番号を保持しない。本人が示すものから毎回入力し、ほかの用途に使わない。",
    untested_en: "the broker received no request with a number in this run",
    untested_ja: "この実行で、番号のある要求が資格確認サービス機関に届いていない",
    applies: Applies::NUMBER,
    needs: &[Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "FLOW-008";
    OF_ANOTHER = "of-another": "the number presented is not one of the person who came";
}

pub struct NumberOfWhoCame;

impl Rule for NumberOfWhoCame {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for submission in &run.submissions {
            let number = submission.question.as_ref().and_then(|q| q.number.as_ref());
            let person = run.checks.get(&submission.check).and_then(|t| t.person);
            let (Some(number), Some(person)) = (number, person) else { continue };
            let Some(resident) = run.resident(person) else { continue };
            judged.evaluated += 1;
            if !is_of(number, resident) {
                judged.findings.push(Finding::of(&OF_ANOTHER, submission.entry).of_check(&submission.check, Some(person)));
            }
        }
        judged
    }
}

fn is_of(number: &PresentedNumber, resident: &GroundPerson) -> bool {
    match number {
        PresentedNumber::Medical(number) => resident.medical_number.as_ref() == Some(number),
        PresentedNumber::MyNumber(number) => resident.person.my_number == *number,
    }
}
