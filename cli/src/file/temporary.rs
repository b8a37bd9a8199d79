//! Temporary files. All of them are known, so that none is left behind when a command is ended from outside.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{NamedTempFile, TempPath};

/// Prefix of the names of temporary files.
const PREFIX: &str = ".shikaku-";

static ALL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn all() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every temporary file that there is. The process must end afterwards.
pub fn remove_all() {
    // A file that cannot be removed stays: there is nobody left to report it to.
    all().iter().for_each(|path| drop(std::fs::remove_file(path)));
}

/// A path in the list of all, as long as it is a temporary file's.
struct Known(PathBuf);

impl Drop for Known {
    fn drop(&mut self) {
        all().remove(&self.0);
    }
}

/// A file that is removed unless it takes its place.
pub struct Temporary {
    file: NamedTempFile,
    known: Known,
}

impl Temporary {
    /// In a folder. A private one can be read only by its owner; another one has the permissions that the umask leaves.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn new(folder: &Path, private: bool) -> io::Result<Temporary> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        if !private {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        // Nobody may look at the list between the two.
        let mut all = all();
        let file = builder.prefix(PREFIX).tempfile_in(folder)?;
        let path = file.path().to_path_buf();
        all.insert(path.clone());
        Ok(Temporary { file, known: Known(path) })
    }

    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    pub fn file_mut(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Takes the place of the file at a path.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        self.file.persist(path).map(drop).map_err(|e| e.error)
    }

    /// Closes the file, since many may be waiting for their places.
    pub fn close(self) -> Closed {
        Closed { path: self.file.into_temp_path(), known: self.known }
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A temporary file that is written and closed.
pub struct Closed {
    path: TempPath,
    #[expect(dead_code, reason = "it is in the list of all as long as this lives")]
    known: Known,
}

impl Closed {
    /// Takes the place of the file at a path.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        self.path.persist(path).map_err(|e| e.error)
    }
}
