//! The mocks against clients that share no code with them, and over time.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod door;
mod glossary;
mod openssl_cli;
mod patience;
mod real_tcp;
