//! The table of the documentation.

use super::forms::{Form, forms};
use super::measure::{Recall, recall, secrets, speed, value_of_nobody};
use super::texts::is_text;
use leak::{Detector, DetectorError};

/// How many values of each class are planted in each form.
pub const EACH: u64 = 200;
/// For how many people it is made; the last only if that is wanted, since it takes minutes.
pub const PEOPLE: [u64; 3] = [12, 1000, 100_000];
/// An example is cut after so many characters.
const EXAMPLE: usize = 44;

pub const HEAD: &str = "| form | example | planted | found of 12 people | of 1,000 | of 100,000 | by chance of 12 | of 1,000 | of 100,000 | MiB/s |\n\
    |---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";

/// The beginning of a writing, as it can stand in a table.
pub fn example(form: &Form) -> String {
    let written = (form.write)(&value_of_nobody(form.of, 0));
    let text = match std::str::from_utf8(&written) {
        Ok(text) if is_text(&written) => {
            text.replace("\r\n", "⏎").replace('\n', "⏎").replace('\x1b', "␛").replace('\t', "⇥").replace('\u{202f}', "⍽")
        }
        _ => written.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" "),
    };
    let cut: String = text.chars().take(EXAMPLE).collect();
    let more = if text.chars().count() > EXAMPLE { "…" } else { "" };
    format!("`{}{more}`", cut.replace('|', "¦").replace('`', "ˋ"))
}

/// The recall of every form among so many people.
pub fn column(people: u64) -> Result<Vec<Recall>, DetectorError> {
    let detector = Detector::new(secrets(people), &[super::writing::KEY.to_vec()])?;
    Ok(forms().iter().map(|form| recall(&detector, form, EACH)).collect())
}

/// The whole table. `columns` are those of [`PEOPLE`], from the first on.
pub fn table(columns: &[Vec<Recall>]) -> Result<String, DetectorError> {
    let detector = Detector::new(secrets(PEOPLE[1]), &[super::writing::KEY.to_vec()])?;
    let mut out = HEAD.to_string();
    for (i, form) in forms().iter().enumerate() {
        let cell = |of: &dyn Fn(&Recall) -> String| {
            let known = columns.iter().map(|c| c.get(i).map_or("?".into(), of));
            known.chain(std::iter::repeat("–".into())).take(PEOPLE.len()).collect::<Vec<_>>().join(" | ")
        };
        let planted = columns.first().and_then(|c| c.get(i)).map_or(0, |r| r.planted);
        let speed = speed(&detector, form).map_or("–".into(), |s| format!("{s:.0}"));
        let (found, chance) = (cell(&share), cell(&|r| r.chance.to_string()));
        out += &format!("| {} | {} | {planted} | {found} | {chance} | {speed} |\n", form.name, example(form));
    }
    Ok(out)
}

/// How many were found, or that all were.
pub fn share(recall: &Recall) -> String {
    match recall.found == recall.planted {
        true => "all".into(),
        false => recall.found.to_string(),
    }
}
