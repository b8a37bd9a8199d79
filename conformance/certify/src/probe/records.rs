//! The audit records that a broker exports: their form, their number, and that they survive a crash.

use super::Probe;
use super::asking::{ANSWERED, Asking, MALFORMED, at_broker};
use super::client::{Response, Seen};
use super::expect::Expect;
use super::story::{Story, Unmet, holds, must};
use crate::operator::Way;
use serde_json::Value;
use sim::terms::check::CheckId;
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::FacilityNumber;
use std::collections::BTreeSet;

/// The person of the kit whose certificate is revoked.
const REVOKED: usize = 3;
/// What a record has, and nothing else (REC-002).
const MEMBERS: [&str; 7] = ["check", "facility", "at", "outcome", "questionSha256", "status", "answer"];

/// Whether the system can be killed too.
pub fn probes(can_be_killed: bool) -> Vec<Probe> {
    let mut all = vec![
        at_broker("record/export", "Answers, refusals and what cannot be read are recorded in the form of the contract", form),
        at_broker("record/once", "A repeated question adds no record", once),
    ];
    if can_be_killed {
        all.push(at_broker("record/survives-crash", "What was answered right before a crash is recorded after it", survives));
    }
    all
}

/// The records of a check.
fn of(a: &Asking<'_>, facility: &FacilityNumber, check: &CheckId) -> Result<Vec<Value>, Unmet> {
    let lines = a.bench.records.read().map_err(|failed| Unmet {
        expected: "the audit records can be read".into(),
        observed: format!("{} {}", failed.how, failed.last_lines.join(" / ")).trim().to_string(),
        likely_cause: Some("look at `audit-file` or `audit-command` of the configuration".into()),
        is_environment: true,
    })?;
    let mut found = Vec::new();
    for line in lines.iter().filter(|line| line.contains(check.as_str())) {
        let record: Option<Value> = serde_json::from_str(line).ok();
        let Some(record) = record else {
            return holds(false, "each line of the export is a JSON object", "a line that is none").map(|()| found);
        };
        let is = |member: &str, value: &str| record[member].as_str() == Some(value);
        if is("check", check.as_str()) && is("facility", facility.reveal()) {
            found.push(record);
        }
    }
    Ok(found)
}

fn the_one(a: &Asking<'_>, facility: &FacilityNumber, check: &CheckId) -> Result<Value, Unmet> {
    let mut found = of(a, facility, check)?;
    holds(found.len() == 1, "one record of the check", &format!("{} records", found.len()))?;
    Ok(found.pop().unwrap_or_default())
}

/// Compares a record with the answer that it must record. `question` is nothing if it could not be read.
fn is_right(record: &Value, answer: &Response, outcome: &str, question: Option<&EligibilityQuestion>) -> Story {
    let found: BTreeSet<&str> = record.as_object().into_iter().flat_map(|o| o.keys()).map(String::as_str).collect();
    let missing: Vec<&str> = MEMBERS.into_iter().filter(|m| !found.contains(m)).collect();
    let further: Vec<&str> = found.iter().copied().filter(|m| !MEMBERS.contains(m)).collect();
    let members = MEMBERS.join(", ");
    let observed = format!("missing: {}; further: {} members", missing.join(", "), further.len());
    holds(missing.is_empty() && further.is_empty(), &format!("the members {members}"), &observed)?;
    let compare =
        |member: &str, right: bool| holds(right, &format!("`{member}` of the record as it was answered"), "another value");
    compare("outcome", record["outcome"] == outcome)?;
    compare("status", record["status"] == answer.status)?;
    compare("answer", record["answer"].as_str().is_some_and(|text| text.as_bytes() == answer.body))?;
    let digest = question.map(sha256_of).unwrap_or_default();
    compare("questionSha256", record["questionSha256"] == digest.as_str())?;
    let at = record["at"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let near = at.is_some_and(|at| at.duration_until(scenarios::live::now()).abs() <= jiff::SignedDuration::from_mins(5));
    holds(near, "`at` of the record, an instant of the broker's clock", "no instant, or one more than five minutes away")
}

/// REC-003.
fn sha256_of(question: &EligibilityQuestion) -> String {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&openssl::sha::sha256(bytes));
    let on_record = question.on_record.as_ref().map(|i| {
        let text = |value: &str| Value::from(value).to_string();
        let (insurer, symbol) = (text(i.insurer.reveal()), text(&i.symbol));
        format!("{{\"insurer\":{insurer},\"symbol\":{symbol},\"number\":{},\"branch\":{}}}", text(&i.number), text(&i.branch))
    });
    let on_record = on_record.unwrap_or_else(|| "null".into());
    hex(format!("[\"{}\",\"{}\",{on_record}]", hex(&question.certificate), question.day).as_bytes())
}

fn form(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let mut question = a.question(0, facility)?;
    question.on_record =
        a.parties.person(0).and_then(|p| p.person.insurance_on(question.day)).map(|period| period.insured.clone());
    let answer = must("a question with a coverage on record", &ANSWERED, a.ask(facility, &question))?;
    is_right(&the_one(a, &facility.number, &question.check)?, &answer, "in-force", Some(&question))?;
    let revoked = Expect::Refused(&[403], &["certificate-revoked"]);
    let question = a.question(REVOKED, facility)?;
    let answer = must("a revoked certificate", &revoked, a.ask(facility, &question))?;
    is_right(&the_one(a, &facility.number, &question.check)?, &answer, "certificate-revoked", Some(&question))?;
    let question = a.question(0, facility)?;
    let broken = a.with_body(&question.check, b"{\"resourceType\":".to_vec());
    let answer = must("half a body", &MALFORMED, a.send(&facility.identity, &broken))?;
    is_right(&the_one(a, &facility.number, &question.check)?, &answer, "request-malformed", None)
}

fn once(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    for when in ["the first time", "again", "once more"] {
        must(when, &ANSWERED, a.ask(facility, &question))?;
    }
    let day = question.day.yesterday().unwrap_or(question.day);
    let other = EligibilityQuestion { day, ..question.clone() };
    must("another question under its id", &MALFORMED, a.ask(facility, &other))?;
    the_one(a, &facility.number, &question.check).map(drop)
}

fn survives(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    let seen: Seen = a.ask(facility, &question);
    let restarted = super::restarts::around(a.bench, Way::Kill, || Ok(()));
    let answer = must("right before the crash", &ANSWERED, seen)?;
    restarted?;
    is_right(&the_one(a, &facility.number, &question.check)?, &answer, "in-force", Some(&question))
}
