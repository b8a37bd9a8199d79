//! Feeds that an insurer of the kit would not send. What an accepted one changes is changed back.

use super::Probe;
use super::asking::{ANSWERED, Asking, MALFORMED, at_broker};
use super::client::Seen;
use super::expect::Expect;
use super::requests::Request;
use super::story::{Story, Unmet, holds, must, prepared};
use jiff::Span;
use mocks::pki::tls::TlsIdentity;
use serde_json::{Value, json};
use sim::terms::fhir::{EligibilityAnswer, FeedBatch, FeedEntry, Profile};
use sim::terms::identifiers::InsurerNumber;
use sim::terms::operation::{Method, Operation};
use sim::terms::operations::SubmitFeed;
use std::time::Duration;

/// The person of the kit whose coverage is changed: only the unlicensed facility is visited by it.
const PERSON: usize = 17;
const ACCEPTED: Expect = Expect::Success(200);
const NOT_SUPPORTED: Expect = Expect::Refused(&[404], &["request-not-supported"]);
/// How often, and with which pauses, it is looked whether the insurer's own feed has been accepted.
const LOOKS: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

pub fn probes(insurers_are_asked: bool) -> Vec<Probe> {
    if insurers_are_asked {
        return vec![at_feed("feed/not-supported", "A feed, in a design in which insurers are asked", |f| {
            must("a feed", &NOT_SUPPORTED, f.send(f.identity, &f.batch(1))).map(drop)
        })];
    }
    vec![
        at_feed("feed/gap", "A feed number that skips one", |f| f.refused("a gap", &f.batch(f.next()? + 1))),
        at_feed("feed/lower-number", "A feed number below the last", lower_number),
        at_feed("feed/number-form", "A feed number with leading zeros, and one with a sign", number_form),
        at_feed("feed/repeated", "The last message again, and its number with other content", repeated),
        at_feed("feed/empty", "A feed without entries", |f| f.accepted("an empty feed", &f.batch(f.next()?))),
        at_feed("feed/watermark-back", "A feed with an earlier watermark", |f| {
            let batch = f.batch(f.next()?);
            let complete_through = batch.complete_through.saturating_sub(Span::new().days(1));
            f.refused("a watermark of yesterday", &FeedBatch { complete_through, ..batch })
        }),
        at_feed("feed/of-another-insurer", "A feed in another insurer's name", of_another),
        at_feed("feed/from-a-facility", "A facility sends a feed", |f| {
            let facility = f.asking.facility(0)?;
            must("a facility's feed", &MALFORMED, f.send(&facility.identity, &f.batch(f.next()?)))?;
            f.is_unchanged()
        }),
        at_feed("feed/not-commissioned", "A feed of an insurer that has not commissioned the broker", |f| {
            let (number, identity) = &f.asking.parties.strange_insurer;
            let batch = FeedBatch { insurer: number.clone(), ..f.batch(1) };
            must("an unknown insurer's feed", &MALFORMED, f.send(identity, &batch)).map(drop)
        }),
        at_feed("feed/all-or-nothing", "A feed with one wrong entry changes nothing", all_or_nothing),
        at_feed("feed/corrects-coverage", "A coverage sent again with another copayment, and back", corrects),
        at_feed("feed/refusals", "Statuses and codes of refused feeds", refusals),
    ]
}

pub(super) fn at_feed(name: &str, what: &str, act: impl Fn(&Feeding<'_>) -> Story + Send + Sync + 'static) -> Probe {
    at_broker(name, what, move |asking| {
        let person = prepared(asking.parties.person(PERSON), "a person of the kit")?;
        let period = prepared(person.person.insurance_on(asking.parties.today()), "a coverage in force")?;
        let code = prepared(person.institution_code.as_ref(), "an institution code")?;
        let found = asking.parties.insurers.get_key_value(&period.insured.insurer);
        let (insurer, identity) = prepared(found, "the insurer's certificate")?;
        act(&Feeding { asking, insurer, identity, entry: FeedEntry::of(code, period) })
    })
}

/// An insurer, with what it has reported about the person.
pub(super) struct Feeding<'a> {
    pub asking: &'a Asking<'a>,
    insurer: &'a InsurerNumber,
    pub identity: &'a TlsIdentity,
    pub entry: FeedEntry,
}

