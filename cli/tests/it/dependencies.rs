//! What this project is built of: under which licences, from where, and what is built in more than one version. `docs/decisions.md` says
//! why this is a test and not a tool.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Clone, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

/// The only source of what is not ours.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Licences that only ask for their text and the names of authors.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
    "Apache-2.0 WITH LLVM-exception",
];

/// Crates that are built in several versions for now, since crates that need them have not moved. A line here is a debt.
const SEVERAL: &[&str] = &[
    "bit-vec",
    "block-buffer",
    "const-oid",
    "cpufeatures",
    "crypto-common",
    "digest",
    "getrandom",
    "glam",
    "num-bigint",
    "rand",
    "rand_core",
    "sha2",
    "strum",
    "strum_macros",
    "syn",
];

/// Crates with known faults that nothing here may need again.
const BANNED: &[(&str, &str)] = &[
    ("atty", "unmaintained, and unsound on Windows (RUSTSEC-2021-0145): std has IsTerminal"),
    ("ansi_term", "unmaintained (RUSTSEC-2021-0139)"),
    ("failure", "unmaintained and unsound (RUSTSEC-2020-0036)"),
    ("serde_yaml", "archived by its author"),
];

/// Whether a licence expression can be met by the licences above.
fn is_met(expression: &str) -> bool {
    let plain = expression.replace(" / ", " OR ").replace('/', " OR ");
    // Parentheses only group an OR within an AND.
    let all = plain.split(" AND ");
    all.map(|part| part.trim_matches(['(', ')'])).all(|part| part.split(" OR ").any(|one| LICENCES.contains(&one.trim())))
}

fn violations(packages: &[Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for p in packages {
        versions.entry(&p.name).or_default().insert(&p.version);
        let Some(source) = &p.source else { continue };
        let name = format!("{} {}", p.name, p.version);
        if source != SOURCE {
            wrong.push(format!("{name} comes from {source}"));
        }
        match &p.license {
            Some(licence) if is_met(licence) => {}
            licence => wrong.push(format!("{name} has the licence {licence:?}")),
        }
        wrong.extend(BANNED.iter().filter(|(banned, _)| *banned == p.name).map(|(_, why)| format!("{name} is banned: {why}")));
    }
    for (name, versions) in &versions {
        match (versions.len() > 1, SEVERAL.contains(name)) {
            (true, false) => wrong.push(format!("{name} is built in the versions {versions:?}: choose one, or add a line")),
            (false, true) => wrong.push(format!("{name} is built in one version: remove its line")),
            _ => {}
        }
    }
    wrong
}

#[test]
fn licences_sources_and_versions_of_all_dependencies() {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let args = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"];
    let output = std::process::Command::new(cargo).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    assert!(metadata.packages.len() > 100);
    assert_eq!(violations(&metadata.packages), [""; 0]);
}

#[test]
fn each_kind_of_violation_is_found() {
    let package = |name: &str, version: &str, licence: Option<&str>, source: Option<&str>| Package {
        name: name.into(),
        version: version.into(),
        license: licence.map(str::to_string),
        source: source.map(str::to_string),
    };
    let several =
        SEVERAL.iter().flat_map(|name| ["1.0.0", "2.0.0"].map(|version| package(name, version, Some("MIT"), Some(SOURCE))));
    let good: Vec<Package> = several.chain([package("ours", "1.0.0", None, None)]).collect();
    assert_eq!(violations(&good), [""; 0]);
    for wrong in [
        package("a", "1.0.0", Some("GPL-3.0"), Some(SOURCE)),
        package("a", "1.0.0", Some("MIT AND GPL-3.0"), Some(SOURCE)),
        package("a", "1.0.0", None, Some(SOURCE)),
        package("a", "1.0.0", Some("MIT"), Some("git+https://example.org/a")),
        package("atty", "1.0.0", Some("MIT"), Some(SOURCE)),
        package("ours", "2.0.0", None, None),
    ] {
        assert_eq!(violations(&[good.clone(), vec![wrong]].concat()).len(), 1);
    }
    assert_eq!(violations(&good[1..]).len(), 1);
    for met in ["MIT/Apache-2.0", "(MIT OR GPL-3.0) AND Unicode-3.0", "GPL-2.0 OR Zlib", "Apache-2.0 WITH LLVM-exception OR X"] {
        assert!(is_met(met), "{met}");
    }
}
