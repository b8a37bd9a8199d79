//! Statuses of certificates that nobody heeded.

use super::draft::Draft;
use super::plant::Plant;
use der::asn1::OctetString;
use der::{Decode, Encode};
use terms::fault::{CARD_LOST, FaultTarget};
use terms::fhir::{EligibilityQuestion, Profile};
use terms::ground::IssuedCertificate;
use terms::journal::{Content, Event};
use terms::operations::SubmitEligibilityRequest;
use terms::roles::Zone;
use x509_ocsp::{BasicOcspResponse, OcspResponse};

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "card-reported-lost",
        what: "the card was reported lost before the visit, and JPKI's status of its certificate stayed *good*",
        claims: &["SEC-002/reported-lost"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let visit = draft.find(|e| e.zone == Zone::Testbed && matches!(e.event, Event::Visit { .. }))?;
            let Event::Visit { person, .. } = draft.entries[visit].event else { return None };
            draft.begin_fault(visit, CARD_LOST, FaultTarget::Person(person))
        },
    },
    Plant {
        name: "status-unknown",
        what: "JPKI's status of the certificate is *unknown*, and the broker answers",
        claims: &["SEC-002/not-good"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: make_unknown,
    },
    Plant {
        name: "status-of-another-certificate",
        what: "JPKI's status that the broker relies on is that of another certificate of the person",
        claims: &["SEC-002/no-status"],
        scenario: "card-renewed",
        design: "certificate",
        plant: of_another_certificate,
    },
];

/// Every status of the certificate in the first question is that of another certificate of the same person.
pub(super) fn of_another_certificate(draft: &mut Draft) -> Option<()> {
    let request = draft.find_request::<SubmitEligibilityRequest>(Zone::Broker)?;
    let question = EligibilityQuestion::from_json(&draft.message(request)?.body.bytes()?).ok()?;
    let is_asked = |c: &IssuedCertificate| c.der == question.certificate;
    let person = draft.ground.people.iter().find(|p| p.certificates.iter().any(is_asked))?;
    let asked = person.certificates.iter().find(|c| is_asked(c))?.serial.0;
    let other = person.certificates.iter().find(|c| !is_asked(c))?.serial.0;
    let mut changed = None;
    for entry in &mut draft.entries {
        let Event::Message { body, .. } = &mut entry.event else { continue };
        let Some(mut response) = body.bytes().and_then(|bytes| OcspResponse::from_der(&bytes).ok()) else { continue };
        let Some(content) = &mut response.response_bytes else { continue };
        let Ok(mut basic) = BasicOcspResponse::from_der(content.response.as_bytes()) else { continue };
        for single in &mut basic.tbs_response_data.responses {
            if single.cert_id.serial_number == asked.into() {
                single.cert_id.serial_number = other.into();
                changed = Some(());
            }
        }
        content.response = OctetString::new(basic.to_der().ok()?).ok()?;
        *body = Content::of(&response.to_der().ok()?);
    }
    changed
}

/// Every *good* of JPKI becomes *unknown*: in DER, `[0] IMPLICIT NULL` becomes `[2] IMPLICIT NULL` (RFC 6960, section 4.2.1).
pub(super) fn make_unknown(draft: &mut Draft) -> Option<()> {
    /// *good*, and the start of the time that follows it (GeneralizedTime of 15 characters).
    const GOOD: [u8; 4] = [0x80, 0, 0x18, 0x0F];
    let mut changed = None;
    for entry in &mut draft.entries {
        let Event::Message { body, .. } = &mut entry.event else { continue };
        let Some(mut bytes) = matches!(body, Content::Base64(_)).then(|| body.bytes()).flatten() else { continue };
        if let Some(at) = bytes.windows(GOOD.len()).position(|w| w == GOOD) {
            bytes[at] = 0x82;
            *body = Content::of(&bytes);
            changed = Some(());
        }
    }
    changed
}
