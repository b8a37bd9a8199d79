//! The party at an end of a link.

use crate::terms::roles::Zone;

/// One end of a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    pub party: String,
    pub zone: Zone,
}

/// The running party, as an end of a link.
pub(super) fn me() -> End {
    let party = crate::context::party();
    End { party: party.name.clone(), zone: party.zone }
}
