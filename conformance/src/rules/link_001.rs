//! LINK-001: except for what they may keep, facilities keep nothing by which they could join their records of a person.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::parts::{check_of, parts};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::design::Remembered;
use terms::ground::GroundPerson;
use terms::journal::{Entry, Event};
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "LINK-001",
    title_en: "Colluding facilities can join a person's records by nothing but what they may keep",
    title_ja: "複数の医療機関等が、認められた情報以外で患者を名寄せできない",
    strength: Strength::Should,
    source: "「患者個人の特定や目的外で使用されないよう、機微性に配慮した個人情報保護の措置を講じる必要がある」; the axis *what identifies the person at \
             the facility afterwards*",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Of every person who came to two facilities or more, what the facilities recorded, logged and stored of the \
                 person's checks is compared: tokens of eight or more letters and digits. A token that occurs at two facilities \
                 for that person, and nowhere for another person, joins the records. What facilities may keep is not compared: \
                 the insurer's number, the insured person's symbol and number, the coverage's dates and, in designs with \
                 `remembered = \"certificate-serial\"`, the certificate's serial number or, with `number-as-shown`, the number, by \
                 which they can join all of them. A note says how many of these persons can be joined by the insured identifier alone.",
    details_ja: "二つ以上の医療機関等を訪れた人のそれぞれについて、各機関がその人の確認について記録し、ログに書き、保存\
                 したものを比べる。比べるのは英数字八文字以上の語である。二つの機関に共通してその人に現れ、ほかの人には\
                 現れない語は、記録を結び付ける。医療機関等が保持してよいものは比べない。保険者番号、被保険者の記号・番\
                 号、資格の日付、並びに`remembered = \"certificate-serial\"`の方式では電子証明書のシリアル番号、\
                 `number-as-shown`では番号であり、これらによってはすべてを結び付けられる。被保険者の記号・番号だけで何人\
                 を結び付けられるかを注記する。",
    remedy_en: "Keep no certificate, no digest of one and no pseudonym that another facility would get too; if something must \
                identify the person afterwards, derive it with a key of that facility alone.",
    remedy_ja: "電子証明書も、そのダイジェストも、ほかの機関と共通する仮名も保持しない。後で人を見分ける必要があるときは、\
                その機関だけの鍵で導く。",
    untested_en: "nobody came to two facilities in this run",
    untested_ja: "この実行で、二つの医療機関等を訪れた人がいない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Facility)],
};

/// Shorter tokens are ordinary words and numbers.
const SHORTEST: usize = 8;

claims! { "LINK-001";
    SAME_VALUE = "same-value": "two or more facilities keep the same value for a person, and for nobody else";
}

pub struct NothingJoins;

/// By token, the persons and the facilities where it occurs, with the last entry of each facility.
type Seen<'a> = BTreeMap<Vec<u8>, BTreeMap<u64, BTreeMap<&'a str, &'a Entry>>>;

impl Rule for NothingJoins {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let (mut seen, mut visited): (Seen<'_>, BTreeMap<u64, BTreeSet<&str>>) = (Seen::new(), BTreeMap::new());
        let mut last: BTreeMap<&str, CheckId> = BTreeMap::new();
        for entry in run.journal.iter().filter(|e| e.zone == Zone::Facility) {
            let kept = matches!(entry.event, Event::Record { .. } | Event::Log { .. } | Event::State { .. });
            if let Some(check) = check_of(entry).or_else(|| check_in_log(entry)) {
                last.insert(&entry.host, check);
            }
            // A log line or record that names no check belongs to the check that the facility named last.
            let Some(person) = last.get(entry.host.as_str()).and_then(|c| run.checks.get(c)).and_then(|t| t.person) else {
                continue;
            };
            visited.entry(person).or_default().insert(&entry.host);
            if kept {
                for text in parts(&entry.event).iter().filter(|p| p.name != "store").flat_map(|p| texts(&p.bytes)) {
                    for token in tokens(&text) {
                        seen.entry(token.to_vec()).or_default().entry(person).or_default().insert(&entry.host, entry);
                    }
                }
            }
        }
        visited.retain(|_, hosts| hosts.len() > 1);
        judged.evaluated = visited.len() as u64;
        for (token, people) in &seen {
            let Some((person, hosts)) = people.iter().next().filter(|_| people.len() == 1) else { continue };
            let Some(resident) = run.resident(*person).filter(|_| hosts.len() > 1 && visited.contains_key(person)) else {
                continue;
            };
            if may_be_kept(run, resident, token) {
                continue;
            }
            if let Some(entry) = hosts.values().max_by_key(|e| e.seq) {
                let what = format!("{} facilities keep the same value for the person, and for nobody else", hosts.len());
                judged.findings.push(Finding { person: Some(*person), ..Finding::that(&SAME_VALUE, entry, what) });
            }
        }
        if judged.evaluated > 0 {
            let joined = visited.keys().filter(|p| by_insured_identifier(&seen, run, **p)).count();
            judged.remarks.push(format!(
                "by insured identifiers, which they may keep, facilities could join the records of {joined} of the {} persons who \
                 came to more than one",
                visited.len()
            ));
        }
        judged
    }
}

