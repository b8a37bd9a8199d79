//! Recall and speed of every form: the table of docs/rules/leak-search.md.
//!
//! `cargo run --release -p leak --example recall -- [--slow | --missed]` prints the table for 12 and 1,000 people, and with `--slow`
//! for 100,000 as well, which takes minutes. `--missed` prints how many were missed in each kind of text, for 12 people. Everything is drawn from fixed seeds; only the speed differs between runs. It is in MiB a second
//! of processor time with 1,000 people (Linux).
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

mod forms;
mod measure;
mod packed;
#[path = "../../benches/texts.rs"]
#[allow(dead_code, reason = "the bench also searches its texts")]
mod people;
mod table;
mod texts;
#[path = "../../src/tests/writing.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "the tests use more of it")]
mod writing;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().any(|a| a == "--missed") {
        for (form, recall) in forms::forms().iter().zip(table::column(table::PEOPLE[0])?) {
            if recall.found < recall.planted {
                println!("{}: in a log, a table, bytes, base 64: {:?}", form.name, recall.missed);
            }
        }
        return Ok(());
    }
    let columns = if std::env::args().any(|a| a == "--slow") { 3 } else { 2 };
    let measured: Result<Vec<_>, _> = table::PEOPLE.into_iter().take(columns).map(table::column).collect();
    print!("{}", table::table(&measured?)?);
    Ok(())
}
