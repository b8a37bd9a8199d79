//! Errors of a scenario file, shown where they are.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use sim::terms::shown;
use std::ops::Range;
use std::sync::Arc;

/// One error, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as the user named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub message: String,
    /// The remedy, if the message does not give it.
    pub help: Option<String>,
    text: Arc<str>,
    span: Range<usize>,
}

/// The most errors of one file that are shown; the rest is counted.
pub const MOST_SHOWN: usize = 20;
/// The longest message, in characters.
const LONGEST: usize = 1_000;
/// The longest line of a file that is shown, in bytes.
const LONGEST_LINE: usize = 400;

impl Diagnostic {
    /// An error in the bytes `span` of `text`.
    pub(crate) fn new(file: &str, text: &Arc<str>, span: Range<usize>, message: String) -> Diagnostic {
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let before = &text[..start];
        // Of a span over several lines, the first is shown.
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let end = text.floor_char_boundary(span.end.clamp(start, line_end));
        Diagnostic {
            file: file.to_string(),
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            message: clipped(message),
            help: None,
            text: text.clone(),
            span: start..end.max(start),
        }
    }

    pub(crate) fn with_help(mut self, help: Option<String>) -> Diagnostic {
        self.help = help;
        self
    }

    /// `FILE:LINE:COLUMN`, the message, and the line with the span underlined. Nothing of the file is obeyed by a terminal.
    pub fn render(&self) -> String {
        let file = shown::line(&self.file);
        let title = format!("{file}:{}:{}: {}", self.line, self.column, shown::line(&self.message));
        let mut group = Group::with_title(Level::ERROR.no_name().primary_title(&title));
        let line = self.shown_line();
        if let Some((text, span)) = &line {
            let snippet = Snippet::source(text.as_str()).path(&*file).line_start(self.line);
            group = group.element(snippet.annotation(AnnotationKind::Primary.span(span.clone())));
        }
        let help = self.help.as_deref().map(shown::line);
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(&**help));
        }
        Renderer::plain().render(&[group])
    }

    /// The line of the span as it is shown, and the span in it; `None` if it is too long to be read.
    fn shown_line(&self) -> Option<(String, Range<usize>)> {
        let from = self.text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        let to = self.text[self.span.start..].find('\n').map_or(self.text.len(), |at| self.span.start + at);
        let part = |range: Range<usize>| shown::line(&self.text[range].trim_end_matches('\r').replace('\t', "    ")).into_owned();
        if to - from > LONGEST_LINE {
            return None;
        }
        let (before, of_span) = (part(from..self.span.start), part(self.span.clone()));
        let span = before.len()..before.len() + of_span.len();
        Some((before + &of_span + &part(self.span.end..to), span))
    }
}

fn clipped(message: String) -> String {
    match message.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &message[..at]),
        None => message,
    }
}

/// Why a file is not a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileErrors {
    /// The first ones, at most [`MOST_SHOWN`].
    pub shown: Vec<Diagnostic>,
    /// How many there are besides.
    pub more: usize,
}

impl FileErrors {
    /// `and 12 more errors`, if there are more than are shown.
    pub fn rest(&self) -> Option<String> {
        let errors = if self.more == 1 { "error" } else { "errors" };
        (self.more > 0).then(|| format!("and {} more {errors}: correct these first", self.more))
    }
}

impl std::fmt::Display for FileErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<String> = self.shown.iter().map(Diagnostic::render).chain(self.rest()).collect();
        f.write_str(&all.join("\n"))
    }
}

impl std::error::Error for FileErrors {}

/// The known name that is closest to a text, if one is close.
pub(crate) fn nearest<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let rated = known.map(|k| (strsim::jaro_winkler(k, text), k)).filter(|(likeness, _)| *likeness > 0.8);
    rated.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, k)| k)
}

/// The message for an unknown name, with the closest known name or all of them.
pub(super) fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown {kind} `{name}`; did you mean `{near}`?"),
        None => format!("unknown {kind} `{name}`; known: {}", known.join(", ")),
    }
}

/// Turns a message of serde into one that a user can act on: the closest known key or value, and no Rust type.
pub(super) fn pointed(message: &str) -> (String, Option<String>) {
    for (kind, name) in [("unknown field `", "key"), ("unknown variant `", "value")] {
        let Some((text, rest)) = message.strip_prefix(kind).and_then(|m| m.split_once('`')) else { continue };
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        return (unknown(name, text, &known), None);
    }
    if let Some((key, known)) =
        message.strip_prefix("unexpected keys in table: ").and_then(|m| m.split_once(", available keys: "))
    {
        return (format!("unknown key `{key}`; known: {known}"), None);
    }
    if let Some(field) = message.strip_prefix("missing field `").and_then(|m| m.strip_suffix('`')) {
        return (format!("the key `{field}` is missing"), None);
    }
    if message.starts_with("invalid type: unit variant, expected") {
        let message = "this kind has keys of its own: write { KIND = { … } }";
        return (message.into(), Some("if all of them are optional, { KIND = {} }".into()));
    }
    if let Some((found, _)) = message.strip_prefix("invalid type: ").and_then(|m| m.split_once(", expected struct ")) {
        return (format!("unexpected {found}; expected a table"), None);
    }
    if message.ends_with("expected u64") || message.ends_with("expected u32") || message.ends_with("expected u8") {
        return ("expected a whole number, at least 0 and not too large".into(), None);
    }
    (message.replace("invalid type: ", "unexpected ").replace(", expected ", "; expected "), None)
}
