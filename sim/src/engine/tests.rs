use super::*;
use crate::clock::{self, NANOS_PER_MILLI};
use crate::context::{self, Party, within};
use crate::net::{Endpoint, LinkFault, LinkFaultKind, LinkSpec};
use crate::sample::Distribution;
use crate::terms::roles::Zone;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const MS: u64 = NANOS_PER_MILLI;
const BOTH: [EngineKind; 2] = EngineKind::ALL;

/// An echo server that takes 0.3 ms for each message.
async fn answer_everything(net: Rc<dyn Network>) {
    let mut listener = net.listen(80).await.unwrap();
    loop {
        let mut c = listener.accept().await.unwrap();
        context::spawn(async move {
            let mut b = [0u8; 4];
            while c.read_exact(&mut b).await.is_ok() {
                clock::sleep(Duration::from_micros(300)).await;
                c.write_all(&b).await.unwrap();
            }
        });
    }
}

/// The exact time of an answer, or why there was none.
type Answered = Result<u64, &'static str>;

/// Sends `times` messages to the echo server, one after the other; if `halved`, each in two writes between which other tasks run.
async fn ask(net: Rc<dyn Network>, times: usize, halved: bool, limit: Option<Duration>, answers: Rc<RefCell<Vec<Answered>>>) {
    let mut c = net.connect(&Endpoint::new("broker", 80)).await.unwrap();
    for _ in 0..times {
        let round = async {
            let (first, rest) = b"ping".split_at(if halved { 2 } else { 4 });
            c.write_all(first).await.unwrap();
            if halved {
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                c.write_all(rest).await.unwrap();
            }
            let mut b = [0u8; 4];
            c.read_exact(&mut b).await.unwrap();
            clock::now()
        };
        let answer = match limit {
            Some(limit) => clock::timeout(limit, round).await.map_err(|_| "time limit"),
            None => Ok(round.await),
        };
        answers.borrow_mut().push(answer);
    }
}

/// An echo server called `broker` that takes 0.3 ms for each message, and a client that sends `times` messages one after
/// the other; in halves where there is no latency. Gives the exact times at which answers came back, and the digest of the wires.
fn echo(
    kind: EngineKind,
    latency_ms: f64,
    times: usize,
    link_fault: Option<LinkFault>,
    limit: Option<Duration>,
) -> (Vec<Answered>, String) {
    std::thread::spawn(move || {
        let seed = Seed::new(1, "echo");
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        let _in = crate::determinism::enter(&seed, epoch);
        let (mut sim, world) = Simulation::new(kind, seed, epoch, Journal::default());
        let links = Links::new(seed);
        let spec = LinkSpec { latency: Distribution::Constant { ms: latency_ms }, bits_per_second: None };
        links.set(Zone::Facility, Zone::Broker, spec);
        link_fault.into_iter().for_each(|t| links.add_fault(t));
        let net = sim.network(links, BTreeMap::from([("broker".to_string(), Zone::Broker)]));
        let server = (world.clone(), Party::new(&seed, "broker", Zone::Broker), net.clone());
        sim.host(
            "broker",
            |_| {},
            move || {
                let (world, party, net) = server.clone();
                within(world, party, answer_everything(net))
            },
        );
        let answers = Rc::new(RefCell::new(Vec::new()));
        let client = (world.clone(), Party::new(&seed, "facility-000000", Zone::Facility), net, answers.clone());
        sim.host(
            "facilities",
            |_| {},
            move || {
                let (world, party, net, answers) = client.clone();
                within(world, party, ask(net, times, latency_ms == 0.0, limit, answers))
            },
        );
        let (done, expected) = (answers.clone(), times);
        sim.run_until(move |_| if done.borrow().len() == expected { Until::Done } else { Until::Open }, Duration::from_secs(60))
            .unwrap();
        let digest = world.journal.borrow().wire_sha256();
        (answers.take(), digest)
    })
    .join()
    .unwrap()
}

#[test]
fn round_trips_are_exact_to_the_nanosecond() {
    // Connecting takes 2 × 3.4 ms, each round trip 2 × 3.4 ms + 0.3 ms: no rounding to ticks anywhere.
    let expected: Vec<_> = (1..=20).map(|i| Ok(6_800_000 + i * 7_100_000)).collect();
    for kind in BOTH {
        assert_eq!(echo(kind, 3.4, 20, None, None).0, expected, "{kind:?}");
    }
}

