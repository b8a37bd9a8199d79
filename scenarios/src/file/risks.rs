//! Attacks and errors with stated parameters. What is drawn comes from the seed, and the result counts what each let through.

use super::part::{is_default, keywords};
use super::units::{Share, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::terms::roles::Zone;

/// One attack or one kind of error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RiskPart {
    /// The earliest attempt, after the start of the run, for those that are visits.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from: Span,
    /// The end of the attempts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub until: Span,
    pub does: RiskKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum RiskKind {
    /// Somebody presents the card of another person, and staff do not notice it with this probability.
    BorrowedCard { attempts: u64, unnoticed: Share },
    /// Somebody presents a stolen card: the PIN is known with one probability, and the loss has been reported with another.
    StolenCard { attempts: u64, pin_known: Share, reported: Share },
    /// Somebody at a facility presents a copy of a certificate, without the card.
    CopiedCertificate { attempts: u64 },
    /// Somebody at a facility sends again what an earlier request contained, without the card.
    ReplayedRequest { attempts: u64 },
    /// Staff type the identifiers of insured people, with a slip in a field with this probability. A model: no message is sent.
    TypedIdentifiers { entries: u64, slip: Share },
    /// Somebody knows an insurer and a symbol, and guesses numbers. A model: no message is sent.
    GuessedIdentifiers { guesses: u64 },
    /// Somebody inside a party reads what it holds at the end of the run.
    Insider { at: InsiderAt },
    /// The first facilities pool what they hold, to find the people who visited several of them.
    ColludingFacilities { facilities: u64 },
    /// A counter that learns nothing treats the person as insured.
    EmergencyMode,
    /// A counter that learns nothing asks later by typed identifiers, with a slip in a field with this probability. A model: no
    /// message is sent.
    AskedLaterByIdentifiers { slip: Share },
}

keywords! {
    /// Where an insider works.
    pub enum InsiderAt {
        Facility "facility",
        Broker "broker",
        Insurer "insurer",
        Jpki "jpki",
    }
}

impl InsiderAt {
    pub fn zone(self) -> Zone {
        match self {
            InsiderAt::Facility => Zone::Facility,
            InsiderAt::Broker => Zone::Broker,
            InsiderAt::Insurer => Zone::Insurer,
            InsiderAt::Jpki => Zone::Jpki,
        }
    }
}

impl RiskKind {
    /// The name under which results count it.
    pub fn name(&self) -> String {
        match self {
            RiskKind::BorrowedCard { .. } => "borrowed-card".into(),
            RiskKind::StolenCard { .. } => "stolen-card".into(),
            RiskKind::CopiedCertificate { .. } => "copied-certificate".into(),
            RiskKind::ReplayedRequest { .. } => "replayed-request".into(),
            RiskKind::TypedIdentifiers { .. } => "typed-identifiers".into(),
            RiskKind::GuessedIdentifiers { .. } => "guessed-identifiers".into(),
            RiskKind::Insider { at } => format!("insider-at-{}", at.name()),
            RiskKind::ColludingFacilities { .. } => "colluding-facilities".into(),
            RiskKind::EmergencyMode => "emergency-mode".into(),
            RiskKind::AskedLaterByIdentifiers { .. } => "asked-later-by-identifiers".into(),
        }
    }

    /// How many visits it is played as. `None` if it is none.
    pub fn attempts(&self) -> Option<u64> {
        match self {
            RiskKind::BorrowedCard { attempts, .. }
            | RiskKind::StolenCard { attempts, .. }
            | RiskKind::CopiedCertificate { attempts }
            | RiskKind::ReplayedRequest { attempts } => Some(*attempts),
            _ => None,
        }
    }
}
