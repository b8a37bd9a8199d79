//! Results go to stdout, everything else to stderr. Nothing else in this crate writes to either.
//!
//! A reader that closes stdout early, as `head` does, wants no more text; it still wants the verdict. So from then on text is
//! dropped, and the command goes on and ends with the exit code that it would have had. Any other error of stdout, such as a
//! full disk, means that the user has not received the results: the command ends with [`Exit::Unfinished`].
//!
//! Texts may contain parts that somebody else chose. All of them pass [`shown::output`] here, or [`shown::JsonOutput`], so that
//! nothing in them is obeyed by a terminal or by a CI system; names that must stay on one line pass [`shown::line`] before.

use crate::exit::Exit;
use sim::terms::shown;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the reader of stdout has closed it.
static CLOSED: AtomicBool = AtomicBool::new(false);

/// Writes to stdout. Colours are removed unless stdout is a terminal, or `--color` or the environment say otherwise.
///
/// # Errors
/// If stdout cannot be written for another reason than that its reader has closed it.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = UntilClosed(anstream::stdout().lock());
    out.write_all(shown::output(text).as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes a JSON document to stdout if `is_json`, and any other text as [`print()`].
///
/// # Errors
/// Those of [`print()`].
pub fn print_as(is_json: bool, text: &str) -> anyhow::Result<()> {
    if !is_json {
        return print(text);
    }
    let mut out = writer();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Stdout for JSON of any length, without handling of colours. Its errors are those of [`print()`].
pub fn writer() -> impl Write {
    Json { out: UntilClosed(io::stdout().lock()), state: shown::JsonOutput::default() }
}

/// JSON in which nothing is hidden.
struct Json<W> {
    out: UntilClosed<W>,
    state: shown::JsonOutput,
}

impl<W: Write> Write for Json<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let shown = self.state.next(bytes);
        self.out.write_all(&shown)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// How a path is shown in a text: on one line.
pub trait Shown {
    fn shown(&self) -> String;
}

impl Shown for Path {
    fn shown(&self) -> String {
        shown::line(&self.to_string_lossy()).into_owned()
    }
}

/// Whether the reader of stdout has closed it: output that is only text need not be made any more.
pub fn is_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// A text with every argument of the command on one line: no line of an error is a text that somebody else chose, such as the name of
/// a file.
fn with_arguments_on_a_line(text: &str) -> String {
    let hidden = |argument: &String| shown::line(argument) != argument.as_str();
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    // The value of `--option=VALUE` too.
    let of_options = |argument: String| {
        let value = argument.strip_prefix("--").and_then(|option| option.split_once('=')).map(|(_, value)| value.to_string());
        std::iter::once(argument).chain(value)
    };
    arguments
        .flat_map(of_options)
        .filter(hidden)
        .fold(text.to_string(), |text, argument| text.replace(&argument, &shown::line(&argument)))
}

/// An error and its causes. Many errors repeat their cause: it is said once.
fn with_causes(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |text, cause| match text {
        text if text.is_empty() => cause,
        text if text.ends_with(&cause) => text,
        text => text + ": " + &cause,
    })
}

/// Prints an error on stderr. If stderr cannot be written, the error is dropped: the exit code reports it.
pub fn error(error: &anyhow::Error) {
    let _ = write!(
        anstream::stderr().lock(),
        "{}",
        shown::output(&with_arguments_on_a_line(&format!("error: {}\n", with_causes(error))))
    );
}

/// Prints a note on stderr.
pub fn note(text: &str) {
    let _ = write!(anstream::stderr().lock(), "{}", shown::output(&with_arguments_on_a_line(&format!("note: {text}\n"))));
}

/// Prints what the parser of arguments reports: help and version on stdout, errors of usage on stderr.
pub fn parsed(report: &clap::Error) -> anyhow::Result<Exit> {
    let text = report.render().ansi().to_string();
    if report.use_stderr() {
        let _ = write!(anstream::stderr().lock(), "{}", shown::output(&with_arguments_on_a_line(&text)));
        return Ok(Exit::Usage);
    }
    print(&text)?;
    Ok(Exit::Held)
}

/// A writer that drops everything once its reader has closed it.
struct UntilClosed<W>(W);

impl<W: Write> UntilClosed<W> {
    /// Passes a result on, or `instead` if the reader has closed the pipe.
    fn unless_closed<T>(done: io::Result<T>, instead: T) -> io::Result<T> {
        match done {
            // A socket reports a closed reader as a reset connection.
            Err(e) if matches!(e.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => {
                CLOSED.store(true, Ordering::Relaxed);
                Ok(instead)
            }
            // `write_all` tries again.
            Err(e) if e.kind() == ErrorKind::Interrupted => Err(e),
            Err(e) => Err(io::Error::new(e.kind(), format!("stdout cannot be written: {e}"))),
            done => done,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match is_closed() {
            true => Ok(bytes.len()),
            false => Self::unless_closed(self.0.write(bytes), bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match is_closed() {
            true => Ok(()),
            false => Self::unless_closed(self.0.flush(), ()),
        }
    }
}
