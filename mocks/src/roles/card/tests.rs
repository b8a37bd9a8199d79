//! The card against what is known of real ones.

mod additions;
mod commands;
mod credentials;
mod describing;
mod my_number;
mod properties;
mod signatures;
mod transcripts;
