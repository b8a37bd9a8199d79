//! Text of others, such that it cannot pass for text of the report: a system under test, a configuration or a file may have put
//! anything into it.

use super::about::About;
use super::japanese::in_lang;
use crate::clauses::{Quote, quoted};
use crate::outcome::{Case, Failure};
use contract::Lang;
use sim::terms::outcome::OutcomeCode;
use sim::terms::shown::line;
use std::collections::BTreeSet;

/// The most clauses of a failure that are quoted in full.
pub const QUOTED: usize = 3;
/// The most characters of one text.
const LENGTH: usize = 2_000;

/// `text` on one line, at most so long, with what is hidden in it as escapes: `\u{202e}`.
pub fn shown(text: &str) -> String {
    let cut = text.char_indices().nth(LENGTH).map(|(at, _)| at);
    let mut shown = line(&text[..cut.unwrap_or(text.len())]).into_owned();
    if cut.is_some() {
        shown.push('…');
    }
    shown
}

/// The command that repeats a case.
pub fn again(about: &About, case: &Case) -> String {
    shown(&format!("shikaku certify {} --only {}", about.repeat, case.name))
}

/// The rule that a failure is about, if it is about one.
pub fn rule_of(failure: &Failure) -> Option<&'static str> {
    let (id, _) = failure.expected.split_once(" holds: ")?;
    conformance::rules::all().iter().map(|rule| rule.about().id).find(|known| *known == id)
}

/// The outcome of a check that was expected, if a failure is about one.
fn outcome_of(failure: &Failure) -> Option<OutcomeCode> {
    let (_, code) = failure.expected.split_once(" ends as `")?;
    let (code, _) = code.split_once('`')?;
    OutcomeCode::ALL.iter().copied().find(|known| known.code() == code)
}

/// The clauses of the contract that a failure of a case breaks.
pub fn clauses_of(case: &Case, failure: &Failure) -> Vec<Quote> {
    quoted(&case.name, rule_of(failure), outcome_of(failure))
}

/// The same as lines. What there is beyond the first ones is named, and so is what is in `quoted`, to which the others are added.
pub fn quotes(case: &Case, failure: &Failure, lang: Lang, quoted: &mut BTreeSet<&'static str>) -> Vec<String> {
    let (known, all): (Vec<Quote>, Vec<Quote>) = clauses_of(case, failure).into_iter().partition(|q| quoted.contains(q.id));
    quoted.extend(all.iter().take(QUOTED).map(|q| q.id));
    let line = |q: &Quote| {
        let text = shown(lang.of(q.en, q.ja));
        format!("{} {} ({}){}{text}", lang.of("clause:  ", "条項："), q.id, q.strength, lang.of(": ", "："))
    };
    let mut lines: Vec<String> = all.iter().take(QUOTED).map(line).collect();
    if !known.is_empty() {
        let ids: Vec<&str> = known.iter().map(|q| q.id).collect();
        lines.push(format!("{} {}", lang.of("clauses:  as above,", "条項（上記）："), ids.join(", ")));
    }
    if all.len() > QUOTED {
        let more: Vec<&str> = all[QUOTED..].iter().map(|q| q.id).collect();
        lines.push(format!("{} {}", lang.of("clauses:  also", "その他の条項："), more.join(", ")));
    }
    lines
}

/// A failure as lines: what was expected, what came, whose fault it is, and what was before it.
pub fn lines(failure: &Failure, lang: Lang) -> Vec<String> {
    let culprit = lang.of(failure.culprit.name(), failure.culprit.name_ja());
    let mut lines = vec![
        format!("{} {}", lang.of("expected:", "期待："), shown(&in_lang(lang, &failure.expected))),
        format!("{} {}", lang.of("came:    ", "結果："), shown(&in_lang(lang, &failure.observed))),
        format!("{} {culprit}", lang.of("culprit: ", "原因の所在：")),
    ];
    let cause = failure.likely_cause.as_ref();
    lines.extend(cause.map(|cause| format!("{} {}", lang.of("likely:  ", "考えられる原因："), shown(&in_lang(lang, cause)))));
    lines.extend(failure.before.iter().map(|message| format!("  {}", shown(message))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Culprit;

    #[test]
    fn what_is_hidden_is_shown() {
        assert_eq!(shown("a\u{202e}b\u{0}\n\u{1b}[31m\u{200b}資格"), "a\\u{202e}b\\u{0}\\n\\u{1b}[31m\\u{200b}資格");
        assert_eq!(shown(&"x".repeat(LENGTH + 1)).chars().count(), LENGTH + 1);
    }

    #[test]
    fn a_clause_is_quoted_once() {
        let failure = Failure {
            expected: "NVN-003 holds: a title".into(),
            observed: String::new(),
            culprit: Culprit::SystemUnderTest,
            likely_cause: None,
            before: Vec::new(),
        };
        let (case, mut quoted) = (Case::passed("scenario/kit", ""), BTreeSet::new());
        let mut text = || quotes(&case, &failure, Lang::En, &mut quoted);
        let (first, second) = (text(), text());
        assert!(first[0].starts_with("clause:   ") && first[0].len() > 60, "{first:?}");
        assert!(second[0].starts_with("clauses:  as above, ") && second[0].len() < 60, "{second:?}");
    }

    #[test]
    fn only_a_rule_that_exists_is_the_rule_of_a_failure() {
        let failure = |expected: &str| {
            let (expected, observed) = (expected.to_string(), String::new());
            Failure { expected, observed, culprit: Culprit::SystemUnderTest, likely_cause: None, before: Vec::new() }
        };
        let of = |expected: &str| rule_of(&failure(expected));
        assert_eq!(outcome_of(&failure("visit 1 (person 0) ends as `not-insured` (a.toml:1)")), Some(OutcomeCode::NotInsured));
        assert_eq!((outcome_of(&failure("visit 1 ends as `x`")), outcome_of(&failure("HTTP 200"))), (None, None));
        assert_eq!((of("NVN-003 holds: a title"), of("NVN-999 holds: x"), of("status 400")), (Some("NVN-003"), None, None));
    }
}
