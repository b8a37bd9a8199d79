//! The system is stopped or killed in the middle, and started again: it serves again in time, keeps what the contract says is
//! durable, and answers nothing wrongly meanwhile.

use super::asking::{ANSWERED, Asking, MALFORMED, at_broker, signed_challenge};
use super::client::{Response, Seen};
use super::expect::Expect;
use super::feeds::{Feeding, at_feed};
use super::story::{Story, Unmet, holds, must, prepared};
use super::{Bench, Probe};
use crate::clock::now;
use crate::command::Failed;
use crate::operator::Way;
use sim::terms::fhir::{EligibilityQuestion, FeedBatch};
use sim::terms::roles::Zone;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The person of the kit whose certificate is revoked.
const REVOKED: usize = 3;
/// How many clients ask while the system is killed, and how often each at most.
const CLIENTS: usize = 4;
const MOST: usize = 40;

/// All of a role, in a design in which challenges are signed or not, and insurers report or are asked.
pub fn probes(zone: Zone, is_signed: bool, insurers_are_asked: bool) -> Vec<Probe> {
    let mut all = vec![
        Probe::story("restart/stopped", "Stopped in good order and started again, the system serves in time", |bench| {
            around(bench, Way::Stop, || Ok(())).map(drop)
        }),
        Probe::story("restart/killed", "Killed and started again, the system serves in time", |bench| {
            around(bench, Way::Kill, || Ok(())).map(drop)
        }),
    ];
    if zone != Zone::Broker {
        return all;
    }
    all.extend([
        at_broker("restart/recorded-answers", "After a crash, repeated questions get the recorded answers", recorded),
        at_broker(
            "restart/in-the-middle",
            "Clients ask while the system is killed: no answer is wrong, and none changes",
            in_the_middle,
        ),
    ]);
    if !insurers_are_asked {
        all.extend([
            at_feed("restart/feed-numbers", "After a crash, the numbers of feeds go on", feed_numbers),
            at_feed("restart/feed-durable", "What was accepted right before a crash counts after it", feed_durable),
        ]);
    }
    if is_signed {
        all.push(at_broker("restart/challenges", "Challenges and their use survive a crash", challenges));
    }
    all
}

/// Ends the system, does something, starts it, and waits until it serves. Returns how long that took after the start.
pub(super) fn around(bench: &Bench, way: Way, meanwhile: impl FnOnce() -> Story) -> Result<Duration, Unmet> {
    let operator = &bench.operator;
    let failed = |expected: &str, failed: Failed| Unmet {
        expected: expected.into(),
        observed: format!("{} {}", failed.how, failed.last_lines.join(" / ")).trim().to_string(),
        likely_cause: Some("look at the commands `start`, `stop` and `kill` of the configuration".into()),
        is_environment: true,
    };
    let down = operator.down(way, &bench.server).map_err(|e| failed("the system ends", e))?;
    let did = meanwhile();
    let begun = now();
    operator.up(down, &bench.server).map_err(|e| failed("the command starts the system", e))?;
    did?;
    serves_again(bench, begun)
}

