//! The effect of a design's choices on the parties: one trait per axis, one file per choice.

pub mod code_lookup;
pub mod codes;
pub mod eligibility;
pub mod identity;
pub mod line;
pub mod presented;
pub mod remembered;
pub mod validity;
