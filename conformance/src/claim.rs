//! What a rule can find: each kind of finding is a claim with an id of its own, and is shown to work by itself.

use serde::Serialize;
use terms::claim::rule_of;

/// One kind of finding of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Claim {
    /// Stable: `SEC-002/reported-lost`, the rule's id and a name within the rule.
    pub id: &'static str,
    /// What was found, as a sentence without a full stop.
    #[serde(rename = "whatEn")]
    pub what_en: &'static str,
}

impl Claim {
    /// The id of its rule.
    pub fn rule(&self) -> &'static str {
        rule_of(self.id)
    }
}

/// Declares the claims of a rule, each as a constant, and `CLAIMS`, the list of all of them.
macro_rules! claims {
    ($rule:literal; $($(#[$doc:meta])* $constant:ident = $name:literal: $what:literal;)+) => {
        $($(#[$doc])* const $constant: $crate::claim::Claim =
            $crate::claim::Claim { id: concat!($rule, "/", $name), what_en: $what };)+

        const CLAIMS: &[$crate::claim::Claim] = &[$($constant),+];
    };
}

pub(crate) use claims;

#[cfg(test)]
mod tests {
    claims! { "X-001";
        ONE = "one": "something was found";
        OTHER = "other": "something else was found";
    }

    #[test]
    fn a_claim_names_its_rule() {
        assert_eq!((ONE.id, ONE.rule()), ("X-001/one", "X-001"));
        assert_eq!(CLAIMS, [ONE, OTHER]);
    }
}
