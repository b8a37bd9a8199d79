//! The recording of `serve`: the journal is written as it happens, so that nothing is lost when the process is killed.

use crate::exit::usage;
use crate::file::create_private_folder;
use crate::output::Shown;
use crate::run::out::{GROUND, JOURNAL, PLAN};
use anyhow::Context;
use scenarios::live::serve::Standing;
use scenarios::run::Order;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often the journal is synced to the disk: a loss of power loses no more than that.
const SYNC: Duration = Duration::from_secs(1);

pub struct Recording {
    folder: PathBuf,
    stem: String,
    journal: File,
    synced: Instant,
}

impl Recording {
    /// Creates the folder and the journal.
    ///
    /// # Errors
    /// If there is a journal already, or if it cannot be written.
    pub fn open(folder: &Path, order: &Order) -> anyhow::Result<Self> {
        let cannot = |e: &dyn std::fmt::Display| usage(format!("--out: `{}` cannot be written: {e}", folder.shown()));
        create_private_folder(folder).map_err(|e| cannot(&e))?;
        let stem = format!("kit.{}.{}", order.design.name, order.seed);
        let path = folder.join(format!("{stem}{JOURNAL}"));
        if path.exists() {
            return Err(cannot(&format!("it holds the recording `{stem}`: name another folder")));
        }
        let journal = private_file(&path).map_err(|e| cannot(&e))?;
        #[allow(clippy::disallowed_methods, reason = "when a file is synced changes nothing in it")]
        let synced = Instant::now(); // when a file is synced changes nothing in it
        Ok(Recording { folder: folder.to_path_buf(), stem, journal, synced })
    }

    /// Writes the ground truth and the plan beside the journal. What a JPKI that `is_elsewhere` has issued is not known.
    pub fn describe(&mut self, standing: &Standing, is_elsewhere: bool) -> anyhow::Result<()> {
        // A plan without visits is not a scenario that could be played again.
        let plan = (!standing.plan.visits.is_empty()).then(|| standing.plan.to_toml()).transpose()?;
        let mut ground = standing.ground.clone();
        if is_elsewhere {
            ground.people.iter_mut().for_each(|person| person.certificates.clear());
        }
        let ground = (GROUND, ground.to_json()?);
        for (end, text) in std::iter::once(ground).chain(plan.map(|plan| (PLAN, plan))) {
            let path = self.folder.join(format!("{}{end}", self.stem));
            let written = private_file(&path).and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            });
            written.with_context(|| format!("--out: `{}` cannot be written", path.shown()))?;
        }
        Ok(())
    }

    pub fn append(&mut self, line: &[u8]) -> anyhow::Result<()> {
        self.journal.write_all(line).context("--out: the journal cannot be written")?;
        if self.synced.elapsed() >= SYNC {
            self.sync()?;
        }
        Ok(())
    }

    pub fn sync(&mut self) -> anyhow::Result<()> {
        #[allow(clippy::disallowed_methods, reason = "when a file is synced changes nothing in it")]
        let now = Instant::now(); // as above
        self.synced = now;
        self.journal.sync_data().context("--out: the journal cannot be synced")
    }
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
