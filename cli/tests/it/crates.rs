//! Which crate may depend on which: read from the manifests and from `Cargo.lock`, so that it needs no network.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The dependencies in a manifest.
#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
    #[serde(default, rename = "build-dependencies")]
    build: BTreeMap<String, toml::Value>,
    #[serde(default, rename = "dev-dependencies")]
    dev: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

/// Every crate with its dependencies. Versions of one name are one crate here: the dependencies of all of them count.
struct Dependencies {
    ours: BTreeSet<String>,
    /// Build dependencies of our crates; for other crates, everything that the lock file lists.
    built_with: BTreeMap<String, BTreeSet<String>>,
    /// Additional dependencies of the tests and benches of our crates.
    tested_with: BTreeMap<String, BTreeSet<String>>,
}

impl Dependencies {
    fn read(manifests: &[String], lock: &str) -> Dependencies {
        let lock: Lock = toml::from_str(lock).unwrap();
        let mut built_with: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for package in lock.package {
            // An entry is a name, with a version if there are several.
            let names = package.dependencies.iter().map(|d| d.split(' ').next().unwrap_or(d).to_string());
            built_with.entry(package.name).or_default().extend(names);
        }
        let mut all = Dependencies { ours: BTreeSet::new(), built_with, tested_with: BTreeMap::new() };
        for text in manifests {
            let manifest: Manifest = toml::from_str(text).unwrap();
            let name = manifest.package.name;
            assert!(all.built_with.contains_key(&name), "Cargo.lock lacks `{name}`; run `cargo update --workspace`");
            let built = manifest.dependencies.into_keys().chain(manifest.build.into_keys());
            all.built_with.insert(name.clone(), built.collect());
            all.tested_with.insert(name.clone(), manifest.dev.into_keys().collect());
            all.ours.insert(name);
        }
        all
    }

    fn of_this_workspace() -> Dependencies {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let workspace: toml::Value = toml::from_str(&fs::read_to_string(root.join("Cargo.toml")).unwrap()).unwrap();
        let members = workspace["workspace"]["members"].as_array().unwrap().iter().map(|m| m.as_str().unwrap());
        let manifests = members.map(|m| fs::read_to_string(root.join(m).join("Cargo.toml")).unwrap());
        Dependencies::read(&manifests.collect::<Vec<_>>(), &fs::read_to_string(root.join("Cargo.lock")).unwrap())
    }

