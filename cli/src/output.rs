//! Results go to stdout, everything else to stderr.

use std::io::{self, Write};

/// Writes to stdout.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Stdout for what is long: it is written as it is, with no look for colours.
pub fn writer() -> impl Write {
    io::stdout().lock()
}

/// Says on stderr what went wrong. If stderr is gone too, nobody would read it.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(anstream::stderr().lock(), "error: {error:#}");
}

/// Says something on stderr that is no error.
pub fn remark(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "note: {text}");
}

/// Whether whoever read stdout has gone away, as `head` does: not an error.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
