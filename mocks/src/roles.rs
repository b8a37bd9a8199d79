//! One role, one file or folder.

pub mod card;
pub mod reader;
