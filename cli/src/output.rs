//! Results go to stdout, everything else to stderr.

use std::io::{self, Write};

/// Writes to stdout.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Stdout for long output: written as it is, without handling of colours.
pub fn writer() -> impl Write {
    io::stdout().lock()
}

/// Prints an error on stderr. If stderr is closed, the error is dropped.
pub fn error(error: &anyhow::Error) {
    let _ = writeln!(anstream::stderr().lock(), "error: {error:#}");
}

/// Prints a note on stderr.
pub fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "note: {text}");
}

/// Whether the reader of stdout has closed it, as `head` does: not an error.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
