//! REG-001: a report of a cancer case names the person by no number and no code; the registry's own code comes from the number authority.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::registry::{Registry, SentReport};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use serde_json::Value;
use std::collections::BTreeSet;
use terms::fhir::names;
use terms::ground::GroundPerson;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "REG-001",
    title_en: "A report of a cancer case names the person by no number and no code",
    title_ja: "がんの届出は、番号や符号で本人を示さない",
    strength: Strength::Must,
    source: "「いずれの利用場面も医療機関等ではマイナンバーは用いない」「保険医療機関等では番号・符号を用いない」",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "Every identifier in a report is the facility's own number of the report, its mark of the chart, or its facility number, and no \
                 number or code of any person of the run is in the message. Every code under which the registry keeps a report is one that the \
                 number authority gave it before. The data-class matrix looks for the same values in every encoding.",
    details_ja: "届出の識別子は、医療機関の届出番号、診療録の記号、医療機関コードだけであり、実行中のどの人の番号\
                 や符号も届出に含まれない。登録の側で届出に付けた符号は、先に番号機関から受け取ったものである。同\
                 じ値は、データ区分の表の規則でもあらゆる符号化で探す。",
    remedy_en: "Report name, kana, birth date, sex and address; ask the number authority for the registry's own code at the registry.",
    remedy_ja: "氏名、カナ、生年月日、性別、住所を届け出る。登録用の符号は、登録の側で番号機関に照会する。",
    untested_en: "nobody reported a case in this run",
    untested_ja: "この実行でがんの届出がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Link(Zone::Facility, Zone::Registry)],
};

claims! { "REG-001";
    IDENTIFIER = "identifier": "a report has an identifier other than those of the facility";
    VALUE = "value": "a report has a number or a code of a person in it";
    CODE_FROM_ELSEWHERE = "code-from-elsewhere": "the registry keeps a report under a code that the number authority did not give it";
}

/// The systems of identifiers that a report may have.
const OWN: [&str; 3] = [names::CANCER_REPORT, names::CHART, names::FACILITY_NUMBER];

pub struct NoNumberInReports;

impl Rule for NoNumberInReports {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let (mut judged, registry) = (Judged::default(), Registry::of(run));
        if registry.sent.is_empty() {
            return judged;
        }
        let values: BTreeSet<String> = run.ground.people.iter().flat_map(values).filter(|v| !v.is_empty()).collect();
        for sent in &registry.sent {
            judged.evaluated += 1;
            report(sent, &values, &mut judged);
        }
        for (entry, decision) in registry.decisions.iter().filter_map(|(entry, d)| Some((entry, d.as_ref()?))) {
            for code in decision.codes.iter().flatten() {
                judged.evaluated += 1;
                if !registry.given.iter().any(|(at, given)| at < &entry.seq && given == code) {
                    judged.findings.push(Finding::of(&CODE_FROM_ELSEWHERE, entry));
                }
            }
        }
        judged
    }
}

fn report(sent: &SentReport<'_>, values: &BTreeSet<String>, judged: &mut Judged) {
    let entry = sent.message.entry;
    let Some(body) = sent.message.body.bytes() else { return };
    if let Ok(json) = serde_json::from_slice::<Value>(&body) {
        let mut systems = Vec::new();
        identifiers(&json, &mut systems);
        if systems.iter().any(|system| !OWN.contains(&system.as_str())) {
            judged.findings.push(Finding::of(&IDENTIFIER, entry));
        }
    }
    let text = format!("{}\n{}", sent.message.text, String::from_utf8_lossy(&body));
    // A chart's mark is the facility's own; a number is a word of its own.
    let has = |word: &str| values.contains(word);
    if text.split(|c: char| !c.is_ascii_alphanumeric()).any(has) {
        judged.findings.push(Finding::of(&VALUE, entry));
    }
}

/// The systems of all identifiers in a message: objects with `system` and `value`.
fn identifiers(value: &Value, systems: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let (Some(Value::String(system)), Some(_)) = (members.get("system"), members.get("value")) {
                systems.push(system.clone());
            }
            members.values().for_each(|member| identifiers(member, systems));
        }
        Value::Array(items) => items.iter().for_each(|item| identifiers(item, systems)),
        _ => {}
    }
}

/// The numbers and codes of a person.
fn values(resident: &GroundPerson) -> Vec<String> {
    let person = &resident.person;
    let codes = resident.institution_code.iter().chain(resident.other_codes.values()).chain(&resident.research_code);
    let codes = codes.chain(resident.reissued_codes.values().flatten());
    let insured = person.insurance.iter().map(|period| period.insured.number.clone()).filter(|number| number.len() > 4);
    let numbers = [person.my_number.reveal().to_string(), person.resident_code.reveal().to_string()].into_iter();
    let medical = resident.medical_number.iter().map(|number| number.reveal().to_string());
    numbers.chain(codes.map(|code| code.reveal().to_string())).chain(insured).chain(medical).collect()
}
