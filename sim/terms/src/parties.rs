//! How parties are named: in the journal, in their TLS certificates and in the address book. Every name is built and parsed here.
//!
//! A facility has two names: in the journal that of its index (`facility-000003`), in its TLS certificate its facility number.

use super::identifiers::{FacilityNumber, InsurerNumber};
use super::roles::Zone;

/// The zones whose one party has the zone's name.
const SINGLE: &[Zone] = &[Zone::Broker, Zone::Jpki, Zone::NumberAuthority, Zone::Line, Zone::Municipality];

/// The name of the facility with this index.
pub fn facility(index: u64) -> String {
    indexed(Zone::Facility, index)
}

/// The name of the card reader at the counter of the facility with this index.
pub fn reader(index: u64) -> String {
    indexed(Zone::Reader, index)
}

/// The name of the party with this index, in a zone with many parties.
pub fn indexed(zone: Zone, index: u64) -> String {
    format!("{}-{index:06}", zone.name())
}

/// The name of the card reader at the counter of the facility with this name. `None` if the name is not a facility's.
pub fn reader_of(facility: &str) -> Option<String> {
    let index = facility.strip_prefix(Zone::Facility.name())?.strip_prefix('-')?;
    Some(format!("{}-{index}", Zone::Reader.name()))
}

/// The name of an insurer, in the journal and in its TLS certificate.
pub fn insurer(number: &InsurerNumber) -> String {
    format!("{}-{}", Zone::Insurer.name(), number.reveal())
}

/// The number of the insurer with this name. `None` if the name is not an insurer's.
pub fn insurer_named(party: &str) -> Option<InsurerNumber> {
    let number = party.strip_prefix(Zone::Insurer.name())?.strip_prefix('-')?;
    InsurerNumber::new(number).ok()
}

/// Whether a name from a TLS certificate claims to be an insurer's, whether or not the number is valid.
pub fn claims_to_be_insurer(party: &str) -> bool {
    party.strip_prefix(Zone::Insurer.name()).is_some_and(|rest| rest.starts_with('-'))
}

/// The name of a party as it may be shown: a peer may have put anything into its certificate.
pub fn shown(party: &str) -> &str {
    let single = SINGLE.iter().any(|zone| zone.name() == party);
    let known = single || insurer_named(party).is_some() || FacilityNumber::new(party).is_ok();
    if known { party } else { "another party" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        assert_eq!((facility(3).as_str(), reader(3).as_str()), ("facility-000003", "reader-000003"));
        assert_eq!(reader_of(&facility(1_234_567)), Some(reader(1_234_567)));
        assert_eq!(reader_of("broker"), None);
        let number = InsurerNumber::new("06139463").unwrap();
        assert_eq!(insurer_named(&insurer(&number)), Some(number));
        assert_eq!(insurer_named("insurer-123"), None);
        assert!(claims_to_be_insurer("insurer-123") && !claims_to_be_insurer("insurers") && !claims_to_be_insurer("jpki"));
    }

    #[test]
    fn a_name_that_is_not_a_known_one_is_not_shown() {
        for party in ["broker", "jpki", "number-authority", "line", "insurer-06139463"] {
            assert_eq!(shown(party), party);
        }
        for party in ["山田 太郎", "123456789018", "testbed", "reader-000000"] {
            assert_eq!(shown(party), "another party");
        }
    }
}
