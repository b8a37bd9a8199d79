//! Parties broken on purpose, so that every rule can show that it catches what it is there for.
//!
//! A mutant is a party that does one thing wrong ([`Mutant`]'s own kinds) or lets one thing out in one place and one
//! spelling ([`Leak`]). The parties are given a [`Sabotage`] when they are set up and ask it at the place in question; nothing
//! here knows what a rule is, or which rule should catch what.

mod contraband;
mod leaks;
mod spelled;

pub use contraband::{Belongings, Contraband};
pub use leaks::{LEAKS, Leak, Place};
pub use spelled::{Spelled, Spelt};

use sim::disk::Disk;
use sim::terms::check::CheckId;
use sim::terms::identifiers::{CertificateSerial, InsurerNumber};
use sim::terms::messages::to_json;
use std::cell::RefCell;
use std::rc::Rc;

macro_rules! mutants {
    ($($item:ident $name:literal $what:literal;)*) => {
        /// One way in which one party is broken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Mutant {
            $(#[doc = $what] $item,)*
            /// A party lets something out in a place where it must not be.
            Leak(&'static Leak),
        }

        /// The mutants that do something wrong, rather than let something out.
        const BEHAVIOURS: &[Mutant] = &[$(Mutant::$item),*];

        impl Mutant {
            pub fn name(self) -> &'static str {
                match self {
                    $(Mutant::$item => $name,)*
                    Mutant::Leak(leak) => leak.name,
                }
            }

            /// What is broken, in one sentence.
            pub fn describe(self) -> &'static str {
                match self {
                    $(Mutant::$item => $what,)*
                    Mutant::Leak(leak) => leak.what,
                }
            }
        }
    };
}

