//! The comparison of designs: what recordings show of each, what it would cost under stated assumptions, and how sure both are.
//!
//! Whoever plays runs hands over recordings. [`measure`] reads them, [`adversary`] joins what they gave each party, [`cost`] applies the
//! assumptions, [`sure`] says what seeds and assumptions leave open, and [`document`] holds the result, of which [`views`] are made.
//! Nothing here is written for one design: a design is its recordings and its choices.

pub mod adversary;
pub mod cost;
pub mod criteria;
pub mod document;
pub mod measure;
pub mod summary;
pub mod sure;
pub mod views;
