//! The file of `--people`: unused keys are read leniently, secrets strictly.

use super::fields::{Line, shown};
use crate::exit::usage;
use crate::output::Shown;
use crate::progress;
use leak::{DataClass, Secret, Value};
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};
use sim::terms::messages::FIELD_MEDICAL_INSURANCE;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The longest line of a person, in bytes.
const MAX_LINE: u64 = 1 << 20;
/// A code of another format than this project's is searched for verbatim, if it is long enough not to occur by chance.
const CODE_BYTES: std::ops::RangeInclusive<usize> = 10..=4096;

/// The people whose values are searched for.
pub struct People {
    pub count: u64,
    pub secrets: Vec<Secret>,
}

pub fn read(path: &Path) -> anyhow::Result<People> {
    let name = path.shown();
    let unreadable = |e: std::io::Error| usage(format!("--people: `{name}` cannot be read: {e}"));
    let file = File::open(path).map_err(unreadable)?;
    let bar = progress::bytes(file.metadata().map_or(0, |m| m.len()));
    let people = read_lines(BufReader::with_capacity(1 << 18, file), |bytes| bar.inc(bytes)).map_err(|wrong| match wrong {
        Wrong::Unreadable(e) => unreadable(e),
        Wrong::Line(number, what) => usage(format!("--people: `{name}`, line {number}: {what}")),
        Wrong::Nobody => {
            usage(format!("--people: there are no people in `{name}`: see `shikaku population --help` for the format"))
        }
    })?;
    bar.finish_and_clear();
    Ok(people)
}

/// Why bytes are not a people file, if they are not.
#[cfg(test)]
pub fn error_in(bytes: &[u8]) -> Option<String> {
    read_lines(bytes, |_| {}).err().map(|wrong| format!("{wrong:?}"))
}

#[derive(Debug)]
enum Wrong {
    Unreadable(std::io::Error),
    /// The error, without a value.
    Line(u64, String),
    Nobody,
}

fn read_lines(mut from: impl BufRead, mut progress: impl FnMut(u64)) -> Result<People, Wrong> {
    let (mut people, mut seen) = (People { count: 0, secrets: Vec::new() }, BTreeMap::new());
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        let read = from.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes).map_err(Wrong::Unreadable)?;
        if read == 0 {
            break;
        }
        progress(read as u64);
        let wrong = |what: String| Wrong::Line(number, what);
        if read as u64 == MAX_LINE && bytes.last() != Some(&b'\n') {
            return Err(wrong(format!("longer than {MAX_LINE} bytes: write each person as one line of JSON")));
        }
        // Some editors put a byte order mark before the first line.
        let text = if number == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes) } else { &bytes };
        if text.trim_ascii().is_empty() {
            continue;
        }
        let line = Line::read(text).map_err(wrong)?;
        if let Some(earlier) = seen.insert(line.index, number) {
            return Err(wrong(format!("duplicate `index` {}, as in line {earlier}: each person needs a unique one", line.index)));
        }
        let before = people.secrets.len();
        secrets(&line, &mut people.secrets).map_err(wrong)?;
        if people.secrets.len() == before && !line.names_a_secret {
            return Err(wrong("missing: at least one of `my_number`, `resident_code` and `institution_codes`".into()));
        }
        if people.secrets[before..].iter().any(|secret| is_index(&secret.value, line.index)) {
            return Err(wrong(
                "`index` is one of the person's own values, and is shown with every finding: count people from 0".into(),
            ));
        }
        people.count += 1;
    }
    if people.count == 0 { Err(Wrong::Nobody) } else { Ok(people) }
}

/// Whether a number is an index with leading zeros.
fn is_index(value: &Value, index: u64) -> bool {
    matches!(value, Value::Digits(digits) if digits.parse() == Ok(index))
}