/// On a link without latency, a reader that has just been woken must be woken again by what arrives in the same instant.
#[test]
fn what_arrives_in_the_instant_in_which_its_reader_was_woken_is_read() {
    let expected: Vec<_> = (1..=20).map(|i| Ok(i * 300_000)).collect();
    assert_eq!(echo(EngineKind::Events, 0.0, 20, None, Some(Duration::from_secs(1))).0, expected);
}

#[test]
fn a_cut_line_delays_and_a_time_limit_ends_the_wait() {
    let cut =
        || LinkFault { from: Some("facility".into()), to: None, start_ns: 15 * MS, end_ns: 500 * MS, kind: LinkFaultKind::Cut };
    for kind in BOTH {
        // Connected at 10 ms, first answer at 20.3 ms; the second message leaves at once, into the cut.
        let (answers, _) = echo(kind, 5.0, 2, Some(cut()), None);
        assert_eq!(answers, [Ok(20_300_000), Ok(510_300_000)], "{kind:?}");
        let (answers, _) = echo(kind, 5.0, 2, Some(cut()), Some(Duration::from_millis(40)));
        assert_eq!(answers, [Ok(20_300_000), Err("time limit")], "{kind:?}");
    }
}

#[test]
fn the_same_run_gives_the_same_bytes_on_the_wire_on_either_engine() {
    let run = |kind, latency| echo(kind, latency, 5, None, None).1;
    assert_eq!(run(EngineKind::Ticks, 2.5), run(EngineKind::Ticks, 2.5));
    assert_ne!(run(EngineKind::Ticks, 2.5), run(EngineKind::Ticks, 2.6));
    assert_eq!(run(EngineKind::Ticks, 2.5), run(EngineKind::Events, 2.5));
}

#[test]
fn idle_time_is_skipped_and_a_stalled_run_ends() {
    let seed = Seed::new(1, "stalled");
    let (mut sim, _) = Simulation::new(EngineKind::Events, seed, jiff::Timestamp::UNIX_EPOCH, Journal::default());
    let mut asked = Vec::new();
    let day = 86_400_000_000_000;
    let ended = sim.run_until(
        |now| {
            asked.push(now);
            if now.is_zero() { Until::At(day) } else { Until::Open }
        },
        Duration::from_secs(1_000_000),
    );
    assert!(matches!(ended, Err(SimulationError::Stalled)));
    assert_eq!(asked, [Duration::ZERO, Duration::from_nanos(day)]);
    assert!(matches!(sim.run_until(|_| Until::At(2 * day), Duration::from_secs(90_000)), Err(SimulationError::TimeLimit { .. })));
}

#[test]
fn what_the_scenario_wakes_runs_at_that_instant() {
    let seed = Seed::new(1, "woken");
    let (mut sim, world) = Simulation::new(EngineKind::Events, seed, jiff::Timestamp::UNIX_EPOCH, Journal::default());
    let (woken, ran_at) = (Rc::new(tokio::sync::Notify::new()), Rc::new(Cell::new(None)));
    let host = (world.clone(), Party::new(&seed, "broker", Zone::Broker), woken.clone(), ran_at.clone());
    sim.host(
        "broker",
        |_| {},
        move || {
            let (world, party, woken, ran_at) = host.clone();
            within(world.clone(), party, async move {
                context::spawn(clock::sleep(Duration::from_millis(100)));
                woken.notified().await;
                ran_at.set(Some(world.engine_now()));
            })
        },
    );
    let until = |now: Duration| match now.as_millis() {
        0 => Until::At(5 * MS),
        5 => {
            woken.notify_one();
            Until::At(100 * MS)
        }
        _ => Until::Done,
    };
    sim.run_until(until, Duration::from_secs(1)).unwrap();
    assert_eq!(ran_at.get(), Some(5 * MS));
}

