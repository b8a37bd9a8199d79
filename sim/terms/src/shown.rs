//! Text of others, as it may be shown: titles, names of files, messages of systems under test, results of somebody else. Nothing in
//! it is obeyed by a terminal, reorders what is around it, begins a line of its own, or is a command to the CI system that keeps the
//! log.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` on one line: control characters, line ends, characters that change the direction of writing, and those that cannot be
/// seen are written as their escapes, such as `\u{202e}`.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// The same for a text of several lines: line feeds stay.
pub fn block(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\n')
}

/// The text of an error of several lines, with the message in it on one line: a message may repeat a name that somebody chose.
pub fn with_message_on_a_line(text: &str, message: &str) -> String {
    if message.is_empty() { text.to_string() } else { text.replace(message, &line(message)) }
}

/// Whether a character is not seen, or changes how those around it are seen.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) && !stays(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_hidden(c) && !stays(c) {
            true => escape(c, &mut shown),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

fn escape(c: char, to: &mut String) {
    match c {
        '\n' => to.push_str("\\n"),
        '\r' => to.push_str("\\r"),
        '\t' => to.push_str("\\t"),
        // Writing to a String does not fail.
        c => drop(write!(to, "\\u{{{:x}}}", u32::from(c))),
    }
}

/// A whole output, as it may reach a terminal or the log of a CI job: only line feeds, tabs and colours are left of what is hidden,
/// and no line is a command of GitHub, GitLab, Azure or TeamCity.
pub fn output(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) && c != '\n' && c != '\t') && !COMMANDS.iter().any(|c| text.contains(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("::") {
            let indented = line.len() - line.trim_start().len();
            shown.push_str("\\u{3a}");
            of_line(line.get(indented + 1..).unwrap_or_default(), &mut shown);
        } else {
            of_line(line, &mut shown);
        }
    }
    Cow::Owned(shown)
}

/// What the logs of CI jobs may obey: at the beginning of a line, or anywhere in one.
const COMMANDS: [&str; 4] = ["::", "##", "section_start:", "section_end:"];

/// The command that a text begins with, within a line: `##[error]`, `##vso[…]`, `##teamcity[…]`, and the sections of GitLab.
fn command(text: &str) -> Option<&'static str> {
    let command = COMMANDS.into_iter().skip(1).find(|command| text.starts_with(command))?;
    let word = text.get(command.len()..)?.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
    (command != "##" || word.starts_with('[')).then_some(command)
}

fn of_line(line: &str, to: &mut String) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(colour) = colour(rest) {
            to.push_str(colour);
            rest = rest.get(colour.len()..).unwrap_or_default();
            continue;
        }
        if let Some(command) = command(rest) {
            let _ = write!(to, "\\u{{{:x}}}", u32::from(c));
            to.push_str(command.get(1..).unwrap_or_default());
            rest = rest.get(command.len()..).unwrap_or_default();
            continue;
        }
        match is_hidden(c) && c != '\n' && c != '\t' {
            true => escape(c, to),
            false => to.push(c),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

/// The colour that a text begins with: bold, faint, and the colours of letters. What hides text is none.
fn colour(text: &str) -> Option<&str> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let length = codes.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let (codes, end) = codes.split_at_checked(length)?;
    let known = |code: &str| matches!(code, "" | "0" | "1" | "2" | "3" | "4" | "22" | "24" | "39") || is_letter_colour(code);
    let whole = end.starts_with('m') && codes.split(';').all(known);
    whole.then(|| text.get(..2 + length + 1)).flatten()
}

fn is_letter_colour(code: &str) -> bool {
    code.parse::<u8>().is_ok_and(|n| (31..=37).contains(&n) || (90..=97).contains(&n))
}

/// Every string of a JSON value as [`line()`].
pub fn strings(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            if let Cow::Owned(shown) = line(text) {
                *text = shown;
            }
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(strings),
        serde_json::Value::Object(all) => {
            all.values_mut().for_each(strings);
            let hidden: Vec<String> = all.keys().filter(|key| key.chars().any(is_hidden)).cloned().collect();
            for key in hidden {
                if let Some(value) = all.remove(&key) {
                    all.insert(line(&key).into_owned(), value);
                }
            }
        }
        _ => {}
    }
}

