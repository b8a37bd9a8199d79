//! The simulated network of the event engine: pipes between hosts, and the listeners.

use super::end::End;
use super::link::Links;
use super::pipe::{PipeEnd, pipe};
use super::{AddressBook, Connection, Endpoint, Listener, Network};
use crate::timers::Timers;
use futures_util::future::LocalBoxFuture;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;
use tokio::sync::mpsc;

/// A host and a port.
type ListeningAddress = (Rc<str>, u16);

/// What the engine and its network share.
#[derive(Default)]
pub(crate) struct HostState {
    /// The host whose tasks run now.
    pub(crate) running: RefCell<Rc<str>>,
    /// Hosts that are down: a connection attempt gets no answer, not even a refusal.
    pub(crate) down: RefCell<BTreeSet<Rc<str>>>,
    /// The listeners, by host and port.
    listening: RefCell<BTreeMap<ListeningAddress, mpsc::UnboundedSender<Arriving>>>,
}

/// A connection on its way to the listener.
struct Arriving {
    end: PipeEnd,
    peer: End,
    number: u64,
}

/// The network between the hosts of the event engine.
#[derive(Clone)]
pub struct EventNetwork {
    links: Links,
    timers: Rc<Timers>,
    shared: Rc<HostState>,
    next_connection: Rc<Cell<u64>>,
    addresses: AddressBook,
}

impl EventNetwork {
    pub(crate) fn new(links: Links, addresses: AddressBook, timers: Rc<Timers>, shared: Rc<HostState>) -> Self {
        EventNetwork { links, timers, shared, next_connection: Rc::default(), addresses }
    }

    fn connection(&self, end: PipeEnd, peer: End, number: u64) -> Connection {
        end.connect(&self.links, super::end::me(), peer, number)
    }
}

impl Network for EventNetwork {
    fn listen(&self, port: u16) -> LocalBoxFuture<'static, io::Result<Box<dyn Listener>>> {
        let network = self.clone();
        Box::pin(async move {
            let address = (network.shared.running.borrow().clone(), port);
            let mut listening = network.shared.listening.borrow_mut();
            if listening.get(&address).is_some_and(|taken| !taken.is_closed()) {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            let (send, arriving) = mpsc::unbounded_channel();
            listening.insert(address, send);
            let network = network.clone();
            Ok(Box::new(EventListener { arriving, network }) as Box<dyn Listener>)
        })
    }

    fn connect(&self, to: &Endpoint) -> LocalBoxFuture<'static, io::Result<Connection>> {
        let (network, to) = (self.clone(), to.clone());
        Box::pin(async move {
            let (zone, at) = network.addresses.resolve(&to)?;
            let (me, peer) = (super::end::me(), End { party: to.host.clone(), zone });
            crate::clock::sleep_until(network.links.carry_handshake(&me, &peer, crate::clock::now())).await;
            let address: ListeningAddress = (Rc::from(at.host.as_str()), at.port);
            if network.shared.down.borrow().contains(&address.0) {
                std::future::pending::<()>().await;
            }
            let listening = network.shared.listening.borrow().get(&address).cloned();
            let number = network.next_connection.replace(network.next_connection.get() + 1);
            let (mine, theirs) = pipe(&network.timers);
            let arriving = Arriving { end: theirs, peer: me, number };
            match listening.map(|l| l.send(arriving)) {
                Some(Ok(())) => Ok(network.connection(mine, peer, number)),
                // There is no listener, or its host went down.
                _ => Err(io::ErrorKind::ConnectionRefused.into()),
            }
        })
    }
}

struct EventListener {
    arriving: mpsc::UnboundedReceiver<Arriving>,
    network: EventNetwork,
}

impl Listener for EventListener {
    fn accept(&mut self) -> LocalBoxFuture<'_, io::Result<Connection>> {
        Box::pin(async move {
            let arrived = self.arriving.recv().await.ok_or(io::ErrorKind::ConnectionAborted)?;
            let Arriving { end, peer, number } = arrived;
            Ok(self.network.connection(end, peer, number))
        })
    }
}
