//! Links: how long bytes take from one party to another. The engine below carries them at once; latency, bandwidth, queueing
//! and cuts are counted here, in exact nanoseconds.

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

/// A time in which a link carries nothing. Senders retransmit: what was sent during the cut arrives after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The zones, or single parties, on the two sides. `None` is any party.
    pub from: Option<String>,
    pub to: Option<String>,
    pub start_ns: u64,
    pub end_ns: u64,
}

impl Cut {
    fn covers(&self, from: &End, to: &End, at: u64) -> bool {
        let side = |name: &Option<String>, end: &End| match name {
            Some(name) => *name == end.party || *name == end.zone.name(),
            None => true,
        };
        (self.start_ns..self.end_ns).contains(&at) && side(&self.from, from) && side(&self.to, to)
    }
}

/// One end of a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    pub party: String,
    pub zone: Zone,
}

/// One direction between two parties.
pub struct Link {
    from: End,
    to: End,
    spec: LinkSpec,
    random: Stream,
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
    cuts: Vec<Cut>,
}

impl Links {
    /// Links without any delay until [`Links::set`] says otherwise.
    pub fn new(seed: Seed) -> Self {
        Links { inner: Rc::new(RefCell::new(Inner { seed, specs: BTreeMap::new(), links: BTreeMap::new(), cuts: Vec::new() })) }
    }

    /// Sets both directions between two zones, for links not used yet.
    pub fn set(&self, a: Zone, b: Zone, spec: LinkSpec) {
        let mut inner = self.inner.borrow_mut();
        inner.specs.insert((a, b), spec);
        inner.specs.insert((b, a), spec);
    }

    /// Cuts links for a time.
    pub fn cut(&self, cut: Cut) {
        self.inner.borrow_mut().cuts.push(cut);
    }

    pub(crate) fn between(&self, from: &End, to: &End) -> Rc<RefCell<Link>> {
        let mut inner = self.inner.borrow_mut();
        let key = (from.party.clone(), to.party.clone());
        if let Some(link) = inner.links.get(&key) {
            return link.clone();
        }
        let spec = inner.specs.get(&(from.zone, to.zone)).copied().unwrap_or(LinkSpec::INSTANT);
        let random = inner.seed.stream(&format!("link/{}>{}", from.party, to.party));
        let link = Rc::new(RefCell::new(Link { from: from.clone(), to: to.clone(), spec, random, busy_until: 0 }));
        inner.links.insert(key, link.clone());
        link
    }

    /// When `bytes` that are ready to leave at `ready` arrive at the other end. Two cuts in a row are both waited for.
    pub(crate) fn carry(&self, link: &Rc<RefCell<Link>>, ready: u64, bytes: usize) -> u64 {
        let mut link = link.borrow_mut();
        // Only what takes time to send waits for what is being sent: signs of connecting and ending do not.
        let rate = link.spec.bits_per_second.filter(|_| bytes > 0);
        let mut start = if rate.is_some() { ready.max(link.busy_until) } else { ready };
        let inner = self.inner.borrow();
        while let Some(end) = inner.cuts.iter().filter(|c| c.covers(&link.from, &link.to, start)).map(|c| c.end_ns).max() {
            start = end;
        }
        let sent = match rate {
            Some(bps) => {
                let sending = (bytes as u128 * 8 * 1_000_000_000 / u128::from(bps.max(1))) as u64;
                link.busy_until = start.saturating_add(sending);
                link.busy_until
            }
            None => start,
        };
        let spec = link.spec;
        let latency = crate::clock::nanos(spec.latency.draw(&mut link.random));
        sent.saturating_add(latency)
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
    fn a_sign_that_carries_no_bytes_neither_waits_nor_makes_wait() {
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
    fn what_is_sent_during_a_cut_arrives_after_it() {
        let (links, link) = links(LinkSpec { latency: Distribution::Constant { ms: 1.0 }, bits_per_second: None });
        let cut = |from: Option<&str>, start, end| Cut {
            from: from.map(str::to_string),
            to: Some("line".into()),
            start_ns: start,
            end_ns: end,
        };
        links.cut(cut(Some("facility"), 10 * MS, 20 * MS));
        links.cut(cut(None, 20 * MS, 30 * MS));
        links.cut(cut(Some("facility-000002"), 0, 1000 * MS));
        assert_eq!(links.carry(&link, 5 * MS, 1), 6 * MS);
        assert_eq!(links.carry(&link, 10 * MS, 1), 31 * MS);
        assert_eq!(links.carry(&link, 40 * MS, 1), 41 * MS);
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
