//! The folder of `--out` and the journals in it.

use crate::exit::usage;
use crate::file::{AtomicFile, PREFIX, readable};
use crate::results_out::RESULTS;
use reports::results::Run;
use scenarios::shrink::token::Token;
use sim::journal::{Entry, write_line};
use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

pub struct OutDir(PathBuf);

fn not_written(path: &Path, error: &std::io::Error) -> anyhow::Error {
    anyhow::anyhow!("--out: `{}` cannot be written: {error}", path.display())
}

impl OutDir {
    /// Creates the folder if needed, and checks that it is writable before anything is run.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let cannot = |e: std::io::Error| usage(format!("--out: the folder `{}` cannot be written to: {e}", path.display()));
        fs::create_dir_all(path).map_err(cannot)?;
        tempfile::Builder::new().prefix(PREFIX).tempfile_in(path).map_err(cannot)?;
        let results = path.join(RESULTS);
        // Neither created nor truncated: existing results are only replaced by complete ones.
        if results.exists() {
            OpenOptions::new().write(true).open(&results).map_err(cannot)?;
        }
        Ok(OutDir(path.to_path_buf()))
    }

    /// `SCENARIO.DESIGN.SEED.jsonl`, written to a temporary file first.
    pub fn journal(&self, run: &Run, entries: &[Entry]) -> anyhow::Result<Journal> {
        self.write(format!("{}.{}.{}.jsonl", run.scenario, run.design, run.seed), entries)
    }

    /// `SCENARIO.DESIGN.SEED.smallest.jsonl`: the journal of a smaller case does not overwrite that of the run.
    pub fn smallest(&self, run: &Run, entries: &[Entry]) -> anyhow::Result<Journal> {
        self.write(format!("{}.{}.{}.smallest.jsonl", run.scenario, run.design, run.seed), entries)
    }

    /// `SCENARIO.DESIGN.SEED.smallest.json`: everything that identifies a smaller case, for `shikaku replay`. Returns its name.
    pub fn token(&self, run: &Run, token: &Token) -> anyhow::Result<String> {
        let name = format!("{}.{}.{}.smallest.json", run.scenario, run.design, run.seed);
        AtomicFile::open("--out", &self.0.join(&name))?.write_whole(token.to_json()?.as_bytes())?;
        Ok(name)
    }

    fn write(&self, name: String, entries: &[Entry]) -> anyhow::Result<Journal> {
        let path = self.0.join(name);
        let write = || -> std::io::Result<TempPath> {
            let mut file = BufWriter::new(readable(&mut tempfile::Builder::new()).prefix(PREFIX).tempfile_in(&self.0)?);
            let mut line = Vec::new();
            for entry in entries {
                line.clear();
                write_line(entry, &mut line);
                file.write_all(&line)?;
            }
            // Closed, since many journals may be pending.
            Ok(file.into_inner()?.into_temp_path())
        };
        let written = write().map_err(|e| not_written(&path, &e))?;
        Ok(Journal { written, path })
    }
}

/// A journal that is kept once its run is reported; otherwise it is removed.
pub struct Journal {
    written: TempPath,
    path: PathBuf,
}

impl Journal {
    pub fn keep(self) -> anyhow::Result<()> {
        self.written.persist(&self.path).map_err(|e| not_written(&self.path, &e.error))
    }
}
