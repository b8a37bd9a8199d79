//! REG-004: a correction and a withdrawal take effect, and only the facility that reported may make them.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::registry::{PatientReport, Registry};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::fhir::CaseStatus;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "REG-004",
    title_en: "A correction or withdrawal of a report takes effect, and only its facility makes it",
    title_ja: "届出の訂正・取下げは効力を生じ、届け出た医療機関だけが行う",
    strength: Strength::Must,
    source: "「※全国がん登録への活用は突合事務等の実務的な課題を検討」; profile: what a facility takes back is not kept",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "At the end of the run, each report that was accepted and not withdrawn belongs to one patient, with the data of its newest accepted \
                 version, and none that was withdrawn belongs to a patient. Every accepted message came from the facility whose report it is, as its \
                 TLS certificate says.",
    details_ja: "実行の終わりに、受け付けられ、取り下げられていない届出は、最新の版の内容で一人の患者に属し、取り\
                 下げられた届出はどの患者にも属さない。受け付けられた電文は、TLS証明書が示すとおり、その届出の医\
                 療機関から送られている。",
    remedy_en: "Match a corrected report again and drop its earlier pairs; take a withdrawn one out; compare the facility in the report with the TLS \
                certificate.",
    remedy_ja: "訂正された届出は突合し直し、前の組を捨てる。取り下げられた届出は外す。届出の医療機関をTLS証明書\
                と照らし合わせる。",
    untested_en: "no report was accepted in this run",
    untested_ja: "この実行で受け付けられた届出がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Registry)],
};

claims! { "REG-004";
    WITHDRAWN_KEPT = "withdrawn-kept": "a withdrawn report still belongs to a patient";
    NOT_CORRECTED = "not-corrected": "a patient has the data of a version that was corrected since";
    MISSING = "missing": "an accepted report belongs to no patient";
    BY_ANOTHER_FACILITY = "by-another-facility": "a facility's report was accepted from another party";
}

pub struct ChangesTakeEffect;

impl Rule for ChangesTakeEffect {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let (mut judged, registry) = (Judged::default(), Registry::of(run));
        for sent in registry.sent.iter().filter(|sent| sent.is_accepted()) {
            let Some(report) = &sent.report else { continue };
            judged.evaluated += 1;
            if sent.message.peer != report.facility.reveal() {
                judged.findings.push(Finding::of(&BY_ANOTHER_FACILITY, sent.message.entry));
            }
        }
        let Some((entry, patients)) = &registry.patients else { return judged };
        let reports = patients.iter().flat_map(|patient| &patient.reports);
        let kept: BTreeMap<&str, &PatientReport> = reports.map(|report| (report.report.as_str(), report)).collect();
        for (number, newest) in registry.newest() {
            let claim = match (newest.status, kept.get(number.as_str())) {
                (CaseStatus::Withdrawn, None) => continue,
                (CaseStatus::Withdrawn, Some(_)) => WITHDRAWN_KEPT,
                (CaseStatus::Confirmed, None) => MISSING,
                (CaseStatus::Confirmed, Some(kept)) if kept.version == newest.version && kept.person == newest.person => continue,
                (CaseStatus::Confirmed, Some(_)) => NOT_CORRECTED,
            };
            judged.findings.push(Finding::of(&claim, entry));
        }
        judged
    }
}
