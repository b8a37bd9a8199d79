//! What happens in a scenario besides visits: temporary faults and permanent changes.

use super::part::is_default;
use super::targets::{ClockOwner, Host, LinkEnd, Server, Target};
use super::units::{BitRate, Frequency, Share, Span, Spread};
use mocks::pki::ocsp::forms::StatusForm;
use mocks::roles::jpki::errors::JpkiError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::terms::design::{Choice, Eligibility};
use sim::terms::fault::{ASKS_FOR_CODE, CARD_LOST, GIVES_UP_CODE, OCSP_UNUSABLE, REPORTS_CODE_LEAK};
use sim::terms::roles::Zone;
use std::time::Duration;

/// A temporary fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultPart {
    /// After the start of the run.
    pub at: Span,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub lasts: Span,
    /// In a load study with several sites: the number of the affected site, from 1. All sites, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub site: Option<u64>,
    pub does: FaultKind,
}

impl FaultPart {
    pub fn end(&self) -> Span {
        Span(self.at.0.saturating_add(self.lasts.0))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum FaultKind {
    /// JPKI's host is down. The same as `host-down` of `jpki`.
    JpkiDown,
    /// JPKI takes this long for each answer.
    JpkiSlow { by: Span },
    /// JPKI accepts every request and never answers.
    JpkiSilent,
    /// JPKI's answers cannot be parsed.
    JpkiNonsense,
    /// JPKI's answers on a certificate's status are correctly signed, but this much out of date.
    OcspStale { by: Span },
    /// JPKI's OCSP responder answers `tryLater` (RFC 6960, section 2.3).
    OcspTryLater,
    /// JPKI answers on the status of certificates, and not which code belongs to one.
    JpkiMaintenance,
    /// JPKI's answers on a certificate's status have this form.
    OcspForm { form: StatusForm },
    /// One of JPKI's operations fails in this way, while the other one works.
    JpkiError { error: JpkiError },
    /// The insurer of a person takes this long for each answer, in designs in which the broker asks insurers.
    InsurerSlow { insurer_of: u64, by: Span },
    /// The insurer of a person accepts every question and never answers, in designs in which the broker asks insurers.
    InsurerSilent { insurer_of: u64 },
    /// The answers of a person's insurer cannot be parsed, in designs in which the broker asks insurers.
    InsurerNonsense { insurer_of: u64 },
    /// The broker's revocation list (CRL) for TLS certificates is past its next update, so that the broker can accept no facility.
    TlsCrlOld,
    /// The broker's host is down and restarts at the end. The same as `host-down` of `broker`.
    BrokerDown,
    /// A host is down and restarts at the end.
    HostDown {
        host: Host,
        /// Whether unsynced data survives, as in a clean shutdown. In a crash it is lost.
        #[serde(default, skip_serializing_if = "is_default")]
        keeps_unsynced: bool,
    },
    /// Every operation of a server takes this many times as long. For a role with many servers: of each of them.
    HostSlow { host: Server, times: f64 },
    /// A server has this share of its workers. For a role with many servers: each of them.
    Capacity { host: Server, share: Share },
    /// The line carries nothing, for one facility or for all.
    LineCut {
        #[serde(default, skip_serializing_if = "is_default")]
        facility: Option<u64>,
    },
    /// A link carries nothing.
    LinkCut {
        between: [LinkEnd; 2],
        #[serde(default, skip_serializing_if = "is_default")]
        way: Way,
    },
    /// A link has this much more latency, each way.
    LinkSlow { between: [LinkEnd; 2], by: Spread },
    /// A link loses this share of the packets. The transport retransmits them, so the layers above see delay.
    LinkLoss { between: [LinkEnd; 2], share: Share },
    /// A link's rate is limited to this.
    LinkNarrow { between: [LinkEnd; 2], to: BitRate },
    /// The person reports the card as lost, and JPKI suspends its certificate; at the end the card is found.
    CardLost { person: u64 },
    /// A party's clock is this much ahead.
    ClockAhead { party: ClockOwner, by: Span },
    /// A party's clock is this much behind.
    ClockBehind { party: ClockOwner, by: Span },
    /// A party's clock is fast by this many millionths, or slow if negative; it is set right at the end.
    ClockDrift { party: ClockOwner, ppm: i64 },
    /// A facility sends useless requests, one after the other, answered or not.
    Flood { facility: u64, rate: Frequency },
    /// The terminal of a facility has no power: what it was doing is lost, and people wait until it is on again.
    PowerCut { facility: u64 },
    /// As `power-cut`, and the terminal comes back with its database of the night before.
    DatabaseRestored { facility: u64 },
    /// The card reader of a facility answers no command.
    ReaderHangs { facility: u64 },
    /// Nothing can be written to the disk of a facility.
    DiskFull { facility: u64 },
    /// A facility opens connections and sends a request header on each, one byte a second.
    SlowLoris { facility: u64, connections: u64 },
}

/// The directions of a link: from the first end to the second, back, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    #[default]
    Both,
    There,
    Back,
}

impl FaultKind {
    /// The names of all kinds, as written in files.
    pub const NAMES: [&str; 34] = [
        "jpki-down",
        "jpki-slow",
        "jpki-silent",
        "jpki-nonsense",
        "ocsp-stale",
        "ocsp-try-later",
        OCSP_UNUSABLE,
        "ocsp-form-usable",
        "jpki-error",
        "insurer-slow",
        "insurer-silent",
        "insurer-nonsense",
        "tls-crl-old",
        "broker-down",
        "host-down",
        "host-slow",
        "capacity",
        "line-cut",
        "link-cut",
        "link-slow",
        "link-loss",
        "link-narrow",
        CARD_LOST,
        "clock-ahead",
        "clock-behind",
        "clock-drift",
        "flood",
        "slow-loris",
        "host-down-synced",
        "jpki-maintenance",
        "power-cut",
        "database-restored",
        "reader-hangs",
        "disk-full",
    ];

