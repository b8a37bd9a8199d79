//! The folder of a kit. It holds keys and the secrets of fictitious people, so on Unix only its owner can open it.

use super::error::KitError;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(super) struct Folder(PathBuf);

impl Folder {
    pub fn create(path: &Path) -> Result<Folder, KitError> {
        let folder = Folder(path.to_path_buf());
        folder.private(path)?;
        Ok(folder)
    }

    fn private(&self, path: &Path) -> Result<(), KitError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(path).map_err(|source| not_written(path, source))
    }

    pub fn bytes(&self, name: &str, content: &[u8]) -> Result<(), KitError> {
        self.write(name, content, 0o600)
    }

    pub fn text(&self, name: &str, content: &str) -> Result<(), KitError> {
        self.bytes(name, content.as_bytes())
    }

    /// A file that can be run.
    pub fn script(&self, name: &str, content: &str) -> Result<(), KitError> {
        self.write(name, content.as_bytes(), 0o700)
    }

    pub fn json(&self, name: &str, content: &Value) -> Result<(), KitError> {
        self.text(name, &format!("{content:#}\n"))
    }

    /// Whole or not at all: a system may be reading an older file.
    fn write(&self, name: &str, content: &[u8], mode: u32) -> Result<(), KitError> {
        let path = self.0.join(name);
        let written = || -> std::io::Result<()> {
            let folder = path.parent().unwrap_or(&self.0);
            self.private(folder).map_err(std::io::Error::other)?;
            let mut file = tempfile::Builder::new().prefix(".shikaku-").tempfile_in(folder)?;
            file.write_all(content)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
            }
            #[cfg(not(unix))]
            let _ = mode;
            file.persist(&path).map_err(|e| e.error)?;
            Ok(())
        };
        written().map_err(|source| not_written(&path, source))
    }
}

fn not_written(path: &Path, source: std::io::Error) -> KitError {
    KitError::NotWritten { path: path.display().to_string(), source }
}
