//! The texts of runs, verdicts and comparisons for people, in both languages.

pub mod details;
pub mod failures;
mod findings;
mod patterns;
pub mod unread;
pub mod verify;

use crate::page::words::Words;
use crate::results::RunOutcome;
use crate::rules::Lang;
use fluent_bundle::FluentValue;

/// The one list of the names of outcomes, of runs and of rules, in Japanese and English: pages have the same.
pub const OUTCOMES: [&str; 2] = [include_str!("texts/outcomes-ja.ftl"), include_str!("texts/outcomes-en.ftl")];

const JA: &str = concat!(
    include_str!("texts/ja.ftl"),
    include_str!("texts/tool-ja.ftl"),
    include_str!("texts/outcomes-ja.ftl"),
    include_str!("texts/claims-ja.ftl"),
    include_str!("texts/mutants-ja.ftl")
);
const EN: &str = concat!(include_str!("texts/en.ftl"), include_str!("texts/tool-en.ftl"), include_str!("texts/outcomes-en.ftl"));

thread_local! {
    /// Fluent's bundles cannot be shared by threads.
    static WORDS: Words = Words::of(JA, EN);
}

/// A text with values.
pub fn say(lang: Lang, id: &str, values: &[(&str, &str)]) -> String {
    WORDS.with(|words| words.say(lang, id, values))
}

/// A text with numbers, on which its form may depend.
pub fn counted(lang: Lang, id: &str, numbers: &[(&'static str, u64)]) -> String {
    counted_saying(lang, id, numbers, &[])
}

/// The same with other values as well.
pub fn counted_saying(lang: Lang, id: &str, numbers: &[(&'static str, u64)], values: &[(&'static str, &str)]) -> String {
    let numbers = numbers.iter().map(|(name, n)| (*name, FluentValue::from(*n)));
    let values = values.iter().map(|(name, text)| (*name, FluentValue::from(*text)));
    let all: Vec<_> = numbers.chain(values).collect();
    WORDS.with(|words| words.counted(lang, id, &all))
}

/// How large something is, by the ids of its parts: `1 person, 2 visits`.
pub fn sizes(lang: Lang, parts: &[(&str, u64)]) -> String {
    let parts: Vec<String> = parts.iter().map(|(id, n)| counted(lang, id, &[("n", *n)])).collect();
    parts.join(&say(lang, "comma", &[]))
}

/// What is found by a claim, in a language. A rule of the matrix has one claim, and says in its findings what was found.
pub(crate) fn claim(id: &str, english: &str, lang: Lang) -> String {
    match lang {
        Lang::En => english.to_string(),
        Lang::Ja => claim_ja(id).unwrap_or_else(|| say(lang, "claim-found", &[])),
    }
}

/// The Japanese sentence of a kind of finding: `SEC-002/no-status`.
pub fn claim_ja(claim: &str) -> Option<String> {
    japanese(&claim.replace('/', "_"))
}

/// What a mutant does, in Japanese.
pub fn mutant_ja(name: &str) -> Option<String> {
    japanese(name)
}

fn japanese(id: &str) -> Option<String> {
    let text = say(Lang::Ja, id, &[]);
    (text != id).then_some(text)
}

/// The word for an outcome, without emphasis.
pub fn outcome(outcome: RunOutcome, lang: Lang) -> String {
    let id = match outcome {
        RunOutcome::Passed => "run-passed",
        RunOutcome::Inconclusive => "run-inconclusive",
        RunOutcome::Broken => "run-broken",
        RunOutcome::Differed => "run-differed",
        RunOutcome::Unfinished => "run-unfinished",
    };
    say(lang, id, &[])
}

/// `seed 7`, `seeds 1 to 10`.
pub(crate) fn seeds(first: u64, last: u64, lang: Lang) -> String {
    let [a, b] = [first, last].map(|seed| seed.to_string());
    say(lang, if first == last { "seed-one" } else { "seed-many" }, &[("first", &a), ("last", &b)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::ids;

    #[test]
    fn both_languages_have_the_same_texts() {
        assert_eq!(ids(include_str!("texts/ja.ftl")), ids(include_str!("texts/en.ftl")));
        assert_eq!(ids(OUTCOMES[0]), ids(OUTCOMES[1]));
        assert_eq!(ids(include_str!("texts/tool-ja.ftl")), ids(include_str!("texts/tool-en.ftl")));
    }

    #[test]
    fn the_form_of_a_text_depends_on_its_number() {
        let text = |lang, n| counted_saying(lang, "runs", &[("n", n)], &[("counts", "x"), ("how", "y")]);
        assert_eq!(
            [text(Lang::En, 1), text(Lang::En, 2), text(Lang::Ja, 1)],
            ["1 run: x (y)", "2 runs: x (y)", "実行1件：x（y）"]
        );
        assert_eq!([seeds(7, 7, Lang::En), seeds(1, u64::MAX, Lang::Ja)], ["seed 7", "シード1〜18446744073709551615"]);
    }
}