    /// The name under which results count it.
    pub fn name(&self) -> &'static str {
        match self {
            FaultKind::JpkiDown => "jpki-down",
            FaultKind::JpkiSlow { .. } => "jpki-slow",
            FaultKind::JpkiSilent => "jpki-silent",
            FaultKind::JpkiNonsense => "jpki-nonsense",
            FaultKind::OcspStale { .. } => "ocsp-stale",
            FaultKind::OcspTryLater => "ocsp-try-later",
            FaultKind::JpkiMaintenance => "jpki-maintenance",
            FaultKind::OcspForm { form } if form.is_usable() => "ocsp-form-usable",
            FaultKind::OcspForm { .. } => OCSP_UNUSABLE,
            FaultKind::JpkiError { .. } => "jpki-error",
            FaultKind::InsurerSlow { .. } => "insurer-slow",
            FaultKind::InsurerSilent { .. } => "insurer-silent",
            FaultKind::InsurerNonsense { .. } => "insurer-nonsense",
            FaultKind::TlsCrlOld => "tls-crl-old",
            FaultKind::BrokerDown => "broker-down",
            FaultKind::HostDown { keeps_unsynced: false, .. } => "host-down",
            FaultKind::HostDown { keeps_unsynced: true, .. } => "host-down-synced",
            FaultKind::HostSlow { .. } => "host-slow",
            FaultKind::Capacity { .. } => "capacity",
            FaultKind::LineCut { .. } => "line-cut",
            FaultKind::LinkCut { .. } => "link-cut",
            FaultKind::LinkSlow { .. } => "link-slow",
            FaultKind::LinkLoss { .. } => "link-loss",
            FaultKind::LinkNarrow { .. } => "link-narrow",
            FaultKind::CardLost { .. } => CARD_LOST,
            FaultKind::ClockAhead { .. } => "clock-ahead",
            FaultKind::ClockBehind { .. } => "clock-behind",
            FaultKind::ClockDrift { .. } => "clock-drift",
            FaultKind::Flood { .. } => "flood",
            FaultKind::SlowLoris { .. } => "slow-loris",
            FaultKind::PowerCut { .. } => "power-cut",
            FaultKind::DatabaseRestored { .. } => "database-restored",
            FaultKind::ReaderHangs { .. } => "reader-hangs",
            FaultKind::DiskFull { .. } => "disk-full",
        }
    }

    /// The target that two faults must not have at the same time: the end of one would undo the other. Faults of links may
    /// overlap.
    pub(crate) fn subject(&self) -> Option<String> {
        let host = |host: &str| Some(format!("host {host}"));
        match self {
            FaultKind::JpkiDown => host(Zone::Jpki.name()),
            FaultKind::BrokerDown => host(Zone::Broker.name()),
            FaultKind::HostDown { host: down, .. } => host(down.name()),
            FaultKind::HostSlow { host, .. } => Some(format!("pace of {}", host.name())),
            FaultKind::Capacity { host, .. } => Some(format!("workers of {}", host.name())),
            FaultKind::JpkiSlow { .. }
            | FaultKind::JpkiSilent
            | FaultKind::JpkiNonsense
            | FaultKind::OcspStale { .. }
            | FaultKind::JpkiMaintenance
            | FaultKind::OcspTryLater
            | FaultKind::OcspForm { .. }
            | FaultKind::JpkiError { .. } => Some("answers of jpki".into()),
            FaultKind::InsurerSlow { insurer_of, .. }
            | FaultKind::InsurerSilent { insurer_of }
            | FaultKind::InsurerNonsense { insurer_of } => Some(format!("answers of the insurer of {insurer_of}")),
            FaultKind::TlsCrlOld => Some("list of revoked TLS certificates".into()),
            FaultKind::CardLost { person } => Some(format!("card of {person}")),
            FaultKind::ClockAhead { party, .. } | FaultKind::ClockBehind { party, .. } | FaultKind::ClockDrift { party, .. } => {
                Some(format!("clock of {party:?}"))
            }
            FaultKind::Flood { facility, .. } | FaultKind::SlowLoris { facility, .. } => Some(format!("behaviour of {facility}")),
            FaultKind::PowerCut { facility } | FaultKind::DatabaseRestored { facility } => {
                Some(format!("terminal of {facility}"))
            }
            FaultKind::ReaderHangs { facility } => Some(format!("reader of {facility}")),
            FaultKind::DiskFull { facility } => Some(format!("disk of {facility}")),
            FaultKind::LineCut { .. }
            | FaultKind::LinkCut { .. }
            | FaultKind::LinkSlow { .. }
            | FaultKind::LinkLoss { .. }
            | FaultKind::LinkNarrow { .. } => None,
        }
    }

