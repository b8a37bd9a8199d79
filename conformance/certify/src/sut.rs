//! The configuration of a system under test, in the vendor's file `sut.toml`.

use crate::site::{SiteError, SiteFile, endpoint, is_loopback};
use scenarios::live::Endpoint;
use serde::{Deserialize, Serialize};
use sim::terms::roles::Zone;
use sim::terms::shown::{line, with_message_on_a_line};
use std::path::{Path, PathBuf};

/// The roles that can be certified.
pub const ROLES: [&str; 4] = ["broker", "jpki", "number-authority", "insurer"];

/// The file, as written by `--init`.
const TEMPLATE: &str = include_str!("sut/template.toml");
/// What the template has in the place of what only the vendor knows.
const PLACEHOLDER: char = '…';

/// What the file says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sut {
    /// `broker`, `jpki`, `number-authority` or `insurer`.
    pub role: String,
    pub product: Product,
    /// Where the system listens: HOST:PORT. An insurer's system of a design in which nobody asks it does not listen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The folder of the kit for which the system is configured. Relative to the file.
    pub kit: PathBuf,
    /// Whether addresses other than those of this machine may be used.
    #[serde(default)]
    pub leaves_this_machine: bool,
    #[serde(default)]
    pub claims: Claims,
    #[serde(default)]
    pub commands: Commands,
    #[serde(default)]
    pub evidence: EvidencePaths,
    #[serde(default)]
    pub load: Load,
    /// What is known to be wrong, with the reason why it is accepted for now.
    #[serde(default, rename = "waiver", skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
}

/// The product, as its vendor declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Product {
    pub name: String,
    pub version: String,
    pub vendor: String,
}

/// What the vendor claims. Each claim selects tests; without it, the opposite is tested.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Claims {
    /// TLS sessions are resumed (RFC 8446, section 2.2).
    #[serde(default)]
    pub resumes_sessions: bool,
    /// TLS 1.2 is offered beside TLS 1.3.
    #[serde(default)]
    pub tls_1_2: bool,
}

/// What the certification runs, in a shell and in the folder of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Commands {
    /// Of an insurer's system: sends everything about one insurer to the broker, and ends with 0 when the broker has accepted it.
    /// `@KIT@`, `@INSURER@` and `@STATE@` stand for the kit, the insurer's number and a file that keeps the state between two calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    /// Starts the system again with the state that it had: ends with 0, or goes on as the system itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Ends the system as its operator does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
    /// Ends it as a crash does, at once. Without it, `stop` is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kill: Option<String>,
    /// Empties the state of the system, which runs afterwards. Then a certification may begin without `--fresh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
    /// Within how many seconds after its start the system serves again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_within: Option<u64>,
}

/// The load of `certify --load`, where its options do not say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Load {
    /// Requests a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<usize>,
    /// `p99=250ms`, `failed=0.1%`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_level: Vec<String>,
}

impl Sut {
    /// What still is as the template has it, if something is, with what to do.
    fn not_filled_in(&self) -> Option<String> {
        let Sut { product, evidence, .. } = self;
        let of_product = [("name", &product.name), ("version", &product.version), ("vendor", &product.vendor)];
        let of_product = of_product.into_iter().find(|(_, value)| value.contains(PLACEHOLDER));
        let of_product =
            of_product.map(|(field, value)| format!("[product] {field}: it is `{value}`, as in the template: fill it in"));
        let command = || {
            let (name, command) = self.commands.all().find(|(_, command)| command.contains(PLACEHOLDER))?;
            Some(format!("[commands] {name}: it is `{command}`, as in the template: fill it in, or remove it"))
        };
        let audit = || {
            let file = evidence.audit_file.as_ref().map(|path| path.display().to_string());
            let found = evidence.audit_command.iter().chain(&file).any(|text| text.contains(PLACEHOLDER));
            found.then(|| "[evidence] audit-file or audit-command is as in the template: fill it in, or remove it".to_string())
        };
        let waiver = || {
            let of_template = |w: &&Waiver| [&w.reason, &w.of, &w.by].iter().any(|text| text.contains(PLACEHOLDER));
            let waiver = self.waivers.iter().find(of_template)?;
            Some(format!("waiver of `{}`: it is as in the template: fill in `of`, `reason` and `by`", waiver.of))
        };
        of_product.or_else(command).or_else(audit).or_else(waiver)
    }
}

