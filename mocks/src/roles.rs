//! One role, one file or folder.

pub mod broker;
pub mod card;
pub mod facility;
pub mod insurer;
pub mod jpki;
pub mod line;
pub mod number_authority;
pub mod reader;