    /// All direct and indirect build dependencies of the crates, including themselves.
    fn below<'a>(&'a self, crates: impl IntoIterator<Item = &'a String>) -> BTreeSet<&'a str> {
        let mut open: Vec<&str> = crates.into_iter().map(String::as_str).collect();
        let mut all = BTreeSet::new();
        while let Some(name) = open.pop() {
            if all.insert(name) {
                open.extend(self.built_with.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        all
    }

    /// Violations: a crate is built or tested with something that it may not depend on.
    fn violations(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, ours) in ALLOWED {
            let Some(built) = self.built_with.get(*name) else {
                wrong.push(format!("unknown crate `{name}`"));
                continue;
            };
            let forbidden = |found: &str| self.ours.contains(found) && found != *name && !ours.contains(&found);
            for found in self.below(built).into_iter().filter(|found| forbidden(found)) {
                wrong.push(format!("`{name}` may not depend on `{found}`"));
            }
            for found in self.below(&self.tested_with[*name]).into_iter().filter(|found| forbidden(found)) {
                if !TESTED_WITH.contains(&(name, found)) {
                    wrong.push(format!("the tests of `{name}` may not depend on `{found}`"));
                }
            }
        }
        for name in WITHOUT_NETWORK {
            let heavy = |found: &&str| NETWORK.iter().any(|prefix| found.starts_with(prefix));
            for found in self.below(self.built_with.get(*name).into_iter().flatten()).into_iter().filter(heavy) {
                wrong.push(format!("`{name}` may not depend on `{found}`"));
            }
        }
        wrong
    }
}

/// By crate, which of ours it may depend on, directly or indirectly. The binary may depend on all.
const ALLOWED: &[(&str, &[&str])] = &[
    ("terms", &[]),
    ("unpack", &[]),
    ("leak", &["unpack"]),
    ("sim", &["terms"]),
    ("mocks", &["terms", "sim"]),
    ("scenarios", &["terms", "sim", "mocks"]),
    ("conformance", &["terms", "leak", "unpack"]),
    ("contract", &["terms", "leak", "unpack", "conformance"]),
    ("statement", &[]),
    ("certify", &["terms", "sim", "mocks", "scenarios", "leak", "unpack", "conformance", "contract", "statement"]),
    ("reports", &["terms", "leak", "unpack", "conformance"]),
    ("compare", &["terms", "leak", "unpack", "conformance", "reports"]),
];

/// Exceptions for tests: the check digits of the leak search are compared with those of the vocabulary.
const TESTED_WITH: &[(&str, &str)] = &[("leak", "terms")];

/// Crates that depend on neither an executor nor TLS.
const WITHOUT_NETWORK: &[&str] = &["terms", "leak", "unpack"];

/// Prefixes of the names of crates that contain an executor, a network or TLS.
const NETWORK: &[&str] = &["tokio", "openssl", "turmoil", "mio", "hyper", "libz-sys", "native-tls", "rustls"];

#[test]
fn crates_only_depend_on_what_they_may() {
    let dependencies = Dependencies::of_this_workspace();
    assert_eq!(dependencies.violations(), [""; 0]);
    let named: BTreeSet<&str> = ALLOWED.iter().map(|(name, _)| *name).chain(["shikaku"]).collect();
    assert_eq!(dependencies.ours.iter().map(String::as_str).collect::<BTreeSet<_>>(), named, "a crate has no line in this test");
}

#[test]
fn this_test_can_fail() {
    let manifest = |name: &str, needs: &str, dev: &str| {
        format!("[package]\nname = \"{name}\"\n[dependencies]\n{needs}\n[dev-dependencies]\n{dev}\n")
    };
    let manifests = [
        manifest("terms", "digest.workspace = true", ""),
        manifest("leak", "", "terms.workspace = true"),
        manifest("unpack", "", ""),
        manifest("sim", "terms.workspace = true\ntokio.workspace = true", ""),
        manifest("mocks", "sim.workspace = true", ""),
        manifest("scenarios", "mocks.workspace = true", ""),
        manifest("conformance", "leak.workspace = true\nterms.workspace = true", "sim.workspace = true"),
        manifest("contract", "conformance.workspace = true", ""),
        manifest("certify", "scenarios.workspace = true\ncontract.workspace = true", ""),
        manifest("statement", "", ""),
        manifest("compare", "sim.workspace = true", ""),
        manifest("reports", "scenarios = { path = \"../scenarios\" }", ""),
    ];
    let ours = [
        "terms",
        "leak",
        "unpack",
        "sim",
        "mocks",
        "scenarios",
        "conformance",
        "contract",
        "certify",
        "statement",
        "compare",
        "reports",
    ];
    let lock =
        ours.iter().chain(&["tokio", "openssl-sys"]).map(|name| format!("[[package]]\nname = \"{name}\"\n")).collect::<String>()
            + "[[package]]\nname = \"digest\"\ndependencies = [\"openssl-sys 0.9.1\"]\n";
    assert_eq!(
        Dependencies::read(&manifests, &lock).violations(),
        [
            "the tests of `conformance` may not depend on `sim`",
            "`reports` may not depend on `mocks`",
            "`reports` may not depend on `scenarios`",
            "`reports` may not depend on `sim`",
            "`compare` may not depend on `sim`",
            "`terms` may not depend on `openssl-sys`",
        ]
    );
}
