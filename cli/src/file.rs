//! A file that is written atomically: whole or not at all.

use crate::exit::usage;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Prefix of the names of temporary files.
pub const PREFIX: &str = ".shikaku-";

/// With the default permissions of a file, minus the user's umask.
fn readable<'b, 'p, 's>(builder: &'b mut tempfile::Builder<'p, 's>) -> &'b mut tempfile::Builder<'p, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Creates a folder and those above it, if needed. On Unix only their owner can open the folders that it creates.
///
/// # Errors
/// Those of the operating system.
pub fn create_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// A temporary file in the same folder that replaces the file at the end.
pub struct AtomicFile {
    option: String,
    path: PathBuf,
    temporary: NamedTempFile,
}

impl AtomicFile {
    /// A file that on Unix only its owner can read. `option` is named in errors.
    pub fn private(option: &str, path: &Path) -> anyhow::Result<Self> {
        Self::beside(option, path, &mut tempfile::Builder::new())
    }

    /// A file with the default permissions.
    pub fn open(option: &str, path: &Path) -> anyhow::Result<Self> {
        Self::beside(option, path, readable(&mut tempfile::Builder::new()))
    }

    fn beside(option: &str, path: &Path, builder: &mut tempfile::Builder) -> anyhow::Result<Self> {
        let cannot = |e: &dyn std::fmt::Display| usage(format!("{option}: `{}` cannot be written: {e}", path.display()));
        // A symbolic link is followed: its target is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        if path.exists() && !path.is_file() {
            return Err(cannot(&"it exists and is not a file; without the option the output goes to stdout"));
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(cannot(&"its folder does not exist"));
        }
        let temporary = builder.prefix(PREFIX).tempfile_in(folder).map_err(|e| cannot(&e.kind()))?;
        Ok(AtomicFile { option: option.to_string(), path, temporary })
    }

    pub fn writer(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// The same file for a writer that must own its target.
    pub fn handle(&self) -> std::io::Result<File> {
        self.temporary.as_file().try_clone()
    }

    /// The error of a file that could be opened, so that it is not the user's: a full disk, for example.
    pub fn not_written(&self, error: &dyn std::fmt::Display) -> anyhow::Error {
        anyhow::anyhow!("{}: `{}` cannot be written: {error}", self.option, self.path.display())
    }

    /// Writes all of it and replaces the file.
    pub fn write_whole(mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.writer().write_all(bytes).map_err(|e| self.not_written(&e))?;
        self.keep()
    }

    /// Replaces the file by what was written.
    pub fn keep(mut self) -> anyhow::Result<()> {
        let flushed = self.temporary.as_file_mut().flush().and_then(|()| self.temporary.as_file().sync_all());
        flushed.map_err(|e| self.not_written(&e))?;
        let AtomicFile { option, path, temporary } = self;
        let kept = temporary.persist(&path);
        kept.map_err(|e| anyhow::anyhow!("{option}: `{}` cannot be written: {}", path.display(), e.error))?;
        Ok(())
    }
}
