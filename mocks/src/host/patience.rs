//! A server's timeouts for silent clients. A connection that waits for its next request is kept for a while; a request
//! that has begun must arrive within a short time, or a client could keep connections forever at a byte per second (slow-loris,
//! CWE-400). hyper's own limit for heads does not distinguish the two: it also runs while nothing has been sent.

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
pub struct Timeouts {
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For the next request on a kept connection.
    pub idle: Duration,
    /// From the first byte of a request to the end of its head. `None` is forever.
    pub head: Option<Duration>,
    /// From the end of the head to the end of the body.
    pub body: Duration,
}

impl Timeouts {
    /// The idle timeout is longer than the facilities' and insurers' pauses within one exchange; the others are the time after
    /// which a facility gives up anyway.
    pub const SERVER: Timeouts = Timeouts {
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
    /// The request has arrived; the client waits.
    Serving,
}

/// Reports a connection's progress to its [`TimeoutStream`].
#[derive(Clone)]
pub struct Progress {
    shared: Rc<Shared>,
    idle: Duration,
}

impl Progress {
    /// The head of a request has arrived.
    pub fn request_arrived(&self) {
        self.shared.phase.set(Phase::Serving);
    }

    /// The answer is ready to leave.
    pub fn answered(&self) {
        let since = clock::now();
        self.shared.phase.set(Phase::Idle { since });
        // hyper does not poll again while its last read waits, and that read began without a deadline, or with a later one.
        if self.shared.wakes_at.get().is_none_or(|at| at > idle_until(since, self.idle))
            && let Some(reader) = self.shared.reader.take()
        {
            reader.wake();
        }
    }
}

fn idle_until(since: u64, idle: Duration) -> u64 {
    since.saturating_add(nanos(idle))
}

/// The state that a stream and its progress share.
struct Shared {
    phase: Cell<Phase>,
    /// The task that waits for bytes, and when it is woken if none arrive.
    reader: Cell<Option<Waker>>,
    wakes_at: Cell<Option<u64>>,
}

/// A stream that ends when the other side is silent for too long.
pub struct TimeoutStream<S> {
    inner: S,
    timeouts: Timeouts,
    shared: Rc<Shared>,
    alarm: Option<Alarm>,
}

impl<S> TimeoutStream<S> {
    pub fn new(inner: S, timeouts: Timeouts) -> (Self, Progress) {
        let phase = Cell::new(Phase::Idle { since: clock::now() });
        let shared = Rc::new(Shared { phase, reader: Cell::new(None), wakes_at: Cell::new(None) });
        (TimeoutStream { inner, timeouts, shared: shared.clone(), alarm: None }, Progress { shared, idle: timeouts.idle })
    }

    fn deadline(&self) -> Option<u64> {
        match self.shared.phase.get() {
            Phase::Idle { since } => Some(idle_until(since, self.timeouts.idle)),
            Phase::Head { since } => self.timeouts.head.map(|limit| since.saturating_add(nanos(limit))),
            Phase::Serving => None,
        }
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline();
        self.shared.reader.set(Some(cx.waker().clone()));
        self.shared.wakes_at.set(deadline);
        let Some(deadline) = deadline else {
            self.alarm = None;
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

impl<S: AsyncRead + Unpin> AsyncRead for TimeoutStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buf) {
            Poll::Ready(read) => {
                if buf.filled().len() > before && matches!(this.shared.phase.get(), Phase::Idle { .. }) {
                    this.shared.phase.set(Phase::Head { since: clock::now() });
                }
                // A client that trickles bytes is checked here each time.
                match this.shared.phase.get() {
                    Phase::Head { .. } if this.poll_deadline(cx).is_ready() => Poll::Ready(Err(too_slow())),
                    _ => Poll::Ready(read),
                }
            }
            Poll::Pending => {
                ready!(this.poll_deadline(cx));
                match this.shared.phase.get() {
                    Phase::Head { .. } => Poll::Ready(Err(too_slow())),
                    // The end of the stream, as if the client had disconnected: an orderly end of the connection.
                    _ => Poll::Ready(Ok(())),
                }
            }
        }
    }
}

fn too_slow() -> io::Error {
    tracing::info!("a request did not arrive in time");
    io::ErrorKind::TimedOut.into()
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimeoutStream<S> {
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
