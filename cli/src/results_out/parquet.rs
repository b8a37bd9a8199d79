//! `runs.parquet`, `rules.parquet` and `findings.parquet`.

use super::{End, Sink};
use crate::file::{AtomicFile, Ready};
use reports::parquet::Tables;
use reports::results::Run;
use std::fs;
use std::path::Path;

/// The names of the tables.
pub const TABLES: [&str; 3] = ["runs.parquet", "rules.parquet", "findings.parquet"];

pub struct Files {
    /// Errors name the first of them.
    files: [AtomicFile; 3],
    tables: Tables<fs::File>,
}

impl Files {
    pub fn begin(out: &Path) -> anyhow::Result<Self> {
        let open = |name: &str| -> anyhow::Result<(AtomicFile, fs::File)> {
            let file = AtomicFile::private("--out", &out.join(name))?;
            let handle = file.handle().map_err(|e| file.not_written(&e))?;
            Ok((file, handle))
        };
        let [runs, rules, findings] = TABLES;
        let (runs, to_runs) = open(runs)?;
        let (rules, to_rules) = open(rules)?;
        let (findings, to_findings) = open(findings)?;
        let tables = Tables::begin(to_runs, to_rules, to_findings).map_err(|e| runs.not_written(&e))?;
        Ok(Files { files: [runs, rules, findings], tables })
    }
}

impl Sink for Files {
    fn take(&mut self, run: &Run) -> anyhow::Result<()> {
        self.tables.take(run).map_err(|e| self.files[0].not_written(&e))
    }

    fn finish(self: Box<Self>, _: &End) -> anyhow::Result<Vec<Ready>> {
        let Files { files, tables } = *self;
        tables.finish().map_err(|e| files[0].not_written(&e))?;
        files.into_iter().map(AtomicFile::ready).collect()
    }
}
