//! The actors: each role of the eligibility check as a mock, its decisions pure, its I/O at the edge.

pub mod host;
pub mod pki;
pub mod roles;
