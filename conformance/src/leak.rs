#![doc = include_str!("../../docs/rules/leak-search.md")]

mod detector;
mod how;
mod look;
mod odds;
mod old;
mod old_odds;
mod old_spellings;
mod parts;
mod pieces;
mod scan;
mod values;

pub use detector::{Detector, Stream};
pub use how::{How, Layer, Spelling};
pub use look::{Hit, Look, Stranger};
pub use odds::{LIMIT, LeftOut, Weak, Windows};
pub use parts::{Part, parts};
pub use scan::{Exposure, Exposures, secrets_of};
pub use values::{DetectorError, Secret, Value};
