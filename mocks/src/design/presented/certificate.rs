//! `presented = "certificate"`: the certificate as read, and nothing else.

use super::Presented;

pub struct Certificate;

impl Presented for Certificate {}
