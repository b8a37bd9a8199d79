//! What a command reads and writes: no output is an input, or another output.

use crate::exit::usage;
use crate::output::Shown;
use std::path::{Path, PathBuf};

/// The paths of a command.
#[derive(Default)]
pub struct Places(Vec<(PathBuf, String)>);

impl Places {
    /// Of a command that reads these files and folders.
    pub fn reading<P: AsRef<Path>>(inputs: impl IntoIterator<Item = P>) -> Places {
        Places(inputs.into_iter().map(|path| (place(path.as_ref()), "an input".to_string())).collect())
    }

    /// The command reads this file too.
    pub fn reads(&mut self, path: &Path) {
        self.0.push((place(path), "an input".to_string()));
    }

    /// The file of an option is written.
    ///
    /// # Errors
    /// If it is an input, is in a folder that is one, or is written for another option too.
    pub fn writes(&mut self, option: &str, path: &Path) -> anyhow::Result<()> {
        // Everything may be thrown away into one device.
        if path == Path::new("/dev/null") {
            return Ok(());
        }
        let here = place(path);
        if let Some((_, what)) = self.0.iter().find(|(other, _)| *other == here || here.starts_with(other) && other.is_dir()) {
            return Err(usage(format!("{option}: `{}` is {what}: name another file", path.shown())));
        }
        self.0.push((here, format!("also the file of {option}")));
        Ok(())
    }
}

/// The same for two paths of one file, also of one that does not exist yet.
fn place(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}
