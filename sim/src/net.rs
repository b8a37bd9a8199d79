//! The network that parties see: listen, connect, and streams of bytes. Parties are written against the traits here and
//! run unchanged on the simulated networks ([`turmoil`], [`events`]) and on real TCP ([`tcp`]).

pub mod addresses;
pub mod end;
pub mod events;
pub mod link;
mod pipe;
pub mod tcp;
pub mod trouble;
pub mod turmoil;
mod wire;

pub use addresses::AddressBook;
pub use link::{LinkSpec, Links};
pub use trouble::{LinkFault, LinkFaultKind};
pub use wire::WireTimes;

use futures_util::future::LocalBoxFuture;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Where a service can be reached: the name of a host and a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    pub fn new(host: &str, port: u16) -> Self {
        Endpoint { host: host.to_string(), port }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// A network as the running party reaches it. Tasks are started with [`crate::context::spawn`], time is read and waited for
/// with [`crate::clock`]: both follow the engine.
pub trait Network {
    /// Listens on `port` of the host on which the running party runs.
    fn listen(&self, port: u16) -> LocalBoxFuture<'static, io::Result<Box<dyn Listener>>>;

    /// Connects the running party to `to`. Timeouts are up to the caller.
    fn connect(&self, to: &Endpoint) -> LocalBoxFuture<'static, io::Result<Connection>>;
}

pub trait Listener {
    fn accept(&mut self) -> LocalBoxFuture<'_, io::Result<Connection>>;
}

trait ByteStream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> ByteStream for S {}

/// A connection between two parties.
pub struct Connection {
    stream: Box<dyn ByteStream>,
    times: Rc<WireTimes>,
    peer: String,
}

impl Connection {
    fn new(stream: impl ByteStream + 'static, times: Rc<WireTimes>, peer: String) -> Self {
        Connection { stream: Box::new(stream), times, peer }
    }

    /// The exact times at which bytes arrived and from which bytes may leave.
    pub fn times(&self) -> Rc<WireTimes> {
        self.times.clone()
    }

    /// The name of the party at the other end, or its address on a real network.
    pub fn peer(&self) -> &str {
        &self.peer
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
