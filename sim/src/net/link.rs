//! Links: how long bytes take from one party to another. The engine below carries them at once; latency, bandwidth, queueing
//! and link faults are computed here, in exact nanoseconds.

use super::end::End;
use super::trouble::{CONNECT_TIMEOUT_NS, FIRST_TIMEOUT_NS, LinkFault, LinkFaults};
use crate::sample::Distribution;
use crate::seed::{Seed, Stream};
use crate::terms::roles::Zone;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What one direction of a link can do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// One way, for each chunk; chunks of one connection never overtake each other.
    pub latency: Distribution,
    /// Bits per second, shared by all connections of the link; `None` is without limit.
    pub bits_per_second: Option<u64>,
}

impl LinkSpec {
    pub const INSTANT: LinkSpec = LinkSpec { latency: Distribution::ZERO, bits_per_second: None };
}

/// One direction between two parties.
pub struct Link {
    from: End,
    to: End,
    spec: LinkSpec,
    random: Stream,
    /// Faults draw from their own stream, so that the link's other draws are the same with and without them.
    fault_random: Stream,
    /// When the last bit of what was sent so far has left.
    busy_until: u64,
}

/// All links of a run. Clones are handles to the same links.
#[derive(Clone)]
pub struct Links {
    inner: Rc<RefCell<Inner>>,
}

struct Inner {
    seed: Seed,
    specs: BTreeMap<(Zone, Zone), LinkSpec>,
    links: BTreeMap<(String, String), Rc<RefCell<Link>>>,
    faults: Vec<LinkFault>,
}

impl Links {
    /// Links without any delay unless [`Links::set`] sets one.
    pub fn new(seed: Seed) -> Self {
        Links { inner: Rc::new(RefCell::new(Inner { seed, specs: BTreeMap::new(), links: BTreeMap::new(), faults: Vec::new() })) }
    }

    /// Sets both directions between two zones, for links not used yet.
    pub fn set(&self, a: Zone, b: Zone, spec: LinkSpec) {
        let mut inner = self.inner.borrow_mut();
        inner.specs.insert((a, b), spec);
        inner.specs.insert((b, a), spec);
    }

    /// Adds a fault of links. Must be called before the fault begins: a link must know what will happen while bytes are in
    /// transit.
    pub fn add_fault(&self, fault: LinkFault) {
        self.inner.borrow_mut().faults.push(fault);
    }

    pub(crate) fn between(&self, from: &End, to: &End) -> Rc<RefCell<Link>> {
        let mut inner = self.inner.borrow_mut();
        let key = (from.party.clone(), to.party.clone());
        if let Some(link) = inner.links.get(&key) {
            return link.clone();
        }
        let spec = inner.specs.get(&(from.zone, to.zone)).copied().unwrap_or(LinkSpec::INSTANT);
        let name = format!("link/{}>{}", from.party, to.party);
        let (random, fault_random) = (inner.seed.stream(&name), inner.seed.stream(&format!("{name}/trouble")));
        let (from, to) = (from.clone(), to.clone());
        let link = Rc::new(RefCell::new(Link { from, to, spec, random, fault_random, busy_until: 0 }));
        inner.links.insert(key, link.clone());
        link
    }

    /// When `bytes` that are ready to leave at `ready` arrive at the other end.
    pub(crate) fn carry(&self, link: &Rc<RefCell<Link>>, ready: u64, bytes: usize) -> u64 {
        self.send(link, ready, bytes, FIRST_TIMEOUT_NS)
    }

    /// When a segment of the TCP handshake that is ready to leave at `ready` arrives at the other end.
    fn carry_connecting(&self, link: &Rc<RefCell<Link>>, ready: u64) -> u64 {
        self.send(link, ready, 0, CONNECT_TIMEOUT_NS)
    }

    /// When a party that connects at `ready` has its connection open: after SYN and SYN/ACK.
    pub(crate) fn carry_handshake(&self, me: &End, peer: &End, ready: u64) -> u64 {
        let there = self.carry_connecting(&self.between(me, peer), ready);
        self.carry_connecting(&self.between(peer, me), there)
    }

