//! Scenarios: their files, their loader, and what runs a suite.
//!
//! A scenario is a TOML file ([`mod@file`]) that defines the people and facilities, the visits, the faults and the expected
//! outcomes. [`stage`] builds the world for it, [`run`] plays it, [`suite`] plays many. [`population`] discloses its people.

pub mod cases;
pub mod catalog;
pub mod demands;
pub mod designs;
pub mod estimate;
pub mod file;
pub mod incidents;
pub mod live;
pub mod load;
pub mod partition;
pub mod plan;
pub mod population;
pub mod reached;
pub mod run;
pub mod shrink;
pub mod stage;
mod start;
pub mod suite;
mod timeline;

pub use mocks::crypto::Crypto;
pub use mocks::mutants::Mutant;
pub use mocks::openssl_version;
pub use sim::engine::EngineKind;
pub use sim::terms::design::Design;
pub use start::Start;
