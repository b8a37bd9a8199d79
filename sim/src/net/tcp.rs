//! Real TCP, for systems that are not simulated. The parties are the same; time is the machine's, so runs are not
//! repeatable to the byte.

use super::wire::{Tap, WireTimes};
use super::{AddressBook, Connection, Endpoint, Listener, Network};
use crate::context;
use crate::terms::roles::Zone;
use futures_util::future::LocalBoxFuture;
use std::cell::{Cell, RefCell};
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A clock for [`crate::context::World::new`] that runs with the machine's.
#[allow(clippy::disallowed_methods, reason = "on a real network time is the machine's")]
pub fn engine_clock() -> Box<dyn Fn() -> u64> {
    let start = std::time::Instant::now();
    Box::new(move || crate::clock::nanos(start.elapsed()))
}

/// Real TCP. A service in the address book is reached, and the party of that name listens, at the address in the book. Any other
/// name is an IP address or resolved by the system, and any other party listens on the loopback interface.
#[derive(Clone, Default)]
pub struct TcpNetwork {
    next_connection: Rc<Cell<u64>>,
    addresses: AddressBook,
    /// Sockets that listen on reserved ports until [`Network::listen`] takes them.
    bound: Rc<RefCell<Vec<std::net::TcpListener>>>,
}

impl TcpNetwork {
    /// A network on which the services of `addresses` are reached under their names.
    pub fn with(addresses: AddressBook) -> Self {
        TcpNetwork { addresses, ..TcpNetwork::default() }
    }

    /// The same network, with its reserved sockets, on which the services of `addresses` are reached under their names.
    pub(crate) fn reaching(&self, addresses: AddressBook) -> Self {
        TcpNetwork { addresses, ..self.clone() }
    }

    /// Reserves a port that is free on this machine: the socket listens from now on, and [`Network::listen`] on this port takes
    /// it. No other process can take the port in between.
    ///
    /// # Errors
    /// If the system cannot provide a socket.
    pub fn reserve_port(&self) -> io::Result<u16> {
        Ok(self.reserve(&Endpoint::new(&Ipv4Addr::LOCALHOST.to_string(), 0))?.port)
    }

    /// The same at an address of this machine; port 0 is any free one. Returns the address with its port.
    ///
    /// # Errors
    /// If the address is not this machine's, or if the port is taken.
    pub fn reserve(&self, at: &Endpoint) -> io::Result<Endpoint> {
        let listener = std::net::TcpListener::bind((at.host.as_str(), at.port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        self.bound.borrow_mut().push(listener);
        Ok(Endpoint::new(&at.host, port))
    }

    /// The socket that was reserved for a port, once.
    fn reserved(&self, port: u16) -> Option<std::net::TcpListener> {
        let mut bound = self.bound.borrow_mut();
        let at = bound.iter().position(|l| l.local_addr().is_ok_and(|a| a.port() == port))?;
        Some(bound.swap_remove(at))
    }

    /// A stream whose bytes are recorded. `zone` is that of the peer, if it is known.
    fn tap(&self, stream: TcpStream, peer: String, zone: Option<Zone>) -> Connection {
        let number = self.next_connection.replace(self.next_connection.get() + 1);
        let party = context::party();
        // A wire of the dedicated line belongs to the line, whichever party writes to it.
        let zone = zone.filter(|zone| *zone == Zone::Line).unwrap_or(party.zone);
        let tap = Tap { connection: format!("{}>{peer}#{number}", party.name), zone };
        let times = Rc::new(WireTimes::default());
        Connection::new(Tapped { stream, times: times.clone(), tap }, times, peer)
    }
}

impl Network for TcpNetwork {
    fn listen(&self, port: u16) -> LocalBoxFuture<'static, io::Result<Box<dyn Listener>>> {
        let network = self.clone();
        Box::pin(async move {
            let own = network.addresses.get(&context::party().name).and_then(|address| address.at);
            let Endpoint { host, port } = own.unwrap_or_else(|| Endpoint::new(&Ipv4Addr::LOCALHOST.to_string(), port));
            let listener = match network.reserved(port) {
                Some(listener) => TcpListener::from_std(listener)?,
                None => TcpListener::bind((host.as_str(), port)).await?,
            };
            Ok(Box::new(RealListener { listener, network }) as Box<dyn Listener>)
        })
    }

    fn connect(&self, to: &Endpoint) -> LocalBoxFuture<'static, io::Result<Connection>> {
        let (network, to) = (self.clone(), to.clone());
        Box::pin(async move {
            // Names that are not in the book are resolved by the system.
            let known = network.addresses.resolve(&to).ok();
            let at = known.as_ref().map_or(&to, |(_, at)| at);
            let stream = TcpStream::connect((at.host.as_str(), at.port)).await?;
            stream.set_nodelay(true)?;
            let peer = if known.is_some() { to.host.clone() } else { to.to_string() };
            Ok(network.tap(stream, peer, known.map(|(zone, _)| zone)))
        })
    }
}

struct RealListener {
    listener: TcpListener,
    network: TcpNetwork,
}

impl Listener for RealListener {
    fn accept(&mut self) -> LocalBoxFuture<'_, io::Result<Connection>> {
        Box::pin(async move {
            let (stream, address) = self.listener.accept().await?;
            stream.set_nodelay(true)?;
            Ok(self.network.tap(stream, address.to_string(), None))
        })
    }
}

/// A real stream whose bytes are written to the journal.
struct Tapped {
    stream: TcpStream,
    times: Rc<WireTimes>,
    tap: Tap,
}

impl AsyncRead for Tapped {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.times.arrived(context::world().engine_now());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let n = ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        self.tap.write(self.times.departure(), &buf[..n]);
        Poll::Ready(Ok(n))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
