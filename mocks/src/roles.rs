//! One role, one file or folder.

pub mod broker;
pub mod card;
pub mod facility;
pub mod insurer;
pub mod jpki;
pub mod line;
pub mod number_authority;
pub mod reader;

/// A party that keeps registers in memory, beside what is on its disk.
pub trait Holder {
    /// Everything it holds, item by item: the register's name and the item.
    fn holdings(&self) -> Vec<(String, Vec<u8>)>;
}
