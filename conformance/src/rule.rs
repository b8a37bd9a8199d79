//! What a rule is and what it reports.

use crate::basis::Basis;
use crate::claim::Claim;
use crate::evidence::{Evidence, Seen};
use serde::Serialize;
use std::fmt;
use terms::check::CheckId;
use terms::design::{Choice, Design, Presented};
use terms::journal::Entry;
use terms::roles::Zone;

/// One requirement on a run.
pub trait Rule: Sync {
    fn about(&self) -> &'static About;

    /// Judges a run. It sees everything, and keeps no state from one run to the next.
    fn judge(&self, run: &Evidence<'_>) -> Judged;
}

/// The requirement level of a rule, in the terms of RFC 2119.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    Must,
    Should,
}

/// The description of a rule.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Stable: results, statements and scenarios refer to it.
    pub id: &'static str,
    pub title_en: &'static str,
    pub title_ja: &'static str,
    pub strength: Strength,
    /// Where the requirement comes from: a quotation from the source, a section of an RFC, or `profile` for this project's
    /// contract.
    pub source: &'static str,
    /// How firmly the source asks for it.
    pub basis: Basis,
    /// Every kind of finding that the rule can report.
    pub claims: &'static [Claim],
    /// What exactly is looked at, and what is not.
    pub details_en: &'static str,
    #[serde(skip)]
    pub details_ja: &'static str,
    /// What to do when it fails.
    pub remedy_en: &'static str,
    #[serde(skip)]
    pub remedy_ja: &'static str,
    /// Why there may be nothing to look at in a run: the reason reported with *not reached*.
    pub untested_en: &'static str,
    #[serde(skip)]
    pub untested_ja: &'static str,
    /// The designs to which it applies. Elsewhere it is *not applicable*.
    #[serde(skip)]
    pub applies: Applies,
    /// What must have been seen for a verdict: all of these. Otherwise it is *not observable*.
    #[serde(skip)]
    pub needs: &'static [Sight],
}

/// Something that a rule must see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// What the parties of a zone do inside: records, logs, screens, state, and messages with anybody.
    Party(Zone),
    /// The records that the parties of a zone keep: from inside, or as they export them at the end.
    Records(Zone),
    /// The messages between the parties of two zones, at either end.
    Link(Zone, Zone),
}

impl Sight {
    fn is_there(self, seen: &Seen) -> bool {
        match self {
            Sight::Party(zone) => seen.has(zone),
            Sight::Records(zone) => seen.has(zone) || seen.has_only_records(zone),
            Sight::Link(a, b) => seen.between(a, b),
        }
    }
}

/// In plain English: which side is needed.
impl fmt::Display for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sight::Party(zone) => write!(f, "the side of `{}`", zone.name()),
            Sight::Records(zone) => write!(f, "the records of `{}`", zone.name()),
            Sight::Link(a, b) => write!(f, "the side of `{}` or `{}`", a.name(), b.name()),
        }
    }
}

impl About {
    /// What the rule needs and nobody saw, in plain English. `None` if everything was seen.
    pub fn unseen(&self, seen: &Seen) -> Option<String> {
        let missing: Vec<String> = self.needs.iter().filter(|n| !n.is_there(seen)).map(ToString::to_string).collect();
        (!missing.is_empty()).then(|| format!("this needs {}", missing.join(" and ")))
    }
}

/// The designs to which a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applies {
    /// For every axis with a choice listed here, the design must make one of the choices listed.
    pub choices: &'static [Choice],
    /// Why it does not apply to other designs, in Japanese.
    pub otherwise_ja: &'static str,
    /// The same in English.
    pub otherwise_en: &'static str,
}

impl Applies {
    /// To every design.
    pub const EVERYWHERE: Applies = Applies { choices: &[], otherwise_ja: "", otherwise_en: "" };

    /// To every design in which something is sent online.
    pub const ONLINE: Applies = Applies {
        choices: &[
            Choice::Presented(Presented::Certificate),
            Choice::Presented(Presented::SignedChallenge),
            Choice::Presented(Presented::VisibleNumber),
            Choice::Presented(Presented::MyNumber),
        ],
        otherwise_ja: "この方式では、窓口からオンラインでの照会を行わない",
        otherwise_en: "in this design nothing is sent online",
    };

    /// To every design in which the certificate of a card is presented.
    pub const CERTIFICATE: Applies = Applies {
        choices: &[Choice::Presented(Presented::Certificate), Choice::Presented(Presented::SignedChallenge)],
        otherwise_ja: "この方式では、カードの電子証明書を提示しない",
        otherwise_en: "in this design no certificate of a card is presented",
    };

