//! The folder of `--out` and the recordings in it: see docs/recordings.md.

use crate::exit::usage;
use crate::file::{Closed, Temporary, claim_folder, create_private_folder};
use crate::output::Shown;
use crate::results_out::RESULTS;
use reports::results::Run;
use scenarios::file::Scenario;
use scenarios::run::Played;
use scenarios::shrink::token::Token;
use sha2::{Digest, Sha256};
use sim::journal::{Entry, write_line};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

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

pub struct OutDir {
    path: PathBuf,
    /// Held while the command runs.
    _claimed: Option<File>,
}

fn not_written(path: &Path, error: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("--out: `{}` cannot be written: {error}", path.shown())
}

/// The longest name of a scenario or a design in the name of a file, in bytes: a file's name has at most 255.
const LONGEST: usize = 90;

/// `SCENARIO.DESIGN.SEED`.
fn stem(run: &Run) -> String {
    format!("{}.{}.{}", shortened(&run.scenario), shortened(&run.design), run.seed)
}

/// A name that is too long is cut, and ends with a digest of the whole.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_string();
    }
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(name)[..8]);
    let cut = name.floor_char_boundary(LONGEST - digest.len() - 1);
    format!("{}~{digest}", &name[..cut])
}

impl OutDir {
    /// A folder, new or used, in which a smallest case is written beside what is there.
    pub fn beside(path: &Path) -> anyhow::Result<Self> {
        Self::open(path, true)
    }

    /// Creates the folder if needed, and checks that it is writable before anything is run, and that it has no older run, unless that
    /// one is to be replaced.
    pub fn open(path: &Path, replace: bool) -> anyhow::Result<Self> {
        let cannot = |e: std::io::Error| usage(format!("--out: the folder `{}` cannot be written to: {e}", path.shown()));
        create_private_folder(path).map_err(cannot)?;
        drop(Temporary::new(path, true).map_err(cannot)?);
        let claimed = claim_folder("--out", path)?;
        let results = path.join(RESULTS);
        if !replace && let Some(used) = used(path).map_err(cannot)? {
            let path = path.shown();
            return Err(usage(format!("--out: `{path}` has an older run ({used}): name another folder, or give --replace")));
        }
        // Neither created nor truncated: existing results are only replaced by complete ones.
        if results.exists() {
            OpenOptions::new().write(true).open(&results).map_err(cannot)?;
        }
        Ok(OutDir { path: path.to_path_buf(), _claimed: claimed })
    }

    /// The journal of a run, its ground truth and the plan, each written to a temporary file first.
    pub fn recording(&self, run: &Run, played: &Played, plan: &Scenario) -> anyhow::Result<Recording> {
        self.write(&stem(run), played, plan)
    }

    /// The same for the smallest case of a run, whose files do not overwrite those of the run.
    pub fn smallest(&self, run: &Run, played: &Played, plan: &Scenario) -> anyhow::Result<Recording> {
        self.write(&(stem(run) + SMALLEST), played, plan)
    }

    /// `SCENARIO.DESIGN.SEED.smallest.json`: everything that identifies a smaller case, for `shikaku replay`.
    pub fn token(&self, run: &Run, token: &Token) -> anyhow::Result<Recording> {
        let text = token.to_json()?;
        Ok(Recording(vec![self.file(stem(run) + TOKEN, |file| file.write_all(text.as_bytes()))?]))
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
        let path = self.path.join(&name);
        let written = || -> std::io::Result<Closed> {
            // Only its owner can read it, and it stays so.
            let mut file = BufWriter::new(Temporary::new(&self.path, true)?);
            write(&mut file)?;
            // Closed, since many recordings may be pending.
            Ok(file.into_inner()?.close())
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
            anyhow::anyhow!("--out: `{}` of an older run cannot be removed: {e}: remove it yourself", path.shown())
        };
        for entry in fs::read_dir(&self.path).map_err(|e| cannot(&self.path, e))? {
            let entry = entry.map_err(|e| cannot(&self.path, e))?;
            let is_file = entry.file_type().is_ok_and(|t| t.is_file());
            let older = entry.file_name().to_str().is_some_and(|name| is_of_a_run(name) && !kept.contains(name));
            if is_file && older {
                fs::remove_file(entry.path()).map_err(|e| cannot(&entry.path(), e))?;
            }
        }
        Ok(())
    }
}

/// A file of an older run in a folder, if there is one.
fn used(folder: &Path) -> std::io::Result<Option<String>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_file = entry.file_type().is_ok_and(|t| t.is_file());
        let name = entry.file_name();
        if let Some(name) = name.to_str().filter(|name| *name == RESULTS || is_file && is_of_a_run(name)) {
            return Ok(Some(Path::new(name).shown()));
        }
    }
    Ok(None)
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
    temporary: Closed,
    path: PathBuf,
    name: String,
}

/// A recording that is kept once its run is reported; otherwise it is removed.
pub struct Recording(Vec<Written>);

impl Recording {
    /// The names of its files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|file| file.name.as_str())
    }

    /// # Errors
    /// If one of its files cannot be written.
    pub fn keep(self) -> anyhow::Result<()> {
        let keep = |file: Written| file.temporary.persist(&file.path).map_err(|e| not_written(&file.path, &e));
        self.0.into_iter().try_for_each(keep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_stays_distinct() {
        let long = |last: &str| "月".repeat(60) + last;
        assert_eq!(shortened("jpki-down"), "jpki-down");
        let (one, other) = (shortened(&long("1")), shortened(&long("2")));
        assert!(one.len() <= LONGEST && one != other && one.starts_with("月月月"), "{one}");
        assert!(is_of_a_run(&format!("{one}.{other}.{}.smallest.ground.json", u64::MAX)));
    }

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
