//! Ids of claims: `SEC-002/reported-lost` is one kind of finding of the rule SEC-002.

/// The rule of a claim, by the claim's id: `SEC-002` of `SEC-002/reported-lost`.
pub fn rule_of(claim: &str) -> &str {
    claim.split_once('/').map_or(claim, |(rule, _)| rule)
}

/// The rules of claims, each once, in their order.
pub fn rules_of<'a>(claims: &[&'a str]) -> Vec<&'a str> {
    let mut rules = Vec::new();
    for rule in claims.iter().map(|claim| rule_of(claim)) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_names_its_rule() {
        assert_eq!(rule_of("SEC-002/reported-lost"), "SEC-002");
        assert_eq!(rules_of(&["SEC-002/a", "FLOW-001/b", "SEC-002/c"]), ["SEC-002", "FLOW-001"]);
    }
}
