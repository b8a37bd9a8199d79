//! The description of an operation.

use super::error::CalibrationError;
use super::inputs::Inputs;
use super::task::Task;
use sim::terms::check::Step;
use sim::terms::roles::Zone;

/// Something that a party does in a check.
pub struct Operation {
    /// Stable: calibration files and scenarios name it.
    pub name: &'static str,
    /// Who does it. `None` for what both ends of a connection do.
    pub party: Option<Zone>,
    /// In which step. `None` for what is done in several.
    pub step: Option<Step>,
    /// What is done, in one line.
    pub what: &'static str,
    /// The same in Japanese.
    pub what_ja: &'static str,
    pub(super) prepare: fn(&Inputs) -> Result<Box<dyn Task>, CalibrationError>,
}

impl Operation {
    /// Prepares its inputs.
    pub fn prepare(&self, inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
        inputs.within(|| (self.prepare)(inputs))
    }
}
