//! What was judged in a self-test.

use conformance::plants::Plant;
use conformance::{Verdict, rules};
use scenarios::{Design, Mutant};
use sim::terms::claim::rule_of;

/// What was judged of one order.
pub(super) struct Tried {
    pub verdicts: Vec<Verdict>,
    /// Of each plant that changes this recording; `None` if it could not.
    pub planted: Vec<(&'static Plant, Option<Vec<Verdict>>)>,
}

/// The claims that a mutant names and whose rules apply to a design. A claim of an unknown rule is included, so that it is
/// reported.
pub(super) fn applying(mutant: Mutant, design: &Design) -> Vec<String> {
    let applies = |id: &&&str| rules::find(rule_of(id)).is_none_or(|rule| rule.about().applies.to(design));
    mutant.claims().iter().filter(applies).map(|id| id.to_string()).collect()
}