/// The check that a log line names.
fn check_in_log(entry: &Entry) -> Option<CheckId> {
    let Event::Log { text, .. } = &entry.event else { return None };
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').find_map(CheckId::parse)
}

/// The texts in some content that can identify a person: the values in JSON, without outcomes, days and times; otherwise the
/// whole content.
fn texts(bytes: &[u8]) -> Vec<Vec<u8>> {
    fn values(value: &Value, all: &mut Vec<Vec<u8>>) {
        match value {
            Value::Array(items) => items.iter().for_each(|v| values(v, all)),
            Value::Object(members) => members.values().for_each(|v| values(v, all)),
            Value::String(text) => {
                let is_time = text.parse::<Timestamp>().is_ok() || text.parse::<Date>().is_ok();
                if !is_time && OutcomeCode::parse(text).is_none() {
                    all.push(text.clone().into_bytes());
                }
            }
            Value::Number(number) => all.push(number.to_string().into_bytes()),
            Value::Null | Value::Bool(_) => {}
        }
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => {
            let mut all = Vec::new();
            values(&value, &mut all);
            all
        }
        Err(_) => vec![bytes.to_vec()],
    }
}

/// Runs of ASCII letters and digits, and of the other characters that digests and pseudonyms contain.
fn tokens(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-');
    bytes.split(move |b| !inside(b)).filter(|token| token.len() >= SHORTEST)
}

/// Whether a token is something that a facility may keep of the person.
fn may_be_kept(run: &Evidence<'_>, resident: &GroundPerson, token: &[u8]) -> bool {
    let Ok(token) = std::str::from_utf8(token) else { return false };
    let person = &resident.person;
    let is_serial = || person.card.certificates.iter().any(|c| c.serial.0.to_string() == token);
    let is_number =
        || person.my_number.reveal() == token || resident.medical_number.as_ref().is_some_and(|number| number.reveal() == token);
    let may_be_kept = match run.design.remembered {
        Remembered::CertificateSerial => is_serial(),
        Remembered::NumberAsShown => is_number(),
        // A pseudonym is of one facility alone, and nothing joins nothing.
        _ => false,
    };
    if may_be_kept {
        return true;
    }
    person.insurance.iter().any(|p| {
        let i = &p.insured;
        let until = p.until.map(|d| d.to_string()).unwrap_or_default();
        [i.insurer.reveal(), &i.symbol, &i.number, &p.from.to_string(), &until].contains(&token)
    })
}

fn by_insured_identifier(seen: &Seen<'_>, run: &Evidence<'_>, person: u64) -> bool {
    let Some(resident) = run.resident(person) else { return false };
    let at_two = |text: &str| seen.get(text.as_bytes()).and_then(|p| p.get(&person)).is_some_and(|hosts| hosts.len() > 1);
    // An insured number shorter than a token is recorded beside its insurer's number, which is long enough.
    resident.person.insurance.iter().any(|p| at_two(p.insured.insurer.reveal()) || at_two(&p.insured.number))
}
