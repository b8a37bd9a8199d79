//! The clauses of the contract that a case tries, and its texts there.

use contract::Lang;
use contract::case;
use contract::clause::{Clause, Strength};
use serde::Serialize;
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::Zone;

/// The topic of the contract that lists the outcomes.
const OUTCOMES: &str = "outcome";

/// The clauses that a case of the certification tries, in order.
pub fn of_case(name: &str) -> impl Iterator<Item = &'static Clause> {
    let case = case::of(name);
    contract::clause::all().filter(move |clause| case.is_some_and(|case| clause.cases.iter().any(|c| c == case.name)))
}

/// The clauses for a broker that say when a check ends so.
fn of_outcome(outcome: OutcomeCode) -> impl Iterator<Item = &'static Clause> {
    let named = format!("`{}`", outcome.code());
    // Those of the topic itself are about all outcomes.
    let chapters = contract::clause::chapters().iter().filter(|chapter| chapter.topic.id != OUTCOMES);
    let all = chapters.flat_map(|chapter| &chapter.clauses);
    let at_broker = all.filter(|clause| clause.roles.iter().any(|role| role.zone() == Zone::Broker));
    at_broker.filter(move |clause| clause.strength == Strength::Must && clause.en.contains(&named))
}

/// What a case tries, in Japanese. What comes behind the text of the contract, such as the member that is changed, stays.
pub fn what_ja(name: &str, what: &str) -> Option<String> {
    let case = case::of(name)?;
    let rest = what.strip_prefix(case.text(Lang::En)).unwrap_or_default();
    Some(format!("{}{}", case.text(Lang::Ja), rest.replacen(": ", "：", 1)))
}

/// A clause as a report quotes it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quote {
    pub id: &'static str,
    pub strength: Strength,
    pub en: &'static str,
    pub ja: &'static str,
}

impl Quote {
    fn of(clause: &'static Clause) -> Self {
        Quote { id: &clause.id, strength: clause.strength, en: &clause.en, ja: &clause.ja }
    }
}

/// The clauses that a failure of a case breaks: those of the rule that it is about, or else those on the outcome that was expected
/// of a check, and those that the case tries.
pub fn quoted(case: &str, rule: Option<&str>, expected: Option<OutcomeCode>) -> Vec<Quote> {
    if let Some(rule) = rule.and_then(conformance::rules::find) {
        return contract::clause::of_rule(rule.about()).map(Quote::of).collect();
    }
    let mut all: Vec<&Clause> = expected.into_iter().flat_map(of_outcome).collect();
    for clause in of_case(case) {
        if !all.iter().any(|known| known.id == clause.id) {
            all.push(clause);
        }
    }
    all.into_iter().map(Quote::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_quotes_the_clauses_of_its_rule_or_those_of_its_case() {
        let ids = |case, rule| quoted(case, rule, None).iter().map(|q| q.id).collect::<Vec<_>>();
        assert_eq!(ids("ocsp/nonce-wrong", None), ["OCSP-002"]);
        assert!(ids("scenario/everyday-visit", Some("AUDIT-003")).contains(&"REC-002"));
        assert!(quoted("ocsp/nonce-wrong", None, None)[0].en.contains("nonce"));
        assert_eq!(ids("no/such-case", None), Vec::<&str>::new());
        let of_outcome: Vec<_> =
            quoted("scenario/kit", None, Some(OutcomeCode::CertificateSuspended)).iter().map(|q| q.id).collect();
        assert!(of_outcome.starts_with(&["OCSP-005"]) && of_outcome.contains(&"OUT-001"), "{of_outcome:?}");
    }

    #[test]
    fn a_case_has_its_text_in_japanese_with_what_is_changed() {
        assert_eq!(
            what_ja("body/null.status", "A member that is null: `/status`").as_deref(),
            Some("値がnullのメンバー：`/status`")
        );
        assert_eq!(what_ja("no/such-case", "x"), None);
    }
}
