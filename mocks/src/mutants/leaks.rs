//! Leaks: what gets out where, and in which spelling.

use super::contraband::Contraband;
use super::spelled::Spelled;

/// One thing that gets out in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    pub name: &'static str,
    pub shows: Contraband,
    pub place: Place,
    pub spelled: Spelled,
    /// What is broken, in one sentence.
    pub what: &'static str,
}

/// Where something gets out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// One more line of print on a face of the card.
    CardFront,
    CardBack,
    /// In the chip's JPKI application: behind the token's label, and in the file of unknown use.
    ChipTokenInfo,
    ChipUnknownFile,
    ReaderLog,
    /// In the data field of a command that the card does not know.
    ReaderCommand,
    FacilityLog,
    /// The first half in one line, the second in the next.
    FacilityTwoLogLines,
    FacilityScreen,
    /// A sheet for the patient.
    FacilityPrint,
    FacilityRecord,
    /// In the query of the target of ④.
    FacilityTarget,
    /// In clear, before the TLS of ④ begins.
    FacilityPreface,
    LineLog,
    BrokerLog,
    BrokerRecord,
    /// Headers of the answer ⑥.
    BrokerHeader,
    BrokerTransactionId,
    BrokerTwoHeaders,
    /// In the diagnostics of a refusal.
    BrokerErrorText,
    /// In a header of ⑤.
    BrokerJpkiHeader,
    /// In the subject of the certificate that facilities are shown.
    BrokerTlsSubject,
    JpkiLog,
    JpkiRecord,
    InsurerLog,
    InsurerRecord,
    /// In a header of a feed.
    InsurerHeader,
    AuthorityLog,
    AuthorityRecord,
    /// In a header of an answer with codes.
    AuthorityHeader,
}

const fn leak(name: &'static str, shows: Contraband, place: Place, spelled: Spelled, what: &'static str) -> Leak {
    Leak { name, shows, place, spelled, what }
}

use Contraband::*;
use Place::*;
use Spelled::*;

