//! The texts of cases in Japanese. They are kept by the English ones, so that a report that was written can be shown in both.

use crate::clauses;
use crate::outcome::Case;
use crate::select::{NotPlayed, suites};
use contract::Lang;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A pattern with fewer letters than this fits many texts, so its gaps must be single words or texts of their own.
const SAYS_LITTLE: usize = 12;
/// How many texts in each other are put into Japanese; what is deeper stays as it is.
const DEEPEST: usize = 4;

/// A text with gaps.
struct Pattern {
    /// What is between the gaps.
    fixed: Vec<String>,
    ja: String,
}

static TEXTS: LazyLock<(BTreeMap<String, String>, Vec<Pattern>)> = LazyLock::new(|| {
    let all: BTreeMap<String, String> =
        toml::from_str(include_str!("japanese.toml")).unwrap_or_else(|e| panic!("japanese.toml, which a test reads: {e}"));
    let (gaps, whole): (Vec<_>, Vec<_>) = all.into_iter().partition(|(en, _)| en.contains("{}"));
    let mut patterns: Vec<Pattern> =
        gaps.into_iter().map(|(en, ja)| Pattern { fixed: en.split("{}").map(str::to_string).collect(), ja }).collect();
    // The one that says most comes first.
    patterns.sort_by_key(|p| std::cmp::Reverse(p.fixed.iter().map(String::len).sum::<usize>()));
    (whole.into_iter().collect(), patterns)
});

impl Pattern {
    /// What is in the gaps of a text in Japanese, if it has this form. A gap takes as little as it can, and the last one what is left.
    fn gaps(&self, text: &str, depth: usize) -> Option<Vec<String>> {
        let (first, rest) = self.fixed.split_first()?;
        let (last, middle) = rest.split_last()?;
        let mut left = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let mut gaps = Vec::new();
        for fixed in middle {
            let (gap, after) = left.split_once(fixed.as_str())?;
            gaps.push(gap);
            left = after;
        }
        gaps.push(left);
        let says_little = self.fixed.iter().map(String::len).sum::<usize>() < SAYS_LITTLE;
        // Each gap is put into Japanese once: doing it again would double the work with each text in a text.
        let japanese = |gap: &str| match deeper(gap, depth).or_else(|| words(gap)) {
            _ if gap.is_empty() => None,
            Some(found) => Some(found),
            None => (!says_little || !gap.contains(' ')).then(|| gap.to_string()),
        };
        gaps.into_iter().map(japanese).collect()
    }

    /// The text with what is in its gaps.
    fn fill(&self, gaps: &[String]) -> String {
        let mut text = self.ja.clone();
        for (at, gap) in gaps.iter().enumerate() {
            let numbered = format!("{{{at}}}");
            text = if text.contains(&numbered) { text.replacen(&numbered, gap, 1) } else { text.replacen("{}", gap, 1) };
        }
        text
    }
}

/// Words of which one is meant: `400 or 404`.
fn words(text: &str) -> Option<String> {
    let all: Vec<&str> = text.split(" or ").collect();
    all.iter().all(|word| !word.contains(' ')).then(|| all.join("又は"))
}

/// A text of a case in Japanese, if it is one of those that the certification writes itself.
pub fn ja(text: &str) -> Option<String> {
    japanese(text, 0)
}

/// A text in a text. What the certification writes has few in each other; a system under test can write any number.
fn deeper(text: &str, depth: usize) -> Option<String> {
    (depth < DEEPEST).then(|| japanese(text, depth + 1)).flatten()
}

fn japanese(text: &str, depth: usize) -> Option<String> {
    #[cfg(test)]
    tests::CALLS.with(|calls| calls.set(calls.get() + 1));
    let (whole, patterns) = &*TEXTS;
    if let Some(found) = whole.get(text) {
        return Some(found.clone());
    }
    if let Some((rule, _)) = text.split_once(" holds: ")
        && let Some(rule) = conformance::rules::find(rule)
    {
        return Some(format!("{}：{}", rule.about().id, rule.about().title_ja));
    }
    // A step of a story: when, and what is expected.
    let step = text.split_once(": ").map(|(when, what)| (deeper(when, depth), deeper(what, depth), what));
    if let Some((Some(when), Some(what), _)) = &step {
        return Some(format!("{when}：{what}"));
    }
    if let Some(found) = patterns.iter().find_map(|p| Some(p.fill(&p.gaps(text, depth)?))) {
        return Some(found);
    }
    let (when, what, as_it_is) = step?;
    Some(format!("{}：{}", when?, what.unwrap_or_else(|| as_it_is.to_string())))
}

