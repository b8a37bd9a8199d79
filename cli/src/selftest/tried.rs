//! What was judged in a self-test.

use conformance::plants::Plant;
use conformance::{Verdict, rules};
use scenarios::{Design, Mutant};
use sim::terms::claim::rule_of;
use sim::terms::design::{Choice, CodeLookup, Eligibility, Identity, Presented};

/// What was judged of one order.
pub(super) struct Tried {
    /// Of the journal: equal for a mutant without effect.
    pub digest: String,
    pub verdicts: Vec<Verdict>,
    /// Of each plant that changes this recording; `None` if it could not.
    pub planted: Vec<(&'static Plant, Option<Vec<Verdict>>)>,
}

/// Claims that do not find a mutant where a design makes this choice, with the reason.
const NOT_SHOWN: [(&str, &str, Choice, &str); 12] = [
    (
        "facility-uses-card-before",
        "FLOW-005/not-read",
        Choice::Presented(Presented::SignedChallenge),
        "a card that was taken away cannot sign",
    ),
    (
        "facility-uses-card-before",
        "FLOW-005/not-read",
        Choice::Identity(Identity::FaceTerminal),
        "the terminal asks the card that was taken away",
    ),
    ("jpki-answers-anybody", "SEC-007/jpki-answered", Choice::CodeLookup(CodeLookup::AskNumberAuthority), "nobody asks JPKI"),
    ("broker-forgets-feeds-on-restart", "ELIG-002/feed-forgotten", Choice::Presented(Presented::VisibleNumber), LATER),
    ("broker-forgets-feeds-on-restart", "ELIG-002/feed-forgotten", Choice::Presented(Presented::MyNumber), LATER),
    ("broker-loses-audit-on-restart", LOST, Choice::Presented(Presented::VisibleNumber), LATER),
    ("broker-loses-audit-on-restart", LOST, Choice::Presented(Presented::MyNumber), LATER),
    ("broker-loses-audit-on-restart", LOST, Choice::Identity(Identity::FaceTerminal), LATER),
    ("broker-loses-audit-on-restart", LOST, Choice::Identity(Identity::Pin), LATER),
    ("broker-loses-audit-on-restart", LOST, Choice::Identity(Identity::PhotoAndPin), LATER),
    (
        "authority-ignores-opt-out",
        "ELIG-001/no-code",
        Choice::Presented(Presented::VisibleNumber),
        "whoever did not opt in has no number to show",
    ),
    ("insurer-keeps-codes", "CODE-008/still-fed", Choice::Eligibility(Eligibility::AskInsurer), "who is asked feeds nothing"),
];

const LOST: &str = "AUDIT-004/broker-lost";
const LATER: &str = "the counter takes longer, so that the broker has answered nobody when it stops";

/// The claims that a mutant names, whose rules apply to a design, and that find it there. A claim of an unknown rule is included, so
/// that it is reported.
pub(super) fn applying(mutant: Mutant, design: &Design) -> Vec<String> {
    let applies = |id: &&&str| rules::find(rule_of(id)).is_none_or(|rule| rule.about().applies.to(design));
    let shows = |id: &&&str| {
        !NOT_SHOWN.iter().any(|(name, claim, choice, _)| *name == mutant.name() && claim == *id && design.has(*choice))
    };
    mutant.claims().iter().filter(applies).filter(shows).map(|id| id.to_string()).collect()
}