mutants! {
    ReaderReadsMyNumber "reader-reads-my-number" "the reader reads My Number from the card and the facility logs it";
    JpkiShowsResidentCode "jpki-shows-resident-code" "JPKI sends the resident code along with the institution code";
    FacilityTakesCardOutOfCase "facility-takes-card-out-of-case" "staff take the card out of its case and look at its back";

    FacilityAsksBeforePersonCheck "facility-asks-before-person-check" "the facility asks the broker first and compares the photo afterwards";
    FacilitySkipsPersonCheck "facility-skips-person-check" "the facility does not check the person at all";
    FacilityPresentsStoredCertificate "facility-presents-stored-certificate" "the facility presents the certificate of the visit before instead of the one just read";
    FacilityForgetsToRecord "facility-forgets-to-record" "the facility receives the answer and records nothing";
    BrokerSkipsJpki "broker-skips-jpki" "the broker asks JPKI about a certificate once and then trusts its memory";
    BrokerAnswersBeforeJpki "broker-answers-before-jpki" "the broker answers a certificate that it has seen before from memory and asks JPKI afterwards";
    BrokerCachesCode "broker-caches-code" "the broker asks for a certificate's status every time and for its code once";
    BrokerCachesStatus "broker-caches-status" "the broker asks for a certificate's code every time and for its status once";

    AuthorityGivesOneCodeToTwo "authority-gives-one-code-to-two" "the number authority gives two persons the same code";
    AuthorityIgnoresField "authority-ignores-field" "the number authority gives a person the same code in every field";
    AuthorityMakesCodeByAsker "authority-makes-code-by-asker" "the number authority gives each insurer another code for the same person";
    AuthorityIgnoresOptOut "authority-ignores-opt-out" "the number authority gives a code to who did not want one";
    AuthorityHashesMyNumber "authority-hashes-my-number" "the number authority's codes are an unsalted digest of My Number";
    AuthorityHashesResidentCode "authority-hashes-resident-code" "the number authority's codes are an unsalted digest of the resident code";
    AuthorityUsesKnownKey "authority-uses-known-key" "the number authority's codes are a keyed digest of My Number whose key everybody knows";
    JpkiChangesCodeOnRenewal "jpki-changes-code-on-renewal" "JPKI answers another code for a renewed certificate than for the one before";
    JpkiAnswersWithAnotherCode "jpki-answers-with-another-code" "JPKI answers the broker with the exchange's code";

    BrokerGuesses "broker-guesses" "the broker says \"not insured\" while an insurer's feed is missing";
    BrokerAnswersWithoutFeed "broker-answers-without-feed" "the broker says \"in force\" from a feed that does not reach the day";
    BrokerSwapsPeople "broker-swaps-people" "the broker answers with another person's coverage";
    BrokerIgnoresEnd "broker-ignores-end" "the broker says that an ended coverage is in force";
    BrokerDatesAnswersWrong "broker-dates-answers-wrong" "the broker writes the day before into its answers";
    BrokerAnswersForAnotherDay "broker-answers-for-another-day" "the broker answers for a day two weeks before the one asked about";
    BrokerSaysWrongCopayment "broker-says-wrong-copayment" "the broker says another copayment than the insurer";
    BrokerSaysNotInsuredWhenJpkiIsDown "broker-says-not-insured-when-jpki-is-down" "the broker says \"not insured\" while JPKI does not answer";
    FacilityRecordsOtherwise "facility-records-otherwise" "the facility records another copayment than the answer says";
    FacilityShowsUnknownAsNotInsured "facility-shows-unknown-as-not-insured" "the facility's screen says \"not insured\" when nothing is known";

    BrokerAcceptsExpiredCertificate "broker-accepts-expired-certificate" "the broker accepts a certificate that has expired";
    BrokerAcceptsNotYetValidCertificate "broker-accepts-not-yet-valid-certificate" "the broker accepts a certificate before its time";
    BrokerAcceptsOtherCa "broker-accepts-other-ca" "the broker accepts a certificate of a CA that it does not know";
    BrokerAcceptsTamperedCertificate "broker-accepts-tampered-certificate" "the broker accepts a certificate whose signature does not fit";
    BrokerAcceptsWrongPurpose "broker-accepts-wrong-purpose" "the broker accepts a certificate for signing documents";
    BrokerIgnoresRevocation "broker-ignores-revocation" "the broker takes a revoked certificate for a good one";
    BrokerIgnoresSuspension "broker-ignores-suspension" "the broker takes a suspended certificate for a good one";
    BrokerTakesUnsignedStatus "broker-takes-unsigned-status" "the broker takes whatever comes back from OCSP for \"good\", and what JPKI cannot say of a code from its memory";
    BrokerSkipsSignature "broker-skips-signature" "the broker does not ask for a signed challenge";
    BrokerAcceptsWrongSignature "broker-accepts-wrong-signature" "the broker accepts any bytes as the signature of a challenge";
    BrokerReusesChallenges "broker-reuses-challenges" "the broker accepts a challenge that has been used before";
    BrokerAcceptsStaleChallenge "broker-accepts-stale-challenge" "the broker accepts a challenge that is too old";
    BrokerAcceptsInventedChallenge "broker-accepts-invented-challenge" "the broker accepts a challenge that it never gave out";
    BrokerServesUnlicensedFacility "broker-serves-unlicensed-facility" "the broker answers a facility without a licence";
    BrokerTakesFeedsOfOthers "broker-takes-feeds-of-others" "an insurer feeds in another insurer's name and the broker takes it";
    FacilitySpeaksWithoutTls "facility-speaks-without-tls" "the facility says in clear what it wants before TLS begins";
    JpkiAnswersAnybody "jpki-answers-anybody" "JPKI tells an insurer which code belongs to a certificate";

    BrokerForgetsAudit "broker-forgets-audit" "the broker answers without recording the check";
    BrokerAuditsLate "broker-audits-late" "the broker makes its record durable after the answer has left";
    BrokerAuditsTwice "broker-audits-twice" "the broker records each check twice";
    BrokerLosesAuditOnRestart "broker-loses-audit-on-restart" "the broker makes a record durable only when the next one comes, so that a restart loses the last";
    BrokerAuditsAnotherOutcome "broker-audits-another-outcome" "the broker records another outcome than it answered";
    FacilityRecordsTwice "facility-records-twice" "the facility records each answer twice";

    BrokerTellsJpkiTheFacility "broker-tells-jpki-the-facility" "the broker tells JPKI which facility asks";
    BrokerTellsJpkiTheCheck "broker-tells-jpki-the-check" "the broker tells JPKI under which check it asks";
    BrokerAsksJpkiWithMore "broker-asks-jpki-with-more" "the broker tells JPKI the day and the insurer along with the certificate";
    BrokerTellsInsurerTheVisit "broker-tells-insurer-the-visit" "the broker tells an insurer where the last check took place";
    BrokerNamesPersonInError "broker-names-person-in-error" "the broker names the person's symbol and number when it cannot answer";
    FacilitySendsName "facility-sends-name" "the facility sends the person's name and birth along with the certificate";
    FacilityNamesPersonInTls "facility-names-person-in-tls" "the facility calls the broker by a name that has the person's in it";

    FacilityKeepsCertificateHash "facility-keeps-certificate-hash" "the facility files the person under a digest of the certificate, the same at every facility";
    BrokerGivesOnePseudonym "broker-gives-one-pseudonym" "the broker gives every facility the same pseudonym for a person, and they file the person under it";
}

