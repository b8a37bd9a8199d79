//! LINK-003: a facility that keeps nothing stores no value of what was presented.

use super::link_002::serials_stored;
use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::design::{Choice, Remembered};
use terms::journal::Event;
use terms::roles::Zone;
use terms::stores;

static ABOUT: About = About {
    id: "LINK-003",
    title_en: "A facility that keeps nothing stores no value of what was presented",
    title_ja: "何も保持しない医療機関等は、提示されたものを見分ける値を残さない",
    strength: Strength::Must,
    source: "the axis *what identifies the person at the facility afterwards*",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Nothing is in the store `patients` of a facility, and no record or item of stored state contains the serial number of \
                 a certificate of the run as a whole decimal number. The reception's record and the chart remain.",
    details_ja: "医療機関等の保存先`patients`には何もなく、記録と保存された状態のどれにも、実行中の電子証明書のシリアル\
                 番号が切れ目のない十進数として含まれない。受付の記録と診療録は残る。",
    remedy_en: "Discard what was presented when the check has ended, and make no index by it.",
    remedy_ja: "提示されたものは確認が終わった時に捨て、それによる索引を作らない。",
    untested_en: "no facility stored anything in this run",
    untested_ja: "この実行で、何かを保存した医療機関等がない",
    applies: Applies {
        choices: &[Choice::Remembered(Remembered::Nothing)],
        otherwise_ja: "この方式では、医療機関等は患者を見分ける値を保持する",
        otherwise_en: "in this design facilities keep a value by which they recognize the person",
    },
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "LINK-003";
    ENTERED = "entered": "a facility lists the person in an index of patients";
    SERIAL_STORED = "serial-stored": "a facility stores the serial number of a certificate";
}

pub struct NothingKept;

impl Rule for NothingKept {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = serials_stored(run, &SERIAL_STORED);
        for entry in run.journal.iter().filter(|e| e.zone == Zone::Facility) {
            if let Event::Record { store, .. } | Event::State { store, .. } = &entry.event
                && store == stores::PATIENTS.name
            {
                judged.findings.push(Finding::of(&ENTERED, entry));
            }
        }
        judged
    }
}
