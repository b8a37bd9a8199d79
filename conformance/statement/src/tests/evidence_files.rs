//! The files of the evidence and their root.

use super::sample::*;
use crate::evidence::{EvidenceFile, differences, files_of};
use crate::merkle;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::fs;

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    Sha256::digest(parts.concat()).to_vec()
}

fn listed(path: &str, content: &[u8]) -> EvidenceFile {
    EvidenceFile { path: path.into(), size: content.len() as u64, sha256: HEXLOWER.encode(&Sha256::digest(content)) }
}

#[test]
fn the_root_is_that_of_rfc_6962() {
    let leaf = |path: &str, content: &[u8]| {
        sha256(&[&[0], &(path.len() as u64).to_be_bytes(), path.as_bytes(), &Sha256::digest(content)])
    };
    let node = |left: &[u8], right: &[u8]| sha256(&[&[1], left, right]);
    let names = ["a", "b/c", "d", "e", "f"];
    let files: Vec<EvidenceFile> = names.iter().map(|n| listed(n, n.as_bytes())).collect();
    let leaves: Vec<Vec<u8>> = names.iter().map(|n| leaf(n, n.as_bytes())).collect();
    let root = |count: usize| merkle::root(&files[..count]).unwrap();
    let two = node(&leaves[0], &leaves[1]);
    let four = node(&two, &node(&leaves[2], &leaves[3]));
    assert_eq!(root(0), HEXLOWER.encode(&Sha256::digest([])));
    assert_eq!(root(1), HEXLOWER.encode(&leaves[0]));
    assert_eq!(root(3), HEXLOWER.encode(&node(&two, &leaves[2])));
    assert_eq!(root(5), HEXLOWER.encode(&node(&four, &leaves[4])));
    assert!(merkle::root(&[EvidenceFile { sha256: "0".repeat(63), ..files[0].clone() }]).is_err());
}

#[test]
fn files_are_in_the_order_of_their_paths() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("a/b")).unwrap();
    for name in ["a/b/c", "a.b", "a/z", "資格", "B"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    let files = files_of(folder.path()).unwrap();
    let paths: Vec<&str> = files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["B", "a.b", "a/b/c", "a/z", "資格"]);
    assert_eq!(files[2], listed("a/b/c", b"a/b/c"));
    assert!(files_of(&folder.path().join("missing")).unwrap_err().to_string().contains("is not a folder"));
}

#[cfg(unix)]
#[test]
fn links_and_names_that_deceive_are_refused() {
    let refused = |make: &dyn Fn(&std::path::Path)| {
        let folder = folder(&certification());
        make(folder.path());
        files_of(folder.path()).unwrap_err().to_string()
    };
    let link = refused(&|f| std::os::unix::fs::symlink("config.toml", f.join("recordings/link")).unwrap());
    assert_eq!(link, "`recordings/link`: a symbolic link: remove or rename it");
    let folder_link = refused(&|f| std::os::unix::fs::symlink("recordings", f.join("captures")).unwrap());
    assert!(folder_link.contains("a symbolic link"));
    let socket = refused(&|f| drop(std::os::unix::net::UnixListener::bind(f.join("s")).unwrap()));
    assert!(socket.contains("neither a file nor a folder"));
    let control = refused(&|f| fs::write(f.join("a\u{1b}[31m"), "").unwrap());
    assert_eq!(control, "`a\\u{1b}[31m`: it contains a control character: remove or rename it");
    assert!(refused(&|f| fs::write(f.join("a\\b"), "").unwrap()).contains("a backslash"));
    let not_utf8 = refused(&|f| {
        let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff");
        fs::write(f.join(name), "").unwrap();
    });
    assert!(not_utf8.contains("not UTF-8"));
}

#[test]
fn every_missing_additional_and_changed_file_is_named() {
    let folder = folder(&certification());
    let stated = files_of(folder.path()).unwrap();
    for file in &stated {
        let path = folder.path().join(&file.path);
        let content = fs::read(&path).unwrap();
        for position in 0..content.len() {
            let mut changed = content.clone();
            changed[position] ^= 1;
            fs::write(&path, changed).unwrap();
            let there = files_of(folder.path()).unwrap();
            assert_ne!(merkle::root(&there).unwrap(), merkle::root(&stated).unwrap());
            let found = differences(&stated, &there);
            assert!(found.len() == 1 && found[0].starts_with(&format!("`{}` was changed", file.path)), "{found:?}");
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(differences(&stated, &files_of(folder.path()).unwrap()), [format!("`{}` is missing", file.path)]);
        fs::write(&path, content).unwrap();
    }
    fs::write(folder.path().join("recordings/more"), "").unwrap();
    let there = files_of(folder.path()).unwrap();
    assert_eq!(differences(&stated, &there), ["`recordings/more` is not in the statement"]);
}

#[test]
fn a_file_that_moved_changes_the_root() {
    let (one, two) = (listed("a", b"x"), listed("b", b"x"));
    assert_ne!(merkle::root([&one]).unwrap(), merkle::root([&two]).unwrap());
    // The length before the path: a path cannot take over bytes of the digest.
    let (short, long) = (listed("ab", b"x"), listed("a", b"bx"));
    assert_ne!(merkle::root([&short]).unwrap(), merkle::root([&long]).unwrap());
}
