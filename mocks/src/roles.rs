//! The roles: each is one folder, and one line here.

pub mod description;

use crate::deployment::party::Role;
use description::RoleDescription;
use sim::terms::roles::Zone;

macro_rules! roles {
    ($($module:ident;)*) => {
        $(pub mod $module;)*

        /// All roles, in the order in which a deployment builds their parties, and so assigns serial numbers of TLS certificates.
        pub static ROLES: &[&RoleDescription] = &[$(&$module::description::DESCRIPTION),*];

        /// The same roles, for building by a deployment.
        pub(crate) static BUILT: &[&dyn Role] = &[$(&$module::party::ROLE),*];
    };
}

roles! {
    number_authority;
    jpki;
    insurer;
    facility;
    broker;
    line;
    reader;
    card;
    registry;
    municipality;
}

/// The role whose parties act in a zone. `None` for the testbed, and for the faces of the card.
pub fn role_in(zone: Zone) -> Option<&'static RoleDescription> {
    ROLES.iter().copied().find(|role| role.zone == zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_zones_and_hosts_are_distinct_and_links_lead_to_roles_that_listen() {
        let names: BTreeSet<_> = ROLES.iter().map(|r| r.name).collect();
        let zones: BTreeSet<_> = ROLES.iter().map(|r| r.zone).collect();
        assert_eq!((names.len(), zones.len()), (ROLES.len(), ROLES.len()));
        let hosts: Vec<_> = ROLES.iter().flat_map(|r| r.hosts).collect();
        assert_eq!(hosts.iter().collect::<BTreeSet<_>>().len(), hosts.len());
        for role in ROLES {
            for link in role.links {
                assert!(role_in(link.to).is_some_and(|to| to.listens), "{} connects to {}", role.name, link.to.name());
            }
            let asked_back = role.links.iter().filter_map(|l| role_in(l.to)).any(|to| to.links.iter().any(|l| l.to == role.zone));
            assert!(!asked_back, "{}: a link is declared once, by the role that connects", role.name);
            let operations: BTreeSet<_> = role.timed.iter().map(|t| t.operation).collect();
            assert_eq!(operations.len(), role.timed.len(), "{}", role.name);
            assert!(!role.targets.workers || role.is_timed(), "{}", role.name);
        }
    }
}
