//! Card readers in a deployment. Each is built by its facility, as part of the counter, and stores nothing.

use super::description::DESCRIPTION;
use crate::deployment::builder::Builder;
use crate::deployment::error::BuildError;
use crate::deployment::party::{Party, Role};
use crate::roles::description::RoleDescription;
use std::rc::Rc;

/// See [`ROLE`].
pub struct ReaderRole;

/// All card readers.
pub static ROLE: ReaderRole = ReaderRole;

impl Role for ReaderRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, _: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        Ok(Vec::new())
    }
}
