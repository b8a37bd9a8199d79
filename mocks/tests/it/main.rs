//! The mocks against clients that share no code with them, and over time.
#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod door;
mod glossary;
mod openssl_cli;
mod patience;
mod real_tcp;
