//! The line as a deployment builds and runs it.

use super::Line;
use super::description::DESCRIPTION;
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role};
use crate::env::Env;
use crate::roles::description::RoleDescription;
use std::rc::Rc;

/// See [`ROLE`].
pub struct LineRole;

/// The line.
pub static ROLE: LineRole = LineRole;

impl Role for LineRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        Ok(vec![Rc::new(Line::new(&builder.env(&DESCRIPTION, Certificates::default())?))])
    }
}

impl Party for Line {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        vec![Box::pin(self.run())]
    }
}
