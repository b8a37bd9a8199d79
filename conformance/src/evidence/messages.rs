//! The broker's messages: with facilities (④, ⑥) and with JPKI (⑤).

use super::boundary::Message;
use crate::wire::{self, Head, StatusAnswer};
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::design::{CodeLookup, Design};
use terms::fhir::{EligibilityQuestion, Profile, outcome_from_json};
use terms::ground::Ground;
use terms::identifiers::FacilityNumber;
use terms::journal::{Content, Direction, Entry};
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
    pub(super) exchange: usize,
    /// Sequence number of the entry in which the answer was sent; `None` if none was, or if the broker rejected the request
    /// without reading it (503, `broker-busy`).
    pub answered: Option<u64>,
}

impl<'a> Submission<'a> {
    /// All requests for eligibility, in the order in which they were received, from the messages of the broker.
    pub(super) fn all(at_broker: &[Message<'a>]) -> Vec<Submission<'a>> {
        let mut answered: BTreeMap<usize, u64> = BTreeMap::new();
        for message in at_broker.iter().filter(|m| m.direction == Direction::Sent && m.head().status().is_some()) {
            if !is_overload(message.head(), message.body) {
                answered.entry(message.exchange).or_insert(message.seq());
            }
        }
        let received = at_broker.iter().filter(|m| m.direction == Direction::Received);
        let mut all: Vec<Submission<'_>> = received.filter_map(Submission::read).collect();
        all.iter_mut().for_each(|s| s.answered = answered.get(&s.exchange).copied());
        all
    }

    fn read(message: &Message<'a>) -> Option<Self> {
        let head = message.head();
        let (method, path) = head.request()?;
        if !SubmitEligibilityRequest::is_asked_by(method, path) {
            return None;
        }
        let facility = FacilityNumber::new(message.peer).ok()?;
        let question = message.body.bytes().and_then(|b| EligibilityQuestion::from_json(&b).ok());
        let check = check_named(head, question.as_ref())?;
        Some(Submission { entry: message.entry, facility, check, question, exchange: message.exchange, answered: None })
    }
}

/// The check that a request names: as its question says, or else its header.
fn check_named(head: Head<'_>, question: Option<&EligibilityQuestion>) -> Option<CheckId> {
    let in_question = question.map(|q| q.check.clone());
    in_question.or_else(|| head.header(CHECK_ID.name).and_then(CheckId::parse))
}

/// The check in whose name a message asks for eligibility, if it does.
pub fn check_asked(message: &Message<'_>) -> Option<CheckId> {
    let head = message.head();
    let (method, path) = head.request()?;
    if !SubmitEligibilityRequest::is_asked_by(method, path) {
        return None;
    }
    let question = message.body.bytes().and_then(|b| EligibilityQuestion::from_json(&b).ok());
    check_named(head, question.as_ref())
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
    /// The message with which ⑤ ends in a design: JPKI's answer with the code, or, if the mapping is kept, on the status. `None`
    /// where a check may need no message of JPKI.
    pub fn that_resolves(design: &Design) -> Option<JpkiMessageKind> {
        match design.code_lookup {
            CodeLookup::AskJpki => Some(JpkiMessageKind::CodeAnswered),
            CodeLookup::KeepMapping => Some(JpkiMessageKind::StatusAnswered),
            CodeLookup::KeepForATime | CodeLookup::AskNumberAuthority | CodeLookup::NotAsked => None,
        }
    }

    pub const ALL: [JpkiMessageKind; 4] = [
        JpkiMessageKind::StatusAsked,
        JpkiMessageKind::StatusAnswered,
        JpkiMessageKind::CodeAsked,
        JpkiMessageKind::CodeAnswered,
    ];
}

/// One message between the broker and JPKI about one person's certificate or code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JpkiMessage<'a> {
    pub entry: &'a Entry,
    pub seq: u64,
    pub kind: JpkiMessageKind,
    pub person: u64,
    /// Serial number of the certificate; `None` for [`JpkiMessageKind::CodeAnswered`].
    pub serial: Option<u64>,
    /// For [`JpkiMessageKind::StatusAnswered`]: whether JPKI answered *good*.
    pub good: bool,
    /// For [`JpkiMessageKind::StatusAnswered`]: whether JPKI answered *unknown*.
    pub unknown: bool,
}

/// From the messages of the broker.
pub(super) fn with_jpki<'a>(at_broker: &[Message<'a>], ground: &Ground) -> Vec<JpkiMessage<'a>> {
    let people = ground.people.iter().enumerate().map(|(index, resident)| (index as u64, resident));
    let by_serial: BTreeMap<u64, u64> =
        people.clone().flat_map(|(index, r)| r.person.card.certificates.iter().map(move |c| (c.serial.0, index))).collect();
    let by_code: BTreeMap<&str, u64> =
        people.flat_map(|(index, r)| r.insurance_codes().map(move |c| (c.reveal(), index))).collect();
    // The exchanges in which a status was asked for: an answer may have any media type.
    let mut of_status = BTreeSet::new();
    let mut messages = Vec::new();
    for message in at_broker.iter().filter(|m| m.peer == JPKI) {
        let Some(body) = message.body.bytes() else { continue };
        let (entry, head, seq) = (message.entry, message.head(), message.seq());
        let mut of_serial = |kind, serial: u64, status| {
            let person = by_serial.get(&serial).copied();
            let (good, unknown) = (status == StatusAnswer::Good, status == StatusAnswer::Unknown);
            messages.extend(person.map(|person| JpkiMessage { entry, seq, kind, person, serial: Some(serial), good, unknown }));
        };
        let asked = StatusAnswer::Good;
        match (message.direction, head.request(), head.status()) {
            (Direction::Sent, Some((_, path)), _) if CertificateStatus::is_at(path) => {
                of_status.insert(message.exchange);
                wire::ocsp_question(&body).into_iter().for_each(|serial| of_serial(JpkiMessageKind::StatusAsked, serial, asked));
            }
            (Direction::Sent, Some((_, path)), _) if ResolveCode::is_at(path) => {
                of_status.remove(&message.exchange);
                wire::resolve_question(&body).into_iter().for_each(|serial| of_serial(JpkiMessageKind::CodeAsked, serial, asked));
            }
            (Direction::Received, _, Some(200))
                if of_status.contains(&message.exchange)
                    || head.header("content-type") == Some(CertificateStatus::RESPONSE_MEDIA) =>
            {
                wire::ocsp_answer(&body)
                    .into_iter()
                    .for_each(|(serial, status)| of_serial(JpkiMessageKind::StatusAnswered, serial, status));
            }
            (Direction::Received, _, Some(200)) => {
                let person = wire::resolve_answer(&body).and_then(|c| by_code.get(c.as_str()).copied());
                messages.extend(person.map(|person| JpkiMessage {
                    entry,
                    seq,
                    kind: JpkiMessageKind::CodeAnswered,
                    person,
                    serial: None,
                    good: true,
                    unknown: false,
                }));
            }
            _ => {}
        }
    }
    messages
}