impl Commands {
    /// All that are given, by their names in the file.
    fn all(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all =
            [("feed", &self.feed), ("start", &self.start), ("stop", &self.stop), ("kill", &self.kill), ("reset", &self.reset)];
        all.into_iter().filter_map(|(name, command)| Some((name, command.as_ref()?)))
    }
}

/// What the vendor's system wrote: it is searched for the numbers and codes of the people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EvidencePaths {
    /// Log files and folders of logs. Relative to the file.
    #[serde(default)]
    pub logs: Vec<PathBuf>,
    /// A broker's audit records as JSON Lines (clause REC-004): a file, relative to the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_file: Option<PathBuf>,
    /// The same, as a command that prints them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_command: Option<String>,
}

/// A rule or case that is known to fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Waiver {
    /// The id of a rule, or the name of a case.
    pub of: String,
    pub reason: String,
    /// Who accepts it.
    pub by: String,
    /// The last day on which it counts.
    pub until: jiff::civil::Date,
}

/// What is wrong with the file. The text names file, field and remedy.
#[derive(Debug, thiserror::Error)]
pub enum SutError {
    #[error("`{path}` cannot be read: {source}: write one with `shikaku certify ROLE --init {path}`")]
    Unreadable { path: String, source: std::io::Error },
    #[error("`{path}`: {problem}")]
    Invalid { path: String, problem: String },
    #[error("`{path}`: kit: {source}: `shikaku serve --kit DIR` makes a kit")]
    Kit { path: String, source: SiteError },
}

/// A configuration with its kit.
#[derive(Clone, Debug)]
pub struct Configured {
    pub sut: Sut,
    pub site: SiteFile,
    /// The file as it was read.
    pub text: String,
    /// What the paths in the file are relative to.
    pub folder: PathBuf,
    pub zone: Zone,
    pub address: Option<Endpoint>,
}

/// A commented file for a role.
pub fn template(role: &str) -> String {
    let address = format!("address = \"127.0.0.1:{}\"", crate::site::FIRST_PORT + 60);
    let (address, feed) = match zone_of(role) {
        Some(Zone::Insurer) => (format!("# {address}"), "feed = \"my-adapter --kit @KIT@ --insurer @INSURER@ --state @STATE@\""),
        _ => (address, "# feed = \"…\""),
    };
    TEMPLATE.replace("@ROLE@", role).replace("@ADDRESS@", &address).replace("@FEED@", feed)
}

/// The zone of a role that can be certified.
pub fn zone_of(role: &str) -> Option<Zone> {
    let zones = [Zone::Broker, Zone::Jpki, Zone::NumberAuthority, Zone::Insurer];
    zones.into_iter().find(|zone| zone.name() == role && ROLES.contains(&role))
}

