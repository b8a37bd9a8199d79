//! `validity = "to-its-end"`: a certificate serves to its end, and one that JPKI does not know is refused.

use super::Validity;

pub struct ToItsEnd;

impl Validity for ToItsEnd {}
