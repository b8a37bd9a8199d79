//! Live certification: the mocks on real TCP beside a vendor's system.
//!
//! A [`site`] is what a vendor's system is configured for once: authorities, addresses, design. A [`kit`] is the folder with all
//! that the vendor needs. [`sut`] is the configuration of a system under test. [`select`] says which scenarios a live run can play
//! with it, and [`probe`] has the requests that no mock would send.

pub mod bench;
pub mod clauses;
mod clock;
pub mod command;
pub mod cpu;
pub mod jpki_log;
pub mod kit;
pub mod logs;
pub mod operator;
pub mod outcome;
pub mod people;
pub mod played;
pub mod probe;
pub mod records;
pub mod reference;
pub mod report;
pub mod select;
pub mod session;
pub mod site;
pub mod story;
pub mod sut;
pub mod verdicts;
pub mod wire;
