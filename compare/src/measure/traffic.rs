//! Messages, bytes, cryptographic operations and times.

use super::Recording;
use super::visits::Visits;
use std::collections::BTreeSet;
use terms::journal::{Direction, Event};
use terms::operation::Operation;
use terms::operations::CertificateStatus;
use terms::percentile;
use terms::roles::Zone;

/// The instruction byte of VERIFY in a command, in hex; with data, somebody entered a PIN.
const VERIFY: &str = "20";
/// The digits of a command without data.
const WITHOUT_DATA: usize = 8;
/// The instruction byte of PERFORM SECURITY OPERATION in a command (ISO 7816-8), in hex: the card signs.
const SIGN: &str = "2a";

/// What all visits of a run together needed, and how long each took.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    pub visits: u64,
    /// Visits in which a PIN was entered.
    pub pin_visits: u64,
    /// Messages between parties, each counted at its sender.
    pub messages: u64,
    /// Bytes on the wires, each hop counted once, with TLS.
    pub bytes: u64,
    /// TLS handshakes.
    pub handshakes: u64,
    /// Signatures that cards made.
    pub card_signatures: u64,
    /// Signed answers of JPKI on a certificate's status.
    pub signed_statuses: u64,
    /// Requests that JPKI received.
    pub jpki_requests: u64,
    /// From coming to the outcome, in nanoseconds, in ascending order.
    pub times_ns: Vec<u64>,
}

impl Traffic {
    /// Signatures that anybody made: cards, JPKI, and both ends of each handshake.
    pub fn signatures(&self) -> u64 {
        self.card_signatures + self.signed_statuses + 2 * self.handshakes
    }

    /// The percentile of `share` of the times, in seconds.
    pub fn time_s(&self, share: f64) -> Option<f64> {
        percentile::of_sorted(&self.times_ns, share).map(|ns| *ns as f64 / 1e9)
    }
}

/// Counts what was exchanged from the first visit on: what the parties prepared before is not the visits'.
pub fn of(recording: &Recording<'_>, visits: &Visits) -> Traffic {
    let begin = visits.begin_ns();
    let mut traffic = Traffic { visits: visits.all.len() as u64, ..Traffic::default() };
    let mut ends = 0;
    let mut with_pin: BTreeSet<usize> = BTreeSet::new();
    for entry in recording.entries.iter().filter(|e| e.at_ns >= begin) {
        match &entry.event {
            Event::Message { direction: Direction::Sent, head, .. } => {
                traffic.messages += 1;
                let signed = head.lines().any(|l| l.ends_with(CertificateStatus::RESPONSE_MEDIA));
                traffic.signed_statuses += u64::from(entry.zone == Zone::Jpki && signed);
            }
            Event::Message { direction: Direction::Received, head, .. } if entry.zone == Zone::Jpki => {
                traffic.jpki_requests += u64::from(!head.starts_with("HTTP/"));
            }
            // The line passes on what others sent.
            Event::Wire { connection, bytes } if !connection.starts_with(Zone::Line.name()) => {
                traffic.bytes += bytes.len() as u64 / 4 * 3;
            }
            Event::Tls { .. } => ends += 1,
            Event::Apdu { command, .. } => {
                traffic.card_signatures += u64::from(command.get(2..4) == Some(SIGN));
                if command.get(2..4) == Some(VERIFY) && command.len() > WITHOUT_DATA {
                    with_pin.extend(visits.visit_of(entry, std::iter::empty()));
                }
            }
            _ => {}
        }
    }
    // Both ends record a handshake.
    traffic.handshakes = ends / 2;
    traffic.pin_visits = with_pin.len() as u64;
    traffic.times_ns = visits.all.iter().filter(|v| v.outcome.is_some()).map(|v| v.to_ns.saturating_sub(v.from_ns)).collect();
    traffic.times_ns.sort_unstable();
    traffic
}
