//! Questions to JPKI that say more than a certificate's issuer and serial number.

use super::draft::Draft;
use super::plant::Plant;
use der::{Decode, Encode};
use terms::journal::Content;
use terms::operations::{CertificateStatus, ResolveCode};
use terms::roles::Zone;
use x509_ocsp::OcspRequest;

macro_rules! question {
    ($name:literal, $claim:literal, $what:literal, $operation:ty, $change:expr) => {
        Plant {
            name: $name,
            what: $what,
            claims: &[$claim],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| {
                let question = draft.find_request::<$operation>(Zone::Jpki)?;
                let change: fn(&mut Draft, usize) -> Option<()> = $change;
                change(draft, question)
            },
        }
    };
}

pub(super) const PLANTS: &[Plant] = &[
    question!("jpki-asked-with-query", "MIN-005/query", "a question to JPKI has a query", ResolveCode, |draft, at| {
        draft.message(at)?.set_target(|target| format!("{target}?at=counter"))
    }),
    question!("jpki-asked-for-a-person", "MIN-005/other-request", "JPKI is asked for a person", ResolveCode, |draft, at| {
        draft.message(at)?.set_target(|_| "/persons".into())
    }),
    question!("code-asked-with-a-day", "MIN-005/other-members", "a question for a code names a day", ResolveCode, |draft, at| {
        draft.message(at)?.change_json(|question| {
            question.as_object_mut()?.insert("day".into(), "2027-04-05".into());
            Some(())
        })
    }),
    question!(
        "status-asked-in-a-name",
        "MIN-005/names-requester",
        "a question for a status names who asks",
        CertificateStatus,
        |draft, at| change_ocsp(draft, at, |request| {
            // A GeneralName of the kind dNSName (RFC 5280, section 4.2.1.6).
            request.tbs_request.requestor_name = Some(Decode::from_der(b"\x82\x07counter").ok()?);
            Some(())
        })
    ),
    question!(
        "two-statuses-asked",
        "MIN-005/more-certificates",
        "a question for a status is about two certificates",
        CertificateStatus,
        |draft, at| change_ocsp(draft, at, |request| {
            let first = request.tbs_request.request_list.first()?.clone();
            request.tbs_request.request_list.push(first);
            Some(())
        })
    ),
];

fn change_ocsp(draft: &mut Draft, index: usize, change: impl Fn(&mut OcspRequest) -> Option<()>) -> Option<()> {
    let body = draft.message(index)?.body;
    let mut request = OcspRequest::from_der(&body.bytes()?).ok()?;
    change(&mut request)?;
    *body = Content::of(&request.to_der().ok()?);
    Some(())
}
