//! What a message of a check is called: requests by their operation, and answers as answers.

use super::words::Words;
use crate::document::{Both, SequenceArrow};
use terms::operations::OPERATIONS;

/// What is done in an arrow.
pub fn of(arrow: &SequenceArrow, words: &Words) -> Both {
    let asked = arrow.what.split_once(' ').and_then(|(method, path)| {
        OPERATIONS.iter().find(|o| o.method().name() == method && path.split('?').next() == Some(o.path()))
    });
    if let Some(operation) = asked {
        return Both::new(operation.ja(), operation.name().replace('-', " "));
    }
    match arrow.what.as_str() {
        status if status.starts_with('2') && status.len() == 3 => words.both("step-answer"),
        status if status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit()) => words.both("step-refused"),
        "READ BINARY" => words.both("step-certificate"),
        "SIGN" => words.both("step-signature"),
        "" if arrow.from == arrow.to => words.both("step-recorded"),
        "" => words.both("step-shown"),
        "paper" => words.both("step-paper"),
        other => Both::same(other),
    }
}
