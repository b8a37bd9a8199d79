//! Where mutants show: for each a scenario of the `core` suite, and a design, in which what is broken comes to light.

use crate::designs;
use mocks::mutants::{Mutant, Place};
use sim::terms::design::Design;
use std::sync::Arc;

/// The scenario and the design in which a mutant shows.
pub fn stage_of(mutant: Mutant) -> (&'static str, Arc<Design>) {
    let certificate = |scenario| (scenario, designs::certificate());
    let signed = |scenario| (scenario, designs::find("signed-challenge").unwrap_or_default());
    match mutant {
        Mutant::FacilitySkipsPersonCheck => certificate("borrowed-card"),
        Mutant::BrokerCachesStatus => certificate("card-lost-and-found"),
        Mutant::AuthorityIgnoresOptOut => certificate("no-institution-code"),
        Mutant::JpkiChangesCodeOnRenewal => certificate("renewed-and-moved"),
        Mutant::BrokerGuesses | Mutant::BrokerTakesFeedsOfOthers => certificate("feed-not-in"),
        Mutant::BrokerAnswersWithoutFeed => certificate("feed-a-day-behind"),
        Mutant::BrokerIgnoresEnd | Mutant::BrokerAnswersForAnotherDay => certificate("not-insured"),
        Mutant::BrokerSaysNotInsuredWhenJpkiIsDown | Mutant::FacilityShowsUnknownAsNotInsured => certificate("jpki-down"),
        Mutant::BrokerAcceptsExpiredCertificate => certificate("certificate-expired"),
        Mutant::BrokerAcceptsNotYetValidCertificate => certificate("certificate-not-yet-valid"),
        Mutant::BrokerAcceptsOtherCa => certificate("certificate-from-another-ca"),
        Mutant::BrokerAcceptsTamperedCertificate => certificate("certificate-tampered"),
        Mutant::BrokerAcceptsWrongPurpose => certificate("certificate-of-another-kind"),
        Mutant::BrokerIgnoresRevocation => certificate("certificate-revoked"),
        Mutant::BrokerIgnoresSuspension => certificate("certificate-suspended"),
        Mutant::BrokerTakesUnsignedStatus => certificate("jpki-nonsense-later"),
        Mutant::BrokerSkipsSignature | Mutant::BrokerAcceptsWrongSignature => signed("signature-wrong"),
        Mutant::BrokerReusesChallenges => signed("challenge-reused"),
        Mutant::BrokerAcceptsStaleChallenge => signed("challenge-too-old"),
        Mutant::BrokerAcceptsInventedChallenge => signed("challenge-invented"),
        Mutant::BrokerServesUnlicensedFacility => certificate("facility-unlicensed"),
        Mutant::BrokerLosesAuditOnRestart => certificate("broker-restarted"),
        Mutant::BrokerTellsInsurerTheVisit => certificate("feed-after-visit"),
        Mutant::BrokerNamesPersonInError => certificate("two-insurers"),
        Mutant::FacilityKeepsCertificateHash | Mutant::BrokerGivesOnePseudonym => certificate("two-facilities"),
        Mutant::Leak(leak) if leak.place == Place::BrokerErrorText => certificate("two-insurers"),
        _ => certificate("everyday-visit"),
    }
}
