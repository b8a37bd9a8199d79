//! What a facility can do wrong, for scenarios in which the broker must refuse.

use crate::roles::card::{Card, Pin};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// One way in which a visit's request is not valid.
#[derive(Clone)]
pub enum Deviation {
    /// The body is cut off in the middle.
    RequestMalformed,
    /// The body is longer than the broker's limit.
    RequestTooLarge,
    /// The body has a field that the profile does not define.
    RequestUnknownField,
    /// No signed challenge is sent although one is needed.
    SignatureMissing,
    /// The last byte of the signature is wrong.
    SignatureWrong,
    /// Another person's card signs.
    SignatureByAnotherCard { card: Rc<RefCell<Card>>, pin: Pin },
    /// The signed challenge of the previous visit is sent again.
    ChallengeReused,
    /// The challenge is kept for this long before the card signs it.
    ChallengeStale { by: Duration },
    /// The facility invents the challenge.
    ChallengeInvented,
    /// No card is there: a copy of its certificate is presented, and nothing is signed.
    CertificateCopied { certificate: Vec<u8> },
    /// No card is there: the certificate and the signed challenge of an earlier request are sent again.
    RequestReplayed { certificate: Vec<u8> },
}

impl Deviation {
    /// The certificate that is presented although no card is there.
    pub(super) fn without_card(&self) -> Option<&[u8]> {
        match self {
            Deviation::CertificateCopied { certificate } | Deviation::RequestReplayed { certificate } => Some(certificate),
            _ => None,
        }
    }

    /// The request that is sent instead of `body`.
    pub(super) fn corrupt_request(&self, mut body: Vec<u8>) -> Vec<u8> {
        match self {
            Deviation::RequestMalformed => body.truncate(body.len() / 2),
            Deviation::RequestTooLarge => {
                // Whitespace after a JSON text is allowed (RFC 8259, section 2): only the length is wrong.
                body.resize(crate::host::http::MAX_BODY + 1, b' ');
            }
            Deviation::RequestUnknownField => {
                let field = br#","notDefined":true}"#;
                body.truncate(body.len() - 1);
                body.extend_from_slice(field);
            }
            _ => {}
        }
        body
    }
}
