//! Temporary faults of links: cuts, loss, extra latency, low bandwidth.
//!
//! Parties communicate over TCP, which hides loss, duplication and reordering from them: a lost segment is retransmitted, a
//! duplicate is dropped, and one that arrives early waits for those before it. Above TCP all three are *delay*, of the bytes
//! concerned and of all that were sent after them on the same connection. So none of them has another effect here.

use super::end::End;
use crate::sample::Distribution;

/// A period in which one direction of some links is disturbed.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkFault {
    /// The zones, or single parties, on the two sides. `None` is any party.
    pub from: Option<String>,
    pub to: Option<String>,
    pub start_ns: u64,
    pub end_ns: u64,
    pub kind: LinkFaultKind,
}

/// The effect of a link fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinkFaultKind {
    /// It carries nothing. Senders retransmit: what was sent meanwhile arrives afterwards.
    Cut,
    /// Each chunk takes longer by a draw from this.
    Slow(Distribution),
    /// Each chunk is lost with this probability, 0 to 1, and retransmitted after a timeout ([`FIRST_TIMEOUT_NS`]). The
    /// bandwidth of retransmissions is not counted.
    Loss(f64),
    /// It carries at most this many bits per second, over all connections together.
    Narrow(u64),
}

/// The first retransmission timeout of data. RFC 6298 asks for at least a second; 200 ms is what Linux uses (`TCP_RTO_MIN`).
pub const FIRST_TIMEOUT_NS: u64 = 200_000_000;
/// The first timeout of a connection's first segments, before any round trip was measured (RFC 6298, section 2.1).
pub const CONNECT_TIMEOUT_NS: u64 = 1_000_000_000;
/// Timeouts double up to this.
pub const LONGEST_TIMEOUT_NS: u64 = 3_000_000_000;
/// The most times that one chunk is lost: then it gets through, so that no run waits forever.
pub const MOST_LOSSES: usize = 15;

impl LinkFault {
    /// Faults of both directions between `a` and `b`.
    pub fn both_ways(a: &str, b: &str, start_ns: u64, end_ns: u64, kind: LinkFaultKind) -> [LinkFault; 2] {
        [(a, b), (b, a)].map(|(from, to)| LinkFault { from: Some(from.into()), to: Some(to.into()), start_ns, end_ns, kind })
    }

    /// Whether it affects the direction from one party to the other.
    pub(super) fn is_on(&self, from: &End, to: &End) -> bool {
        let side = |name: &Option<String>, end: &End| match name {
            Some(name) => *name == end.party || *name == end.zone.name(),
            None => true,
        };
        side(&self.from, from) && side(&self.to, to)
    }

    fn lasts_at(&self, at: u64) -> bool {
        (self.start_ns..self.end_ns).contains(&at)
    }
}

/// The faults of one direction of a link.
pub(super) struct LinkFaults<'a> {
    on_link: Vec<&'a LinkFault>,
}

impl<'a> LinkFaults<'a> {
    pub fn of(all: &'a [LinkFault], from: &End, to: &End) -> Self {
        LinkFaults { on_link: all.iter().filter(|t| t.is_on(from, to)).collect() }
    }

    fn at(&self, at: u64) -> impl Iterator<Item = &'a LinkFault> {
        self.on_link.iter().copied().filter(move |t| t.lasts_at(at))
    }

    /// The first moment from `at` on at which no cut lasts. Two cuts in a row are both waited for.
    pub fn after_cuts(&self, mut at: u64) -> u64 {
        while let Some(end) = self.at(at).filter(|t| t.kind == LinkFaultKind::Cut).map(|t| t.end_ns).max() {
            at = end;
        }
        at
    }

    /// When the last of `bytes` has left if the first leaves at `start`, on a link with a rate of `rate` bits per second.
    pub fn sent(&self, start: u64, bytes: usize, rate: Option<u64>) -> u64 {
        let narrow = |t: &&LinkFault| matches!(t.kind, LinkFaultKind::Narrow(_));
        let mut at = start;
        // In bits × 1e9, so that no part of a bit is lost where the rate changes.
        let mut left = bytes as u128 * 8 * 1_000_000_000;
        loop {
            let limits = self.at(at).filter_map(|t| match t.kind {
                LinkFaultKind::Narrow(bits_per_second) => Some(bits_per_second),
                _ => None,
            });
            let Some(now) = limits.chain(rate).min() else { return at };
            let now = u128::from(now.max(1));
            let done = at.saturating_add(u64::try_from(left / now).unwrap_or(u64::MAX));
            let changes = self.on_link.iter().copied().filter(narrow).flat_map(|t| [t.start_ns, t.end_ns]);
            match changes.filter(|c| *c > at && *c < done).min() {
                None => return done,
                Some(change) => {
                    left = left.saturating_sub(u128::from(change - at) * now);
                    at = change;
                }
            }
        }
    }

    /// When the transmission that is not lost leaves, for a chunk that is first sent at `at`. `chance` draws from 0 to 1.
    pub fn got_through(&self, mut at: u64, first_timeout: u64, mut chance: impl FnMut() -> f64) -> u64 {
        let mut timeout = first_timeout;
        for _ in 0..MOST_LOSSES {
            // Loss from several causes: the chunk gets through all of them or is lost.
            let mut shares = self.at(at).filter_map(|t| if let LinkFaultKind::Loss(share) = t.kind { Some(share) } else { None });
            if !shares.any(|share| chance() < share) {
                break;
            }
            at = self.after_cuts(at.saturating_add(timeout));
            timeout = timeout.saturating_mul(2).min(LONGEST_TIMEOUT_NS);
        }
        at
    }

    /// The extra latency of a chunk that leaves at `at`.
    pub fn slowness(&self, at: u64) -> impl Iterator<Item = Distribution> {
        self.at(at).filter_map(|t| if let LinkFaultKind::Slow(by) = t.kind { Some(by) } else { None })
    }
}

#[cfg(test)]
mod tests;
