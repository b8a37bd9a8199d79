//! Where a rule comes from, for readers of one language. Rules state it as parts: passages in the source's words, laws, standards, and
//! what this project defines.

use super::words::Words;
use crate::cost::figures::is_japanese;
use crate::document::Both;

/// The source of a rule. Passages are quoted there already.
pub fn of_rule(source: &str, words: &Words) -> Both {
    let mut ja: Vec<String> = Vec::new();
    for part in source.split("; ") {
        let text = of_part(part, words);
        if !ja.contains(&text) {
            ja.push(text);
        }
    }
    Both::new(ja.join("；"), source)
}

/// One part in Japanese.
fn of_part(part: &str, words: &Words) -> String {
    if let Some(standard) = part.strip_prefix("RFC ") {
        let (number, rest) = standard.split_once(", section ").unwrap_or((standard, ""));
        let section: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let section = section.trim_end_matches('.');
        return if section.is_empty() { format!("RFC {number}") } else { format!("RFC {number} 第{section}節") };
    }
    match part.chars().any(is_japanese) {
        true if !part.starts_with("profile") => part.to_string(),
        _ if part.starts_with("the axis") => words.both("source-axis").ja,
        _ => words.both("source-profile").ja,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_of_japanese_are_shown_no_other_language() {
        let words = Words::new();
        for (source, ja) in [
            (
                "「⑦ 資格情報の確認・記録」; profile: outcome codes are the same on both sides",
                "「⑦ 資格情報の確認・記録」；本プロジェクトの定め",
            ),
            (
                "RFC 6960, section 2.2; 公的個人認証法 第36条; 「公的個人認証サービスに…照会」",
                "RFC 6960 第2.2節；公的個人認証法 第36条；「公的個人認証サービスに…照会」",
            ),
            (
                "RFC 8446, section 4.1.2; RFC 6066, section 3: a server name is sent unencrypted",
                "RFC 8446 第4.1.2節；RFC 6066 第3節",
            ),
            (
                "profile, `validity`: `unknown-not-known`; the axis *the check of the person*",
                "本プロジェクトの定め；方式の軸の定義",
            ),
        ] {
            assert_eq!(of_rule(source, &words), Both::new(ja, source));
        }
    }

    #[test]
    fn no_rule_of_the_judge_has_a_source_that_readers_of_japanese_cannot_read() {
        let words = Words::new();
        for rule in conformance::rules::all().iter() {
            let ja = of_rule(rule.about().source, &words).ja;
            let foreign: Vec<&str> =
                ja.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !["", "RFC", "IC", "AP", "FHIR"].contains(w)).collect();
            assert!(foreign.is_empty(), "{}: {foreign:?}", rule.about().id);
        }
    }
}
