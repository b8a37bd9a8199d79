//! Errors of one operation of JPKI, while the other one works.

use crate::host::http::{MAX_BODY, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::terms::operation::Operation;
use sim::terms::operations::jpki_problems::{BUSY, INTERNAL};
use sim::terms::operations::{CertificateStatus, ResolveCode};

/// An error of one operation: of the status of certificates, or of the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JpkiError {
    /// The question for the status gets HTTP 500.
    #[serde(rename = "status-500")]
    Status500,
    /// The question for the status gets HTTP 503.
    #[serde(rename = "status-503")]
    Status503,
    /// The question for the status gets HTTP 404.
    #[serde(rename = "status-404")]
    Status404,
    /// The answer on the status is longer than any of the contract.
    StatusTooLarge,
    /// The question for the status gets no answer.
    StatusSilent,
    /// The question for the code gets HTTP 500.
    #[serde(rename = "code-500")]
    Code500,
    /// The question for the code gets HTTP 503.
    #[serde(rename = "code-503")]
    Code503,
    /// The question for the code gets HTTP 404 with another problem than that there is no code.
    #[serde(rename = "code-404-otherwise")]
    Code404Otherwise,
    /// The question for the code gets HTTP 200 with a code that is none.
    CodeInvalid,
    /// The answer with the code is longer than any of the contract.
    CodeTooLarge,
    /// The question for the code gets no answer.
    CodeSilent,
}

impl JpkiError {
    pub const ALL: [JpkiError; 11] = [
        JpkiError::Status500,
        JpkiError::Status503,
        JpkiError::Status404,
        JpkiError::StatusTooLarge,
        JpkiError::StatusSilent,
        JpkiError::Code500,
        JpkiError::Code503,
        JpkiError::Code404Otherwise,
        JpkiError::CodeInvalid,
        JpkiError::CodeTooLarge,
        JpkiError::CodeSilent,
    ];

    /// The name, as in files.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
    }

    /// Whether the operation that fails is that of the status.
    pub fn is_of_status(self) -> bool {
        matches!(
            self,
            JpkiError::Status500
                | JpkiError::Status503
                | JpkiError::Status404
                | JpkiError::StatusTooLarge
                | JpkiError::StatusSilent
        )
    }

    /// Whether it is an error of the operation that is asked.
    pub(super) fn concerns<O: Operation>(self) -> bool {
        O::NAME == if self.is_of_status() { CertificateStatus::NAME } else { ResolveCode::NAME }
    }

    /// The answer. `None` if there is none.
    pub(super) fn response(self, retry_after_s: u32) -> Option<Response> {
        let too_large = vec![b' '; MAX_BODY + 1];
        Some(match self {
            JpkiError::Status500 | JpkiError::Code500 => Response::problem(INTERNAL),
            JpkiError::Status503 | JpkiError::Code503 => {
                Response { retry_after_s: Some(retry_after_s), ..Response::problem(BUSY) }
            }
            JpkiError::Status404 | JpkiError::Code404Otherwise => Response::problem(sim::terms::operation::NOT_FOUND),
            JpkiError::StatusTooLarge => Response::with_body_of::<CertificateStatus>(too_large),
            JpkiError::CodeTooLarge => Response::with_body_of::<ResolveCode>(too_large),
            JpkiError::CodeInvalid => Response::with_body_of::<ResolveCode>(b"{\"institutionCode\":\"0\"}".to_vec()),
            JpkiError::StatusSilent | JpkiError::CodeSilent => return None,
        })
    }
}
