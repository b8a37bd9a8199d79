//! The stories: scenario files, their loader, and the runner of a suite.
//!
//! A scenario is a TOML file ([`mod@file`]) that says who is there, who visits whom, what goes wrong and what must come of it.
//! [`stage`] builds the world for it, [`run`] plays it, [`suite`] plays many. [`population`] discloses who its people are.

pub mod catalog;
pub mod demands;
pub mod designs;
pub mod file;
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
