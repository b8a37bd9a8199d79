//! A site: what all live runs with one system have in common, in the file `site.toml` of the kit.

use jiff::Timestamp;
use scenarios::live::{Endpoint, Site};
use serde::{Deserialize, Serialize};
use sim::terms::shown::{line, with_message_on_a_line};
use std::collections::BTreeMap;
use std::path::Path;

/// The format of the file.
pub const SCHEMA: &str = "shikaku/site/v1";
/// The name of the file in the kit.
pub const FILE: &str = "site.toml";
/// The first of the ports at which parties listen, unless another is given.
pub const FIRST_PORT: u16 = 18_440;

/// The roles that have one party that listens, in the order of their ports.
pub const ROLES: [&str; 4] = ["number-authority", "jpki", "broker", "line"];

/// What the file contains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SiteFile {
    pub schema: String,
    /// From which authorities, keys and people are drawn.
    pub seed: u64,
    /// When the authorities were created.
    pub created: Timestamp,
    /// The design that is played.
    pub design: String,
    /// By role, where it is reached: `127.0.0.1:18442`.
    pub listen: BTreeMap<String, String>,
}

/// What is wrong with a site file.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    #[error("`{path}` cannot be read: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("`{path}` is not a site file: {problem}")]
    Invalid { path: String, problem: String },
}

impl SiteFile {
    /// A new site whose parties listen from this port of the loopback interface on. Its authorities are those of three years ago, as
    /// those of a system in use are.
    pub fn new(seed: u64, design: &str, first_port: u16, now: Timestamp) -> Self {
        let created = now.saturating_sub(jiff::SignedDuration::from_hours(24 * 1000)).unwrap_or(now);
        let created = created.round(jiff::Unit::Hour).unwrap_or(created);
        let at = |offset: u16| format!("127.0.0.1:{}", if first_port == 0 { 0 } else { first_port.saturating_add(1 + offset) });
        let listen = (0..).zip(ROLES).map(|(offset, role)| (role.to_string(), at(offset))).collect();
        SiteFile { schema: SCHEMA.into(), seed, created, design: design.into(), listen }
    }

    /// Reads the file of a kit.
    ///
    /// # Errors
    /// If it cannot be read, or is not a site file.
    pub fn read(kit: &Path) -> Result<Self, SiteError> {
        let path = kit.join(FILE);
        let shown = || line(&path.to_string_lossy()).into_owned();
        let text = scenarios::file::bounded::text(&path).map_err(|source| SiteError::Unreadable { path: shown(), source })?;
        let invalid = |problem: String| SiteError::Invalid { path: shown(), problem };
        let site: SiteFile = toml::from_str(&text).map_err(|e| invalid(with_message_on_a_line(&e.to_string(), e.message())))?;
        if site.schema != SCHEMA {
            return Err(invalid(format!("its schema is `{}`, and this version reads `{SCHEMA}`", line(&site.schema))));
        }
        site.addresses().map_err(invalid)?;
        Ok(site)
    }

    /// As text.
    ///
    /// # Errors
    /// If it cannot be written as TOML, which no site of this version causes.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// By role, the address.
    ///
    /// # Errors
    /// If one of them is not HOST:PORT; the text says which.
    pub fn addresses(&self) -> Result<BTreeMap<String, Endpoint>, String> {
        let read = |(role, at): (&String, &String)| {
            let at = endpoint(at).ok_or_else(|| format!("listen.{}: `{}` is not HOST:PORT", line(role), line(at)))?;
            Ok((role.clone(), at))
        };
        self.listen.iter().map(read).collect()
    }

    /// The site for live runs at the machine's pace.
    ///
    /// # Errors
    /// As [`SiteFile::addresses`].
    pub fn site(&self) -> Result<Site, String> {
        let mut site = Site::of_mocks(self.seed, self.created, 1.0);
        site.addresses = self.addresses()?;
        Ok(site)
    }
}

/// Reads `127.0.0.1:8443`, `[::1]:8443` or `broker.example:8443`.
pub fn endpoint(text: &str) -> Option<Endpoint> {
    let (host, port) = text.rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
    is_host.then(|| Some(Endpoint::new(host, port.parse().ok()?)))?
}

/// Whether an address is one of this machine alone.
pub fn is_loopback(at: &Endpoint) -> bool {
    at.host == "localhost" || at.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_read_back_and_its_addresses_are_checked() {
        let now = "2026-11-29T01:23:45Z".parse().unwrap_or_default();
        let site = SiteFile::new(7, "certificate", FIRST_PORT, now);
        let text = site.to_toml().unwrap_or_default();
        assert_eq!(toml::from_str::<SiteFile>(&text).ok(), Some(site.clone()));
        assert_eq!(site.addresses().map(|a| a["broker"].port), Ok(18_443));
        let wrong = SiteFile { listen: [("broker".to_string(), "nowhere".to_string())].into(), ..site };
        assert_eq!(wrong.addresses(), Err("listen.broker: `nowhere` is not HOST:PORT".to_string()));
    }

    #[test]
    fn only_addresses_of_this_machine_are_loopback() {
        let at = |text| endpoint(text).map(|at| is_loopback(&at));
        assert_eq!((at("127.0.0.1:1"), at("[::1]:1"), at("localhost:1")), (Some(true), Some(true), Some(true)));
        assert_eq!((at("10.0.0.1:1"), at("broker.example:1")), (Some(false), Some(false)));
        assert_eq!((at("127.0.0.1"), at(":1"), at("a b:1"), at("127.0.0.1:70000")), (None, None, None, None));
    }
}
