//! The roles that the contract binds: those whose parties serve or request an operation.

use crate::text::Lang;
use serde::{Deserialize, Serialize};
use std::fmt;
use terms::operations::{asked_by, served_by};
use terms::roles::Zone;

/// A role in which a system conforms, by the zone in which its parties act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Zone", into = "Zone")]
pub struct Role(Zone);

impl TryFrom<Zone> for Role {
    type Error = &'static str;

    fn try_from(zone: Zone) -> Result<Role, Self::Error> {
        let takes_part = served_by(zone).chain(asked_by(zone)).next().is_some();
        if takes_part { Ok(Role(zone)) } else { Err("no party of this zone serves or requests an operation") }
    }
}

impl From<Role> for Zone {
    fn from(role: Role) -> Zone {
        role.0
    }
}

impl Role {
    /// Every role.
    pub fn all() -> impl Iterator<Item = Role> {
        Zone::ALL.into_iter().filter_map(|zone| Role::try_from(zone).ok())
    }

    /// The role with this name.
    pub fn named(name: &str) -> Option<Role> {
        Role::all().find(|role| role.name() == name)
    }

    pub fn zone(self) -> Zone {
        self.0
    }

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What it is called in a text.
    pub fn title(self, lang: Lang) -> &'static str {
        if lang == Lang::En {
            return self.name();
        }
        match self.0 {
            Zone::Facility => "医療機関",
            Zone::Insurer => "保険者",
            Zone::NumberAuthority => "番号機関",
            // What follows in brackets is who runs it.
            other => other.ja().split('（').next().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_found_by_its_name() {
        let names: Vec<&str> = Role::all().map(Role::name).collect();
        assert_eq!(names, ["facility", "broker", "jpki", "insurer", "number-authority", "municipality", "registry"]);
        assert!(Role::all().all(|role| Role::named(role.name()) == Some(role)));
        assert_eq!((Role::named("line"), Role::try_from(Zone::Line).ok()), (None, None));
    }
}
