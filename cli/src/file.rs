//! Files that are written: whole or not at all, to the place that the user named, and to no place that is an input.

mod places;
mod temporary;

pub use places::Places;
pub use temporary::{Closed, Temporary, remove_all};

use crate::exit::usage;
use crate::output::Shown;
use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Creates a folder and those above it, if needed. On Unix only their owner can open the folders that it creates.
///
/// # Errors
/// Those of the operating system.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// A folder that one command writes to at a time, from the check of what is in it until its end, so that no results are a mixture of two runs.
/// Where a folder cannot be locked, as on Windows, nothing is claimed.
///
/// # Errors
/// If another command is writing to it.
pub fn claim_folder(option: &str, path: &Path) -> anyhow::Result<Option<File>> {
    let Ok(folder) = File::open(path) else { return Ok(None) };
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let path = path.shown();
            Err(usage(format!("{option}: another command is writing to `{path}`: wait for its end, or name another folder")))
        }
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(folder)),
    }
}

/// A temporary file that replaces the file at the end. A link is followed: its target is replaced. A device or a pipe is written to and
/// stays what it is.
pub struct AtomicFile {
    option: String,
    path: PathBuf,
    temporary: Temporary,
    /// Whether the text is copied to what is there, which is not a file.
    copied: bool,
}

/// A file that is written whole, and only has to take its place.
pub struct Ready(AtomicFile);

impl AtomicFile {
    /// A file that on Unix only its owner can read. `option` is named in errors.
    pub fn private(option: &str, path: &Path) -> anyhow::Result<Self> {
        Self::beside(option, path, true)
    }

    /// A file with the permissions of the one that it replaces, or the default ones.
    pub fn open(option: &str, path: &Path) -> anyhow::Result<Self> {
        Self::beside(option, path, false)
    }

    fn beside(option: &str, path: &Path, private: bool) -> anyhow::Result<Self> {
        let cannot = |e: &dyn std::fmt::Display| usage(format!("{option}: `{}` cannot be written: {e}", path.shown()));
        let found = path.metadata().ok();
        if found.as_ref().is_some_and(Metadata::is_dir) {
            return Err(cannot(&"it is a folder: name a file"));
        }
        // What the system names in /dev may be a file that somebody else has open too, such as this command's stdout.
        let copied = found.as_ref().is_some_and(|m| !m.is_file()) || path.starts_with("/dev") || path.starts_with("/proc");
        let target = target_of(path);
        if copied {
            let temporary = Temporary::new(&std::env::temp_dir(), true)
                .map_err(|e| cannot(&format!("no temporary file can be created in `{}`: {e}", std::env::temp_dir().shown())))?;
            return Ok(AtomicFile { option: option.to_string(), path: path.to_path_buf(), temporary, copied });
        }
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(cannot(&"its folder does not exist"));
        }
        let temporary = Temporary::new(folder, private).map_err(|e| cannot(&e.kind()))?;
        if let Some(found) = found.filter(|_| !private) {
            // Permissions that cannot be kept are the default ones.
            let _ = temporary.file().set_permissions(found.permissions());
        }
        Ok(AtomicFile { option: option.to_string(), path: target, temporary, copied })
    }

    pub fn writer(&mut self) -> &mut File {
        self.temporary.file_mut()
    }

    /// The same file for a writer that must own its target.
    pub fn handle(&self) -> io::Result<File> {
        self.temporary.file().try_clone()
    }

    /// The error of a file that could be opened, so that it is not the user's: a full disk, for example.
    pub fn not_written(&self, error: &dyn std::fmt::Display) -> anyhow::Error {
        anyhow::anyhow!("{}: `{}` cannot be written: {error}: what was there is unchanged", self.option, self.path.shown())
    }

    /// Writes all of it and replaces the file.
    pub fn write_whole(mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.writer().write_all(bytes).map_err(|e| self.not_written(&e))?;
        self.keep()
    }

    /// Replaces the file by what was written.
    pub fn keep(self) -> anyhow::Result<()> {
        self.ready()?.keep()
    }

    /// Makes sure that all of it is on the disk, so that several files can take their places together.
    pub fn ready(mut self) -> anyhow::Result<Ready> {
        let flushed = self.temporary.file_mut().flush().and_then(|()| self.temporary.file().sync_all());
        flushed.map_err(|e| self.not_written(&e))?;
        Ok(Ready(self))
    }
}

impl Ready {
    /// Takes the place of the file.
    pub fn keep(self) -> anyhow::Result<()> {
        let AtomicFile { option, path, temporary, copied } = self.0;
        let kept = if copied { copy(temporary, &path) } else { temporary.persist(&path) };
        kept.map_err(|e| anyhow::anyhow!("{option}: `{}` cannot be written: {e}", path.shown()))
    }
}

/// The file that a path leads to, also through a link to a file that does not exist yet.
fn target_of(path: &Path) -> PathBuf {
    let mut target = path.to_path_buf();
    // The system follows as many links itself.
    for _ in 0..40 {
        match std::fs::read_link(&target) {
            Ok(to) => target = target.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => break,
        }
    }
    target
}

/// Writes what is in a temporary file to something that is not a file.
fn copy(mut from: Temporary, path: &Path) -> io::Result<()> {
    let mut to = std::fs::OpenOptions::new().append(true).open(path)?;
    from.file_mut().seek(SeekFrom::Start(0))?;
    io::copy(from.file_mut(), &mut to)?;
    to.flush()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_what_was_there_stays_until_all_is_written() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file"), "old").unwrap();
        std::fs::set_permissions(at("file"), std::fs::Permissions::from_mode(0o640)).unwrap();
        symlink("file", at("link")).unwrap();
        symlink(at("nothing-yet"), at("dangling")).unwrap();
        let mut file = AtomicFile::open("--x", &at("link")).unwrap();
        file.writer().write_all(b"new").unwrap();
        assert_eq!(std::fs::read(at("file")).unwrap(), b"old");
        file.keep().unwrap();
        AtomicFile::open("--x", &at("dangling")).unwrap().write_whole(b"made").unwrap();
        assert_eq!(
            (std::fs::read(at("file")).unwrap(), std::fs::read(at("nothing-yet")).unwrap()),
            (b"new".into(), b"made".into())
        );
        assert!(at("link").is_symlink() && at("dangling").is_symlink());
        let mode = |name: &str| std::fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("file"), 0o640);
        AtomicFile::private("--x", &at("secret")).unwrap().write_whole(b"").unwrap();
        assert_eq!(mode("secret"), 0o600);
        drop(AtomicFile::open("--x", &at("file")).unwrap());
        let left = std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
        assert_eq!(left.count(), 0);
    }
}
