//! The people, facilities, feeds and visits of a scenario.

use super::calendar::BirthDay;
use super::demands::Expect;
use super::origin::Origin;
use super::part::{is_default, keywords};
use super::registers::RecordDiffers;
use super::units::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use sim::people::InsurerKind;
use sim::terms::roles::FacilityKind;

/// The scenario's title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Title {
    pub ja: String,
    pub en: String,
}

/// One person of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PersonPart {
    /// Which person, from 0.
    pub index: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub certificate: CertificatePart,
    /// How many days before the start of the run an expired certificate ended. One, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ended_days_ago: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub insurance: InsurancePart,
    /// Whether the person opted in to a code for medical use.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub opted_in: bool,
    /// Tries left before the PIN is locked, 0 to 3.
    #[serde(default = "three", skip_serializing_if = "is_three")]
    pub pin_tries_left: u8,
    /// 生年月日. Drawn to fit everything else, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub born: Option<BirthDay>,
    /// The kind of the insurer with which the person is first. Drawn by the age, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub insured_with: Option<InsuredWith>,
    /// The person in whose household this one is insured as a dependent, by the employer's insurance of that person.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dependent_of: Option<u64>,
}

impl PersonPart {
    /// How many days before the start of the run an expired certificate ended.
    pub fn ended_before(&self) -> i64 {
        i64::from(self.ended_days_ago.unwrap_or(1))
    }

    /// A person with the defaults.
    pub fn plain(index: u64) -> PersonPart {
        PersonPart {
            index,
            certificate: CertificatePart::Good,
            ended_days_ago: None,
            insurance: InsurancePart::InForce,
            opted_in: true,
            pin_tries_left: 3,
            born: None,
            insured_with: None,
            dependent_of: None,
        }
    }
}

fn yes() -> bool {
    true
}

fn is_yes(it: &bool) -> bool {
    *it
}

fn three() -> u8 {
    3
}

fn is_three(n: &u8) -> bool {
    *n == 3
}

keywords! {
    /// The certificate on a person's card.
    #[derive(Default)]
    pub enum CertificatePart {
        #[default]
        Good "good",
        /// Ended yesterday, or so many days ago as `ended-days-ago` says.
        Expired "expired",
        /// Begins tomorrow.
        NotYetValid "not-yet-valid",
        /// Revoked yesterday: the card was lost.
        Revoked "revoked",
        /// On hold since yesterday.
        Suspended "suspended",
        /// Renewed yesterday: the person has a new card, and the old one.
        Renewed "renewed",
        /// Issued by a CA of the same name that JPKI does not know.
        OtherCa "other-ca",
        /// One character changed after it was signed.
        Tampered "tampered",
        /// 署名用電子証明書 in the place of the authentication certificate.
        SignatureCertificate "signature-certificate",
        /// Bytes that are not a certificate.
        Unreadable "unreadable",
        /// Issued, and not yet in JPKI's register.
        Unregistered "unregistered",
    }
}

keywords! {
    /// 保険者の種別.
    pub enum InsuredWith {
        /// 全国健康保険協会.
        KyokaiKenpo "kyokai-kenpo",
        /// 健康保険組合, 共済組合.
        HealthInsuranceSociety "health-insurance-society",
        /// 市町村国民健康保険.
        Municipal "municipal",
        /// 後期高齢者医療広域連合.
        LateElderly "late-elderly",
    }
}

impl InsuredWith {
    pub fn kind(self) -> InsurerKind {
        match self {
            InsuredWith::KyokaiKenpo => InsurerKind::KyokaiKenpo,
            InsuredWith::HealthInsuranceSociety => InsurerKind::HealthInsuranceSociety,
            InsuredWith::Municipal => InsurerKind::Municipal,
            InsuredWith::LateElderly => InsurerKind::LateElderly,
        }
    }

    /// Whether it has dependents: an employer's insurance.
    pub fn has_dependents(self) -> bool {
        matches!(self, InsuredWith::KyokaiKenpo | InsuredWith::HealthInsuranceSociety)
    }
}

