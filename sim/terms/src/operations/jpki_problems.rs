//! The refusals of JPKI that all of its operations share.

use super::super::operation::ProblemKind;

pub const NOT_APPROVED: ProblemKind = ProblemKind::new("not-approved", "the caller is not an approved verifier", 403);
pub const BUSY: ProblemKind = ProblemKind::new("busy", "the service has too much to do", 503);
pub const NOT_A_QUESTION: ProblemKind = ProblemKind::new("malformed", "POST a question of at most 256 KiB", 400);
pub const INTERNAL: ProblemKind = ProblemKind::new("internal", "no answer could be made", 500);
