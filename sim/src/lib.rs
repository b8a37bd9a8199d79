//! The world: seed, virtual clock, network and people. Its vocabulary is in the crate [`terms`].
//!
//! This crate has names and physics, no behaviour: what a broker decides or a card answers is in `mocks`, what is
//! allowed is in `conformance`. All randomness comes from one [`seed::Seed`], all times from one clock, and
//! everything that happens is recorded in one journal.

#[cfg(not(tokio_unstable))]
compile_error!(
    "Shikaku must be built with `--cfg tokio_unstable`, as .cargo/config.toml says: without it tokio's draws do not come from \
     the seed, and a panic on a host goes unnoticed. If RUSTFLAGS is set, add `--cfg tokio_unstable` to it."
);

pub mod clock;
pub mod context;
pub mod determinism;
pub mod disk;
pub mod engine;
pub mod log;
pub mod net;
pub mod people;
pub mod permutation;
pub mod sample;
pub mod seed;
pub mod timers;

pub use terms;
pub use terms::{ground, journal};
