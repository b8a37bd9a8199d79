//! Results go to stdout, everything else to stderr. Nothing else in this crate writes to either.
//!
//! A reader that closes stdout early, as `head` does, wants no more text; it still wants the verdict. So from then on text is
//! dropped, and the command goes on and ends with the exit code that it would have had. Any other error of stdout, such as a
//! full disk, means that the user has not received the results: the command ends with [`Exit::Unfinished`].

use crate::exit::Exit;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the reader of stdout has closed it.
static CLOSED: AtomicBool = AtomicBool::new(false);

/// Writes to stdout. Colours are removed unless stdout is a terminal, or `--color` or the environment say otherwise.
///
/// # Errors
/// If stdout cannot be written for another reason than that its reader has closed it.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = UntilClosed(anstream::stdout().lock());
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Stdout for long output: written as it is, without handling of colours. Its errors are those of [`print()`].
pub fn writer() -> impl Write {
    UntilClosed(io::stdout().lock())
}

/// Whether the reader of stdout has closed it: output that is only text need not be made any more.
pub fn is_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// Prints an error on stderr. If stderr cannot be written, the error is dropped: the exit code reports it.
pub fn error(error: &anyhow::Error) {
    let _ = writeln!(anstream::stderr().lock(), "error: {error:#}");
}

/// Prints a note on stderr.
pub fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "note: {text}");
}

/// Prints what the parser of arguments reports: help and version on stdout, errors of usage on stderr.
pub fn parsed(report: &clap::Error) -> anyhow::Result<Exit> {
    let text = report.render().ansi().to_string();
    if report.use_stderr() {
        let _ = write!(anstream::stderr().lock(), "{text}");
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
