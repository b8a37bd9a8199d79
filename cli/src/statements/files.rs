//! Files that are read whole, up to a limit, and the evidence folder.

use crate::exit::usage;
use crate::output::Shown;
use scenarios::file::bounded;
use statement::evidence::{EvidenceError, files_of};
use statement::{EvidenceFile, PublicKey, SigningKey, keys};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Reads a regular file that may have at most so many bytes. `what` names it in errors.
///
/// # Errors
/// A usage error if it does not exist, is longer, or is a device, a pipe or a folder; another one if it cannot be read.
pub fn read(what: &str, path: &Path, largest: u64) -> anyhow::Result<Vec<u8>> {
    read_from(what, path, largest, bounded::open(path, u64::MAX))
}

/// Reads a key or a passphrase, which may also come from a pipe, so that it need not be on a disk: `--key <(…)`.
///
/// # Errors
/// A usage error if it does not exist, is longer or is a folder; another one if it cannot be read.
fn read_secret(what: &str, path: &Path, largest: u64) -> anyhow::Result<Vec<u8>> {
    read_from(what, path, largest, File::open(path))
}

fn read_from(what: &str, path: &Path, largest: u64, file: io::Result<File>) -> anyhow::Result<Vec<u8>> {
    let name = path.shown();
    let mut bytes = Vec::new();
    let read = file.and_then(|file| file.take(largest + 1).read_to_end(&mut bytes));
    match read {
        Err(e) if e.kind() == ErrorKind::NotFound => Err(usage(format!("{what}: `{name}` does not exist"))),
        Err(e) if e.kind() == ErrorKind::IsADirectory => Err(usage(format!("{what}: `{name}` is a folder: give a file"))),
        // It is there, and it is not a regular file.
        Err(e) if e.kind() == ErrorKind::Other => Err(usage(format!("{what}: `{name}`: {e}"))),
        Err(e) => Err(anyhow::anyhow!("{what}: `{name}` cannot be read: {e}")),
        Ok(_) if bytes.len() as u64 > largest => {
            Err(usage(format!("{what}: `{name}` is longer than {largest} bytes: it is not such a file")))
        }
        Ok(_) => Ok(bytes),
    }
}

/// The files of an evidence folder.
///
/// # Errors
/// A usage error if the folder is missing or has something in it that evidence must not have, another one if it cannot be read.
pub fn evidence(folder: &Path) -> anyhow::Result<Vec<EvidenceFile>> {
    files_of(folder).map_err(|e| match e {
        EvidenceError::Unfit(what) => usage(what),
        EvidenceError::Unreadable(..) => e.into(),
    })
}

/// The public keys in these files.
///
/// # Errors
/// If a file has none.
pub fn public_keys(paths: &[PathBuf]) -> anyhow::Result<Vec<PublicKey>> {
    let key = |path: &PathBuf| {
        let pem = read_secret("--key", path, keys::LARGEST)?;
        PublicKey::from_pem(&pem).map_err(|e| usage(format!("--key: `{}`: {e}", path.shown())))
    };
    paths.iter().map(key).collect()
}

/// The first line of a file with a passphrase.
///
/// # Errors
/// Those of [`read_secret`].
pub fn passphrase(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = read_secret("--passphrase-file", path, 64 << 10)?;
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    Ok(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
}

/// The private key in a file.
///
/// # Errors
/// If it has none, or it cannot be decrypted.
pub fn signing_key(path: &Path, passphrase: Option<&[u8]>) -> anyhow::Result<SigningKey> {
    let pem = read_secret("--key", path, keys::LARGEST)?;
    SigningKey::from_pem(&pem, passphrase).map_err(|e| usage(format!("--key: `{}`: {e}", path.shown())))
}
