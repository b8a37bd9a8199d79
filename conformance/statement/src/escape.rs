//! Text from files of others, as it may be shown.

/// The most characters that are shown.
const MOST: usize = 1000;

/// A text from a file of somebody else, safe for a terminal: control characters, characters that reorder text, and others that
/// cannot be seen are escaped, and a long text is cut.
pub fn escaped(text: &str) -> String {
    let mut shown: String = text.chars().take(MOST).map(one).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn one(c: char) -> String {
    match c {
        '\'' | '"' => c.to_string(),
        c => c.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_a_reader_is_escaped() {
        assert_eq!(escaped("資格 \"a'b\""), "資格 \"a'b\"");
        assert_eq!(escaped("a\u{1b}[31m\n\u{202e}b\\\u{200b}\u{7f}"), "a\\u{1b}[31m\\n\\u{202e}b\\\\\\u{200b}\\u{7f}");
        assert_eq!(escaped(&"x".repeat(1300)).chars().count(), 1001);
    }
}
