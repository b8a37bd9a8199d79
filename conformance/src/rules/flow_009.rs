//! FLOW-009: the person is checked by the means of the design, as far as the card takes part.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::Step;
use terms::design::{Choice, Identity};
use terms::journal::{Entry, Event};
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-009",
    title_en: "The person is checked by the card's PIN or the terminal, where the design asks for it",
    title_ja: "暗証番号又は顔認証端末による本人確認を定めた方式では、必ずそれによる",
    strength: Strength::Must,
    source: "「② 本人の確認（カードの写真と照合等）」; the axis *the check of the person*",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Between ① and the first request of a check, the facility's reader has the card accept the PIN (VERIFY, answered with \
                 9000) in designs that ask for it, and states to the card that a face was compared in designs with a face terminal. \
                 If checks overlap at one counter, in any of them.",
    details_ja: "確認の①と最初の要求の間に、暗証番号を求める方式では、医療機関等のカードリーダーがカードに暗証番号を照合\
                 させ（VERIFY、応答は9000）、顔認証端末のある方式では、顔を照合したことをカードに示す。一つの窓口で確認\
                 が重なるときは、そのいずれかでよい。",
    remedy_en: "Ask for nothing before the card has accepted the PIN, or before the terminal has compared the face; looking at the photo \
                does not replace it.",
    remedy_ja: "カードが暗証番号を受け入れ、又は端末が顔を照合するまで、何も照会しない。写真を見ることはその代わりになら\
                ない。",
    untested_en: "no request for eligibility left a facility, or no reader was seen, in this run",
    untested_ja: "この実行で、資格の照会が医療機関等から出ていないか、カードリーダーが観測されていない",
    applies: Applies {
        choices: &[
            Choice::Identity(Identity::Pin),
            Choice::Identity(Identity::PhotoAndPin),
            Choice::Identity(Identity::FaceTerminal),
        ],
        otherwise_ja: "この方式では、暗証番号も顔認証端末も必須ではない",
        otherwise_en: "in this design neither the PIN nor a terminal is required",
    },
    needs: &[Sight::Party(Zone::Facility), Sight::Party(Zone::Reader)],
};

claims! { "FLOW-009";
    OTHER_MEANS = "other-means": "eligibility was requested before the card had accepted the PIN, or the terminal had compared the face";
}

pub struct ByTheMeansOfTheDesign;

impl Rule for ByTheMeansOfTheDesign {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let begins = match run.design.identity {
            // VERIFY (ISO/IEC 7816-4, section 11.5.6).
            Identity::Pin | Identity::PhotoAndPin => "0020",
            // A terminal's statement to the card; this project's invention.
            _ => "80a2",
        };
        let mut accepted: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for entry in run.journal.iter().filter(|entry| is_accepted(entry, begins)) {
            accepted.entry(&entry.host).or_default().push(entry.seq);
        }
        for (check, trail) in &run.checks {
            let Some((shown, asked)) = trail.first(Step::CardShown).zip(trail.first(Step::EligibilityRequested)) else {
                continue;
            };
            let Some(reader) = parties::reader_of(&shown.host) else { continue };
            judged.evaluated += 1;
            let all = accepted.get(reader.as_str()).map_or(&[][..], Vec::as_slice);
            if !all.iter().any(|seq| (shown.seq..asked.seq).contains(seq)) {
                judged.findings.push(Finding::of(&OTHER_MEANS, asked).of_check(check, trail.person).since(shown.seq));
            }
        }
        judged
    }
}

/// Whether the card accepted a command that begins like this. A query without data does not count.
fn is_accepted(entry: &Entry, begins: &str) -> bool {
    const HEADER: usize = 8;
    let Event::Apdu { command, response, .. } = &entry.event else { return false };
    command.starts_with(begins) && command.len() > HEADER && response.ends_with("9000")
}
