//! Check ids, and requests that come again.

use super::Probe;
use super::asking::{ANSWERED, Asking, MALFORMED, at_broker};
use super::client::{Response, Tls};
use super::expect::Expect;
use super::story::{Story, Unmet, holds, must};
use jiff::SignedDuration;
use serde_json::Value;
use sim::terms::fhir::{EligibilityAnswer, EligibilityQuestion, Profile};

/// The person of the kit whose certificate is revoked: JPKI is asked before the refusal.
const REVOKED: usize = 3;
/// What is not the id of a check.
const BAD_IDS: [(&str, &str); 8] = [
    ("no-prefix", "000001-000001"),
    ("short", "check-00001-000001"),
    ("long", "check-0000000000001-000001"),
    ("letters", "check-00000a-000001"),
    ("capitals", "CHECK-000001-000001"),
    ("space", "check-000001-000001 "),
    ("three-numbers", "check-000001-000001-000001"),
    ("full-width", "check-０００００１-000001"),
];

pub fn probes() -> Vec<Probe> {
    let mut all = vec![
        at_broker("check/repeated", "The same question again gets the same answer, and nobody is asked", repeated),
        at_broker("check/written-otherwise", "The same question in other JSON is the same question", written_otherwise),
        at_broker(
            "check/repeated-refusal",
            "A refused question again gets the same refusal, and nobody is asked",
            repeated_refusal,
        ),
        at_broker("check/another-question", "Another question under a recorded check id is refused", another_question),
        at_broker("check/two-facilities", "The same check id of two facilities names two checks", two_facilities),
        at_broker("check/after-malformed", "A refused body closes its check id", after_malformed),
        at_broker("check/at-once", "The same request twice at once is one check", at_once),
        at_broker("check/client-leaves", "A client that leaves before the answer asks again", client_leaves),
    ];
    all.extend(BAD_IDS.map(|(name, id)| {
        at_broker(&format!("check/bad-id/{name}"), "A text that is not the id of a check", move |a| bad_id(a, id))
    }));
    all
}

/// Ends the probe unless both bodies are the same.
fn same(first: &Response, again: &Response) -> Story {
    let is = first.status == again.status && first.body == again.body;
    holds(is, "the recorded answer, byte for byte", "another body than the first time")
}

fn repeated(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    let first = must("the first time", &ANSWERED, a.ask(facility, &question))?;
    let before = a.asked();
    let again = must("again", &ANSWERED, a.ask(facility, &question))?;
    same(&first, &again)?;
    a.nobody_asked_since(before)
}

fn written_otherwise(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    let first = must("the first time", &ANSWERED, a.ask(facility, &question))?;
    let created = question.created.saturating_sub(SignedDuration::from_hours(1)).unwrap_or(question.created);
    let request = a.request(&facility.identity, &EligibilityQuestion { created, ..question });
    // With its members in alphabetical order, on several lines.
    let json: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let request = super::requests::Request { body: format!("{json:#}").into_bytes(), ..request.with("x-other", "1") };
    let again = must("in other JSON, with another `created`", &ANSWERED, a.send(&facility.identity, &request))?;
    same(&first, &again)
}

fn repeated_refusal(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let refused = Expect::Refused(&[403], &["certificate-revoked"]);
    let question = a.question(REVOKED, facility)?;
    must("the first time", &refused, a.ask(facility, &question))?;
    let before = a.asked();
    must("again", &refused, a.ask(facility, &question))?;
    a.nobody_asked_since(before)
}

fn another_question(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    let first = must("the first time", &ANSWERED, a.ask(facility, &question))?;
    let before = a.asked();
    let day = question.day.yesterday().unwrap_or(question.day);
    must("about another day", &MALFORMED, a.ask(facility, &EligibilityQuestion { day, ..question.clone() }))?;
    let certificate = a.question(1, facility)?.certificate;
    must("about another card", &MALFORMED, a.ask(facility, &EligibilityQuestion { certificate, ..question.clone() }))?;
    a.nobody_asked_since(before)?;
    let again = must("the first question again", &ANSWERED, a.ask(facility, &question))?;
    same(&first, &again)
}

fn two_facilities(a: &Asking<'_>) -> Story {
    let (one, other) = (a.facility(0)?, a.facility(1)?);
    let question = a.question(0, one)?;
    must("from the first facility", &ANSWERED, a.ask(one, &question))?;
    let day = question.day.yesterday().unwrap_or(question.day);
    let theirs = EligibilityQuestion { facility: other.number.clone(), day, ..question };
    let answer = must("another question from the second facility", &ANSWERED, a.ask(other, &theirs))?;
    let read = EligibilityAnswer::from_json(&answer.body);
    holds(read.is_ok_and(|read| read.day == day), "an answer about the day of its question", "an answer about another day")
}

fn after_malformed(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    let broken = a.with_body(&question.check, b"{\"resourceType\":".to_vec());
    must("half a body", &MALFORMED, a.send(&facility.identity, &broken))?;
    let before = a.asked();
    must("a good body under the same check id", &MALFORMED, a.ask(facility, &question))?;
    a.nobody_asked_since(before)?;
    let own_id = EligibilityQuestion { check: crate::wire::check(a.bench.next()), ..question };
    must("a good body under a new check id", &ANSWERED, a.ask(facility, &own_id)).map(drop)
}

fn at_once(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let before = a.asked();
    must("alone", &ANSWERED, a.ask(facility, &a.question(0, facility)?))?;
    let for_one = a.asked() - before;
    let question = a.question(0, facility)?;
    let requests = [0, 1].map(|_| a.request(&facility.identity, &question));
    let before = a.asked();
    let answers = std::thread::scope(|scope| {
        let both = requests.each_ref().map(|request| scope.spawn(|| a.send(&facility.identity, request)));
        both.map(|one| must("both at once", &ANSWERED, one.join().unwrap_or(super::client::Seen::Closed)))
    });
    let [one, other] = answers;
    same(&one?, &other?)?;
    let asked = a.asked() - before;
    holds(asked <= for_one, &format!("{for_one} requests to other parties, as for one check"), &format!("{asked} requests"))
}

fn client_leaves(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    let left: Result<(), Unmet> = match a.bench.server.open(&Tls::of(&facility.identity)) {
        // Whether it still arrives is up to the network.
        Ok(mut open) => open.send(&a.request(&facility.identity, &question).bytes()).or(Ok(())),
        Err(seen) => must("a connection", &ANSWERED, seen).map(drop),
    };
    left?;
    must("the same request again", &ANSWERED, a.ask(facility, &question)).map(drop)
}

fn bad_id(a: &Asking<'_>, id: &str) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(0, facility)?;
    let request = a.request(&facility.identity, &question);
    let body = String::from_utf8_lossy(&request.body).replace(question.check.as_str(), id).into_bytes();
    let before = a.asked();
    must("a bad check id in the body", &MALFORMED, a.send(&facility.identity, &super::requests::Request { body, ..request }))?;
    a.nobody_asked_since(before)
}
