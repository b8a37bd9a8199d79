//! The folder of `--out`.

use crate::exit::usage;
use reports::results::{Results, Run};
use sim::journal::{Entry, write_line};
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const RESULTS: &str = "results.json";

pub struct OutDir(PathBuf);

fn not_written(path: &Path, error: &std::io::Error) -> anyhow::Error {
    usage(format!("--out: `{}` cannot be written: {error}", path.display()))
}

impl OutDir {
    /// Makes the folder if need be, and proves that it can be written to before anything is run.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let cannot = |e: std::io::Error| usage(format!("--out: the folder `{}` cannot be written to: {e}", path.display()));
        fs::create_dir_all(path).map_err(cannot)?;
        let probe = path.join(".shikaku-probe");
        File::create(&probe).map_err(cannot)?;
        fs::remove_file(&probe).map_err(cannot)?;
        let results = path.join(RESULTS);
        // Neither made nor emptied: what stands there is replaced only by whole results.
        if results.exists() {
            OpenOptions::new().write(true).open(&results).map_err(cannot)?;
        }
        Ok(OutDir(path.to_path_buf()))
    }

    /// `SCENARIO.VARIANT.SEED.jsonl`.
    pub fn journal(&self, run: &Run, entries: &[Entry]) -> anyhow::Result<()> {
        let path = self.0.join(format!("{}.{}.{}.jsonl", run.scenario, run.variant, run.seed));
        let write = || -> std::io::Result<()> {
            let mut file = BufWriter::new(File::create(&path)?);
            let mut line = Vec::new();
            for entry in entries {
                line.clear();
                write_line(entry, &mut line);
                file.write_all(&line)?;
            }
            file.flush()
        };
        write().map_err(|e| not_written(&path, &e))
    }

    pub fn results(&self, results: &Results) -> anyhow::Result<()> {
        let path = self.0.join(RESULTS);
        fs::write(&path, results.to_json()?).map_err(|e| not_written(&path, &e))
    }
}
