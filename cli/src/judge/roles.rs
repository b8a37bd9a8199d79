//! The roles of `--seen`.

use conformance::Seen;
use sim::terms::roles::Zone;
use std::collections::BTreeSet;

/// The name that stands for the chip of the card and its faces.
const CARD: &str = "card";

/// Whose parties were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// As given.
    pub written: String,
    /// `None` for everybody.
    pub only: Option<BTreeSet<Zone>>,
}

impl Roles {
    pub fn all() -> Roles {
        Roles { written: String::new(), only: None }
    }

    /// Everybody but the parties of one role, which is under test.
    pub fn all_but(role: &str) -> Result<Roles, String> {
        let under_test = match role.contains(',') {
            true => return Err(format!("`{role}` is more than one role")),
            false => parse(role)?.only.unwrap_or_default(),
        };
        let others = Zone::ALL.into_iter().filter(|zone| !under_test.contains(zone));
        Ok(Roles { written: String::new(), only: Some(others.collect()) })
    }

    pub fn seen(&self) -> Seen {
        self.only.as_ref().map_or_else(Seen::all, |zones| Seen::only(zones.iter().copied()))
    }

    /// The names of the zones, in the order of the table of zones.
    pub fn zones(&self) -> Vec<String> {
        let seen = self.seen();
        Zone::ALL.into_iter().filter(|z| seen.has(*z)).map(|z| z.name().to_string()).collect()
    }
}

/// The zones of a role by its name. The testbed is no role: it is always seen.
fn role(zone: Zone) -> Option<&'static str> {
    match zone {
        Zone::Testbed => None,
        Zone::CardChip | Zone::CardFront | Zone::CardBack => Some(CARD),
        zone => Some(zone.name()),
    }
}

/// Reads `facility,jpki,card`.
pub fn parse(text: &str) -> Result<Roles, String> {
    let mut zones = BTreeSet::new();
    for name in text.split(',').map(str::trim) {
        let named: Vec<Zone> = Zone::ALL.into_iter().filter(|z| role(*z) == Some(name)).collect();
        if named.is_empty() {
            let mut known: Vec<&str> = Zone::ALL.into_iter().filter_map(role).collect();
            known.dedup();
            return Err(format!("`{name}` is not a role; known: {}", known.join(", ")));
        }
        zones.extend(named);
    }
    Ok(Roles { written: text.to_string(), only: Some(zones) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_zones_and_the_card_is_chip_and_faces() {
        let card = parse("card, line").unwrap();
        assert_eq!(card.zones(), ["card-chip", "card-front", "card-back", "line", "testbed"]);
        assert_eq!(Roles::all().zones().len(), Zone::ALL.len());
        let others = Roles::all_but("broker").unwrap();
        assert!(!others.seen().has(Zone::Broker) && others.seen().has(Zone::CardChip) && others.seen().has(Zone::Testbed));
        assert!(Roles::all_but("broker,jpki").is_err() && Roles::all_but("testbed").is_err());
        for wrong in ["", "facility,", "testbed", "card-chip", "brokr"] {
            let error = parse(wrong).unwrap_err();
            assert!(error.contains("known: card, reader, facility, line, broker, jpki, insurer, number-authority"), "{error}");
        }
    }
}
