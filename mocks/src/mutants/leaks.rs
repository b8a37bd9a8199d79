//! Leaks: what is disclosed where, and in which encoding. A new leak is a row in the file of its role.

mod broker;
mod card;
mod facility;
mod insurer;
mod jpki;
mod line;
mod municipality;
mod number_authority;
mod reader;
mod registry;

use super::kit::MutantDescription;

/// Every leak, role by role.
pub(super) const TABLES: &[&[MutantDescription]] = &[
    card::LEAKS,
    reader::LEAKS,
    facility::LEAKS,
    line::LEAKS,
    broker::LEAKS,
    jpki::LEAKS,
    insurer::LEAKS,
    number_authority::LEAKS,
    registry::LEAKS,
    municipality::LEAKS,
];
