//! Lists the files to scan.

use crate::exit::usage;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// An input to scan.
pub enum Item {
    Stdin,
    /// With its length, or 0 if that is unknown.
    File(PathBuf, u64),
}

#[derive(Default)]
pub struct Walk {
    pub items: Vec<Item>,
    /// What is not searched, and why.
    pub remarks: Vec<(PathBuf, String)>,
    /// What could not be read, and why.
    pub unreadable: Vec<(PathBuf, String)>,
    /// The first path that was named and is not there, and why. Its name may be a value, so it is masked before it is shown.
    pub missing: Option<(PathBuf, String)>,
}

impl Walk {
    /// Total number of bytes, as far as known.
    pub fn bytes(&self) -> u64 {
        self.items.iter().map(|i| if let Item::File(_, length) = i { *length } else { 0 }).sum()
    }
}

/// Lists files in the order of `paths`, folders by name. `people` is not scanned: it contains every value.
pub fn walk(paths: &[PathBuf], people: &Path) -> anyhow::Result<Walk> {
    let mut walk = Walk::default();
    let people = people.canonicalize().ok();
    let mut stdin = false;
    for path in paths {
        if path == Path::new("-") {
            if std::mem::replace(&mut stdin, true) {
                return Err(usage("`-` is given twice: stdin can be read only once"));
            }
            walk.items.push(Item::Stdin);
            continue;
        }
        let about = match path.metadata() {
            Ok(about) => about,
            Err(e) => {
                walk.missing.get_or_insert((path.clone(), e.to_string()));
                continue;
            }
        };
        if !about.is_dir() {
            // A path that is named is read, even if it is a pipe.
            add(&mut walk, path.clone(), about.len(), people.as_deref());
            continue;
        }
        for entry in WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.file_type().is_file() => {
                    let length = entry.metadata().map_or(0, |m| m.len());
                    add(&mut walk, entry.into_path(), length, people.as_deref());
                }
                Ok(entry) => {
                    let what = if entry.path_is_symlink() {
                        "a symbolic link; it is not followed"
                    } else {
                        "neither a file nor a folder; it is not scanned"
                    };
                    walk.remarks.push((entry.into_path(), what.into()));
                }
                Err(e) => {
                    let path = e.path().unwrap_or(path).to_path_buf();
                    let what = e.io_error().map_or_else(|| e.to_string(), ToString::to_string);
                    walk.unreadable.push((path, what));
                }
            }
        }
    }
    Ok(walk)
}

fn add(walk: &mut Walk, path: PathBuf, length: u64, people: Option<&Path>) {
    let same = |people: &Path| path.file_name() == people.file_name() && path.canonicalize().is_ok_and(|p| p == people);
    match people.is_some_and(same) {
        true => walk.remarks.push((path, "the file of --people itself; it is not scanned".into())),
        false => walk.items.push(Item::File(path, length)),
    }
}