impl Configured {
    /// Reads a file and the site of its kit.
    ///
    /// # Errors
    /// If one of them cannot be read, or says something impossible.
    pub fn read(path: &Path) -> Result<Self, SutError> {
        let shown = || line(&path.to_string_lossy()).into_owned();
        let text = scenarios::file::bounded::text(path).map_err(|source| SutError::Unreadable { path: shown(), source })?;
        let invalid = |problem: String| SutError::Invalid { path: shown(), problem };
        let sut: Sut = toml::from_str(&text).map_err(|e| invalid(with_message_on_a_line(&e.to_string(), e.message())))?;
        let zone = zone_of(&sut.role)
            .ok_or_else(|| invalid(format!("role: `{}` cannot be certified; known: {}", line(&sut.role), ROLES.join(", "))))?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
        let site = SiteFile::read(&folder.join(&sut.kit)).map_err(|source| SutError::Kit { path: shown(), source })?;
        let address = match &sut.address {
            Some(text) => Some(endpoint(text).ok_or_else(|| invalid(format!("address: `{}` is not HOST:PORT", line(text))))?),
            None if zone == Zone::Insurer => None,
            None => return Err(invalid("address: it is missing: write HOST:PORT of the system".into())),
        };
        let others = site.addresses().map_err(invalid)?;
        if zone == Zone::Insurer && sut.commands.feed.as_ref().is_none_or(|c| c.trim().is_empty()) {
            return Err(invalid(
                "commands.feed: it is missing: it must make the system send everything about one insurer".into(),
            ));
        }
        if sut.commands.start.is_some() != (sut.commands.stop.is_some() || sut.commands.kill.is_some()) {
            let problem = "commands: `start` needs `stop` or `kill`, and they need `start`";
            return Err(invalid(problem.into()));
        }
        if sut.commands.starts_within.is_some_and(|seconds| !(1..=600).contains(&seconds)) {
            return Err(invalid("commands.starts-within: it is not between 1 and 600 seconds".into()));
        }
        if sut.evidence.audit_file.is_some() && sut.evidence.audit_command.is_some() {
            return Err(invalid("evidence: `audit-file` and `audit-command` are both given: one of them will do".into()));
        }
        let outside = address.iter().chain(others.values()).find(|at| !is_loopback(at));
        if let (Some(at), false) = (outside, sut.leaves_this_machine) {
            let problem =
                format!("`{at}` is not an address of this machine: write `leaves-this-machine = true` if that is meant");
            return Err(invalid(problem));
        }
        for (field, value) in [("name", &sut.product.name), ("version", &sut.product.version), ("vendor", &sut.product.vendor)] {
            if value.trim().is_empty() {
                return Err(invalid(format!("product.{field}: it is empty")));
            }
        }
        if let Some(waiver) = sut.waivers.iter().find(|w| [&w.reason, &w.of, &w.by].iter().any(|t| t.trim().is_empty())) {
            return Err(invalid(format!(
                "waiver of `{}`: it needs `of`, a `reason`, and `by` whom it is accepted",
                line(&waiver.of)
            )));
        }
        if let Some(problem) = sut.not_filled_in() {
            return Err(invalid(problem));
        }
        Ok(Configured { sut, site, text, folder, zone, address })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    /// The template, filled in and changed.
    fn read(change: impl Fn(&str) -> String) -> Result<Configured, String> {
        let folder = tempfile::tempdir().unwrap();
        let site = SiteFile::new(1, "certificate", crate::site::FIRST_PORT, jiff::Timestamp::UNIX_EPOCH);
        std::fs::create_dir(folder.path().join("shikaku-kit")).unwrap();
        std::fs::write(folder.path().join("shikaku-kit/site.toml"), site.to_toml().unwrap()).unwrap();
        let path = folder.path().join("sut.toml");
        std::fs::write(&path, change(&filled_in(&template("broker")))).unwrap();
        let read = Configured::read(&path);
        read.map_err(|e| e.to_string().replace(&folder.path().display().to_string(), "DIR"))
    }

    fn filled_in(template: &str) -> String {
        template.replace("name = \"…\"", "name = \"Broker\"").replace("vendor = \"…\"", "vendor = \"Vendor\"")
    }

    #[test]
    fn the_template_of_every_role_is_valid_once_it_is_filled_in() {
        for role in ROLES {
            let read = read(|_| filled_in(&template(role))).unwrap();
            assert_eq!((read.zone.name(), read.sut.role.as_str()), (role, role));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_the_field_and_the_remedy() {
        let with = |from: &'static str, to: &'static str| read(move |t| t.replace(from, to)).unwrap_err();
        let errors = [
            with("role = \"broker\"", "role = \"reader\""),
            with("address = \"127.0.0.1:18500\"", "address = \"nowhere\""),
            with("address = \"127.0.0.1:18500\"", "address = \"broker.example:8443\""),
            with("name = \"Broker\"", "name = \"\""),
            with("name = \"Broker\"", "name = \"…\""),
            with("vendor = \"Vendor\"", "vendor = \"…\""),
            with("# kill = \"…\"", "kill = \"…\"\nstart = \"sh start.sh\""),
            with(
                "# [[waiver]]\n# of = \"AUDIT-003\"\n# reason = \"…\"\n# by = \"…\"\n# until",
                "[[waiver]]\nof = \"AUDIT-003\"\nreason = \"…\"\nby = \"A. Person\"\nuntil",
            ),
            with("kit = \"shikaku-kit\"", "kit = \"elsewhere\""),
            with("[product]", "[produkt]"),
        ];
        insta::assert_snapshot!(errors.join("\n"));
    }
}
