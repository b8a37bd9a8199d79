//! Parties broken on purpose, so that every rule can show that it catches what it is there for.

/// One way in which one party is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutant {
    /// The reader selects the application that holds My Number, and the facility logs what it read.
    ReaderReadsMyNumber,
    /// The broker puts the institution code into a header of its answer.
    BrokerShowsCode,
    /// JPKI lets the resident code through in its answer to the broker, which logs it.
    JpkiShowsResidentCode,
    /// The broker asks JPKI about a certificate once and trusts its memory from then on.
    BrokerSkipsJpki,
    /// The broker says "not insured" while a feed is missing.
    BrokerGuesses,
    /// The broker answers without recording the check.
    BrokerForgetsAudit,
}

impl Mutant {
    pub const ALL: [Mutant; 6] = [
        Mutant::ReaderReadsMyNumber,
        Mutant::BrokerShowsCode,
        Mutant::JpkiShowsResidentCode,
        Mutant::BrokerSkipsJpki,
        Mutant::BrokerGuesses,
        Mutant::BrokerForgetsAudit,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Mutant::ReaderReadsMyNumber => "reader-reads-my-number",
            Mutant::BrokerShowsCode => "broker-shows-code",
            Mutant::JpkiShowsResidentCode => "jpki-shows-resident-code",
            Mutant::BrokerSkipsJpki => "broker-skips-jpki",
            Mutant::BrokerGuesses => "broker-guesses",
            Mutant::BrokerForgetsAudit => "broker-forgets-audit",
        }
    }

    /// What is broken, in one sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Mutant::ReaderReadsMyNumber => "the reader reads My Number from the card and the facility logs it",
            Mutant::BrokerShowsCode => "the broker puts the institution code into a header of its answer",
            Mutant::JpkiShowsResidentCode => "JPKI sends the resident code along with the institution code",
            Mutant::BrokerSkipsJpki => "the broker asks JPKI about a certificate once and then trusts its memory",
            Mutant::BrokerGuesses => "the broker says \"not insured\" while an insurer's feed is missing",
            Mutant::BrokerForgetsAudit => "the broker answers without recording the check",
        }
    }

    pub fn parse(name: &str) -> Option<Mutant> {
        Mutant::ALL.into_iter().find(|m| m.name() == name)
    }
}
