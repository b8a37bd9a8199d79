//! The broker's messages: with facilities (④, ⑥) and with JPKI (⑤).

use crate::wire::{self, Head};
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::fhir::{EligibilityQuestion, Profile, outcome_from_json};
use terms::ground::Ground;
use terms::identifiers::FacilityNumber;
use terms::journal::{Content, Direction, Entry, Event};
use terms::operation::{CHECK_ID, Operation};
use terms::operations::{CertificateStatus, ResolveCode, SubmitEligibilityRequest};
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

/// JPKI's name in its TLS certificate.
const JPKI: &str = Zone::Jpki.name();

/// ④ as the broker received it, from a facility that named its check in a header or in a readable body.
#[derive(Clone, Debug)]
pub struct Submission<'a> {
    pub entry: &'a Entry,
    pub facility: FacilityNumber,
    pub check: CheckId,
    /// The question, if it can be read.
    pub question: Option<EligibilityQuestion>,
    pub(super) exchange: u64,
    /// Sequence number of the entry in which the answer was sent; `None` if none was, or if the broker rejected the request
    /// without reading it (503, `broker-busy`).
    pub answered: Option<u64>,
}

impl<'a> Submission<'a> {
    pub(super) fn read(entry: &'a Entry, exchange: u64, peer: &str, head: Head<'a>, body: &Content) -> Option<Self> {
        let (method, path) = head.request()?;
        if !SubmitEligibilityRequest::is_asked_by(method, path) {
            return None;
        }
        let facility = FacilityNumber::new(peer).ok()?;
        let question = body.bytes().and_then(|b| EligibilityQuestion::from_json(&b).ok());
        let named = question.as_ref().map(|q| q.check.clone());
        let check = named.or_else(|| head.header(CHECK_ID.name).and_then(CheckId::parse))?;
        Some(Submission { entry, facility, check, question, exchange, answered: None })
    }
}

/// Determines which submissions the broker answered, and when.
pub(super) fn attribute_answers(submissions: &mut [Submission<'_>], journal: &[Entry]) {
    let mut left: BTreeMap<u64, u64> = BTreeMap::new();
    for entry in journal.iter().filter(|e| e.zone == Zone::Broker) {
        if let Event::Message { exchange, direction: Direction::Sent, head, body, .. } = &entry.event
            && Head::new(head).status().is_some()
            && !is_overload(Head::new(head), body)
        {
            left.entry(*exchange).or_insert(entry.seq);
        }
    }
    for submission in submissions {
        submission.answered = left.get(&submission.exchange).copied();
    }
}

/// Whether a response only reports that the broker is overloaded.
fn is_overload(head: Head<'_>, body: &Content) -> bool {
    let outcome = || body.bytes().and_then(|b| outcome_from_json(&b).ok());
    head.status() == Some(503) && outcome() == Some(OutcomeCode::BrokerBusy)
}

/// What a message between the broker and JPKI is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JpkiMessageKind {
    /// The broker asked for the status of a certificate.
    StatusAsked,
    /// JPKI sent an OCSP response about that certificate.
    StatusAnswered,
    /// The broker asked for the code of a certificate.
    CodeAsked,
    /// JPKI answered with that person's code.
    CodeAnswered,
}

impl JpkiMessageKind {
    pub const ALL: [JpkiMessageKind; 4] = [
        JpkiMessageKind::StatusAsked,
        JpkiMessageKind::StatusAnswered,
        JpkiMessageKind::CodeAsked,
        JpkiMessageKind::CodeAnswered,
    ];
}

/// One message between the broker and JPKI about one person's certificate or code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JpkiMessage {
    pub seq: u64,
    pub kind: JpkiMessageKind,
    pub person: u64,
    /// Serial number of the certificate; `None` for [`JpkiMessageKind::CodeAnswered`].
    pub serial: Option<u64>,
    /// For [`JpkiMessageKind::StatusAnswered`]: whether JPKI answered *good*.
    pub good: bool,
}

pub(super) fn with_jpki(journal: &[Entry], ground: &Ground) -> Vec<JpkiMessage> {
    let people = ground.people.iter().enumerate().map(|(index, resident)| (index as u64, resident));
    let by_serial: BTreeMap<u64, u64> =
        people.clone().flat_map(|(index, r)| r.person.card.certificates.iter().map(move |c| (c.serial.0, index))).collect();
    let by_code: BTreeMap<&str, u64> =
        people.filter_map(|(index, r)| r.institution_code.as_ref().map(|c| (c.reveal(), index))).collect();
    let mut messages = Vec::new();
    for entry in journal.iter().filter(|e| e.zone == Zone::Broker) {
        let Event::Message { direction, peer, head, body, .. } = &entry.event else { continue };
        let (Some(body), JPKI) = (body.bytes(), peer.as_str()) else { continue };
        let (head, seq) = (Head::new(head), entry.seq);
        let mut of_serial = |kind, serial: u64, good| {
            let person = by_serial.get(&serial).copied();
            messages.extend(person.map(|person| JpkiMessage { seq, kind, person, serial: Some(serial), good }));
        };
        match (direction, head.request(), head.status()) {
            (Direction::Sent, Some((_, path)), _) if CertificateStatus::is_at(path) => {
                wire::ocsp_question(&body).into_iter().for_each(|serial| of_serial(JpkiMessageKind::StatusAsked, serial, true));
            }
            (Direction::Sent, Some((_, path)), _) if ResolveCode::is_at(path) => {
                wire::resolve_question(&body).into_iter().for_each(|serial| of_serial(JpkiMessageKind::CodeAsked, serial, true));
            }
            (Direction::Received, _, Some(200)) if head.header("content-type") == Some(CertificateStatus::RESPONSE_MEDIA) => {
                wire::ocsp_answer(&body)
                    .into_iter()
                    .for_each(|(serial, good)| of_serial(JpkiMessageKind::StatusAnswered, serial, good));
            }
            (Direction::Received, _, Some(200)) => {
                let person = wire::resolve_answer(&body).and_then(|c| by_code.get(c.as_str()).copied());
                messages.extend(person.map(|person| JpkiMessage {
                    seq,
                    kind: JpkiMessageKind::CodeAnswered,
                    person,
                    serial: None,
                    good: true,
                }));
            }
            _ => {}
        }
    }
    messages
}
