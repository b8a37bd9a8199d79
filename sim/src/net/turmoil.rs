//! The simulated network of the ticking engine, on turmoil.
//!
//! turmoil's own latency is zero: [`super::link`] computes latency exactly and the private module `wire` holds bytes back.

use super::end::End;
use super::link::Links;
use super::wire::{Tap, Wire, WireTimes};
use super::{AddressBook, Connection, Endpoint, Listener, Network};
use crate::context;
use crate::terms::roles::Zone;
use futures_util::future::LocalBoxFuture;
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

/// The simulated network as the parties of one run reach it.
#[derive(Clone)]
pub struct TurmoilNetwork {
    links: Links,
    next_connection: Rc<Cell<u64>>,
    addresses: AddressBook,
}

impl TurmoilNetwork {
    /// `addresses` names every service that can be connected to.
    pub fn new(links: Links, addresses: AddressBook) -> Self {
        TurmoilNetwork { links, next_connection: Rc::new(Cell::new(0)), addresses }
    }

    fn wire(&self, stream: turmoil::net::TcpStream, me: &End, peer: &End, number: u64) -> Connection {
        let times = Rc::new(WireTimes::default());
        let (out, back) = (self.links.between(me, peer), self.links.between(peer, me));
        let tap = Tap::new(me, peer, number);
        Connection::new(Wire::new(stream, self.links.clone(), (out, back), times.clone(), tap), times, peer.party.clone())
    }
}

impl Network for TurmoilNetwork {
    fn listen(&self, port: u16) -> LocalBoxFuture<'static, io::Result<Box<dyn Listener>>> {
        let network = self.clone();
        Box::pin(async move {
            let listener = turmoil::net::TcpListener::bind(("0.0.0.0", port)).await?;
            let (send, accepted) = mpsc::unbounded_channel();
            context::spawn(accept_all(listener, network, send));
            Ok(Box::new(SimListener { accepted }) as Box<dyn Listener>)
        })
    }

    fn connect(&self, to: &Endpoint) -> LocalBoxFuture<'static, io::Result<Connection>> {
        let (network, to) = (self.clone(), to.clone());
        Box::pin(async move {
            let (zone, at) = network.addresses.resolve(&to)?;
            let (me, peer) = (super::end::me(), End { party: to.host.clone(), zone });
            crate::clock::sleep_until(network.links.carry_handshake(&me, &peer, crate::clock::now())).await;
            let mut stream = turmoil::net::TcpStream::connect((at.host.as_str(), at.port)).await?;
            let number = network.next_connection.replace(network.next_connection.get() + 1);
            // The first frame names the party that connects: parties share a host's address.
            let hello = serde_json::to_vec(&(&me.party, me.zone, number)).map_err(io::Error::other)?;
            stream.write_u16(hello.len() as u16).await?;
            stream.write_all(&hello).await?;
            Ok(network.wire(stream, &me, &peer, number))
        })
    }
}

struct SimListener {
    accepted: mpsc::UnboundedReceiver<Connection>,
}

impl Listener for SimListener {
    fn accept(&mut self) -> LocalBoxFuture<'_, io::Result<Connection>> {
        Box::pin(async move { self.accepted.recv().await.ok_or_else(|| io::ErrorKind::ConnectionAborted.into()) })
    }
}

/// Accepts connections and reads who connects, each in its own task, so that no connection waits for another's first frame.
async fn accept_all(listener: turmoil::net::TcpListener, network: TurmoilNetwork, send: mpsc::UnboundedSender<Connection>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let (network, send) = (network.clone(), send.clone());
        context::spawn(async move {
            // A client that connects and goes away, as in a crash, is not an error of the listener.
            if let Ok((party, zone, number)) = hello(&mut stream).await {
                // The listener may be gone too.
                let _ = send.send(network.wire(stream, &super::end::me(), &End { party, zone }, number));
            }
        });
    }
}

async fn hello(stream: &mut turmoil::net::TcpStream) -> io::Result<(String, Zone, u64)> {
    let mut hello = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut hello).await?;
    serde_json::from_slice(&hello).map_err(io::Error::other)
}
