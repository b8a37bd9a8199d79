//! Personal data in what a TLS handshake shows, and handshakes of an old version.

use super::draft::Draft;
use super::personal;
use super::plant::Plant;
use terms::journal::Event;
use terms::people::Person;

/// A server name that is personal data.
macro_rules! server_name {
    ($name:literal, $claim:literal, $what:literal, $value:expr) => {
        Plant {
            name: $name,
            what: concat!("the server name of a handshake is ", $what),
            claims: &[$claim],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| server_name(draft, $value),
        }
    };
}

/// Personal data in a handshake message on the wire, before it is encrypted.
macro_rules! on_the_wire {
    ($name:literal, $claim:literal, $what:literal, $value:expr) => {
        Plant {
            name: $name,
            what: concat!("a handshake message on the wire contains ", $what),
            claims: &[$claim],
            scenario: "everyday-visit",
            design: "certificate",
            plant: |draft| on_the_wire(draft, $value),
        }
    };
}

pub(super) const PLANTS: &[Plant] = &[
    server_name!("reading-as-server-name", "MIN-006/reading", "the reading of a name", personal::reading),
    server_name!("birth-as-server-name", "MIN-006/birth", "a date of birth", personal::birth),
    on_the_wire!("name-in-handshake", "MIN-006/name", "a name", personal::name),
    on_the_wire!("address-in-handshake", "MIN-006/address", "an address", personal::address),
    Plant {
        name: "name-in-a-tls-certificate",
        what: "the subject of a certificate in a handshake is a name",
        claims: &["MIN-006/name"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let name = personal::name(&draft.ground.people.first()?.person);
            let handshake = draft.find(|entry| matches!(entry.event, Event::Tls { .. }))?;
            let Event::Tls { peer_subject, .. } = &mut draft.entries[handshake].event else { return None };
            *peer_subject = name;
            Some(())
        },
    },
    Plant {
        name: "old-tls-version",
        what: "a handshake negotiates TLS 1.2",
        claims: &["SEC-006/other-version"],
        scenario: "everyday-visit",
        design: "certificate",
        plant: |draft| {
            let handshake = draft.find(|entry| matches!(entry.event, Event::Tls { .. }))?;
            let Event::Tls { version, .. } = &mut draft.entries[handshake].event else { return None };
            *version = "TLSv1.2".into();
            Some(())
        },
    },
];

fn server_name(draft: &mut Draft, value: impl Fn(&Person) -> String) -> Option<()> {
    let value = value(&draft.ground.people.first()?.person);
    let handshake = draft.find(|entry| matches!(entry.event, Event::Tls { .. }))?;
    let Event::Tls { server_name, .. } = &mut draft.entries[handshake].event else { return None };
    *server_name = value;
    Some(())
}

/// The content type of a handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

fn on_the_wire(draft: &mut Draft, value: impl Fn(&Person) -> String) -> Option<()> {
    let value = value(&draft.ground.people.first()?.person);
    let first = draft.find(|entry| matches!(entry.event, Event::Wire { .. }))?;
    let Event::Wire { connection, bytes } = &mut draft.entries[first].event else { return None };
    // A record of its own, with the version that every record states, before all others of a connection.
    let length = u16::try_from(value.len()).ok()?.to_be_bytes();
    let record = [&[HANDSHAKE, 3, 3, length[0], length[1]], value.as_bytes()].concat();
    let before = data_encoding::BASE64.decode(bytes.as_bytes()).ok()?;
    let connection = connection.clone();
    *bytes = data_encoding::BASE64.encode(&record);
    draft.add_after(first, Event::Wire { connection, bytes: data_encoding::BASE64.encode(&before) })
}
