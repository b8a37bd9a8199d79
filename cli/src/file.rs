//! A file that is written whole or not at all.

use crate::exit::usage;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the names of files begin that are not yet in their places.
pub const PREFIX: &str = ".shikaku-";

/// With the permissions that a file has by default, less what the user's mask takes away.
pub fn readable<'b, 'p, 's>(builder: &'b mut tempfile::Builder<'p, 's>) -> &'b mut tempfile::Builder<'p, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// What is written beside the file and takes its place at the end.
pub struct Replacing {
    option: String,
    path: PathBuf,
    temporary: NamedTempFile,
}

impl Replacing {
    /// A file that on Unix only its owner can read. `option` is named in errors.
    pub fn private(option: &str, path: &Path) -> anyhow::Result<Self> {
        Self::beside(option, path, &mut tempfile::Builder::new())
    }

    /// A file that whoever may read the user's other files can read.
    pub fn open(option: &str, path: &Path) -> anyhow::Result<Self> {
        Self::beside(option, path, readable(&mut tempfile::Builder::new()))
    }

    fn beside(option: &str, path: &Path, builder: &mut tempfile::Builder) -> anyhow::Result<Self> {
        let cannot = |e: &dyn std::fmt::Display| usage(format!("{option}: `{}` cannot be written: {e}", path.display()));
        // Where a link leads, the file is replaced and not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        if path.exists() && !path.is_file() {
            return Err(cannot(&"it is there, and is no file; without the option the output goes to stdout"));
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(cannot(&"its folder is not there"));
        }
        let temporary = builder.prefix(PREFIX).tempfile_in(folder).map_err(|e| cannot(&e.kind()))?;
        Ok(Replacing { option: option.to_string(), path, temporary })
    }

    pub fn writer(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// The same file for a writer that has to own what it writes to.
    pub fn handle(&self) -> std::io::Result<File> {
        self.temporary.as_file().try_clone()
    }

    pub fn not_written(&self, error: &dyn std::fmt::Display) -> anyhow::Error {
        usage(format!("{}: `{}` cannot be written: {error}", self.option, self.path.display()))
    }

    /// Writes all of it, and puts it in the file's place.
    pub fn write_whole(mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.writer().write_all(bytes).map_err(|e| self.not_written(&e))?;
        self.keep()
    }

    /// Puts what was written in the file's place.
    pub fn keep(mut self) -> anyhow::Result<()> {
        let flushed = self.temporary.as_file_mut().flush().and_then(|()| self.temporary.as_file().sync_all());
        flushed.map_err(|e| self.not_written(&e))?;
        let Replacing { option, path, temporary } = self;
        let kept = temporary.persist(&path);
        kept.map_err(|e| usage(format!("{option}: `{}` cannot be written: {}", path.display(), e.error)))?;
        Ok(())
    }
}
