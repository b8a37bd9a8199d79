//! The plan of the registry of a run.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How the registry of a run works.
#[derive(Clone, Debug)]
pub struct PlannedRegistry {
    /// Whether it asks the number authority for its codes.
    pub codes: bool,
    /// How long it takes until a person has looked at a pair that is neither the same nor different by its weight.
    pub looks_after: Duration,
    /// How often the person who looks is wrong, as a probability.
    pub look_errors: f64,
    /// By number of the report, whose it is: what the person who looks finds out at the facilities and in the residents' register. Nothing
    /// else may use it.
    pub truth: Rc<BTreeMap<String, u64>>,
}