#[test]
fn a_journal_that_is_not_whole_passes_steps_and_outcomes_on_and_keeps_nothing() {
    use crate::journal::Event;
    use crate::terms::check::{CheckId, Step};
    let seen = Rc::new(Cell::new(0));
    let called = seen.clone();
    let journal = Journal::watching(Box::new(move |at, event| {
        assert!(at == 0 && matches!(event, Event::Step { .. }));
        called.set(called.get() + 1);
    }));
    let seed = Seed::new(1, "watched");
    let (_, world) = Simulation::new(EngineKind::Events, seed, jiff::Timestamp::UNIX_EPOCH, journal);
    context::act_as(&world, &Party::new(&seed, "facility-000000", Zone::Facility), || {
        assert!(!context::journal_is_whole());
        let check = CheckId::new(0, 0);
        context::record(Event::Step { check: check.clone(), step: Step::CardShown, what: "seen".into() });
        context::record(Event::Screen { check, text: "not seen".into() });
    });
    assert_eq!(seen.get(), 1);
    assert!(world.journal.borrow().entries().is_empty());
}

#[test]
fn a_crashed_host_is_silent_and_a_restarted_one_answers_again() {
    BOTH.into_iter().for_each(crash);
}

fn crash(kind: EngineKind) {
    let outcome = std::thread::spawn(move || {
        let seed = Seed::new(1, "crash");
        let _in = crate::determinism::enter(&seed, jiff::Timestamp::UNIX_EPOCH);
        let (mut sim, world) = Simulation::new(kind, seed, jiff::Timestamp::UNIX_EPOCH, Journal::default());
        let net = sim.network(Links::new(seed), BTreeMap::from([("broker".to_string(), Zone::Broker)]));
        let crashes = Rc::new(Cell::new(0));
        let (server, seen) = ((world.clone(), Party::new(&seed, "broker", Zone::Broker), net.clone()), crashes.clone());
        sim.host(
            "broker",
            move |_| seen.set(seen.get() + 1),
            move || {
                let (world, party, net) = server.clone();
                within(world, party, async move {
                    let mut listener = net.listen(80).await.unwrap();
                    let mut open = Vec::new();
                    loop {
                        open.push(listener.accept().await.unwrap());
                    }
                })
            },
        );
        let (commands, results) = (sim.commands(), Rc::new(RefCell::new(Vec::new())));
        let client = (world, Party::new(&seed, "facility-000000", Zone::Facility), net, results.clone());
        sim.host(
            "facilities",
            |_| {},
            move || {
                let ((world, party, net, results), commands) = (client.clone(), commands.clone());
                within(world, party, async move {
                    let to = Endpoint::new("broker", 80);
                    clock::sleep(Duration::from_millis(5)).await;
                    let mut c = net.connect(&to).await.unwrap();
                    commands.send(HostCommand::Crash("broker".into(), Unsynced::Lost));
                    clock::sleep(Duration::from_millis(5)).await;
                    let mut b = [0u8; 1];
                    let read = c.read(&mut b).await;
                    results.borrow_mut().push(matches!(read, Ok(0) | Err(_)));
                    let none = clock::timeout(Duration::from_millis(50), net.connect(&to)).await.is_err();
                    results.borrow_mut().push(none);
                    commands.send(HostCommand::Restart("broker".into()));
                    clock::sleep(Duration::from_millis(5)).await;
                    let answered = net.connect(&to).await.is_ok();
                    results.borrow_mut().push(answered);
                })
            },
        );
        let done = results.clone();
        sim.run_until(move |_| if done.borrow().len() == 3 { Until::Done } else { Until::Open }, Duration::from_secs(5)).unwrap();
        (results.take(), crashes.get())
    })
    .join()
    .unwrap();
    assert_eq!(outcome, (vec![true, true, true], 1), "{kind:?}");
}

#[test]
fn a_wrong_clock_is_wrong_by_its_offset_and_its_drift() {
    let party = Party::new(&Seed::new(1, "skew"), "broker", Zone::Broker);
    assert_eq!(party.clock_reading(5_000), 5_000);
    party.skew_clock(-2_000_000_000, 100, 500_000_000_000);
    // A clock that has been 100 ppm fast for 1,000 s has gained 0.1 s.
    assert_eq!(party.clock_reading(1_500_000_000_000), 1_500_000_000_000 + 100_000_000 - 2_000_000_000);
    party.skew_clock(0, -100, 0);
    assert_eq!(party.clock_reading(1_000_000_000_000), 1_000_000_000_000 - 100_000_000);
}
