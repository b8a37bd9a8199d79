//! What a value could be, by its form alone.

use crate::measure::leaves::BETWEEN;

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Long enough to name one person of a country, and not a date, a word or a name.
    Code,
    /// A date with a time, which differs from visit to visit; values together of which none is a code.
    Passing,
    /// A date, a word, a name, a short number.
    Other,
}

/// Fewer characters than this cannot name everybody.
const SHORTEST: usize = 7;

pub(super) fn of(value: &str) -> Form {
    // Values together are a code if one of them is.
    if value.contains(BETWEEN) {
        return if value.split(BETWEEN).any(|v| of(v) == Form::Code) { Form::Code } else { Form::Passing };
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if is_date(value) {
        return if value.contains('T') || value.contains(':') { Form::Passing } else { Form::Other };
    }
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_' | b'.' | b' '));
    match plain && value.len() >= SHORTEST && digits >= 2 {
        true => Form::Code,
        false => Form::Other,
    }
}

/// Whether it begins as a date of ISO 8601 does.
fn is_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    (0..4).all(digit) && bytes.get(4) == Some(&b'-') && (5..7).all(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_dates_words_and_names() {
        for code in ["443396174", "5Z2FJ4QFYPDVPLIBHVWCGXCYDA", "8780 3518 0015"] {
            assert_eq!(of(code), Form::Code, "{code}");
        }
        for other in ["2027-04-05", "in-force", "想定　花子", "30", "00409243x想"] {
            assert_eq!(of(other), Form::Other, "{other}");
        }
        assert_eq!(of("2027-04-05T00:00:18.470798172Z"), Form::Passing);
        assert_eq!(of(&["39389499", "千・代田", "00"].join(&BETWEEN.to_string())), Form::Code);
        assert_eq!(of(&["in-force", "30"].join(&BETWEEN.to_string())), Form::Passing, "the parts are read anyway");
    }
}