const COUNT: usize = BEHAVIOURS.len() + LEAKS.len();

impl Mutant {
    /// Every mutant: first those that do something wrong, then those that let something out.
    pub const ALL: [Mutant; COUNT] = {
        let mut all = [Mutant::ReaderReadsMyNumber; COUNT];
        let mut i = 0;
        while i < COUNT {
            all[i] = if i < BEHAVIOURS.len() { BEHAVIOURS[i] } else { Mutant::Leak(&LEAKS[i - BEHAVIOURS.len()]) };
            i += 1;
        }
        all
    };

    pub fn parse(name: &str) -> Option<Mutant> {
        Mutant::ALL.into_iter().find(|m| m.name() == name)
    }
}

/// Whose data a party has in hand, by what it knows of the person.
#[derive(Clone, Copy)]
pub enum Of<'a> {
    /// As the testbed counts.
    Person(u64),
    /// The certificate that was presented, DER.
    Certificate(&'a [u8]),
    Serial(CertificateSerial),
    /// A My Number or a resident code.
    Number(&'a str),
    Anybody,
}

/// Which party is broken how, as the parties of a run are told. Clones are handles to the same.
#[derive(Clone, Default)]
pub struct Sabotage(Rc<Inner>);

#[derive(Default)]
struct Inner {
    mutant: Option<Mutant>,
    people: RefCell<Vec<Belongings>>,
    insurers: RefCell<Vec<InsurerNumber>>,
    issuer_key_id: RefCell<String>,
}

impl Sabotage {
    /// Nobody is broken.
    pub fn none() -> Sabotage {
        Sabotage::default()
    }

    pub fn new(mutant: Option<Mutant>) -> Sabotage {
        Sabotage(Rc::new(Inner { mutant, ..Inner::default() }))
    }

    /// Takes in what a person has that could get out; in the order of the persons.
    pub fn knows(&self, belongings: Belongings) {
        self.0.people.borrow_mut().push(belongings);
    }

    /// Takes in whom an insurer could pass itself off as, and by what name a certificate's issuer is asked about.
    pub fn knows_parties(&self, insurers: Vec<InsurerNumber>, issuer_key_id: String) {
        *self.0.insurers.borrow_mut() = insurers;
        *self.0.issuer_key_id.borrow_mut() = issuer_key_id;
    }

    /// Whether anything is broken on purpose.
    pub fn is_any(&self) -> bool {
        self.0.mutant.is_some()
    }

    pub fn is(&self, mutant: Mutant) -> bool {
        self.0.mutant == Some(mutant)
    }

    /// Whether a facility says something in clear, which the line then has to take off.
    pub(crate) fn speaks_before_tls(&self) -> bool {
        self.is(Mutant::FacilitySpeaksWithoutTls) || self.leak_at(Place::FacilityPreface).is_some()
    }

    /// The leak of the run, if it is at `place`.
    fn leak_at(&self, place: Place) -> Option<&'static Leak> {
        match self.0.mutant {
            Some(Mutant::Leak(leak)) if leak.place == place => Some(leak),
            _ => None,
        }
    }

    /// What gets out at `place`: of the person in hand, or of the first person where that one is not known or has none.
    pub fn leak(&self, place: Place, of: Of<'_>) -> Option<Spelt> {
        self.leak_with(place, of, "")
    }

    /// The same, where a keyed digest may be made with `key`.
    pub fn leak_with(&self, place: Place, of: Of<'_>, key: &str) -> Option<Spelt> {
        let leak = self.leak_at(place)?;
        let people = self.0.people.borrow();
        let at_hand = people.iter().find(|b| b.are(of)).and_then(|b| b.value(leak.shows));
        let value = at_hand.or_else(|| people.iter().find_map(|b| b.value(leak.shows)))?;
        Some(leak.spelled.write(&value, key.as_bytes()))
    }

    /// What gets out at `place` of a person who is not known here yet: for a card that is being personalised.
    pub fn leak_from(&self, place: Place, belongings: &Belongings) -> Option<Spelt> {
        let leak = self.leak_at(place)?;
        Some(leak.spelled.write(&belongings.value(leak.shows)?, b""))
    }

    /// Lets something out into the running party's log.
    pub fn log(&self, place: Place, of: Of<'_>) {
        if let Some(spelt) = self.leak(place, of) {
            tracing::info!(target: "mocks", "at hand: {}", spelt.text());
        }
    }

    /// Lets something out into a store of the running party.
    pub fn record(&self, place: Place, of: Of<'_>, check: Option<&CheckId>) {
        if let Some(spelt) = self.leak(place, of) {
            keep("notes", spelt.record(check));
        }
    }

    /// The serial number of the certificate in use of whose card this certificate was read from.
    pub(crate) fn serial_of(&self, certificate: &[u8]) -> Option<CertificateSerial> {
        let people = self.0.people.borrow();
        people.iter().find(|b| b.are(Of::Certificate(certificate))).map(|b| b.serial)
    }

    /// The insurer of the person whose certificate this is.
    pub(crate) fn insurer_of(&self, certificate: &[u8]) -> Option<InsurerNumber> {
        let people = self.0.people.borrow();
        let person = people.iter().find(|b| b.are(Of::Certificate(certificate)))?;
        person.insured.as_ref().map(|i| i.insurer.clone())
    }

    /// In whose name the insurer `me` would feed: one insurer does, in the name of the first person's.
    pub(crate) fn feeds_as(&self, me: &InsurerNumber) -> Option<InsurerNumber> {
        let people = self.0.people.borrow();
        let victim = &people.first()?.insured.as_ref()?.insurer;
        let insurers = self.0.insurers.borrow();
        let intruder = insurers.iter().find(|i| *i != victim)?;
        (self.is(Mutant::BrokerTakesFeedsOfOthers) && intruder == me).then(|| victim.clone())
    }

    /// What the insurer `me` would ask JPKI about, which is none of its business: issuer and serial number.
    pub(crate) fn asks_jpki_about(&self, me: &InsurerNumber) -> Option<(String, CertificateSerial)> {
        let first = self.0.insurers.borrow().first() == Some(me);
        let serial = self.0.people.borrow().first().map(|b| b.serial)?;
        (self.is(Mutant::JpkiAnswersAnybody) && first).then(|| (self.0.issuer_key_id.borrow().clone(), serial))
    }
}

/// Makes a record durable in a store of the running party, in which it would keep nothing if it were sound.
pub(crate) fn keep(store: &str, record: Vec<u8>) {
    let disk = Disk::default();
    disk.append(store, record);
    disk.sync(store);
}

/// Files the patient of a check under a key.
pub(crate) fn keep_patient(check: &CheckId, patient: &str) {
    keep("patients", to_json(&serde_json::json!({ "check": check, "patient": patient })));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct_and_read_back() {
        let names: BTreeSet<_> = Mutant::ALL.iter().map(|m| m.name()).collect();
        assert_eq!(names.len(), Mutant::ALL.len());
        for m in Mutant::ALL {
            assert_eq!(Mutant::parse(m.name()), Some(m));
            assert!(!m.describe().is_empty() && !m.describe().ends_with('.'), "{}", m.name());
        }
        assert_eq!(Mutant::parse("none"), None);
    }
}