    /// The person whose insurer is affected.
    pub fn insurer_of(&self) -> Option<u64> {
        match self {
            FaultKind::InsurerSlow { insurer_of, .. }
            | FaultKind::InsurerSilent { insurer_of }
            | FaultKind::InsurerNonsense { insurer_of } => Some(*insurer_of),
            _ => None,
        }
    }

    /// The choice without which the fault has no effect.
    pub fn only_with(&self) -> Option<Choice> {
        let asked_server = match self {
            FaultKind::HostSlow { host, .. } | FaultKind::Capacity { host, .. } => host.zone() == Zone::Insurer,
            _ => self.insurer_of().is_some(),
        };
        asked_server.then_some(Choice::Eligibility(Eligibility::AskInsurer))
    }

    /// The facility that it names.
    pub fn facility(&self) -> Option<u64> {
        match self {
            FaultKind::LineCut { facility } => *facility,
            FaultKind::Flood { facility, .. }
            | FaultKind::SlowLoris { facility, .. }
            | FaultKind::PowerCut { facility }
            | FaultKind::DatabaseRestored { facility }
            | FaultKind::ReaderHangs { facility }
            | FaultKind::DiskFull { facility } => Some(*facility),
            FaultKind::ClockAhead { party, .. } | FaultKind::ClockBehind { party, .. } | FaultKind::ClockDrift { party, .. } => {
                party.facility()
            }
            _ => None,
        }
    }

    pub fn facility_mut(&mut self) -> Option<&mut u64> {
        match self {
            FaultKind::LineCut { facility } => facility.as_mut(),
            FaultKind::Flood { facility, .. }
            | FaultKind::SlowLoris { facility, .. }
            | FaultKind::PowerCut { facility }
            | FaultKind::DatabaseRestored { facility }
            | FaultKind::ReaderHangs { facility }
            | FaultKind::DiskFull { facility } => Some(facility),
            FaultKind::ClockAhead { party, .. } | FaultKind::ClockBehind { party, .. } | FaultKind::ClockDrift { party, .. } => {
                party.facility_mut()
            }
            _ => None,
        }
    }

    /// The person whom it names.
    pub fn person_mut(&mut self) -> Option<&mut u64> {
        match self {
            FaultKind::CardLost { person } => Some(person),
            _ => None,
        }
    }
}

/// A permanent change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EventPart {
    /// After the start of the run.
    pub at: Span,
    pub does: EventKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum EventKind {
    /// The municipality issues a new card: JPKI issues a new certificate and revokes the previous one.
    CardRenewed { person: u64 },
    /// JPKI revokes the certificate permanently: the card is lost for good, or its holder has died or moved abroad.
    CertificateRevoked { person: u64 },
    /// The certificate, issued before the run, arrives in JPKI's register.
    CertificateRegistered { person: u64 },
    /// The municipality unlocks the PIN, and the person sets a new one.
    PinReset { person: u64 },
    /// Another insurer enrols the person, effective this many days ago.
    MovesInsurer {
        person: u64,
        #[serde(default, skip_serializing_if = "is_default")]
        since_days_ago: u32,
        /// When the new insurer learns of it, after `at`; at once, if not given.
        #[serde(default, skip_serializing_if = "is_default")]
        new_insurer_after: Span,
        /// When the old insurer learns of it, after `at`; a second later, if not given: in between both claim the person, and nobody reports the
        /// person as uninsured.
        #[serde(default = "a_second", skip_serializing_if = "is_a_second")]
        old_insurer_after: Span,
        /// How long after the new insurer has learned of it the broker gets its feed; at once, if not given.
        #[serde(default, skip_serializing_if = "is_default")]
        new_feed_after: Span,
        /// How long after the old insurer has learned of it the broker gets its feed; at once, if not given.
        #[serde(default, skip_serializing_if = "is_default")]
        old_feed_after: Span,
    },
    /// The insurance ended this many days ago. The insurer learns of it now and feeds it at once.
    LeavesInsurer { person: u64, since_days_ago: u32 },
    /// The person asks at the municipality's counter for a code for medical use, for the first time or again.
    AsksForCode { person: u64 },
    /// The person gives the code up at the municipality's counter.
    GivesUpCode { person: u64 },
    /// The person reports at the municipality's counter that the code may have leaked; another one is issued.
    ReportsCodeLeak { person: u64 },
    /// Somebody else stands at the municipality's counter in the person's name, and asks for, gives up or reports the person's code.
    PosesAtMunicipality { person: u64, wish: CodeWish },
}

