//! Which crate may need which: read from the manifests and from `Cargo.lock`, so that it needs no network.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The part of a manifest that says what a crate needs.
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

/// Every crate with what it needs. Versions of one name are one crate here: what any of them needs counts.
struct Needs {
    ours: BTreeSet<String>,
    /// Of our crates what they are built with, of foreign ones all that the lock file lists.
    built_with: BTreeMap<String, BTreeSet<String>>,
    /// Of our crates what their tests and benches need besides.
    tested_with: BTreeMap<String, BTreeSet<String>>,
}

impl Needs {
    fn read(manifests: &[String], lock: &str) -> Needs {
        let lock: Lock = toml::from_str(lock).unwrap();
        let mut built_with: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for package in lock.package {
            // An entry is a name, with a version where there are several.
            let names = package.dependencies.iter().map(|d| d.split(' ').next().unwrap_or(d).to_string());
            built_with.entry(package.name).or_default().extend(names);
        }
        let mut needs = Needs { ours: BTreeSet::new(), built_with, tested_with: BTreeMap::new() };
        for text in manifests {
            let manifest: Manifest = toml::from_str(text).unwrap();
            let name = manifest.package.name;
            assert!(needs.built_with.contains_key(&name), "Cargo.lock lacks `{name}`; run `cargo update --workspace`");
            let built = manifest.dependencies.into_keys().chain(manifest.build.into_keys());
            needs.built_with.insert(name.clone(), built.collect());
            needs.tested_with.insert(name.clone(), manifest.dev.into_keys().collect());
            needs.ours.insert(name);
        }
        needs
    }

    fn of_this_workspace() -> Needs {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let workspace: toml::Value = toml::from_str(&fs::read_to_string(root.join("Cargo.toml")).unwrap()).unwrap();
        let members = workspace["workspace"]["members"].as_array().unwrap().iter().map(|m| m.as_str().unwrap());
        let manifests = members.map(|m| fs::read_to_string(root.join(m).join("Cargo.toml")).unwrap());
        Needs::read(&manifests.collect::<Vec<_>>(), &fs::read_to_string(root.join("Cargo.lock")).unwrap())
    }

    /// Everything that the crates named are built with, directly or not, themselves included.
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

    /// What is wrong: a crate that is built with something, or tested with it, that it may not need.
    fn violations(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, ours) in ALLOWED {
            let Some(built) = self.built_with.get(*name) else {
                wrong.push(format!("there is no crate `{name}`"));
                continue;
            };
            let forbidden = |found: &str| self.ours.contains(found) && found != *name && !ours.contains(&found);
            for found in self.below(built).into_iter().filter(|found| forbidden(found)) {
                wrong.push(format!("`{name}` may not need `{found}`"));
            }
            for found in self.below(&self.tested_with[*name]).into_iter().filter(|found| forbidden(found)) {
                if !TESTED_WITH.contains(&(name, found)) {
                    wrong.push(format!("the tests of `{name}` may not need `{found}`"));
                }
            }
        }
        for name in WITHOUT_NETWORK {
            let heavy = |found: &&str| NETWORK.iter().any(|prefix| found.starts_with(prefix));
            for found in self.below(self.built_with.get(*name).into_iter().flatten()).into_iter().filter(heavy) {
                wrong.push(format!("`{name}` may not need `{found}`"));
            }
        }
        wrong
    }
}

/// By crate, which of ours it may need, directly or not. The binary may need all.
const ALLOWED: &[(&str, &[&str])] = &[
    ("terms", &[]),
    ("leak", &[]),
    ("sim", &["terms"]),
    ("mocks", &["terms", "sim"]),
    ("scenarios", &["terms", "sim", "mocks"]),
    ("conformance", &["terms", "leak"]),
    ("reports", &["terms", "leak", "conformance"]),
];

/// What tests may need although what is shipped may not: the check digits of the leak search are compared with those of the vocabulary.
const TESTED_WITH: &[(&str, &str)] = &[("leak", "terms")];

/// Crates that need neither an executor nor TLS.
const WITHOUT_NETWORK: &[&str] = &["terms", "leak"];

/// How names of crates begin that have an executor, a network or TLS in them.
const NETWORK: &[&str] = &["tokio", "openssl", "turmoil", "mio", "hyper", "libz-sys", "native-tls", "rustls"];

#[test]
fn no_crate_needs_what_it_may_not() {
    let needs = Needs::of_this_workspace();
    assert_eq!(needs.violations(), [""; 0]);
    let named: BTreeSet<&str> = ALLOWED.iter().map(|(name, _)| *name).chain(["shikaku"]).collect();
    assert_eq!(needs.ours.iter().map(String::as_str).collect::<BTreeSet<_>>(), named, "a crate has no line in this test");
}

#[test]
fn this_test_can_fail() {
    let manifest = |name: &str, needs: &str, dev: &str| {
        format!("[package]\nname = \"{name}\"\n[dependencies]\n{needs}\n[dev-dependencies]\n{dev}\n")
    };
    let manifests = [
        manifest("terms", "digest.workspace = true", ""),
        manifest("leak", "", "terms.workspace = true"),
        manifest("sim", "terms.workspace = true\ntokio.workspace = true", ""),
        manifest("mocks", "sim.workspace = true", ""),
        manifest("scenarios", "mocks.workspace = true", ""),
        manifest("conformance", "leak.workspace = true\nterms.workspace = true", "sim.workspace = true"),
        manifest("reports", "scenarios = { path = \"../scenarios\" }", ""),
    ];
    let lock = ["terms", "leak", "sim", "mocks", "scenarios", "conformance", "reports", "tokio", "openssl-sys"]
        .map(|name| format!("[[package]]\nname = \"{name}\"\n"))
        .concat()
        + "[[package]]\nname = \"digest\"\ndependencies = [\"openssl-sys 0.9.1\"]\n";
    assert_eq!(
        Needs::read(&manifests, &lock).violations(),
        [
            "the tests of `conformance` may not need `sim`",
            "`reports` may not need `mocks`",
            "`reports` may not need `scenarios`",
            "`reports` may not need `sim`",
            "`terms` may not need `openssl-sys`",
        ]
    );
}
