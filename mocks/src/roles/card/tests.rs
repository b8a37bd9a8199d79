//! The card compared with what is known about real ones.

mod additions;
mod commands;
mod credentials;
mod describing;
mod my_number;
mod properties;
mod signatures;
mod transcripts;
