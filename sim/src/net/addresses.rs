//! Which services can be reached on a network: the name by which parties call a service, the zone of the party that answers,
//! and its address.

use super::Endpoint;
use crate::terms::roles::Zone;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

/// The services of a network by name. Clones are handles to the same book, so that it can be filled while parties are built.
#[derive(Clone, Debug, Default)]
pub struct AddressBook(Rc<RefCell<BTreeMap<String, Address>>>);

/// The address of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The zone of the party that answers.
    pub zone: Zone,
    /// Host and port. `None` is the host of the service's own name, at the port that the caller asks for.
    pub at: Option<Endpoint>,
}

impl AddressBook {
    /// Adds a service that is reached at the host of its own name.
    pub fn add_host(&self, name: &str, zone: Zone) {
        self.add(name, Address { zone, at: None });
    }

    /// Adds a service that is reached elsewhere: one of several on a host, or a system under test.
    pub fn add_elsewhere(&self, name: &str, zone: Zone, at: Endpoint) {
        self.add(name, Address { zone, at: Some(at) });
    }

    fn add(&self, name: &str, address: Address) {
        self.0.borrow_mut().insert(name.to_string(), address);
    }

    /// The entry of a service.
    pub fn get(&self, name: &str) -> Option<Address> {
        self.0.borrow().get(name).cloned()
    }

    /// All names with their zones.
    pub fn names(&self) -> Vec<(String, Zone)> {
        self.0.borrow().iter().map(|(name, address)| (name.clone(), address.zone)).collect()
    }

    /// The zone and the address behind `to`. An error of the kind *not found* if the book has no such name.
    pub(super) fn resolve(&self, to: &Endpoint) -> io::Result<(Zone, Endpoint)> {
        match self.get(&to.host) {
            Some(Address { zone, at }) => Ok((zone, at.unwrap_or_else(|| to.clone()))),
            None => {
                let what = format!("there is no service called `{}` on this network", to.host);
                Err(io::Error::new(io::ErrorKind::NotFound, what))
            }
        }
    }
}

impl From<BTreeMap<String, Zone>> for AddressBook {
    fn from(hosts: BTreeMap<String, Zone>) -> Self {
        let book = AddressBook::default();
        hosts.iter().for_each(|(name, zone)| book.add_host(name, *zone));
        book
    }
}