impl Feeding<'_> {
    /// The number that the broker must accept next.
    pub fn next(&self) -> Result<u64, Unmet> {
        for _ in 0..LOOKS {
            if let Some(last) = self.asking.parties.last_fed(self.insurer) {
                return Ok(last + 1);
            }
            std::thread::sleep(PAUSE);
        }
        prepared(None, "the insurer's own feed was accepted")
    }

    /// A feed without entries.
    pub fn batch(&self, running: u64) -> FeedBatch {
        let complete_through = self.asking.parties.today();
        FeedBatch {
            insurer: self.insurer.clone(),
            running,
            created: scenarios::live::now(),
            complete_through,
            entries: Vec::new(),
            codes: None,
        }
    }

    /// The coverage with another copayment than it has.
    pub fn changed(&self) -> FeedEntry {
        let copayment_percent = Some(if self.entry.copayment_percent == Some(30) { 20 } else { 30 });
        FeedEntry { copayment_percent, ..self.entry.clone() }
    }

    fn body(&self, client: &TlsIdentity, body: Vec<u8>) -> Seen {
        let media = SubmitFeed::REQUEST_MEDIA;
        let headers = [("host", self.asking.bench.server.name.as_str()), ("accept", media), ("content-type", media)];
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
        let request = Request { method: Method::Post.name().into(), target: SubmitFeed::PATH.into(), headers, body };
        self.asking.send(client, &request)
    }

    pub fn send(&self, client: &TlsIdentity, batch: &FeedBatch) -> Seen {
        self.body(client, batch.to_json())
    }

    pub fn accepted(&self, when: &str, batch: &FeedBatch) -> Story {
        let answer = must(when, &ACCEPTED, self.send(self.identity, batch))?;
        self.asking.parties.fed(self.insurer, batch.running);
        holds(answer.body.is_empty(), "an answer without a body", "one with a body")
    }

    /// It must be refused, and change nothing.
    fn refused(&self, when: &str, batch: &FeedBatch) -> Story {
        must(when, &MALFORMED, self.send(self.identity, batch))?;
        self.is_unchanged()
    }

    /// The copayment in an answer about the person.
    pub fn copayment(&self) -> Result<Option<u8>, Unmet> {
        let facility = self.asking.facility(0)?;
        let question = self.asking.question(PERSON, facility)?;
        let answer = must("a check of the person", &ANSWERED, self.asking.ask(facility, &question))?;
        let read = EligibilityAnswer::from_json(&answer.body).ok();
        Ok(read.and_then(|read| read.coverages.first()?.copayment_percent))
    }

    pub fn is_unchanged(&self) -> Story {
        let found = self.copayment()?;
        holds(found == self.entry.copayment_percent, "an answer as before the refused feed", "another answer")?;
        self.accepted("the number that was next before", &self.batch(self.next()?))
    }
}

fn lower_number(f: &Feeding<'_>) -> Story {
    // Now there are at least three.
    f.accepted("an empty feed", &f.batch(f.next()?))?;
    f.accepted("another one", &f.batch(f.next()?))?;
    f.refused("the number before the last", &f.batch(f.next()? - 2))
}

/// The number of a feed, written in another way.
fn number_form(f: &Feeding<'_>) -> Story {
    let next = f.next()?;
    for (when, number) in [("leading zeros", format!("00{next}")), ("a sign", format!("+{next}")), ("zero", "0".to_string())] {
        let mut json: Value = serde_json::from_slice(&f.batch(next).to_json()).unwrap_or_default();
        json["identifier"]["value"] = json!(format!("{}-{number}", f.insurer.reveal()));
        must(when, &MALFORMED, f.body(f.identity, json.to_string().into_bytes()))?;
    }
    f.is_unchanged()
}

fn repeated(f: &Feeding<'_>) -> Story {
    let batch = f.batch(f.next()?);
    f.accepted("an empty feed", &batch)?;
    must("the same again", &ACCEPTED, f.send(f.identity, &batch))?;
    let other = FeedBatch { entries: vec![f.changed()], ..batch };
    must("the same number with other content", &MALFORMED, f.send(f.identity, &other))?;
    f.is_unchanged()
}

fn of_another(f: &Feeding<'_>) -> Story {
    let other = f.asking.parties.insurers.iter().find(|(number, _)| *number != f.insurer);
    let (_, other) = prepared(other, "a second insurer of the kit")?;
    let batch = FeedBatch { entries: vec![f.changed()], ..f.batch(f.next()?) };
    must("another insurer's certificate", &MALFORMED, f.send(other, &batch))?;
    f.is_unchanged()
}

fn all_or_nothing(f: &Feeding<'_>) -> Story {
    let other = prepared(f.asking.parties.insurers.keys().find(|number| *number != f.insurer), "a second insurer of the kit")?;
    let mut of_another = f.changed();
    of_another.insured.insurer = other.clone();
    let batch = FeedBatch { entries: vec![f.changed(), of_another], ..f.batch(f.next()?) };
    f.refused("a good entry and one of another insurer", &batch)
}

fn corrects(f: &Feeding<'_>) -> Story {
    let changed = f.changed();
    let there = FeedBatch { entries: vec![changed.clone()], ..f.batch(f.next()?) };
    f.accepted("the coverage with another copayment", &there)?;
    let found = f.copayment();
    let back = FeedBatch { entries: vec![f.entry.clone()], ..f.batch(f.next()?) };
    f.accepted("the coverage as it was", &back)?;
    holds(found? == changed.copayment_percent, "the new copayment in the next answer", "another one")?;
    f.is_unchanged()
}

fn refusals(f: &Feeding<'_>) -> Story {
    let next = f.next()?;
    let good = FeedBatch { entries: vec![f.changed()], ..f.batch(next) };
    let mut unknown: Value = serde_json::from_slice(&good.to_json()).unwrap_or_default();
    unknown["entry"][0]["fullUrl"] = json!("urn:uuid:0");
    let field = Expect::Refused(&[400], &["request-unknown-field"]);
    must("a member that is not defined", &field, f.body(f.identity, unknown.to_string().into_bytes()))?;
    let body = good.to_json();
    must("half a body", &MALFORMED, f.body(f.identity, body[..body.len() / 2].to_vec()))?;
    let too_large = Expect::RefusedOrClosed(&[413]);
    let seen = f.body(f.identity, [body, vec![b' '; 256 << 10]].concat());
    match too_large.unmet(&seen) {
        None => f.is_unchanged(),
        Some(_) => must("a body of more than 256 KiB", &Expect::Refused(&[413], &["request-too-large"]), seen).map(drop),
    }
}