keywords! {
    /// A person's insurance, counted from the day on which the run starts: `today` is that day.
    #[derive(Default)]
    pub enum InsurancePart {
        /// In force with one insurer.
        #[default]
        InForce "in-force",
        /// Ended ten days ago, and no other insurer insures the person.
        Ended "ended",
        /// Another insurer since yesterday.
        MovedYesterday "moved-yesterday",
        /// Another insurer from today on: yesterday was the last day with the old one.
        MovedToday "moved-today",
        /// Ended ten days ago; another insurer from tomorrow on.
        Gap "gap",
        /// Two insurers claim the person.
        TwoInsurers "two-insurers",
        /// 75 years old today: with 後期高齢者医療 from today on.
        Turns75Today "turns-75-today",
        /// 75 years old tomorrow: today is the last day with the insurer so far.
        Turns75Tomorrow "turns-75-tomorrow",
    }
}

impl InsurancePart {
    /// Whether an insurer insures the person on the day.
    pub fn insured(self) -> bool {
        !matches!(self, InsurancePart::Ended | InsurancePart::Gap)
    }

    /// Which of the person's two coverages is in force so many days after the start of the run: the first or the second. `None` if
    /// none is.
    pub fn in_force_after(self, days: i64) -> Option<usize> {
        match self {
            InsurancePart::Ended => None,
            InsurancePart::Gap => (days >= 1).then_some(1),
            InsurancePart::Turns75Tomorrow => Some(usize::from(days >= 1)),
            InsurancePart::InForce | InsurancePart::TwoInsurers => Some(0),
            InsurancePart::MovedYesterday | InsurancePart::MovedToday | InsurancePart::Turns75Today => Some(1),
        }
    }

    /// Whether the person turns 75 with the run.
    pub fn turns_75(self) -> bool {
        matches!(self, InsurancePart::Turns75Today | InsurancePart::Turns75Tomorrow)
    }

    /// Whether one coverage has ended and another one is in force.
    pub fn moved(self) -> bool {
        matches!(self, InsurancePart::MovedYesterday | InsurancePart::MovedToday | InsurancePart::Turns75Today)
    }
}

/// One facility of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FacilityPart {
    /// Which facility, from 0.
    pub index: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(schema_with = "facility_kinds")]
    pub kind: Option<FacilityKind>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub tls_certificate: TlsPart,
    /// When its TLS certificate expires, after the start of the run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tls_expires: Option<Span>,
    /// 指定を受けているか.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub licensed: bool,
}

pub(super) fn facility_kinds(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": FacilityKind::ALL.map(FacilityKind::name) })
}

impl FacilityPart {
    /// A facility with the defaults.
    pub fn plain(index: u64) -> FacilityPart {
        FacilityPart { index, kind: None, tls_certificate: TlsPart::Good, tls_expires: None, licensed: true }
    }
}

keywords! {
    /// A facility's TLS certificate.
    #[derive(Default)]
    pub enum TlsPart {
        #[default]
        Good "good",
        Missing "missing",
        Expired "expired",
        Revoked "revoked",
        /// Issued by a CA that the broker does not trust.
        Untrusted "untrusted",
    }
}

/// The feed of one insurer. All other insurers send theirs at once, complete through the day, and after each midnight of the run
/// another one, complete through the new day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeedPart {
    /// The insurer that insures this person on the day on which the run starts.
    pub of_insurer_of: u64,
    /// Whether it is that one or the insurer before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub which: WhichInsurer,
    /// When the first feed is sent; never, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub arrives: Option<Span>,
    /// How many days its watermark, the date it is complete through, is behind the day on which it is sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub days_behind: i32,
    /// When a second feed is sent, complete through the day on which it is sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub catches_up: Option<Span>,
    /// How long after each midnight of the run the batch of the new day is sent; at once, if not given. None is sent before the
    /// feeds above, nor by an insurer whose feeds never reach the day.
    #[serde(default, skip_serializing_if = "is_default")]
    pub next_days: Option<Span>,
    /// The order in which its messages are first sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: FeedOrder,
    /// Whether each message is sent twice.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sent_twice: bool,
}

impl FeedPart {
    /// Whether its feeds ever reach the day on which they are sent.
    pub fn reaches_the_day(&self) -> bool {
        self.catches_up.is_some() || (self.arrives.is_some() && self.days_behind == 0)
    }
}

