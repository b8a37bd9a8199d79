//! LINK-002: a facility that makes pseudonyms stores no serial number of a certificate.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::parts::parts;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::design::{Choice, Remembered};
use terms::journal::Event;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "LINK-002",
    title_en: "A facility that makes pseudonyms stores no serial number of a certificate",
    title_ja: "仮名を用いる医療機関等は、電子証明書のシリアル番号を保持しない",
    strength: Strength::Must,
    source: "profile, `facility-pseudonym`; 「患者個人の特定や目的外で使用されないよう、機微性に配慮した個人情報保護の措置を講じる必要がある」",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Every record and every item of stored state of a facility is searched for the serial numbers of the run's \
                 certificates, each as a whole decimal number.",
    details_ja: "医療機関等の記録と保存された状態のすべてから、実行中の電子証明書のシリアル番号を、切れ目のない十進数と\
                 して探す。",
    remedy_en: "Derive the pseudonym from the serial number with the facility's key when the card is read, and discard the \
                serial number.",
    remedy_ja: "カードを読み取った時に、シリアル番号から機関の鍵で仮名を導き、シリアル番号を捨てる。",
    untested_en: "no facility stored anything in this run",
    untested_ja: "この実行で、何かを保存した医療機関等がない",
    applies: Applies {
        choices: &[Choice::Remembered(Remembered::FacilityPseudonym)],
        otherwise_ja: "この方式では、医療機関等は電子証明書のシリアル番号を保持する",
        otherwise_en: "in this design facilities keep the serial number",
    },
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "LINK-002";
    SERIAL_STORED = "serial-stored": "a facility stores the serial number of a certificate";
}

pub struct NoSerialKept;

impl Rule for NoSerialKept {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        serials_stored(run, &SERIAL_STORED)
    }
}

/// Every record and item of state of a facility that contains the serial number of a certificate.
pub(super) fn serials_stored(run: &Evidence<'_>, claim: &Claim) -> Judged {
    let mut judged = Judged::default();
    let people = run.ground.people.iter().enumerate();
    let serials: BTreeMap<String, u64> =
        people.flat_map(|(i, r)| r.person.card.certificates.iter().map(move |c| (c.serial.0.to_string(), i as u64))).collect();
    for entry in run.journal.iter().filter(|e| e.zone == Zone::Facility) {
        if !matches!(entry.event, Event::Record { .. } | Event::State { .. }) {
            continue;
        }
        judged.evaluated += 1;
        for part in parts(&entry.event) {
            let numbers = part.bytes.split(|b| !b.is_ascii_digit()).filter_map(|n| std::str::from_utf8(n).ok());
            if let Some(person) = numbers.filter_map(|n| serials.get(n)).next() {
                let what = format!("it stores the serial number of the certificate of person {person}");
                judged.findings.push(Finding { person: Some(*person), ..Finding::that(claim, entry, what) });
            }
        }
    }
    judged
}
