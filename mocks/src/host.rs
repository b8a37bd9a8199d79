//! The edge between a role's decisions and the network: TLS and HTTP, with every message written to the journal.

pub mod http;
pub mod patience;
pub mod tls;