    fn send(&self, link: &Rc<RefCell<Link>>, ready: u64, bytes: usize, first_timeout: u64) -> u64 {
        let mut link = link.borrow_mut();
        let link = &mut *link;
        let inner = self.inner.borrow();
        let faults = LinkFaults::of(&inner.faults, &link.from, &link.to);
        // Only data waits for data that is being sent: segments that open or close a connection do not.
        let mut sent = faults.after_cuts(if bytes > 0 { ready.max(link.busy_until) } else { ready });
        if bytes > 0 {
            let done = faults.sent(sent, bytes, link.spec.bits_per_second);
            if done > sent {
                link.busy_until = done;
            }
            sent = done;
        }
        let sent = faults.got_through(sent, first_timeout, || link.fault_random.unit());
        let latency = crate::clock::nanos(link.spec.latency.draw(&mut link.random));
        let slower = faults.slowness(sent).map(|by| crate::clock::nanos(by.draw(&mut link.fault_random)));
        slower.fold(sent.saturating_add(latency), u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn end(party: &str, zone: Zone) -> End {
        End { party: party.into(), zone }
    }

    fn links(spec: LinkSpec) -> (Links, Rc<RefCell<Link>>) {
        let links = Links::new(Seed::new(1, "link"));
        links.set(Zone::Facility, Zone::Line, spec);
        let link = links.between(&end("facility-000001", Zone::Facility), &end("line", Zone::Line));
        (links, link)
    }

    #[test]
    fn bandwidth_queues_bytes_one_after_the_other() {
        // 8 Mbit/s carry 1,000 bytes in 1 ms.
        let (links, link) = links(LinkSpec { latency: Distribution::Constant { ms: 5.0 }, bits_per_second: Some(8_000_000) });
        assert_eq!(links.carry(&link, 0, 1000), 6 * MS);
        assert_eq!(links.carry(&link, 0, 1000), 7 * MS);
        assert_eq!(links.carry(&link, 500_000, 500), 7 * MS + 500_000);
        assert_eq!(links.carry(&link, 100 * MS, 1000), 106 * MS);
    }

    #[test]
    fn a_segment_without_data_neither_waits_nor_delays_others() {
        let (links, link) = links(LinkSpec { latency: Distribution::Constant { ms: 1.0 }, bits_per_second: Some(8_000_000) });
        assert_eq!(links.carry(&link, 50 * MS, 0), 51 * MS);
        assert_eq!(links.carry(&link, 0, 1000), 2 * MS);
    }

    #[test]
    fn an_idle_link_and_another_direction_do_not_wait() {
        let (links, link) = links(LinkSpec { latency: Distribution::Constant { ms: 1.0 }, bits_per_second: Some(8_000) });
        links.carry(&link, 0, 1_000_000);
        let back = links.between(&end("line", Zone::Line), &end("facility-000001", Zone::Facility));
        assert_eq!(links.carry(&back, 0, 1), 2 * MS);
        let other = links.between(&end("facility-000002", Zone::Facility), &end("line", Zone::Line));
        assert_eq!(links.carry(&other, 0, 1), 2 * MS);
    }

    #[test]
    fn latencies_are_drawn_per_link_and_repeatable() {
        let draw = |party: &str| {
            let links = Links::new(Seed::new(1, "link"));
            links.set(
                Zone::Facility,
                Zone::Line,
                LinkSpec { latency: Distribution::Exponential { min_ms: 1.0, mean_ms: 3.0 }, bits_per_second: None },
            );
            let link = links.between(&end(party, Zone::Facility), &end("line", Zone::Line));
            (0..5).map(|i| links.carry(&link, i * 100 * MS, 10)).collect::<Vec<_>>()
        };
        assert_eq!(draw("facility-000001"), draw("facility-000001"));
        assert_ne!(draw("facility-000001"), draw("facility-000002"));
    }
}