/// What somebody says about a code at the municipality's counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CodeWish {
    AsksForCode,
    GivesUpCode,
    ReportsCodeLeak,
}

fn a_second() -> Span {
    Span::seconds(1)
}

fn is_a_second(span: &Span) -> bool {
    *span == a_second()
}

impl EventKind {
    /// Another insurer from so many days ago on, of which both insurers learn at the time of the event.
    pub fn moves(person: u64, since_days_ago: u32) -> EventKind {
        EventKind::MovesInsurer {
            person,
            since_days_ago,
            new_insurer_after: Span::default(),
            old_insurer_after: a_second(),
            new_feed_after: Span::default(),
            old_feed_after: Span::default(),
        }
    }

    /// The names of all kinds, as written in files.
    pub const NAMES: [&str; 10] = [
        "card-renewed",
        "certificate-registered",
        "certificate-revoked",
        "pin-reset",
        "moves-insurer",
        "leaves-insurer",
        ASKS_FOR_CODE,
        GIVES_UP_CODE,
        REPORTS_CODE_LEAK,
        "poses-at-municipality",
    ];

    pub fn name(&self) -> &'static str {
        match self {
            EventKind::CardRenewed { .. } => "card-renewed",
            EventKind::CertificateRevoked { .. } => "certificate-revoked",
            EventKind::CertificateRegistered { .. } => "certificate-registered",
            EventKind::PinReset { .. } => "pin-reset",
            EventKind::MovesInsurer { .. } => "moves-insurer",
            EventKind::LeavesInsurer { .. } => "leaves-insurer",
            EventKind::AsksForCode { .. } => ASKS_FOR_CODE,
            EventKind::GivesUpCode { .. } => GIVES_UP_CODE,
            EventKind::ReportsCodeLeak { .. } => REPORTS_CODE_LEAK,
            EventKind::PosesAtMunicipality { .. } => "poses-at-municipality",
        }
    }

    /// Whether another insurer insures the person afterwards.
    pub fn moves_insurer(&self) -> bool {
        matches!(self, EventKind::MovesInsurer { .. })
    }

    pub fn changes_insurance(&self) -> bool {
        matches!(self, EventKind::MovesInsurer { .. } | EventKind::LeavesInsurer { .. })
    }

    /// How long after the event the first of the insurers has registered the change, and the last one has fed it.
    pub fn known_after(&self) -> [Duration; 2] {
        let EventKind::MovesInsurer { new_insurer_after: new, old_insurer_after: old, new_feed_after, old_feed_after, .. } = self
        else {
            return [Duration::ZERO; 2];
        };
        let fed = new.0.saturating_add(new_feed_after.0).max(old.0.saturating_add(old_feed_after.0));
        [new.0.min(old.0), fed]
    }

    pub fn person(&self) -> u64 {
        match self {
            EventKind::CardRenewed { person }
            | EventKind::CertificateRevoked { person }
            | EventKind::CertificateRegistered { person }
            | EventKind::PinReset { person }
            | EventKind::MovesInsurer { person, .. }
            | EventKind::LeavesInsurer { person, .. }
            | EventKind::AsksForCode { person }
            | EventKind::GivesUpCode { person }
            | EventKind::ReportsCodeLeak { person }
            | EventKind::PosesAtMunicipality { person, .. } => *person,
        }
    }

    pub fn person_mut(&mut self) -> &mut u64 {
        match self {
            EventKind::CardRenewed { person }
            | EventKind::CertificateRevoked { person }
            | EventKind::CertificateRegistered { person }
            | EventKind::PinReset { person }
            | EventKind::MovesInsurer { person, .. }
            | EventKind::LeavesInsurer { person, .. }
            | EventKind::AsksForCode { person }
            | EventKind::GivesUpCode { person }
            | EventKind::ReportsCodeLeak { person }
            | EventKind::PosesAtMunicipality { person, .. } => person,
        }
    }
}
