//! The kit: a folder with all that a vendor needs to run a system against the mocks.

pub mod credentials;
mod error;
mod examples;
mod files;

use crate::people::{card_file, people};
use crate::reference::reference;
use crate::site::SiteFile;
use credentials::{Credentials, Identity};
use files::Folder;
use jiff::Timestamp;
use scenarios::file::Scenario;
use scenarios::live::serve::Standing;
use serde::Serialize;
use serde_json::json;
use sim::terms::design::Design;
use std::collections::BTreeMap;
use std::path::Path;

pub use error::KitError;
pub use examples::issuer_key_id;

/// A facility of the kit.
#[derive(Serialize)]
struct KitFacility<'a> {
    number: &'a str,
    licensed: bool,
}

/// Writes the kit of a site whose world is running. Files of an older kit are replaced; others stay.
///
/// # Errors
/// If a certificate cannot be issued, or a file cannot be written.
pub fn write(folder: &Path, site: &SiteFile, scenario: &Scenario, standing: &Standing, now: Timestamp) -> Result<(), KitError> {
    let folder = Folder::create(folder)?;
    let credentials = Credentials::of(site, now)?;
    folder.text(crate::site::FILE, &site.to_toml().map_err(|e| KitError::Site(e.to_string()))?)?;
    authorities(&folder, &credentials)?;
    let design = scenarios::designs::find(&site.design).unwrap_or_else(scenarios::designs::certificate);
    let people = people(scenario, &design, standing);
    identities(&folder, &credentials, standing)?;
    cards(&folder, standing)?;
    let lines: Vec<String> = people.iter().filter_map(|p| serde_json::to_string(p).ok()).collect();
    folder.text("people.ndjson", &(lines.join("\n") + "\n"))?;
    reference_data(&folder, site, &design)?;
    let endpoints: BTreeMap<&str, String> =
        standing.addresses.iter().map(|(party, (_, at))| (party.as_str(), at.to_string())).collect();
    let listed: BTreeMap<&str, &str> = site.listen.iter().map(|(role, at)| (role.as_str(), at.as_str())).collect();
    // A free port that was not taken is no address.
    let listed = listed.into_iter().filter(|(_, at)| !at.ends_with(":0")).map(|(role, at)| (role, at.to_string()));
    let all: BTreeMap<&str, String> = listed.chain(endpoints).collect();
    folder.json("endpoints.json", &json!(all))?;
    examples::write(&folder, &all, &people, standing)
}

fn authorities(folder: &Folder, credentials: &Credentials) -> Result<(), KitError> {
    folder.text("ca/tls-root.pem", &credentials.tls_root()?)?;
    folder.text("ca/tls-issuing.pem", &credentials.tls_issuing()?)?;
    folder.text("ca/tls-crl.pem", &credentials.tls_crl()?)?;
    folder.bytes("ca/tls-crl.der", credentials.tls_crl_der())?;
    for (name, pem) in credentials.jpki()? {
        folder.text(&format!("ca/{name}.pem"), &pem)?;
    }
    for (name, pem) in credentials.jpki_keys()? {
        folder.text(&format!("jpki/{name}"), &pem)?;
    }
    Ok(())
}

/// The TLS certificates with their keys, of all roles and of the facilities and insurers of the kit.
fn identities(folder: &Folder, credentials: &Credentials, standing: &Standing) -> Result<(), KitError> {
    let write = |name: &str, identity: Identity| {
        folder.text(&format!("tls/{name}.pem"), &identity.chain)?;
        folder.text(&format!("tls/{name}.key"), &identity.key)
    };
    for role in ["broker", "jpki", "number-authority"] {
        write(&format!("{role}-server"), credentials.server(role)?)?;
    }
    for role in ["broker", "jpki"] {
        write(&format!("{role}-client"), credentials.client(role)?)?;
    }
    for insurer in standing.ground.insurers() {
        let name = sim::terms::parties::insurer(insurer);
        write(&format!("{name}-client"), credentials.client(&name)?)?;
    }
    for (index, facility) in standing.ground.facilities.iter().enumerate() {
        write(&format!("facility-{index}-client"), credentials.facility(&facility.number)?)?;
    }
    write("municipality-client", credentials.client("municipality")?)?;
    Ok(())
}

fn cards(folder: &Folder, standing: &Standing) -> Result<(), KitError> {
    for (index, card) in standing.cards.iter().enumerate() {
        folder.bytes(&(card_file(index) + ".der"), &card.certificate)?;
        folder.text(&(card_file(index) + ".key"), &card.key)?;
    }
    Ok(())
}

/// What a broker is configured with: the facilities that are licensed, and the insurers' names, of everything that a certification
/// plays.
fn reference_data(folder: &Folder, site: &SiteFile, design: &Design) -> Result<(), KitError> {
    let reference = reference(site.seed, design).map_err(KitError::Site)?;
    let facilities = reference.facilities.iter();
    let facilities: Vec<_> = facilities.map(|(number, licensed)| KitFacility { number, licensed: *licensed }).collect();
    folder.json("facilities.json", &json!(facilities))?;
    folder.json("insurers.json", &json!(reference.insurers))
}