/// Until it serves, a system refuses connections or says that it is busy (FEED-006). Any other answer is wrong.
fn serves_again(bench: &Bench, begun: Instant) -> Result<Duration, Unmet> {
    let within = bench.operator.starts_within;
    loop {
        let seen = bench.ask();
        match &seen {
            _ if bench.good.expect.unmet(&seen).is_none() => return Ok(begun.elapsed()),
            Seen::Response(response) if !is_busy(response) => {
                let when = "until it serves, no connection or 503 `broker-busy`, and then";
                return must(when, &bench.good.expect, seen).map(|_| begun.elapsed());
            }
            _ if begun.elapsed() > within => {
                let expected = format!("an answer within {} s after the start", within.as_secs());
                return holds(false, &expected, &seen.to_string()).map(|()| within);
            }
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn is_busy(response: &Response) -> bool {
    response.status == 503
        && super::code::code_of(&response.body).is_some_and(|code| ["broker-busy", "busy"].contains(&code.as_str()))
}

fn same(first: &Response, again: &Response) -> Story {
    let is = first.status == again.status && first.body == again.body;
    holds(is, "the recorded answer, byte for byte", "another body than before the crash")
}

/// Asks twice, with a crash in between.
fn recorded(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let refused = Expect::Refused(&[403], &["certificate-revoked"]);
    let (answered, refusal) = (a.question(0, facility)?, a.question(REVOKED, facility)?);
    let earlier = must("a refusal before the crash", &refused, a.ask(facility, &refusal))?;
    let first = must("an answer right before the crash", &ANSWERED, a.ask(facility, &answered))?;
    around(a.bench, Way::Kill, || Ok(()))?;
    let before = a.asked();
    let again = must("the same question after the crash", &ANSWERED, a.ask(facility, &answered))?;
    same(&first, &again)?;
    let again = must("the refused question after the crash", &refused, a.ask(facility, &refusal))?;
    holds(earlier.status == again.status, "the recorded refusal", "another one")?;
    a.nobody_asked_since(before)?;
    let day = answered.day.yesterday().unwrap_or(answered.day);
    let other = EligibilityQuestion { day, ..answered };
    must("another question under the recorded check id", &MALFORMED, a.ask(facility, &other)).map(drop)
}

/// A question, and what came of it before the crash.
type Asked = (EligibilityQuestion, Seen);

fn in_the_middle(a: &Asking<'_>) -> Story {
    let ended = AtomicBool::new(false);
    let client = || -> Result<Vec<Asked>, Unmet> {
        let (facility, mut all) = (a.facility(0)?, Vec::new());
        while all.len() < MOST && !ended.load(Ordering::SeqCst) {
            let question = a.question(0, facility)?;
            let seen = a.ask(facility, &question);
            if matches!(seen, Seen::NoConnection(_)) {
                thread::sleep(Duration::from_millis(20));
            } else {
                all.push((question, seen));
            }
        }
        Ok(all)
    };
    let (asked, restarted) = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        thread::sleep(Duration::from_millis(150));
        let restarted = around(a.bench, Way::Kill, || Ok(()));
        ended.store(true, Ordering::SeqCst);
        let asked: Vec<_> = clients.into_iter().filter_map(|c| c.join().ok()).collect();
        (asked, restarted)
    });
    restarted?;
    for (question, seen) in asked.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        after_the_crash(a, &question, seen)?;
    }
    Ok(())
}

/// Each question is answered now, and one that was answered before gets the same answer.
fn after_the_crash(a: &Asking<'_>, question: &EligibilityQuestion, seen: Seen) -> Story {
    let facility = a.facility(0)?;
    // A client could get no challenge while the system was down.
    let without_challenge = |r: &Response| a.parties.is_signed() && r.status == 403;
    let before = match seen {
        Seen::Response(response) if is_busy(&response) || without_challenge(&response) => None,
        seen @ Seen::Response(_) => Some(must("around the crash", &ANSWERED, seen)?),
        _ => None,
    };
    let known = before.is_some();
    let again = a.ask(facility, question);
    match (before, again) {
        (_, Seen::Response(response)) if !known && without_challenge(&response) => Ok(()),
        (Some(first), again) => same(&first, &must("the same question after the crash", &ANSWERED, again)?),
        (None, again) => must("the same question after the crash", &ANSWERED, again).map(drop),
    }
}

fn feed_numbers(f: &Feeding<'_>) -> Story {
    let batch = f.batch(f.next()?);
    f.accepted("an empty feed right before the crash", &batch)?;
    around(f.asking.bench, Way::Kill, || Ok(()))?;
    f.accepted("the same feed after the crash", &batch)?;
    let skips = f.batch(f.next()? + 1);
    must("a gap after the crash", &MALFORMED, f.send(f.identity, &skips))?;
    f.is_unchanged()
}

fn feed_durable(f: &Feeding<'_>) -> Story {
    let changed = f.changed();
    let there = FeedBatch { entries: vec![changed.clone()], ..f.batch(f.next()?) };
    f.accepted("the coverage with another copayment, right before the crash", &there)?;
    let restarted = around(f.asking.bench, Way::Kill, || Ok(()));
    let found = restarted.and_then(|_| f.copayment());
    let back = FeedBatch { entries: vec![f.entry.clone()], ..f.batch(f.next()?) };
    f.accepted("the coverage as it was", &back)?;
    holds(found? == changed.copayment_percent, "the new copayment after the crash", "another one")?;
    f.is_unchanged()
}

fn challenges(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let card = prepared(a.parties.cards.first(), "a card of the kit")?;
    let signed = || signed_challenge(&a.bench.server, &facility.identity, &facility.number, &card.key);
    let (used, unused) = (prepared(signed(), "a challenge")?, prepared(signed(), "a challenge")?);
    let with = |signed| -> Result<EligibilityQuestion, Unmet> {
        Ok(EligibilityQuestion { signed_challenge: Some(signed), ..a.question(0, facility)? })
    };
    must("with a challenge, before the crash", &ANSWERED, a.ask(facility, &with(used.clone())?))?;
    around(a.bench, Way::Kill, || Ok(()))?;
    must("with a challenge that was issued before the crash", &ANSWERED, a.ask(facility, &with(unused)?))?;
    let reused = Expect::Refused(&[403], &["challenge-reused"]);
    must("with the challenge that was used before the crash", &reused, a.ask(facility, &with(used)?)).map(drop)
}
