//! What the choices of a design mean for the parties: a trait an axis, a file a choice.

pub mod code_lookup;
pub mod eligibility;
pub mod presented;
pub mod remembered;