    /// To every design in which the My Number card is shown.
    pub const MY_NUMBER_CARD: Applies = Applies {
        choices: &[
            Choice::Presented(Presented::Certificate),
            Choice::Presented(Presented::SignedChallenge),
            Choice::Presented(Presented::MyNumber),
        ],
        otherwise_ja: "この方式では、窓口で個人番号カードを提示しない",
        otherwise_en: "in this design no My Number card is shown at the counter",
    };

    /// To every design in which a number is presented.
    pub const NUMBER: Applies = Applies {
        choices: &[Choice::Presented(Presented::VisibleNumber), Choice::Presented(Presented::MyNumber)],
        otherwise_ja: "この方式では、番号を提示しない",
        otherwise_en: "in this design no number is presented",
    };

    /// To every design in which visible medical numbers are issued.
    pub const VISIBLE_NUMBER: Applies = Applies {
        choices: &[Choice::Presented(Presented::VisibleNumber)],
        otherwise_ja: "この方式では、見える番号を発行しない",
        otherwise_en: "in this design no visible number is issued",
    };

    /// Whether it is about one choice in particular, rather than about all designs that have something in common.
    pub fn is_particular(&self) -> bool {
        ![Applies::EVERYWHERE, Applies::ONLINE, Applies::CERTIFICATE, Applies::MY_NUMBER_CARD].contains(self)
    }

    /// Whether it applies to a design.
    pub fn to(&self, design: &Design) -> bool {
        let named = |choice: &Choice| self.choices.iter().any(|c| c.axis() == choice.axis());
        design.choices().filter(named).all(|choice| self.choices.contains(&choice))
    }

    pub fn is_everywhere(&self) -> bool {
        self.choices.is_empty()
    }
}

/// What a rule found in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// How many times there was something to look at.
    pub evaluated: u64,
    pub findings: Vec<Finding>,
    /// What the rule did not look at, and why, where that is no reason to doubt the verdict.
    pub remarks: Vec<String>,
    /// Why the rule could not look at all of it: without findings it is then *inconclusive*.
    pub unread: Vec<String>,
    /// What there was in this run that nobody saw: if there was nothing else, the rule is *not observable*.
    pub unseen: Option<String>,
}

/// One violation. No text in it contains a secret value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The id of the claim, such as `SEC-002/reported-lost`.
    pub claim: &'static str,
    pub what: String,
    /// The party at which it was seen, and its zone.
    pub host: String,
    pub zone: Zone,
    pub check: Option<CheckId>,
    /// First and last journal entry concerned, by sequence number.
    pub entries: (u64, u64),
    /// Index of the person concerned.
    pub person: Option<u64>,
    /// Where in the entry: `head, line 3` counts lines from 1, `body, byte 120` counts bytes from 0.
    pub place: Option<String>,
    /// How the value was encoded, outermost layer first: `base64/gzip/plain`.
    pub spelling: Option<String>,
    /// The hops of a value, from where it was first seen to this place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<String>,
}

impl Finding {
    /// A finding that concerns one entry, in the words of the claim.
    pub fn of(claim: &Claim, entry: &Entry) -> Self {
        Finding::that(claim, entry, claim.what_en.into())
    }

    /// A finding that concerns one entry, in words that say more than those of the claim.
    pub fn that(claim: &Claim, entry: &Entry, what: String) -> Self {
        Finding {
            claim: claim.id,
            what,
            host: entry.host.clone(),
            zone: entry.zone,
            check: None,
            entries: (entry.seq, entry.seq),
            person: None,
            place: None,
            spelling: None,
            hops: Vec::new(),
        }
    }

    pub fn of_check(mut self, check: &CheckId, person: Option<u64>) -> Self {
        self.check = Some(check.clone());
        self.person = person;
        self
    }

    /// Widens the range of entries so that it reaches back to `seq`.
    pub fn since(mut self, seq: u64) -> Self {
        self.entries.0 = self.entries.0.min(seq);
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.entries;
        match first == last {
            true => write!(f, "entry {first}")?,
            false => write!(f, "entries {first} to {last}")?,
        }
        write!(f, ", {} ({})", self.host, self.zone.name())?;
        for part in [self.check.as_ref().map(ToString::to_string), self.place.clone()].into_iter().flatten() {
            write!(f, ", {part}")?;
        }
        write!(f, ": {}", self.what)?;
        if !self.hops.is_empty() {
            write!(f, " [{}]", self.hops.join(" → "))?;
        }
        Ok(())
    }
}
