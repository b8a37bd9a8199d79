//! The files of an evidence folder and their digests.

use crate::escape::escaped;
use crate::names::path_problem;
use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// What the certification writes about itself.
pub const CERTIFICATION: &str = "certification.json";
/// The configuration as it was used, without secrets.
pub const CONFIG: &str = "config.toml";
/// The folder of the recordings. It ends with a slash.
pub const RECORDINGS: &str = "recordings/";
/// How the names of journals end. Everything in `recordings/` with such a name is judged.
pub const JOURNAL: &str = ".jsonl";

/// The most files of an evidence folder.
const MOST_FILES: usize = 20_000;
/// How deep folders may be nested.
const DEEPEST: usize = 32;

/// A file of the evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// Relative to the folder, with `/` between names.
    pub path: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of the content, as 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// Why the evidence cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The folder is missing, or has something in it that evidence must not have.
    #[error("{0}")]
    Unfit(String),
    /// The operating system could not read a file.
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, io::Error),
}

/// All files beneath a folder, in the order of the bytes of their paths.
///
/// # Errors
/// If something in it is neither a file nor a folder, such as a symbolic link; if a name is not one that every system reads in the
/// same way; if there are too many files, or one cannot be read.
pub fn files_of(folder: &Path) -> Result<Vec<EvidenceFile>, EvidenceError> {
    let shown = escaped(&folder.to_string_lossy());
    let about = fs::metadata(folder);
    if !about.is_ok_and(|m| m.is_dir()) {
        return Err(EvidenceError::Unfit(format!("`{shown}` is not a folder: give the folder that `certify --out` wrote")));
    }
    let mut files = Vec::new();
    walk(folder, "", 0, &mut files)?;
    files.sort();
    Ok(files)
}

fn walk(folder: &Path, below: &str, depth: usize, into: &mut Vec<EvidenceFile>) -> Result<(), EvidenceError> {
    let unfit = |path: &str, what: &str| EvidenceError::Unfit(format!("`{}`: {what}: remove or rename it", escaped(path)));
    if depth > DEEPEST {
        return Err(unfit(below, "folders are nested too deep"));
    }
    let unreadable = |e| EvidenceError::Unreadable(escaped(&folder.to_string_lossy()), e);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let path = format!("{below}{}", name.to_string_lossy());
        if name.to_str().is_none() {
            return Err(unfit(&path, "the name is not UTF-8"));
        }
        if let Some(problem) = path_problem(&path) {
            return Err(unfit(&path, problem));
        }
        // Of the link itself, if it is one.
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), depth + 1, into)?;
        } else if kind.is_file() {
            into.push(file(&entry.path(), path)?);
        } else {
            let what = if kind.is_symlink() { "a symbolic link" } else { "neither a file nor a folder" };
            return Err(unfit(&path, what));
        }
        if into.len() > MOST_FILES {
            return Err(EvidenceError::Unfit(format!("there are more than {MOST_FILES} files: split the certification")));
        }
    }
    Ok(())
}

fn file(on_disk: &Path, path: String) -> Result<EvidenceFile, EvidenceError> {
    let digest = || -> io::Result<(u64, String)> {
        let (mut from, mut hash, mut size) = (File::open(on_disk)?, Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match from.read(&mut buffer)? {
                0 => return Ok((size, HEXLOWER.encode(&hash.finalize()))),
                count => {
                    hash.update(&buffer[..count]);
                    size += count as u64;
                }
            }
        }
    };
    let (size, sha256) = digest().map_err(|e| EvidenceError::Unreadable(escaped(&path), e))?;
    Ok(EvidenceFile { path, size, sha256 })
}

/// How the files that are there differ from those that are stated: every missing, additional and changed one by its name.
pub fn differences(stated: &[EvidenceFile], there: &[EvidenceFile]) -> Vec<String> {
    let by_path = |files: &'_ [EvidenceFile]| -> BTreeMap<String, EvidenceFile> {
        files.iter().map(|f| (f.path.clone(), f.clone())).collect()
    };
    let (stated, there) = (by_path(stated), by_path(there));
    let mut all = Vec::new();
    for (path, file) in &stated {
        match there.get(path) {
            None => all.push(format!("`{}` is missing", escaped(path))),
            Some(found) if found != file => all.push(format!(
                "`{}` was changed: {} bytes with SHA-256 {}, stated are {} bytes with {}",
                escaped(path),
                found.size,
                found.sha256,
                file.size,
                escaped(&file.sha256)
            )),
            Some(_) => {}
        }
    }
    let extra = there.keys().filter(|path| !stated.contains_key(*path));
    all.extend(extra.map(|path| format!("`{}` is not in the statement", escaped(path))));
    all
}