/// First one leak for each place in which something must never be, then the same things in other spellings.
#[rustfmt::skip]
pub const LEAKS: &[Leak] = &[
    leak("card-front-shows-my-number", MyNumber, CardFront, Grouped, "My Number is printed on the front of the card"),
    leak("reader-shows-my-number", MyNumber, ReaderLog, Plain, "the reader logs My Number"),
    leak("facility-shows-my-number", MyNumber, FacilityScreen, Plain, "the facility's screen shows My Number"),
    leak("line-shows-my-number", MyNumber, LineLog, Plain, "the line logs My Number"),
    leak("jpki-shows-my-number", MyNumber, JpkiRecord, Plain, "JPKI keeps My Number in a store of its own"),

    leak("card-chip-shows-resident-code", ResidentCode, ChipUnknownFile, Plain, "a free file of the chip holds the resident code"),
    leak("card-front-shows-resident-code", ResidentCode, CardFront, FullWidth, "the resident code is printed on the front of the card"),
    leak("card-back-shows-resident-code", ResidentCode, CardBack, Plain, "the resident code is printed on the back of the card"),
    leak("reader-shows-resident-code", ResidentCode, ReaderCommand, Plain, "the reader sends the card a command with the resident code in it"),
    leak("facility-shows-resident-code", ResidentCode, FacilityRecord, Plain, "the facility keeps the resident code in its records"),
    leak("line-shows-resident-code", ResidentCode, FacilityPreface, Plain, "the resident code goes over the line in clear"),
    leak("broker-shows-resident-code", ResidentCode, BrokerRecord, Plain, "the broker keeps the resident code in its records"),
    leak("insurer-shows-resident-code", ResidentCode, InsurerHeader, Plain, "the insurer sends a resident code in a header of its feed"),

    leak("card-chip-shows-institution-code", InstitutionCode, ChipTokenInfo, Plain, "the chip's token information holds the institution code"),
    leak("card-front-shows-institution-code", InstitutionCode, CardFront, Plain, "the institution code is printed on the front of the card"),
    leak("card-back-shows-institution-code", InstitutionCode, CardBack, Plain, "the institution code is printed on the back of the card"),
    leak("reader-shows-institution-code", InstitutionCode, ReaderLog, LowerCase, "the reader logs the institution code"),
    leak("facility-shows-institution-code", InstitutionCode, FacilityLog, Plain, "the facility logs the institution code"),
    leak("line-shows-institution-code", InstitutionCode, LineLog, Plain, "the line logs the institution code"),

    leak("card-chip-shows-other-institution-code", OtherInstitutionCode, ChipUnknownFile, Plain, "a free file of the chip holds the exchange's code"),
    leak("card-front-shows-other-institution-code", OtherInstitutionCode, CardFront, Plain, "the exchange's code is printed on the front of the card"),
    leak("card-back-shows-other-institution-code", OtherInstitutionCode, CardBack, Plain, "the exchange's code is printed on the back of the card"),
    leak("reader-shows-other-institution-code", OtherInstitutionCode, ReaderCommand, Plain, "the reader sends the card a command with the exchange's code in it"),
    leak("facility-shows-other-institution-code", OtherInstitutionCode, FacilityPrint, Plain, "the facility prints the exchange's code"),
    leak("line-shows-other-institution-code", OtherInstitutionCode, FacilityPreface, Plain, "the exchange's code goes over the line in clear"),
    leak("broker-shows-other-institution-code", OtherInstitutionCode, BrokerJpkiHeader, Plain, "the broker names the exchange's code in a header of its question to JPKI"),
    leak("insurer-shows-other-institution-code", OtherInstitutionCode, InsurerRecord, Plain, "the insurer keeps the exchange's code in a store of its own"),

    leak("card-front-shows-certificate", CertificateSubject, CardFront, Plain, "the subject of the certificate is printed on the front of the card"),
    leak("card-back-shows-certificate", Certificate, CardBack, Base64, "the certificate is printed on the back of the card"),
    leak("insurer-shows-certificate", Certificate, InsurerRecord, Base64, "the insurer keeps a certificate"),
    leak("number-authority-shows-certificate", CertificateSubject, AuthorityLog, Plain, "the number authority logs the subject of a certificate"),

    leak("card-chip-shows-insured-identifier", InsuredIdentifier, ChipUnknownFile, Plain, "a free file of the chip holds the insured identifier"),
    leak("card-front-shows-insured-identifier", InsuredIdentifier, CardFront, Plain, "the insured identifier is printed on the front of the card"),
    leak("card-back-shows-insured-identifier", InsuredIdentifier, CardBack, Plain, "the insured identifier is printed on the back of the card"),
    leak("reader-shows-insured-identifier", InsuredIdentifier, ReaderLog, Plain, "the reader logs the insured identifier"),
    leak("jpki-shows-insured-identifier", InsuredIdentifier, JpkiLog, Plain, "JPKI logs the insured identifier"),
    leak("number-authority-shows-insured-identifier", InsuredIdentifier, AuthorityHeader, Plain, "the number authority sends an insured identifier in a header of its answer"),

    leak("card-chip-shows-eligibility", EligibilityJson, ChipUnknownFile, Plain, "a free file of the chip holds the eligibility"),
    leak("card-front-shows-eligibility", Eligibility, CardFront, Plain, "the eligibility is printed on the front of the card"),
    leak("card-back-shows-eligibility", Eligibility, CardBack, Plain, "the eligibility is printed on the back of the card"),
    leak("reader-shows-eligibility", Eligibility, ReaderLog, Plain, "the reader logs the eligibility"),
    leak("jpki-shows-eligibility", EligibilityJson, JpkiRecord, Plain, "JPKI keeps the eligibility in a store of its own"),
    leak("number-authority-shows-eligibility", Eligibility, AuthorityLog, Plain, "the number authority logs the eligibility"),

    leak("card-chip-shows-medical-record", MedicalRecord, ChipTokenInfo, Plain, "the chip's token information holds a medical record"),
    leak("card-front-shows-medical-record", MedicalRecord, CardFront, Plain, "a medical record is printed on the front of the card"),
    leak("card-back-shows-medical-record", MedicalRecord, CardBack, Plain, "a medical record is printed on the back of the card"),
    leak("reader-shows-medical-record", MedicalRecord, ReaderLog, Plain, "the reader logs a medical record"),
    leak("broker-shows-medical-record", MedicalRecord, BrokerLog, Plain, "the broker logs a medical record"),
    leak("jpki-shows-medical-record", MedicalRecord, JpkiLog, Plain, "JPKI logs a medical record"),
    leak("number-authority-shows-medical-record", MedicalRecord, AuthorityRecord, Plain, "the number authority keeps a medical record"),

    leak("card-chip-shows-research-code", ResearchCode, ChipUnknownFile, Plain, "a free file of the chip holds the research code"),
    leak("card-front-shows-research-code", ResearchCode, CardFront, Plain, "the research code is printed on the front of the card"),
    leak("card-back-shows-research-code", ResearchCode, CardBack, Plain, "the research code is printed on the back of the card"),
    leak("reader-shows-research-code", ResearchCode, ReaderLog, Plain, "the reader logs the research code"),
    leak("facility-shows-research-code", ResearchCode, FacilityRecord, Plain, "the facility keeps the research code in its records"),
    leak("line-shows-research-code", ResearchCode, LineLog, Plain, "the line logs the research code"),
    leak("broker-shows-research-code", ResearchCode, BrokerRecord, Plain, "the broker keeps the research code in its records"),
    leak("jpki-shows-research-code", ResearchCode, JpkiRecord, Plain, "JPKI keeps the research code in a store of its own"),
    leak("insurer-shows-research-code", ResearchCode, InsurerLog, Plain, "the insurer logs the research code"),

    leak("broker-shows-code", InstitutionCode, BrokerHeader, Plain, "the broker puts the institution code into a header of its answer"),
    leak("broker-puts-code-into-error-text", InstitutionCode, BrokerErrorText, Plain, "the broker puts the institution code into the text of a refusal"),
    leak("broker-json-escapes-code", InstitutionCode, BrokerErrorText, JsonEscapes, "the broker puts the institution code into the text of a refusal, in JSON's escapes"),
    leak("broker-hides-code-in-transaction-id", InstitutionCode, BrokerTransactionId, Base64, "the broker's transaction id is the institution code in base 64"),
    leak("broker-hashes-code", InstitutionCode, BrokerHeader, Sha256, "the broker puts the SHA-256 of the institution code into a header of its answer"),
    leak("broker-sends-code-bytes", InstitutionCodeBytes, BrokerHeader, Hex, "the broker puts the octets of the institution code into a header of its answer"),
    leak("broker-splits-code-over-two-fields", InstitutionCode, BrokerTwoHeaders, Plain, "the broker puts the institution code into two headers, one half each"),
    leak("broker-nests-code", InstitutionCode, BrokerHeader, Base64OfGzip, "the broker puts the institution code into a header, packed and then in base 64"),
    leak("broker-code-in-tls-name", InstitutionCode, BrokerTlsSubject, Plain, "the broker's TLS certificate has an institution code in its subject"),

    leak("reader-logs-number-base32", MyNumber, ReaderLog, Base32, "the reader logs My Number in base 32"),
    leak("facility-logs-number-hash", MyNumber, FacilityLog, Md5, "the facility logs the MD5 of My Number"),
    leak("facility-logs-number-sha1", MyNumber, FacilityLog, Sha1, "the facility logs the SHA-1 of My Number"),
    leak("facility-logs-number-sha512", MyNumber, FacilityLog, Sha512, "the facility logs the SHA-512 of My Number"),
    leak("facility-logs-truncated-hash", MyNumber, FacilityLog, TruncatedSha256, "the facility logs the first eight octets of the SHA-256 of My Number"),
    leak("facility-logs-keyed-hash", MyNumber, FacilityLog, HmacSha256, "the facility logs the HMAC of My Number with its own number as the key"),
    leak("facility-logs-reversed", MyNumber, FacilityLog, Reversed, "the facility logs My Number from its end to its start"),
    leak("facility-logs-grouped", MyNumber, FacilityLog, Grouped, "the facility logs My Number in groups of four"),
    leak("facility-logs-number-base64url", MyNumber, FacilityLog, Base64Url, "the facility logs My Number in base 64 for URLs"),
    leak("facility-logs-in-two-lines", MyNumber, FacilityTwoLogLines, Plain, "the facility logs My Number in two lines, one half each"),
    leak("facility-screen-full-width", MyNumber, FacilityScreen, FullWidth, "the facility's screen shows My Number in full-width digits"),
    leak("facility-screen-html", MyNumber, FacilityScreen, Html, "the facility's screen shows My Number as HTML's character references"),
    leak("facility-prints-kanji-digits", MyNumber, FacilityPrint, Kanji, "the facility prints My Number in kanji digits"),
    leak("facility-record-utf16", MyNumber, FacilityRecord, Utf16, "the facility keeps My Number in UTF-16"),
    leak("facility-record-shift-jis", MyNumber, FacilityRecord, ShiftJis, "the facility keeps My Number in full-width digits of Shift_JIS"),
    leak("facility-record-gzip", MyNumber, FacilityRecord, Gzip, "the facility keeps My Number packed with gzip"),
    leak("facility-record-bcd", MyNumber, FacilityRecord, Bcd, "the facility keeps My Number in binary-coded decimals"),
    leak("facility-record-integer", MyNumber, FacilityRecord, Integer, "the facility keeps My Number as a binary number"),
    leak("facility-asks-with-number-in-url", MyNumber, FacilityTarget, Percent, "the facility puts My Number, percent-encoded, into the target of its request"),
    leak("line-carries-number-in-clear", MyNumber, FacilityPreface, Plain, "My Number goes over the line in clear before TLS begins"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_place_has_a_leak_and_none_stands_twice() {
        let all: BTreeSet<_> = LEAKS.iter().map(|l| (l.shows, l.place, l.spelled)).collect();
        assert_eq!(all.len(), LEAKS.len());
        let cells = LEAKS.iter().filter(|l| l.name.contains("-shows-") && l.name != "broker-shows-code").count();
        assert_eq!(cells, 59);
    }
}
