//! The document, on stdout and as `results.json`.

use super::{End, Sink};
use crate::file::{AtomicFile, Ready};
use crate::output;
use reports::results::{Head, Run, Writer};
use std::fs;
use std::io;
use std::path::Path;

/// One document on stdout, and nothing else.
pub struct Stdout(Writer<Box<dyn io::Write>>);

impl Stdout {
    pub fn begin(head: &Head) -> anyhow::Result<Self> {
        let out: Box<dyn io::Write> = Box::new(output::writer());
        Ok(Stdout(Writer::begin(out, head)?))
    }
}

impl Sink for Stdout {
    fn take(&mut self, run: &Run) -> anyhow::Result<()> {
        Ok(self.0.take(run)?)
    }

    fn finish(self: Box<Self>, end: &End) -> anyhow::Result<Vec<Ready>> {
        self.0.finish(&end.tail)?;
        Ok(Vec::new())
    }
}

/// The same in a file, written atomically.
pub struct File {
    file: AtomicFile,
    writer: Writer<fs::File>,
}

impl File {
    pub fn begin(path: &Path, head: &Head) -> anyhow::Result<Self> {
        let file = AtomicFile::private("--out", path)?;
        let writer = file.handle().and_then(|f| Writer::begin(f, head)).map_err(|e| file.not_written(&e))?;
        Ok(File { file, writer })
    }
}

impl Sink for File {
    fn take(&mut self, run: &Run) -> anyhow::Result<()> {
        self.writer.take(run).map_err(|e| self.file.not_written(&e))
    }

    fn finish(self: Box<Self>, end: &End) -> anyhow::Result<Vec<Ready>> {
        let File { file, writer } = *self;
        writer.finish(&end.tail).map_err(|e| file.not_written(&e))?;
        Ok(vec![file.ready()?])
    }
}
