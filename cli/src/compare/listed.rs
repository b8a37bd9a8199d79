//! `--list-assumptions`.

use crate::exit::Exit;
use crate::output;
use ::compare::cost::Book;
use ::compare::views::figures;

pub fn list(book: &Book, json: bool, ja: bool) -> anyhow::Result<Exit> {
    output::print(&match json {
        true => serde_json::to_string_pretty(&book.figures)? + "\n",
        false if ja => figures::table_ja(&book.figures),
        false => figures::table(&book.figures),
    })?;
    Ok(Exit::Held)
}
