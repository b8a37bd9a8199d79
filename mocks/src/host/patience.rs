//! How long a server waits for who says nothing. A connection that waits for its next request is kept for a while; a request
//! that has begun must come within a short time, or a client could hold connections for ever at a byte a second (slow-loris,
//! CWE-400). hyper's own limit for heads does not tell the two apart: it also runs while nothing has been sent.

use sim::clock::{self, Alarm, nanos};
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long a server waits for clients.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For the next request on a kept connection.
    pub idle: Duration,
    /// From the first byte of a request to the end of its head. `None` is for ever.
    pub head: Option<Duration>,
    /// From the end of the head to the end of the body.
    pub body: Duration,
}

impl Waits {
    /// The idle time is longer than the facilities' and insurers' pauses within one matter; the others are the time after
    /// which a facility gives up anyway.
    pub const SERVER: Waits = Waits {
        handshake: Duration::from_secs(10),
        idle: Duration::from_secs(300),
        head: Some(Duration::from_secs(10)),
        body: Duration::from_secs(10),
    };
}

/// What a server waits for on a connection, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle {
        since: u64,
    },
    Head {
        since: u64,
    },
    /// The request is there; the client waits.
    Serving,
}

/// Tells a connection's [`Patient`] how far it has come.
#[derive(Clone)]
pub struct Progress {
    phase: Rc<Cell<Phase>>,
    reader: Rc<Cell<Option<Waker>>>,
}

impl Progress {
    /// The head of a request has come.
    pub fn request_came(&self) {
        self.phase.set(Phase::Serving);
    }

    /// The answer is ready to leave.
    pub fn answered(&self) {
        self.phase.set(Phase::Idle { since: clock::now() });
        // hyper does not read again where its last read waits, and that one began while there was no limit.
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

/// A stream that ends when the other side says nothing for too long.
pub struct Patient<S> {
    inner: S,
    waits: Waits,
    phase: Rc<Cell<Phase>>,
    /// Who waits for bytes while there is no limit.
    reader: Rc<Cell<Option<Waker>>>,
    alarm: Option<Alarm>,
}

impl<S> Patient<S> {
    pub fn new(inner: S, waits: Waits) -> (Self, Progress) {
        let phase = Rc::new(Cell::new(Phase::Idle { since: clock::now() }));
        let reader = Rc::new(Cell::new(None));
        (Patient { inner, waits, phase: phase.clone(), reader: reader.clone(), alarm: None }, Progress { phase, reader })
    }

    fn deadline(&self) -> Option<u64> {
        match self.phase.get() {
            Phase::Idle { since } => Some(since.saturating_add(nanos(self.waits.idle))),
            Phase::Head { since } => self.waits.head.map(|limit| since.saturating_add(nanos(limit))),
            Phase::Serving => None,
        }
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline() else {
            self.alarm = None;
            self.reader.set(Some(cx.waker().clone()));
            return Poll::Pending;
        };
        if self.alarm.as_ref().is_none_or(|alarm| alarm.instant() != deadline) {
            self.alarm = Some(Alarm::at(deadline));
        }
        if let Some(alarm) = &mut self.alarm {
            ready!(Pin::new(alarm).poll(cx));
        }
        self.alarm = None;
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buf) {
            Poll::Ready(read) => {
                if buf.filled().len() > before && matches!(this.phase.get(), Phase::Idle { .. }) {
                    this.phase.set(Phase::Head { since: clock::now() });
                }
                // Who trickles bytes comes through here each time.
                match this.phase.get() {
                    Phase::Head { .. } if this.poll_deadline(cx).is_ready() => Poll::Ready(Err(too_slow())),
                    _ => Poll::Ready(read),
                }
            }
            Poll::Pending => {
                ready!(this.poll_deadline(cx));
                match this.phase.get() {
                    Phase::Head { .. } => Poll::Ready(Err(too_slow())),
                    // The end of the stream, as if the client had gone: the connection ends in good order.
                    _ => Poll::Ready(Ok(())),
                }
            }
        }
    }
}

fn too_slow() -> io::Error {
    tracing::info!("a request did not come within its time");
    io::ErrorKind::TimedOut.into()
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
