//! Files that are read because a user or another file names them: regular files of a bounded size, and nothing else. A device
//! never ends, a pipe may never begin, and an included file is chosen by whoever wrote the scenario.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest scenario, design, calibration or token in bytes, and the largest sum of a scenario and what it includes.
pub const MOST_BYTES: u64 = 64 << 20;

fn refused(what: String) -> io::Error {
    io::Error::other(what)
}

/// Opens a regular file, and no device, pipe or folder, of at most `most` bytes. A link is followed.
///
/// # Errors
/// Those of the operating system, and one that names what is there instead, or both sizes.
pub fn open(path: &Path, most: u64) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        // Opening a pipe would wait for somebody who writes to it.
        use std::os::unix::fs::OpenOptionsExt;
        const O_NONBLOCK: i32 = if cfg!(target_os = "macos") { 0x4 } else { 0o4000 };
        options.custom_flags(O_NONBLOCK);
    }
    let kind = path.metadata()?.file_type();
    if !kind.is_file() {
        return Err(refused(format!("it is {}: give a regular file", named(kind))));
    }
    let file = options.open(path)?;
    let about = file.metadata()?;
    match about.is_file() {
        true if about.len() > most => Err(too_large(most)),
        true => Ok(file),
        false => Err(refused(format!("it is {}: give a regular file", named(about.file_type())))),
    }
}

fn too_large(most: u64) -> io::Error {
    refused(format!("it is larger than {} MiB, and no more is read: give a smaller file", most >> 20))
}

fn named(kind: std::fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a pipe";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    if kind.is_dir() { "a folder" } else { "not a regular file" }
}

/// The bytes of a regular file of at most `most` bytes.
///
/// # Errors
/// Those of [`open`].
pub fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    // It may have grown since it was opened, and files of the kernel state no size.
    open(path, most)?.take(most.saturating_add(1)).read_to_end(&mut all)?;
    if all.len() as u64 > most { Err(too_large(most)) } else { Ok(all) }
}

/// The text of a regular file of at most [`MOST_BYTES`].
///
/// # Errors
/// Those of [`open`], and if it is not UTF-8.
pub fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(bytes(path, MOST_BYTES)?).map_err(|_| refused("it is not text in UTF-8".into()))
}

/// The text of a scenario or design that a user names or that is in a folder that a user names. It may be a link, but only to a
/// `.toml`: whoever wrote a folder of scenarios could link to any file of the machine, and an error would show its lines.
///
/// # Errors
/// Those of [`text`], and if it is another link.
pub fn source(path: &Path) -> io::Result<String> {
    match path.is_symlink() && path.canonicalize()?.extension().is_none_or(|e| e != "toml") {
        true => Err(refused("it is a link to a file that is not a .toml: give the file itself".into())),
        false => text(path),
    }
}

/// The place of a file that a scenario includes, if the scenario may include it: a `.toml` in the folder of the scenario or below,
/// also after links, and not in a hidden folder. Anything else on the machine is none of a scenario's business, and an error would
/// show its lines.
///
/// # Errors
/// If it may not, or cannot be found.
pub fn included(path: &Path, root: &Path) -> io::Result<PathBuf> {
    let to_move = "an included file is a .toml in the folder of the scenario or below: move or copy it there";
    let is_toml = |path: &Path| path.extension().is_some_and(|e| e == "toml");
    if !is_toml(path) {
        return Err(refused(format!("it is not a .toml: {to_move}")));
    }
    let folder = root.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The scenario itself may be a link, as in the sandboxes of build systems: what lies beside its target is beside it too.
    let folders = [folder.canonicalize().ok(), root.canonicalize().ok().and_then(|r| r.parent().map(Path::to_path_buf))];
    let place = path.canonicalize()?;
    let below = folders.iter().flatten().find_map(|folder| place.strip_prefix(folder).ok());
    let hidden = |below: &Path| below.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
    match below {
        None => Err(refused(format!("it is outside of the scenario's folder: {to_move}"))),
        Some(below) if hidden(below) || !is_toml(&place) => Err(refused(format!("it is hidden, or not a .toml: {to_move}"))),
        Some(_) => Ok(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_of_bounded_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, "a = 1").unwrap();
        assert_eq!(bytes(&file, 5).unwrap(), b"a = 1");
        assert!(bytes(&file, 4).unwrap_err().to_string().contains("larger than"));
        assert_eq!(text(folder.path()).unwrap_err().to_string(), "it is a folder: give a regular file");
        if cfg!(unix) {
            assert_eq!(text(Path::new("/dev/zero")).unwrap_err().to_string(), "it is a device: give a regular file");
        }
        std::fs::write(&file, [0xff]).unwrap();
        assert_eq!(text(&file).unwrap_err().to_string(), "it is not text in UTF-8");
    }

    #[cfg(unix)]
    #[test]
    fn a_scenario_includes_only_what_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for sub in ["in/sub", "in/.git", "out"] {
            std::fs::create_dir_all(at(sub)).unwrap();
        }
        for file in ["in/a.toml", "in/sub/b.toml", "in/.git/config.toml", "in/c.txt", "out/d.toml"] {
            std::fs::write(at(file), "").unwrap();
        }
        std::os::unix::fs::symlink(at("out/d.toml"), at("in/link.toml")).unwrap();
        std::os::unix::fs::symlink(at("in/c.txt"), at("in/text.toml")).unwrap();
        std::os::unix::fs::symlink(at("in/root.toml"), at("out/root.toml")).unwrap();
        std::fs::write(at("in/root.toml"), "").unwrap();
        let may = |path: &str, root: &str| included(&at(path), &at(root)).is_ok();
        assert!(may("in/a.toml", "in/root.toml") && may("in/sub/../sub/b.toml", "in/root.toml"));
        // As in a sandbox of links: the file is beside the target of the scenario.
        assert!(may("in/a.toml", "out/root.toml"));
        for refused in ["out/d.toml", "in/link.toml", "in/text.toml", "in/c.txt", "in/.git/config.toml", "in/missing.toml"] {
            assert!(!may(refused, "in/root.toml"), "{refused}");
        }
    }
}
