use super::*;
use crate::clock;
use crate::context::{Party, within};
use crate::net::{LinkSpec, Trouble, TroubleKind};
use crate::sample::Distribution;

const MS: u64 = NANOS_PER_MILLI;

/// An echo server called `broker` that takes 0.3 ms for each message, and a client that sends `times` messages one after
/// the other. Gives the exact times at which answers came back, and the digest of the wires.
fn echo(
    latency_ms: f64,
    times: usize,
    trouble: Option<Trouble>,
    limit: Option<Duration>,
) -> (Vec<Result<u64, &'static str>>, String) {
    std::thread::spawn(move || {
        let seed = Seed::new(1, "echo");
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        let _in = crate::determinism::enter(&seed, epoch);
        let (mut sim, world) = world(seed, epoch);
        let links = Links::new(seed);
        let spec = LinkSpec { latency: Distribution::Constant { ms: latency_ms }, bits_per_second: None };
        links.set(Zone::Facility, Zone::Broker, spec);
        trouble.into_iter().for_each(|t| links.trouble(t));
        let net = TurmoilNetwork::new(links, BTreeMap::from([("broker".to_string(), Zone::Broker)]));
        let server = (world.clone(), Party::new(&seed, "broker", Zone::Broker), net.clone());
        sim.host(
            "broker",
            |_| {},
            move || {
                let (world, party, net) = server.clone();
                within(world, party, async move {
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
                })
            },
        );
        let answers = Rc::new(RefCell::new(Vec::new()));
        let client = (world.clone(), Party::new(&seed, "facility-000000", Zone::Facility), net, answers.clone());
        sim.host(
            "facilities",
            |_| {},
            move || {
                let (world, party, net, answers) = client.clone();
                within(world, party, async move {
                    let mut c = net.connect(&Endpoint::new("broker", 80)).await.unwrap();
                    for _ in 0..times {
                        let round = async {
                            c.write_all(b"ping").await.unwrap();
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
                })
            },
        );
        let (done, expected) = (answers.clone(), times);
        sim.run_until(move |_| done.borrow().len() == expected, Duration::from_secs(60)).unwrap();
        let digest = world.journal.borrow().wire_sha256();
        (answers.take(), digest)
    })
    .join()
    .unwrap()
}

#[test]
fn round_trips_are_exact_to_the_nanosecond() {
    // Connecting takes 2 × 3.4 ms, each round trip 2 × 3.4 ms + 0.3 ms: no rounding to ticks anywhere.
    let (answers, _) = echo(3.4, 20, None, None);
    let expected: Vec<_> = (1..=20).map(|i| Ok(6_800_000 + i * 7_100_000)).collect();
    assert_eq!(answers, expected);
}

#[test]
fn a_cut_line_delays_and_a_time_limit_ends_the_wait() {
    let kind = TroubleKind::Cut;
    let cut = || Trouble { from: Some("facility".into()), to: None, start_ns: 15 * MS, end_ns: 500 * MS, kind };
    // Connected at 10 ms, first answer at 20.3 ms; the second message leaves at once, into the cut.
    let (answers, _) = echo(5.0, 2, Some(cut()), None);
    assert_eq!(answers, [Ok(20_300_000), Ok(510_300_000)]);
    let (answers, _) = echo(5.0, 2, Some(cut()), Some(Duration::from_millis(40)));
    assert_eq!(answers, [Ok(20_300_000), Err("time limit")]);
}

#[test]
fn the_same_run_gives_the_same_bytes_on_the_wire() {
    let run = |latency| echo(latency, 5, None, None).1;
    assert_eq!(run(2.5), run(2.5));
    assert_ne!(run(2.5), run(2.6));
}

#[test]
fn a_crashed_host_is_silent_and_a_restarted_one_answers_again() {
    let outcome = std::thread::spawn(|| {
        let seed = Seed::new(1, "crash");
        let _in = crate::determinism::enter(&seed, jiff::Timestamp::UNIX_EPOCH);
        let (mut sim, world) = world(seed, jiff::Timestamp::UNIX_EPOCH);
        let net = TurmoilNetwork::new(Links::new(seed), BTreeMap::from([("broker".to_string(), Zone::Broker)]));
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
        sim.run_until(move |_| done.borrow().len() == 3, Duration::from_secs(5)).unwrap();
        (results.take(), crashes.get())
    })
    .join()
    .unwrap();
    assert_eq!(outcome, (vec![true, true, true], 1));
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
