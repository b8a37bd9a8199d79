//! The operations, party by party.

mod broker;
mod facility;
mod jpki;
mod tls;
mod whole;

use super::Operation;

pub(super) const ALL: [&[Operation]; 5] = [facility::ALL, broker::ALL, jpki::ALL, whole::ALL, tls::ALL];
