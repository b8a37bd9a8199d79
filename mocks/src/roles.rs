//! The roles: each is one folder, and one line here.

pub mod description;

use crate::deployment::party::Role;
use description::RoleDescription;
use sim::terms::roles::Zone;

macro_rules! roles {
    ($($module:ident;)*) => {
        $(pub mod $module;)*

        /// All roles, in the order in which a deployment builds their parties: serial numbers of TLS certificates are drawn in it.
        pub static ROLES: &[&RoleDescription] = &[$(&$module::description::DESCRIPTION),*];

        /// The same roles, as a deployment builds them.
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
}

/// The role whose parties act in a zone. `None` of the testbed, and of the faces of the card.
pub fn role_in(zone: Zone) -> Option<&'static RoleDescription> {
    ROLES.iter().copied().find(|role| role.zone == zone)
}
