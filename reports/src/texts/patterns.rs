//! Patterns of English texts that documents record, and their Japanese.

/// An English pattern and the Japanese text. `{}` takes any text, and `{1}` is the first one taken.
pub(super) type Pattern = (&'static str, &'static str);

/// What a pattern takes from a text; nothing, if it does not match.
pub(super) fn taken<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut all = Vec::new();
    let pieces: Vec<&str> = pieces.collect();
    for (i, piece) in pieces.iter().enumerate() {
        // The last text goes to the end.
        let at = if i + 1 == pieces.len() { rest.len().checked_sub(piece.len())? } else { rest.find(piece)? };
        let (value, after) = rest.split_at_checked(at)?;
        rest = after.strip_prefix(piece)?;
        all.push(value);
    }
    rest.is_empty().then_some(all)
}

/// The Japanese of the first pattern that matches; `part` is the Japanese of what it takes.
pub(super) fn matched(patterns: &[Pattern], text: &str, part: fn(&str) -> String) -> Option<String> {
    let (japanese, values) = patterns.iter().find_map(|(en, ja)| Some((ja, taken(en, text)?)))?;
    Some(filled(japanese, &values.into_iter().map(part).collect::<Vec<_>>()))
}

/// A text with values in the places of `{1}`, `{2}`, …. What looks like a place in a value stays as it is.
fn filled(text: &str, values: &[String]) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((number, after)) = after.split_once('}') else { break };
        let value = number.parse::<usize>().ok().and_then(|n| values.get(n.checked_sub(1)?));
        out = out + before + value.map_or("", String::as_str);
        rest = after;
    }
    out + rest
}

/// For tests: every value of the Japanese texts is one that the pattern takes, and each is used.
#[cfg(test)]
pub(super) fn check(patterns: &[Pattern]) {
    for (pattern, japanese) in patterns {
        let values = pattern.matches("{}").count();
        assert!(!japanese.contains(&format!("{{{}}}", values + 1)), "{pattern}");
        assert!((1..=values).all(|n| japanese.contains(&format!("{{{n}}}"))), "{pattern}: {japanese}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_what_is_between_their_words() {
        assert_eq!(taken("visit {} (person {})", "visit 1 (person 0)"), Some(vec!["1", "0"]));
        assert_eq!(taken("it was", "it was"), Some(vec![]));
        for (pattern, text) in
            [("it was", "it was not"), ("visit {}", "a visit 1"), ("got `{}`", "got `"), ("got `{}`", "got `x"), ("{}é", "xé")]
        {
            assert_eq!(taken(pattern, text).is_some(), text == "xé", "{pattern}: {text}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_place_is_not_filled() {
        let same = |text: &str| text.to_string();
        assert_eq!(matched(&[("a {} b {}", "{2}と{1}")], "a {2} b {1}", same).as_deref(), Some("{1}と{2}"));
        assert_eq!(filled("{1", &[]), "{1");
    }
}