/// What a case tries, in Japanese.
pub fn what_ja(case: &Case) -> Option<String> {
    static SCENARIOS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let all = suites().filter_map(|suite| suite.scenarios().ok()).flatten();
        all.map(|scenario| (scenario.name, scenario.title.ja)).collect()
    });
    let scenario = || case.name.strip_prefix("scenario/").and_then(|name| SCENARIOS.get(name).cloned());
    clauses::what_ja(&case.name, &case.what).or_else(scenario)
}

/// Why a case was not played, in Japanese, if it is one of the reasons that are known.
pub fn why_ja(why: &str) -> Option<String> {
    let known = NotPlayed::ALL.into_iter().find(|known| known.text_en() == why);
    known.map(|known| known.text_ja().to_string()).or_else(|| ja(why))
}

/// A text in the language of a reader, in English if there is none in Japanese.
pub fn in_lang(lang: Lang, text: &str) -> String {
    match lang {
        Lang::En => text.to_string(),
        Lang::Ja => ja(text).unwrap_or_else(|| text.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::client::{PATIENCE, Response, Seen};
    use crate::probe::expect::Expect;

    thread_local! {
        /// How many texts were looked for.
        pub static CALLS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    #[test]
    fn texts_in_each_other_take_no_more_than_their_length_allows() {
        let calls = |text: &str| {
            CALLS.set(0);
            let found = ja(text);
            (CALLS.get(), found)
        };
        for times in [18, 400] {
            for repeated in [
                "no connection: ",
                "HTTP ",
                "TLS was refused: ",
                "after it, the same request without the fault: ",
                "while JPKI is silent: ",
            ] {
                let (few, found) = calls(&(repeated.repeat(times) + "Connection refused"));
                assert!(few < 400, "{repeated}: {few} calls, {found:?}");
            }
        }
    }

    #[test]
    fn every_text_with_gaps_is_found_and_filled() {
        let (whole, patterns) = &*TEXTS;
        assert!(whole.len() > 100 && patterns.len() > 30);
        for pattern in patterns {
            let text = pattern.fixed.join("7");
            let found = ja(&text).unwrap_or_default();
            assert!(!found.contains('{') && found.contains('7'), "{text}: {found}");
        }
    }

    #[test]
    fn what_is_expected_and_what_was_seen_have_japanese_texts() {
        let expected = [
            Expect::Success(200),
            Expect::Refused(&[400, 404], &["request-malformed"]),
            Expect::RefusedOrClosed(&[400, 431]),
            Expect::NotServed,
            Expect::NotBroken,
        ];
        let body = br#"{"type":"urn:shikaku:problem:no-code"}"#.to_vec();
        let seen = [
            Seen::Response(Response { status: 200, headers: Vec::new(), body: Vec::new() }),
            Seen::Response(Response { status: 404, headers: Vec::new(), body }),
            Seen::Closed,
            Seen::Silence,
            Seen::TlsRefused("certificate required".into()),
            Seen::NoConnection("Connection refused".into()),
            Seen::NotHttp("it ends in the middle".into()),
        ];
        let texts: Vec<String> = expected.iter().map(ToString::to_string).chain(seen.iter().map(ToString::to_string)).collect();
        let shown: Vec<String> = texts.iter().map(|text| ja(text).unwrap_or_else(|| format!("NOT FOUND {text}"))).collect();
        insta::assert_snapshot!(shown.join("\n"));
        assert_eq!(PATIENCE.as_secs(), 15);
    }

    #[test]
    fn a_step_of_a_story_is_put_together_and_unknown_text_is_left_alone() {
        assert_eq!(
            ja("while JPKI is silent: HTTP 503 with the code jpki-no-answer").as_deref(),
            Some("公的個人認証サービスが応答しない間：HTTP 503、結果コード jpki-no-answer")
        );
        let asked = ja("person 1, asked about with another branch: HTTP 404 with the code identifier-not-found");
        assert_eq!(asked.as_deref(), Some("人 1、別の枝番による照会：HTTP 404、結果コード identifier-not-found"));
        assert!(ja("NVN-003 holds: a title").is_some_and(|text| text.starts_with("NVN-003：")));
        assert_eq!((ja("what nobody wrote"), ja("all the bytes of the requests")), (None, None));
        assert_eq!(why_ja("it is a load study").as_deref(), Some("負荷試験"));
    }
}