keywords! {
    /// Which insurer of a person.
    #[derive(Default)]
    pub enum WhichInsurer {
        /// The one on the day on which the run starts.
        #[default]
        Current "current",
        /// The one before it.
        Previous "previous",
    }
}

keywords! {
    /// The order of an insurer's messages.
    #[derive(Default)]
    pub enum FeedOrder {
        #[default]
        InOrder "in-order",
        /// The last message is sent first, is rejected, and is sent again in its turn.
        LastFirst "last-first",
    }
}

/// One person at one counter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VisitPart {
    /// After the start of the run. Feeds take about the first second.
    pub at: Span,
    pub person: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub facility: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub person_check: PersonCheckPart,
    #[serde(default, skip_serializing_if = "is_default")]
    pub card: CardPart,
    /// Asks about a coverage that the facility has on record, and not about any coverage.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asks_about: Option<AsksAbout>,
    /// How the coverage that the facility has on record differs from the registered one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub record_differs: Option<RecordDiffers>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deviation: Option<DeviationPart>,
    /// How the visit must end.
    pub expect: Expect,
    /// The cause, an attack or an error, under which the result counts how the visit ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub counts_as: Option<String>,
    /// Whether it was drawn for a workload; not a key of the file.
    #[serde(skip)]
    pub drawn: bool,
    /// Where its expectation is written; not a key of the file.
    #[serde(skip)]
    pub origin: Origin,
}

keywords! {
    /// How the person is checked.
    #[derive(Default)]
    pub enum PersonCheckPart {
        #[default]
        Photo "photo",
        /// The card is somebody else's.
        PhotoOfAnother "photo-of-another",
        Pin "pin",
        WrongPin "wrong-pin",
        /// Staff do not check the person.
        Skipped "skipped",
        /// The card is somebody else's, and staff do not notice it.
        AnotherUnnoticed "another-unnoticed",
        /// The card is somebody else's, who let its PIN be seen.
        PinOfAnother "pin-of-another",
    }
}

keywords! {
    /// Which card the person presents, and what becomes of it on the reader.
    #[derive(Default)]
    pub enum CardPart {
        #[default]
        Current "current",
        /// The card before the renewal.
        Previous "previous",
        /// Taken away while the certificate is read.
        TakenAway "taken-away",
        /// Its chip does not answer.
        Dead "dead",
        /// A card of another kind, such as a patient card.
        AnotherKind "another-kind",
        /// The reader does not answer while this card is on it.
        ReaderStuck "reader-stuck",
    }
}

keywords! {
    /// Which coverage a facility has on record.
    pub enum AsksAbout {
        /// The one that is in force on the day on which the run starts, or was last before it.
        CurrentCoverage "current-coverage",
        /// The one before it.
        PreviousCoverage "previous-coverage",
    }
}

keywords! {
    /// How a request deviates from the protocol.
    pub enum DeviationPart {
        RequestMalformed "request-malformed",
        RequestTooLarge "request-too-large",
        RequestUnknownField "request-unknown-field",
        SignatureMissing "signature-missing",
        SignatureWrong "signature-wrong",
        /// The card of the person after this one signs.
        SignatureByAnotherCard "signature-by-another-card",
        /// The signed challenge of the previous visit at this facility is sent again.
        ChallengeReused "challenge-reused",
        /// The challenge is 61 seconds old.
        ChallengeStale "challenge-stale",
        ChallengeInvented "challenge-invented",
        /// No card is there: a copy of its certificate is presented.
        CertificateCopied "certificate-copied",
        /// No card is there: what an earlier request contained is sent again.
        RequestReplayed "request-replayed",
    }
}

impl DeviationPart {
    /// Whether the deviation is in the signature or its challenge, so that it only shows in designs that need one.
    pub fn in_signature(self) -> bool {
        use DeviationPart::{CertificateCopied, RequestMalformed, RequestReplayed, RequestTooLarge, RequestUnknownField};
        !matches!(self, RequestMalformed | RequestTooLarge | RequestUnknownField | CertificateCopied | RequestReplayed)
    }
}