fn secrets(line: &Line<'_>, out: &mut Vec<Secret>) -> Result<(), String> {
    let person = line.index;
    if let Some(text) = &line.my_number {
        let number = MyNumber::new(text).map_err(|e| format!("`my_number`: {}", reason(&e)))?;
        out.push(Secret { class: DataClass::MyNumber, person, value: Value::Digits(number.into()) });
    }
    if let Some(text) = &line.resident_code {
        let code = ResidentCode::new(text).map_err(|e| format!("`resident_code`: {}", reason(&e)))?;
        out.push(Secret { class: DataClass::ResidentCode, person, value: Value::Digits(code.into()) });
    }
    for (field, code) in &line.institution_codes {
        let class = match field.as_ref() {
            FIELD_MEDICAL_INSURANCE => DataClass::InstitutionCode,
            "research" => DataClass::ResearchCode,
            _ => DataClass::OtherInstitutionCode,
        };
        let value = match InstitutionCode::new(code) {
            Ok(code) => Value::Code(code.into()),
            Err(_) if CODE_BYTES.contains(&code.len()) => Value::Text(code.to_string()),
            Err(_) => {
                let (least, most) = CODE_BYTES.into_inner();
                return Err(format!(
                    "`institution_codes`, {}: the code must have {least} to {most} bytes to be distinguishable from chance",
                    shown(field)
                ));
            }
        };
        out.push(Secret { class, person, value });
    }
    Ok(())
}

/// The error without the leading class: the field has already been named.
fn reason(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    text.split_once(": ").map_or(text.clone(), |(_, reason)| reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        match read_lines(text.as_bytes(), |_| {}) {
            Err(Wrong::Line(number, what)) => format!("line {number}: {what}"),
            Err(other) => format!("{other:?}"),
            Ok(_) => "read".into(),
        }
    }

    #[test]
    fn what_is_not_needed_may_be_anything_and_what_is_sought_is_proved() {
        let good = r#"{"index":3,"my_number":"123456789018","institution_codes":{"research":"AAAAAAAAAAAAAAAAAAAAAAAAAA","local":"a-code-0001"},"other":[1,{}]}"#;
        let people = read_lines(format!("\u{feff}{good}\r\n\n").as_bytes(), |_| {}).unwrap();
        let classes: Vec<_> = people.secrets.iter().map(|s| (s.class, s.person)).collect();
        let (my, other) = (DataClass::MyNumber, DataClass::OtherInstitutionCode);
        assert_eq!(classes, [(my, 3), (other, 3), (DataClass::ResearchCode, 3)]);
        let of_kit =
            r#"{"index":4,"outcome":"in-force","myNumber":"123456789018","institutionCode":"AAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
        let classes: Vec<_> = read_lines(of_kit.as_bytes(), |_| {}).unwrap().secrets.iter().map(|s| s.class).collect();
        assert_eq!(classes, [my, DataClass::InstitutionCode]);
        let opted_out = r#"{"index":3,"institution_codes":{}}"#;
        assert_eq!(read_lines(opted_out.as_bytes(), |_| {}).unwrap().count, 1);

        let lines = [
            r#"{"index":1,"my_number":"123456789019"}"#,
            r#"{"index":1,"my_number":123456789018}"#,
            r#"{"index":1,"my_number":"12345678901８"}"#,
            r#"{"index":1,"resident_code":"123"}"#,
            r#"{"index":1,"resident_code":["12345678901"]}"#,
            r#"{"index":1,"institution_codes":{"exchange":"short"}}"#,
            r#"{"index":1,"institution_codes":{"exchange":123456789018}}"#,
            r#"{"index":1,"institution_codes":"123456789018"}"#,
            r#"{"index":"123456789018","my_number":"123456789018"}"#,
            r#"{"index":-1,"my_number":"123456789018"}"#,
            r#"{"index":1.5,"my_number":"123456789018"}"#,
            r#"{"my_number":"123456789018"}"#,
            r#"{"index":1}"#,
            r#"{"index":1,"index":2,"my_number":"123456789018"}"#,
            r#"{"index":1,"my_number":"123456789018""#,
            r#"["123456789018"]"#,
            "123456789018",
            "{\"index\":1,\"my_number\":\"\u{fffd}\"}",
        ];
        let all: Vec<String> = lines.iter().map(|l| format!("{l}\n    {}", wrong(&format!("\n{l}\n")))).collect();
        assert!(all.iter().all(|reported| !reported.lines().nth(1).is_some_and(|w| w.contains("1234567890"))), "{all:#?}");
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn an_index_is_unique_and_the_file_must_not_be_empty() {
        let line = r#"{"index":7,"resident_code":"71401640368"}"#;
        assert_eq!(
            wrong(&format!("{line}\n{line}\n")),
            "line 2: duplicate `index` 7, as in line 1: each person needs a unique one"
        );
        assert_eq!(wrong("\n\n"), "Nobody");
        assert!(wrong(&"x".repeat(3 << 20)).starts_with("line 1: longer than"));
    }
}
