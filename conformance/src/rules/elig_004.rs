//! ELIG-004: *not known* is never shown as an answer.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::journal::Event;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "ELIG-004",
    title_en: "The screen shows the outcome of the check, and never shows *not known* as an answer",
    title_ja: "画面は結果どおりに表示し、不明を資格の有無として示さない",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」; profile: refused and indeterminate are never mixed with the insurers' statement",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "A facility's screen for a check contains the Japanese text of the check's outcome, and the text of no other \
                 outcome that is the insurers' statement (資格有効, 該当資格なし, 資格無効).",
    details_ja: "確認についての医療機関等の画面には、その確認の結果の日本語の文があり、保険者の回答を示すほかの結果の文\
                 （資格有効、該当資格なし、資格無効）がない。",
    remedy_en: "Show the outcome's own text; if the result is not known, show what to do and do not guess.",
    remedy_ja: "その結果の文を表示する。結果が分からないときは、すべきことを示し、推測しない。",
    untested_en: "no screen showed the end of a check in this run",
    untested_ja: "この実行で、確認の終わりを示した画面がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Facility)],
};

/// The texts of the outcomes that are the insurers' statement.
const ANSWERS: [&str; 3] = ["資格有効", "該当資格なし", "資格無効"];

claims! { "ELIG-004";
    NOT_SHOWN = "not-shown": "the screen does not show the outcome with which the check ended";
    OTHER_SHOWN = "other-shown": "the screen also shows another answer than the outcome of the check";
}

pub struct ScreenShowsOutcome;

impl Rule for ScreenShowsOutcome {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for entry in run.journal {
            let Event::Screen { check, text } = &entry.event else { continue };
            let Some(trail) = run.checks.get(check) else { continue };
            let Some(outcome) = trail.outcome() else { continue };
            judged.evaluated += 1;
            let wrong = ANSWERS.iter().filter(|answer| text.contains(**answer) && !outcome.text_ja().contains(**answer)).count();
            let (claim, what) = match (text.contains(outcome.text_ja()), wrong) {
                (true, 0) => continue,
                (false, _) => (NOT_SHOWN, format!("the check ended with `{outcome}`, and the screen does not show it")),
                (true, _) => (OTHER_SHOWN, format!("the check ended with `{outcome}`, and the screen also shows another answer")),
            };
            judged.findings.push(Finding::that(&claim, entry, what).of_check(check, trail.person));
        }
        judged
    }
}