/// JSON as it may be shown: what is hidden in its strings is written as `\u202e`, and no line of it is a command to a CI system. It
/// says the same. Bytes may arrive in chunks.
#[derive(Default)]
pub struct JsonOutput {
    /// The beginning of a character whose other bytes have not arrived.
    begun: Vec<u8>,
    /// How much of `##word` the last characters are: the number of `#`, and 2 while letters follow.
    marks: u8,
}

impl JsonOutput {
    /// What is written of the next bytes.
    pub fn next(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let whole = std::mem::take(&mut self.begun).into_iter().chain(bytes.iter().copied()).collect::<Vec<u8>>();
        for chunk in whole.utf8_chunks() {
            chunk.valid().chars().for_each(|c| self.one(c, &mut out));
            // An incomplete character at the end is kept; other invalid bytes are no JSON and are not written by the tool.
            self.begun = chunk.invalid().to_vec();
        }
        out
    }

    fn one(&mut self, c: char, out: &mut Vec<u8>) {
        let is_command = c == '[' && self.marks >= 2;
        self.marks = match c {
            '#' => (self.marks + 1).min(2),
            c if self.marks >= 2 && (c.is_ascii_alphabetic() || c == '.') => 2,
            _ => 0,
        };
        if is_command || is_hidden(c) && !matches!(c, '\n' | '\r' | '\t') {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.extend(format!("\\u{unit:04x}").bytes());
            }
        } else {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_escaped_and_the_rest_stays() {
        assert_eq!(line("資格 \"a'b\"\\"), "資格 \"a'b\"\\");
        assert_eq!(
            line("a\u{1b}[31m\r\n\t\u{202e}b\u{200b}\u{7f}\u{9b}"),
            "a\\u{1b}[31m\\r\\n\\t\\u{202e}b\\u{200b}\\u{7f}\\u{9b}"
        );
        assert_eq!(block("a\nb\u{1b}c\u{2028}"), "a\nb\\u{1b}c\\u{2028}");
    }

    #[test]
    fn an_output_keeps_its_colours_and_has_no_commands() {
        for same in ["a\n\tb\n", "\u{1b}[1m\u{1b}[31mBROKEN\u{1b}[0m a::b # c\n", "a ::error::x\n", "### Title [a](b)\n"] {
            assert_eq!(output(same), *same);
        }
        for (text, shown) in [
            ("::error::x\n", "\\u{3a}:error::x\n"),
            ("a\n  ::set-output name=a::b\n", "a\n\\u{3a}:set-output name=a::b\n"),
            ("a ##[error]b", "a \\u{23}#[error]b"),
            ("##vso[task.complete]", "\\u{23}#vso[task.complete]"),
            ("section_start:1:a\r\u{1b}[0Kb", "\\u{73}ection_start:1:a\\r\\u{1b}[0Kb"),
            ("\u{1b}[8mhidden\u{1b}[2J\u{1b}]0;title\u{7}", "\\u{1b}[8mhidden\\u{1b}[2J\\u{1b}]0;title\\u{7}"),
            ("a\u{202e}\u{200b}\u{9b}", "a\\u{202e}\\u{200b}\\u{9b}"),
        ] {
            assert_eq!(output(text), shown);
        }
    }

    #[test]
    fn json_says_the_same_whatever_its_chunks() {
        let value = serde_json::json!({ "a\u{202e}": ["##[error]x", "##vso[y]", "資格\u{9b}\u{e0001}\n", "#[", "a## b[1]", "##"], "b": "[##[" });
        let text = serde_json::to_string_pretty(&value).unwrap();
        for size in 1..=text.len() {
            let mut json = JsonOutput::default();
            let out: Vec<u8> = text.as_bytes().chunks(size).flat_map(|chunk| json.next(chunk)).collect();
            let out = String::from_utf8(out).unwrap();
            assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap(), value, "{out}");
            assert!(!out.contains("##[") && !out.contains("##vso[") && !out.chars().any(|c| is_hidden(c) && c != '\n'), "{out}");
        }
    }

    #[test]
    fn strings_and_keys_of_a_value_are_on_one_line() {
        let mut value = serde_json::json!({ "a\n": ["b\n", 1, { "c": "d\u{1b}" }] });
        strings(&mut value);
        assert_eq!(value, serde_json::json!({ "a\\n": ["b\\n", 1, { "c": "d\\u{1b}" }] }));
    }
}
