//! The folder of `--out` and the recordings in it: see docs/recordings.md.

use crate::exit::usage;
use crate::file::{AtomicFile, PREFIX, create_private_folder};
use crate::results_out::RESULTS;
use reports::results::Run;
use scenarios::file::Scenario;
use scenarios::run::Played;
use scenarios::shrink::token::Token;
use sim::journal::{Entry, write_line};
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A journal: `SCENARIO.DESIGN.SEED.jsonl`.
pub const JOURNAL: &str = ".jsonl";
/// The ground truth beside a journal.
pub const GROUND: &str = ".ground.json";
/// The plan beside a journal.
pub const PLAN: &str = ".plan.toml";
/// Added to `SCENARIO.DESIGN.SEED` for the smallest case of a failing run.
pub const SMALLEST: &str = ".smallest";
/// What identifies the smallest case.
const TOKEN: &str = ".smallest.json";

pub struct OutDir(PathBuf);

fn not_written(path: &Path, error: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("--out: `{}` cannot be written: {error}", path.display())
}

/// `SCENARIO.DESIGN.SEED`.
fn stem(run: &Run) -> String {
    format!("{}.{}.{}", run.scenario, run.design, run.seed)
}

impl OutDir {
    /// Creates the folder if needed, and checks that it is writable before anything is run.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let cannot = |e: std::io::Error| usage(format!("--out: the folder `{}` cannot be written to: {e}", path.display()));
        create_private_folder(path).map_err(cannot)?;
        tempfile::Builder::new().prefix(PREFIX).tempfile_in(path).map_err(cannot)?;
        let results = path.join(RESULTS);
        // Neither created nor truncated: existing results are only replaced by complete ones.
        if results.exists() {
            OpenOptions::new().write(true).open(&results).map_err(cannot)?;
        }
        Ok(OutDir(path.to_path_buf()))
    }

    /// The journal of a run, its ground truth and the plan, each written to a temporary file first.
    pub fn recording(&self, run: &Run, played: &Played, plan: &Scenario) -> anyhow::Result<Recording> {
        self.write(&stem(run), played, plan)
    }

    /// The same for the smallest case of a run, whose files do not overwrite those of the run.
    pub fn smallest(&self, run: &Run, played: &Played, plan: &Scenario) -> anyhow::Result<Recording> {
        self.write(&(stem(run) + SMALLEST), played, plan)
    }

    /// `SCENARIO.DESIGN.SEED.smallest.json`: everything that identifies a smaller case, for `shikaku replay`. Returns its name.
    pub fn token(&self, run: &Run, token: &Token) -> anyhow::Result<String> {
        let name = stem(run) + TOKEN;
        AtomicFile::private("--out", &self.0.join(&name))?.write_whole(token.to_json()?.as_bytes())?;
        Ok(name)
    }

    fn write(&self, stem: &str, played: &Played, plan: &Scenario) -> anyhow::Result<Recording> {
        let ground = played.ground.to_json()?;
        let plan = plan.to_toml()?;
        let whole = |text: &str, file: &mut dyn Write| file.write_all(text.as_bytes());
        Ok(Recording(vec![
            self.file(format!("{stem}{GROUND}"), |file| whole(&ground, file))?,
            self.file(format!("{stem}{PLAN}"), |file| whole(&plan, file))?,
            // Last: a journal is never without its ground truth.
            self.file(format!("{stem}{JOURNAL}"), |file| write_journal(&played.entries, file))?,
        ]))
    }

    fn file(&self, name: String, write: impl Fn(&mut dyn Write) -> std::io::Result<()>) -> anyhow::Result<Written> {
        let path = self.0.join(&name);
        let written = || -> std::io::Result<TempPath> {
            // Only its owner can read a temporary file, and it stays so.
            let mut file = BufWriter::new(tempfile::Builder::new().prefix(PREFIX).tempfile_in(&self.0)?);
            write(&mut file)?;
            // Closed, since many recordings may be pending.
            Ok(file.into_inner()?.into_temp_path())
        };
        let temporary = written().map_err(|e| not_written(&path, &e))?;
        Ok(Written { temporary, path, name })
    }

    /// Removes the recordings, smallest cases and nothing else that an older run left in the folder: all but those that this run
    /// has `kept`, by name.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn remove_older(&self, kept: &BTreeSet<String>) -> anyhow::Result<()> {
        let cannot = |path: &Path, e: std::io::Error| {
            anyhow::anyhow!("--out: `{}` of an older run cannot be removed: {e}: remove it yourself", path.display())
        };
        for entry in fs::read_dir(&self.0).map_err(|e| cannot(&self.0, e))? {
            let entry = entry.map_err(|e| cannot(&self.0, e))?;
            let is_file = entry.file_type().is_ok_and(|t| t.is_file());
            let older = entry.file_name().to_str().is_some_and(|name| is_of_a_run(name) && !kept.contains(name));
            if is_file && older {
                fs::remove_file(entry.path()).map_err(|e| cannot(&entry.path(), e))?;
            }
        }
        Ok(())
    }
}

/// Whether a file has a name that only a run gives: `SCENARIO.DESIGN.SEED` and the end of a recording or a smallest case.
fn is_of_a_run(name: &str) -> bool {
    let ends = [GROUND, PLAN, JOURNAL, TOKEN];
    let Some(stem) = ends.iter().find_map(|end| name.strip_suffix(end)) else { return false };
    let mut parts = stem.strip_suffix(SMALLEST).unwrap_or(stem).rsplit('.');
    let seed = parts.next().is_some_and(|seed| seed.parse::<u64>().is_ok());
    seed && parts.filter(|p| !p.is_empty()).count() >= 2
}

fn write_journal(entries: &[Entry], to: &mut dyn Write) -> std::io::Result<()> {
    let mut line = Vec::new();
    for entry in entries {
        line.clear();
        write_line(entry, &mut line);
        to.write_all(&line)?;
    }
    Ok(())
}

struct Written {
    temporary: TempPath,
    path: PathBuf,
    name: String,
}

/// A recording that is kept once its run is reported; otherwise it is removed.
pub struct Recording(Vec<Written>);

impl Recording {
    /// Returns the names of its files.
    ///
    /// # Errors
    /// If one of them cannot be written.
    pub fn keep(self) -> anyhow::Result<Vec<String>> {
        let keep = |file: Written| {
            file.temporary.persist(&file.path).map_err(|e| not_written(&file.path, &e.error))?;
            Ok(file.name)
        };
        self.0.into_iter().map(keep).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_run_gives_are_those_of_a_run() {
        for of_a_run in [
            "jpki-down.certificate.7.jsonl",
            "jpki-down.certificate.7.ground.json",
            "jpki-down.certificate.7.plan.toml",
            "jpki-down.certificate.7.smallest.json",
            "jpki-down.certificate.7.smallest.jsonl",
            "a.b.certificate.18446744073709551615.smallest.plan.toml",
        ] {
            assert!(is_of_a_run(of_a_run), "{of_a_run}");
        }
        for other in [
            "results.json",
            "runs.parquet",
            "people.jsonl",
            "my.plan.toml",
            "7.jsonl",
            "..7.jsonl",
            "jpki-down.certificate.seven.jsonl",
            "jpki-down.certificate.7.json",
            "jpki-down.certificate.7.jsonl.gz",
        ] {
            assert!(!is_of_a_run(other), "{other}");
        }
    }
}
