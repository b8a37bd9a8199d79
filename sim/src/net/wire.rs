//! A simulated wire: carries each chunk with the exact time at which it arrives, holds it back until then, and writes every
//! byte to the journal.
//!
//! On the engine's stream a chunk travels behind a header of 12 bytes: arrival in nanoseconds (8, big-endian), length (4). A
//! length of zero ends the stream. The header is the simulation's own and is in no journal and no digest.

use super::end::End;
use super::link::{Link, Links};
use crate::clock::Alarm;
use crate::context::expect_current;
use crate::terms::roles::Zone;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const HEADER: usize = 12;
/// Longest chunk; longer writes are taken in parts.
pub(super) const MAX_CHUNK: usize = 64 * 1024;

/// The exact times at one end of a connection. They cross task boundaries that the exact time of a task cannot: a request goes
/// from the task that sends it to the task that drives the connection, and its response the other way.
#[derive(Default)]
pub struct WireTimes {
    earliest_departure: Cell<u64>,
    last_arrival: Cell<u64>,
}

impl WireTimes {
    /// What is written from now on leaves no earlier than `ns`.
    pub fn depart_from(&self, ns: u64) {
        self.earliest_departure.set(self.earliest_departure.get().max(ns));
    }

    /// When the newest bytes that were read arrived.
    pub fn last_arrival(&self) -> u64 {
        self.last_arrival.get()
    }

    pub(super) fn arrived(&self, ns: u64) {
        self.last_arrival.set(self.last_arrival.get().max(ns));
        crate::clock::advance_to(ns);
    }

    pub(super) fn departure(&self) -> u64 {
        crate::clock::now().max(self.earliest_departure.get())
    }
}

/// Records the bytes on a wire, with the connection and the zone in which they are seen.
pub(super) struct Tap {
    /// `from>to#number`.
    pub connection: String,
    /// The zone through which the bytes pass.
    pub zone: Zone,
}

impl Tap {
    pub(super) fn new(me: &End, peer: &End, number: u64) -> Tap {
        // A wire of the dedicated line belongs to the line, whichever party writes to it.
        let zone = if peer.zone == Zone::Line { Zone::Line } else { me.zone };
        Tap { connection: format!("{}>{}#{number}", me.party, peer.party), zone }
    }

    pub(super) fn write(&self, at: u64, bytes: &[u8]) {
        let task = expect_current();
        task.world.journal.borrow_mut().write_wire(at, &task.party.name, self.zone, &self.connection, bytes);
    }
}

enum Reading {
    Header { bytes: [u8; HEADER], filled: usize },
    Payload { arrival: u64, bytes: Vec<u8>, filled: usize },
    Waiting { arrival: u64, bytes: Vec<u8>, alarm: Alarm },
    Ready { bytes: Vec<u8>, taken: usize },
    Ended,
}

impl Reading {
    fn waiting(arrival: u64, bytes: Vec<u8>) -> Reading {
        Reading::Waiting { arrival, bytes, alarm: Alarm::at(arrival) }
    }
}

const START: Reading = Reading::Header { bytes: [0; HEADER], filled: 0 };

pub(super) struct Wire<S> {
    inner: S,
    links: Links,
    out: Rc<RefCell<Link>>,
    back: Rc<RefCell<Link>>,
    times: Rc<WireTimes>,
    tap: Tap,
    reading: Reading,
    unsent: Vec<u8>,
    sent: usize,
    last_out: u64,
    ended: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// `ways` are the link out and the link back.
    pub(super) fn new(
        inner: S,
        links: Links,
        ways: (Rc<RefCell<Link>>, Rc<RefCell<Link>>),
        times: Rc<WireTimes>,
        tap: Tap,
    ) -> Self {
        let (out, back) = ways;
        Wire { inner, links, out, back, times, tap, reading: START, unsent: Vec::new(), sent: 0, last_out: 0, ended: false }
    }

    fn enqueue(&mut self, bytes: &[u8]) {
        let departure = self.times.departure();
        // Chunks of one connection arrive in order, whatever their latencies.
        let arrival = self.links.carry(&self.out, departure, bytes.len()).max(self.last_out);
        self.last_out = arrival;
        self.unsent.extend_from_slice(&arrival.to_be_bytes());
        self.unsent.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        self.unsent.extend_from_slice(bytes);
        if !bytes.is_empty() {
            self.tap.write(departure, bytes);
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.unsent.len() {
            let n = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.unsent[self.sent..]))?;
            if n == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += n;
        }
        self.unsent.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }

    /// Reads into `to[*filled..]`. `false` means that the stream ended or broke off.
    fn poll_fill(inner: &mut S, cx: &mut Context<'_>, to: &mut [u8], filled: &mut usize) -> Poll<bool> {
        while *filled < to.len() {
            let mut buf = ReadBuf::new(&mut to[*filled..]);
            let read = ready!(Pin::new(&mut *inner).poll_read(cx, &mut buf));
            match buf.filled().len() {
                n if read.is_ok() && n > 0 => *filled += n,
                _ => return Poll::Ready(false),
            }
        }
        Poll::Ready(true)
    }

    /// The other end went away without closing, as in a crash. This too is detected only after the latency of the way back, and
    /// not across a cut line.
    fn gone(&self) -> Reading {
        let arrival = self.links.carry(&self.back, crate::clock::now(), 0);
        Reading::waiting(arrival, Vec::new())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.reading {
                Reading::Ended => return Poll::Ready(Ok(())),
                Reading::Header { bytes, filled } => {
                    if !ready!(Self::poll_fill(&mut this.inner, cx, bytes, filled)) {
                        this.reading = this.gone();
                        continue;
                    }
                    let (arrival, length) = bytes.split_at(8);
                    let arrival = u64::from_be_bytes(arrival.try_into().unwrap_or_default());
                    let length = u32::from_be_bytes(length.try_into().unwrap_or_default()) as usize;
                    this.reading = match length {
                        0 => Reading::waiting(arrival, Vec::new()),
                        n => Reading::Payload { arrival, bytes: vec![0; n], filled: 0 },
                    };
                }
                Reading::Payload { arrival, bytes, filled } => {
                    if !ready!(Self::poll_fill(&mut this.inner, cx, bytes, filled)) {
                        this.reading = this.gone();
                        continue;
                    }
                    this.reading = Reading::waiting(*arrival, std::mem::take(bytes));
                }
                Reading::Waiting { arrival, bytes, alarm } => {
                    ready!(Pin::new(alarm).poll(cx));
                    this.times.arrived(*arrival);
                    this.reading = match std::mem::take(bytes) {
                        b if b.is_empty() => Reading::Ended,
                        b => Reading::Ready { bytes: b, taken: 0 },
                    };
                }
                Reading::Ready { bytes, taken } => {
                    let n = buf.remaining().min(bytes.len() - *taken);
                    buf.put_slice(&bytes[*taken..*taken + n]);
                    *taken += n;
                    if *taken == bytes.len() {
                        this.reading = START;
                    }
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(cx))?;
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let n = buf.len().min(MAX_CHUNK);
        self.enqueue(&buf[..n]);
        // What does not fit now is sent at the next call or flush.
        match self.poll_drain(cx) {
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            _ => Poll::Ready(Ok(n)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.ended {
            self.ended = true;
            self.enqueue(&[]);
        }
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
