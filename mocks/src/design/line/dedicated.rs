//! `line = "dedicated"`: the closed network for claims, as the role's description has it.

use super::LineChoice;

pub struct Dedicated;

impl LineChoice for Dedicated {}
