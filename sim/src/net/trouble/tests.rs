use super::*;
use crate::net::{LinkSpec, Links};
use crate::seed::Seed;
use crate::terms::roles::Zone;
use proptest::prelude::*;

const MS: u64 = 1_000_000;

fn end(party: &str, zone: Zone) -> End {
    End { party: party.into(), zone }
}

/// When chunks that are ready at these times, of these sizes, arrive, on a link of 1 ms.
fn arrivals(bits_per_second: Option<u64>, faults: &[LinkFault], chunks: &[(u64, usize)]) -> Vec<u64> {
    let links = Links::new(Seed::new(1, "trouble"));
    let latency = Distribution::Constant { ms: 1.0 };
    links.set(Zone::Facility, Zone::Line, LinkSpec { latency, bits_per_second });
    faults.iter().for_each(|t| links.add_fault(t.clone()));
    let link = links.between(&end("facility-000001", Zone::Facility), &end("line", Zone::Line));
    chunks.iter().map(|(ready, bytes)| links.carry(&link, *ready, *bytes)).collect()
}

fn on_line(start_ms: u64, end_ms: u64, kind: LinkFaultKind) -> Vec<LinkFault> {
    LinkFault::both_ways("facility", "line", start_ms * MS, end_ms * MS, kind).to_vec()
}

#[test]
fn what_is_sent_during_a_cut_arrives_after_it() {
    let cut = |from: Option<&str>, start, end| LinkFault {
        from: from.map(str::to_string),
        to: Some("line".into()),
        start_ns: start * MS,
        end_ns: end * MS,
        kind: LinkFaultKind::Cut,
    };
    let cuts = [cut(Some("facility"), 10, 20), cut(None, 20, 30), cut(Some("facility-000002"), 0, 1000)];
    let chunks = [(5 * MS, 1), (10 * MS, 1), (40 * MS, 1)];
    assert_eq!(arrivals(None, &cuts, &chunks), [6 * MS, 31 * MS, 41 * MS]);
    // A cut of one direction does not affect the other.
    let back = LinkFault { from: Some("line".into()), to: Some("facility".into()), ..cut(None, 0, 1000) };
    assert_eq!(arrivals(None, &[back], &chunks), [6 * MS, 11 * MS, 41 * MS]);
}

#[test]
fn slowness_adds_up_and_ends() {
    let by = |ms| LinkFaultKind::Slow(Distribution::Constant { ms });
    let slow = [on_line(10, 30, by(50.0)), on_line(20, 30, by(7.0))].concat();
    let chunks = [(9 * MS, 1), (10 * MS, 1), (20 * MS, 0), (30 * MS, 1)];
    assert_eq!(arrivals(None, &slow, &chunks), [10 * MS, 61 * MS, 78 * MS, 31 * MS]);
}

#[test]
fn a_narrow_link_carries_at_its_rate_until_it_is_wide_again() {
    // 8 kbit/s are a byte a millisecond.
    let narrow = on_line(100, 200, LinkFaultKind::Narrow(8_000));
    // 60 bytes from 100 to 160 ms, the next 60 wait; 40 of them have left at 200 ms and the rest leaves at once.
    let chunks = [(100 * MS, 60), (110 * MS, 60), (120 * MS, 5)];
    assert_eq!(arrivals(None, &narrow, &chunks), [161 * MS, 201 * MS, 201 * MS]);
    // At 16 kbit/s otherwise: 20 bytes more take 10 ms; and 30 bytes begun at 90 ms, 20 of which leave before the change.
    assert_eq!(arrivals(Some(16_000), &narrow, &chunks), [161 * MS, 211 * MS, 213 * MS + MS / 2]);
    assert_eq!(arrivals(Some(16_000), &narrow, &[(90 * MS, 30)]), [111 * MS]);
    // A limit above the link's own rate has no effect, and segments without data take no bandwidth.
    let wide = on_line(0, 1000, LinkFaultKind::Narrow(1_000_000));
    assert_eq!(arrivals(Some(16_000), &wide, &[(0, 2)]), [2 * MS]);
    assert_eq!(arrivals(None, &narrow, &[(100 * MS, 60), (110 * MS, 0)]), [161 * MS, 111 * MS]);
}

