//! A connection on the event engine: two queues in memory, in which each chunk waits until the exact time of its arrival.

use super::Connection;
use super::end::End;
use super::link::{Link, Links};
use super::wire::{MAX_CHUNK, Tap, WireTimes};
use crate::clock;
use crate::timers::{Slot, Timers};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// One direction.
struct Way {
    /// Arrival and bytes. An empty chunk is the end of the stream.
    chunks: VecDeque<(u64, Vec<u8>)>,
    /// The writer went away without closing.
    abandoned: bool,
    /// The reader that waits for the first chunk, and the instant at which it will be woken.
    reader: Slot,
    alarm: u64,
}

impl Way {
    fn new() -> Rc<RefCell<Way>> {
        Rc::new(RefCell::new(Way { chunks: VecDeque::new(), abandoned: false, reader: Slot::default(), alarm: 0 }))
    }

    fn wake_at(&mut self, timers: &Timers, at: u64) {
        // An alarm for this instant may have gone off already: what arrives without latency needs another one.
        if self.alarm != at || at <= timers.now() {
            self.alarm = at;
            timers.wake_at(at, &self.reader);
        }
    }
}

/// One end, not connected to the links yet.
pub(super) struct PipeEnd {
    timers: Rc<Timers>,
    incoming: Rc<RefCell<Way>>,
    outgoing: Rc<RefCell<Way>>,
}

/// The two ends of one connection.
pub(super) fn pipe(timers: &Rc<Timers>) -> (PipeEnd, PipeEnd) {
    let (there, back) = (Way::new(), Way::new());
    let end = |incoming: &Rc<_>, outgoing: &Rc<_>| PipeEnd {
        timers: timers.clone(),
        incoming: Rc::clone(incoming),
        outgoing: Rc::clone(outgoing),
    };
    (end(&back, &there), end(&there, &back))
}

impl PipeEnd {
    /// The end as `me` uses it to communicate with `peer`.
    pub(super) fn connect(self, links: &Links, me: End, peer: End, number: u64) -> Connection {
        let ways = (links.between(&me, &peer), links.between(&peer, &me));
        let times = Rc::new(WireTimes::default());
        let tap = Tap::new(&me, &peer, number);
        let stream = Pipe {
            end: self,
            links: links.clone(),
            out: ways.0,
            back: ways.1,
            times: times.clone(),
            tap,
            taken: 0,
            last_out: 0,
            ended: false,
            detects_end_at: None,
        };
        Connection::new(stream, times, peer.party)
    }
}

struct Pipe {
    end: PipeEnd,
    links: Links,
    out: Rc<RefCell<Link>>,
    back: Rc<RefCell<Link>>,
    times: Rc<WireTimes>,
    tap: Tap,
    /// How much of the first chunk has been read.
    taken: usize,
    last_out: u64,
    ended: bool,
    /// When this end detects that the other one went away.
    detects_end_at: Option<u64>,
}

impl Pipe {
    fn send(&mut self, bytes: &[u8]) {
        let departure = self.times.departure();
        // Chunks of one connection arrive in order, whatever their latencies.
        let arrival = self.links.carry(&self.out, departure, bytes.len()).max(self.last_out);
        self.last_out = arrival;
        if !bytes.is_empty() {
            self.tap.write(departure, bytes);
        }
        let mut way = self.end.outgoing.borrow_mut();
        // If there is a first chunk, its reader already has an alarm for it.
        if way.chunks.is_empty() {
            way.wake_at(&self.end.timers, arrival);
        }
        way.chunks.push_back((arrival, bytes.to_vec()));
    }
}

impl AsyncRead for Pipe {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let now = this.end.timers.now();
        let mut way = this.end.incoming.borrow_mut();
        let wanted = match way.chunks.front() {
            Some((arrival, bytes)) if *arrival <= now => {
                this.times.arrived(*arrival);
                let n = buf.remaining().min(bytes.len() - this.taken);
                buf.put_slice(&bytes[this.taken..this.taken + n]);
                this.taken += n;
                // The end of the stream stays in the queue.
                if this.taken == bytes.len() && !bytes.is_empty() {
                    this.taken = 0;
                    way.chunks.pop_front();
                }
                return Poll::Ready(Ok(()));
            }
            Some((arrival, _)) => Some(*arrival),
            // This too is detected only after the latency of the way back, and not across a cut line.
            None if way.abandoned => {
                let at = *this.detects_end_at.get_or_insert_with(|| this.links.carry(&this.back, clock::now(), 0));
                if at <= now {
                    this.times.arrived(at);
                    return Poll::Ready(Ok(()));
                }
                Some(at)
            }
            None => None,
        };
        way.reader.set(Some(cx.waker().clone()));
        if let Some(at) = wanted {
            way.wake_at(&this.end.timers, at);
        }
        Poll::Pending
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.ended {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let n = buf.len().min(MAX_CHUNK);
        if n > 0 {
            self.send(&buf[..n]);
        }
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.ended {
            self.ended = true;
            self.send(&[]);
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        let waiting = {
            let mut way = self.outgoing.borrow_mut();
            way.abandoned = true;
            // A reader that waits for a chunk in transit sees this after the chunk.
            if way.chunks.is_empty() { way.reader.take() } else { None }
        };
        if let Some(reader) = waiting {
            reader.wake();
        }
    }
}
