//! Who asks a broker, in whose name, and what is refused first.

use super::Probe;
use super::asking::{ANSWERED, Asking, MALFORMED, UNLICENSED, at_broker, challenge_request, signed_challenge};
use super::client::{Response, Seen};
use super::expect::Expect;
use super::story::{Story, holds, must, prepared};
use jiff::SignedDuration;
use serde_json::Value;
use sim::terms::fhir::{EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::messages::{CHALLENGE_LENGTH, ChallengeGrant};
use std::collections::BTreeSet;

/// The persons of the kit with an expired and with an unreadable certificate.
const EXPIRED: usize = 2;
/// A certificate may have 16 KiB.
const TOO_LONG: usize = (16 << 10) + 1;
/// How far the clocks of both sides may differ.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
const UNREADABLE: Expect = Expect::Refused(&[400], &["certificate-unreadable"]);
const UNTRUSTED: Expect = Expect::Refused(&[403], &["certificate-untrusted"]);

pub fn probes(signed: bool) -> Vec<Probe> {
    let mut all = vec![
        at_broker("facility/in-another-name", "A facility asks in another facility's name", in_another_name),
        at_broker("facility/insurer-asks", "An insurer asks for eligibility, and for a challenge", insurer_asks),
        at_broker("facility/unlicensed", "A facility without a licence gets neither an answer nor a challenge", unlicensed),
        at_broker(
            "facility/claims-in-headers",
            "Headers in which a client claims to be another party change nothing",
            claims_in_headers,
        ),
        at_broker("certificate/of-tls", "The facility's TLS certificate in place of a card's", certificate_of_tls),
        at_broker("certificate/too-large", "A certificate of more than 16 KiB", |a| {
            unreadable(a, |mut der| {
                der.resize(TOO_LONG, 0);
                der
            })
        }),
        at_broker("certificate/two", "Two certificates one after the other", |a| unreadable(a, |der| der.repeat(2))),
        at_broker("outcome/precedence", "Of several refusals, the first in the order of the contract is sent", precedence),
        at_broker("outcome/same-refusal", "A refusal is the same whoever was asked about", same_refusal),
        at_broker("challenge/form", "A challenge has 32 bytes and ends after 60 seconds; each one is new", challenge_form),
    ];
    if !signed {
        all.push(at_broker("challenge/ignored", "A signed challenge that no design asks for is ignored", challenge_ignored));
    } else {
        all.push(at_broker("challenge/of-another", "A challenge that another facility obtained", challenge_of_another));
        all.push(at_broker("challenge/used-by-refusal", "A refused question uses its challenge up", used_by_refusal));
    }
    all
}

fn in_another_name(a: &Asking<'_>) -> Story {
    let (one, other) = (a.facility(0)?, a.facility(1)?);
    let question = a.question(0, one)?;
    let before = a.asked();
    must("with another facility's certificate", &MALFORMED, a.ask(other, &question))?;
    a.nobody_asked_since(before)
}

fn insurer_asks(a: &Asking<'_>) -> Story {
    let (_, insurer) = prepared(a.parties.insurers.first_key_value(), "an insurer of the kit")?;
    let question = a.question(0, a.facility(0)?)?;
    let before = a.asked();
    must(
        "an eligibility request of an insurer",
        &UNLICENSED,
        a.send(insurer, &a.with_body(&question.check, question.to_json())),
    )?;
    must("a challenge for an insurer", &UNLICENSED, a.send(insurer, &challenge_request(&a.bench.server)))?;
    a.nobody_asked_since(before)
}

fn unlicensed(a: &Asking<'_>) -> Story {
    let facility = a.unlicensed()?;
    let question = a.question(0, facility)?;
    let before = a.asked();
    must("an eligibility request", &UNLICENSED, a.send(&facility.identity, &a.with_body(&question.check, question.to_json())))?;
    must("a challenge", &UNLICENSED, a.send(&facility.identity, &challenge_request(&a.bench.server)))?;
    a.nobody_asked_since(before)
}

/// The headers in which proxies report the client to a server.
const CLAIMS: [&str; 6] = [
    "x-forwarded-client-cert",
    "x-client-cert-cn",
    "ssl-client-s-dn",
    "x-ssl-client-dn",
    "x-facility-number",
    "x-forwarded-user",
];

fn claims_in_headers(a: &Asking<'_>) -> Story {
    let (licensed, other) = (a.facility(0)?, a.unlicensed()?);
    let claiming = |mut request: super::requests::Request, number: &str| {
        for name in CLAIMS {
            let value = if name.ends_with("dn") { format!("CN={number},C=JP") } else { number.to_string() };
            request = request.with(name, &value);
        }
        request
    };
    let theirs = a.question(0, licensed)?;
    let request = claiming(a.with_body(&theirs.check, theirs.to_json()), licensed.number.reveal());
    must("a facility without a licence that claims to be another", &UNLICENSED, a.send(&other.identity, &request))?;
    let own = a.question(0, licensed)?;
    let request = claiming(a.request(&licensed.identity, &own), other.number.reveal());
    must("a licensed facility, with headers that name another", &ANSWERED, a.send(&licensed.identity, &request)).map(drop)
}

fn certificate_of_tls(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let certificate = facility.identity.certificate.clone();
    with_certificate(a, certificate, &UNTRUSTED)
}

fn unreadable(a: &Asking<'_>, change: fn(Vec<u8>) -> Vec<u8>) -> Story {
    let certificate = change(a.question(0, a.facility(0)?)?.certificate);
    with_certificate(a, certificate, &UNREADABLE)
}

/// A question with this certificate is refused before JPKI is asked.
fn with_certificate(a: &Asking<'_>, certificate: Vec<u8>, expect: &Expect) -> Story {
    let facility = a.facility(0)?;
    let question = EligibilityQuestion { certificate, signed_challenge: challenge_for(a, 0)?, ..a.question(0, facility)? };
    let before = a.asked();
    must("this certificate", expect, a.ask(facility, &question))?;
    a.nobody_asked_since(before)
}

/// A challenge signed by a person's card for the first facility, where the design asks for one.
fn challenge_for(a: &Asking<'_>, person: usize) -> Result<Option<SignedChallenge>, super::story::Unmet> {
    if !a.parties.is_signed() {
        return Ok(None);
    }
    let (facility, card) = (a.facility(0)?, prepared(a.parties.cards.get(person), "a card of the kit")?);
    let signed = signed_challenge(&a.bench.server, &facility.identity, &facility.number, &card.key);
    prepared(signed, "a signed challenge").map(Some)
}

fn precedence(a: &Asking<'_>) -> Story {
    let (facility, other) = (a.facility(0)?, a.unlicensed()?);
    let check = crate::wire::check(a.bench.next());
    must("no licence, and half a body", &UNLICENSED, a.send(&other.identity, &a.with_body(&check, b"{".to_vec())))?;
    let expired = a.question(EXPIRED, facility)?;
    let theirs = EligibilityQuestion { facility: other.number.clone(), ..expired.clone() };
    must("another facility's number, and an expired certificate", &MALFORMED, a.ask(facility, &theirs))?;
    let known = a.question(0, facility)?;
    must("a good question", &ANSWERED, a.ask(facility, &known))?;
    let under_its_id = EligibilityQuestion { check: known.check, ..expired };
    let refused = Expect::Refused(&[403], &["certificate-expired"]);
    must("an expired certificate, and another question under a recorded id", &refused, a.ask(facility, &under_its_id)).map(drop)
}

/// A refusal without the texts that its server words freely.
fn without_texts(refusal: &Response) -> Value {
    let mut json: Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
    for (at, text) in [("/issue/0", "diagnostics"), ("/issue/0/details", "text")] {
        if let Some(members) = json.pointer_mut(at).and_then(Value::as_object_mut) {
            members.remove(text);
        }
    }
    json
}

fn same_refusal(a: &Asking<'_>) -> Story {
    let (facility, other) = (a.facility(0)?, a.unlicensed()?);
    let unlicensed = |person: usize| {
        let question = a.question(person, other)?;
        let request = a.with_body(&question.check, question.to_json());
        must("a facility without a licence", &UNLICENSED, a.send(&other.identity, &request))
    };
    let malformed = |person: usize| {
        let question = a.question(person, facility)?;
        let body = question.to_json();
        let half = a.with_body(&question.check, body[..body.len() / 2].to_vec());
        must("half a body", &MALFORMED, a.send(&facility.identity, &half))
    };
    for (one, another) in [(unlicensed(0)?, unlicensed(1)?), (malformed(0)?, malformed(1)?)] {
        let same = without_texts(&one) == without_texts(&another);
        holds(same, "the same body for two people, apart from free texts", "two bodies")?;
    }
    Ok(())
}

fn challenge_form(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let mut seen = BTreeSet::new();
    for _ in 0..16 {
        let answer = must("a challenge", &Expect::Success(201), a.send(&facility.identity, &challenge_request(&a.bench.server)))?;
        let grant: Option<ChallengeGrant> = serde_json::from_slice(&answer.body).ok();
        let grant = grant.and_then(|g| Some((data_encoding::BASE64.decode(g.challenge.as_bytes()).ok()?, g.expires_at)));
        let Some((challenge, expires_at)) = grant else {
            return holds(false, "`challenge` in Base64 and `expiresAt`, and nothing else", "another body");
        };
        holds(challenge.len() == CHALLENGE_LENGTH, "32 bytes", &format!("{} bytes", challenge.len()))?;
        let off = expires_at.duration_since(scenarios::live::now()) - SignedDuration::from_secs(60);
        holds(off.abs() <= TOLERANCE, "an end 60 seconds from now", &format!("one that is {} s off", off.as_secs()))?;
        holds(seen.insert(challenge), "another challenge each time", "one that was issued before")?;
    }
    Ok(())
}

fn challenge_ignored(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let signed = SignedChallenge { challenge: vec![7; CHALLENGE_LENGTH], signature: vec![5; 256] };
    let question = EligibilityQuestion { signed_challenge: Some(signed), ..a.question(0, facility)? };
    must("a question with an invented challenge", &ANSWERED, a.ask(facility, &question)).map(drop)
}

fn challenge_of_another(a: &Asking<'_>) -> Story {
    let signed_challenge = challenge_for(a, 0)?;
    let facility = a.facility(1)?;
    let question = EligibilityQuestion { signed_challenge, ..a.question(0, facility)? };
    let unknown = Expect::Refused(&[403], &["challenge-unknown"]);
    must("the first facility's challenge, from the second", &unknown, a.ask(facility, &question)).map(drop)
}

fn used_by_refusal(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let expired = EligibilityQuestion { signed_challenge: challenge_for(a, EXPIRED)?, ..a.question(EXPIRED, facility)? };
    must("an expired certificate", &Expect::Refused(&[403], &["certificate-expired"]), a.ask(facility, &expired))?;
    let again = EligibilityQuestion { signed_challenge: expired.signed_challenge, ..a.question(0, facility)? };
    let seen: Seen = a.ask(facility, &again);
    must("the same challenge with another question", &Expect::Refused(&[403], &["challenge-reused"]), seen).map(drop)
}