#[test]
fn what_is_lost_arrives_after_timeouts_that_double() {
    // Lost at 0, 200, 600 and 1,400 ms; at the attempt at 3,000 ms the link is healthy again.
    let loss = on_line(0, 2_000, LinkFaultKind::Loss(1.0));
    assert_eq!(arrivals(None, &loss, &[(0, 1)]), [3_001 * MS]);
    // If it never ends, fifteen attempts are lost: 0.2 + 0.4 + 0.8 + 1.6 s, then eleven times 3 s.
    let endless = on_line(0, u64::MAX / MS, LinkFaultKind::Loss(1.0));
    assert_eq!(arrivals(None, &endless, &[(0, 1)]), [36_001 * MS]);
    // A retransmission into a cut waits for its end.
    let both = [on_line(0, 100, LinkFaultKind::Loss(1.0)), on_line(150, 500, LinkFaultKind::Cut)].concat();
    assert_eq!(arrivals(None, &both, &[(0, 1)]), [501 * MS]);
}

#[test]
fn the_stated_share_is_lost() {
    let loss = on_line(0, u64::MAX / MS, LinkFaultKind::Loss(0.3));
    let chunks: Vec<_> = (0..20_000).map(|i| (i * MS, 1)).collect();
    let late = arrivals(None, &loss, &chunks).into_iter().zip(&chunks).filter(|(a, (ready, _))| a - ready > MS).count();
    // The standard error is 0.0032.
    assert!((late as f64 / 20_000.0 - 0.3).abs() < 0.013, "{late}");
}

#[test]
fn a_fault_does_not_change_the_draws_of_the_link() {
    let draw = |faults: Vec<LinkFault>| {
        let links = Links::new(Seed::new(1, "trouble"));
        let latency = Distribution::Exponential { min_ms: 1.0, mean_ms: 3.0 };
        links.set(Zone::Facility, Zone::Line, LinkSpec { latency, bits_per_second: None });
        faults.into_iter().for_each(|t| links.add_fault(t));
        let link = links.between(&end("facility-000001", Zone::Facility), &end("line", Zone::Line));
        (0..100).map(|i| links.carry(&link, i * 100 * MS, 10)).collect::<Vec<_>>()
    };
    let lossy = on_line(1_000, 3_000, LinkFaultKind::Loss(0.9));
    let slow = on_line(1_000, 3_000, LinkFaultKind::Slow(Distribution::Exponential { min_ms: 1.0, mean_ms: 100.0 }));
    let (sound, faulty) = (draw(Vec::new()), draw([lossy, slow].concat()));
    assert_eq!(sound[..10], faulty[..10]);
    assert!(sound[10..30].iter().zip(&faulty[10..30]).all(|(s, t)| s < t));
    assert_eq!(sound[30..], faulty[30..]);
}

proptest! {
    #[test]
    fn a_fault_never_makes_anything_arrive_earlier(
        kinds in prop::collection::vec((0u64..500, 1u64..500, 0..4u8, 1u64..100), 0..5),
        chunks in prop::collection::vec((0u64..800, 0usize..2_000), 1..20),
    ) {
        let faults: Vec<LinkFault> = kinds.into_iter().flat_map(|(start, lasts, kind, n)| on_line(start, start + lasts, match kind {
            0 => LinkFaultKind::Cut,
            1 => LinkFaultKind::Slow(Distribution::Constant { ms: n as f64 }),
            2 => LinkFaultKind::Loss(n as f64 / 100.0),
            _ => LinkFaultKind::Narrow(n * 10_000),
        })).collect();
        let mut chunks: Vec<_> = chunks.into_iter().map(|(ready, bytes)| (ready * MS, bytes)).collect();
        chunks.sort_unstable();
        for rate in [None, Some(1_000_000)] {
            let (sound, faulty) = (arrivals(rate, &[], &chunks), arrivals(rate, &faults, &chunks));
            prop_assert!(sound.iter().zip(&faulty).all(|(s, t)| s <= t), "{sound:?} {faulty:?}");
        }
    }
}
