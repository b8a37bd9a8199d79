//! Which choices go together. Each choice below needs one of others, on another axis.

use super::{Choice, CodeLookup, Design, Eligibility, Identity, Presented, Remembered};
use std::fmt;

const CERTIFICATES: &[Choice] = &[Choice::Presented(Presented::Certificate), Choice::Presented(Presented::SignedChallenge)];
const NUMBERS: &[Choice] = &[Choice::Presented(Presented::VisibleNumber), Choice::Presented(Presented::MyNumber)];
const PAPER: &[Choice] = &[Choice::Presented(Presented::PaperCard)];

/// By choice, one of which others it needs.
const NEEDS: &[(Choice, &[Choice])] = &[
    (Choice::CodeLookup(CodeLookup::AskJpki), CERTIFICATES),
    (Choice::CodeLookup(CodeLookup::KeepMapping), CERTIFICATES),
    (Choice::CodeLookup(CodeLookup::KeepForATime), CERTIFICATES),
    (Choice::CodeLookup(CodeLookup::AskNumberAuthority), NUMBERS),
    (Choice::CodeLookup(CodeLookup::NotAsked), PAPER),
    (Choice::Eligibility(Eligibility::OnCard), PAPER),
    (Choice::Presented(Presented::PaperCard), &[Choice::Eligibility(Eligibility::OnCard)]),
    (Choice::Presented(Presented::PaperCard), &[Choice::Remembered(Remembered::Nothing)]),
    (Choice::Presented(Presented::PaperCard), &[Choice::Identity(Identity::NotChecked)]),
    (Choice::Remembered(Remembered::CertificateSerial), CERTIFICATES),
    (Choice::Remembered(Remembered::NumberAsShown), NUMBERS),
    (Choice::Identity(Identity::PhotoOrPin), CERTIFICATES),
    (Choice::Identity(Identity::Pin), CERTIFICATES),
    (Choice::Identity(Identity::PhotoAndPin), CERTIFICATES),
    (Choice::Identity(Identity::FaceTerminal), CERTIFICATES),
];

/// Two choices of a design that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The choice that needs another.
    pub choice: Choice,
    /// One of which it needs.
    pub needs: &'static [Choice],
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |choice: &Choice| format!("`{} = \"{}\"`", choice.axis().id(), choice.id());
        let needed: Vec<String> = self.needs.iter().map(named).collect();
        write!(f, "{} goes only with {}", named(&self.choice), needed.join(" or "))
    }
}

impl Design {
    /// The choices that do not go together, in the order of the axes.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        let contradicts =
            |(choice, needs): &&(Choice, &'static [Choice])| self.has(*choice) && !needs.iter().any(|needed| self.has(*needed));
        let mut all: Vec<Contradiction> =
            NEEDS.iter().filter(contradicts).map(|(choice, needs)| Contradiction { choice: *choice, needs }).collect();
        all.sort_by_key(|c| c.choice);
        all
    }

    /// Whether a certificate is presented, signed challenge or not.
    pub fn presents_certificate(&self) -> bool {
        CERTIFICATES.iter().any(|choice| self.has(*choice))
    }

    /// Whether a number is presented.
    pub fn presents_number(&self) -> bool {
        NUMBERS.iter().any(|choice| self.has(*choice))
    }

    /// Whether anything is sent online in a check.
    pub fn is_online(&self) -> bool {
        !self.has(Choice::Presented(Presented::PaperCard))
    }
}
