//! The people of a kit: what is on their cards, who insures them, and to which outcome a check leads.

use jiff::civil::Date;
use scenarios::file::{Expect, Scenario};
use scenarios::live::serve::Standing;
use serde::Serialize;
use sim::terms::design::Design;

/// One person of the kit, as a line of `people.ndjson`. It discloses every secret: the people are fictitious.
///
/// `shikaku population` writes people too (`scenarios::population::Disclosed`), and one type cannot write both: its members are in snake
/// case, its name is an object, and it has what a search needs, such as the codes of all fields. This has what a vendor imports, with
/// the outcome of a check and the files of the card. Vendors read both, so neither changes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KitPerson {
    pub index: u64,
    /// How a check of this person ends at a facility that is licensed.
    pub outcome: String,
    pub my_number: String,
    pub resident_code: String,
    /// The code in the field of medical insurance; nothing for a person who did not opt in.
    pub institution_code: Option<String>,
    pub family: String,
    pub given: String,
    pub birth: Date,
    /// The decimal serial number of the certificate in use, as JPKI knows it.
    pub certificate_serial: u64,
    /// Where the kit has what the card presents: the certificate, and the key that signs challenges.
    pub certificate_file: String,
    pub key_file: String,
    pub insurance: Vec<KitInsurance>,
}

/// A period of a person's insurance.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KitInsurance {
    pub insurer_number: String,
    pub symbol: String,
    pub number: String,
    pub branch: String,
    pub from: Date,
    /// The last day in force.
    pub until: Option<Date>,
    pub copayment_percent: u8,
}

/// The file with what a person's card presents, without its ending.
pub fn card_file(index: usize) -> String {
    format!("cards/{index:02}")
}

/// The people of a running world. `scenario` has one visit of each.
pub fn people(scenario: &Scenario, design: &Design, standing: &Standing) -> Vec<KitPerson> {
    let outcome = |index: u64| {
        let visit = scenario.visits.iter().find(|v| v.person == index)?;
        match visit.expect {
            // The design decides.
            Expect::AsIfUndisturbed => Some(scenario.undisturbed_in(visit, design)?.first()?.to_string()),
            expect => Some(expect.to_string()),
        }
    };
    let of = |(at, ground): (usize, &sim::ground::GroundPerson)| {
        let p = &ground.person;
        let insurance = p.insurance.iter().map(|period| KitInsurance {
            insurer_number: period.insured.insurer.reveal().to_string(),
            symbol: period.insured.symbol.clone(),
            number: period.insured.number.clone(),
            branch: period.insured.branch.clone(),
            from: period.from,
            until: period.until,
            copayment_percent: period.copayment_percent,
        });
        KitPerson {
            index: p.index,
            outcome: outcome(p.index).unwrap_or_else(|| "any".into()),
            my_number: p.my_number.reveal().to_string(),
            resident_code: p.resident_code.reveal().to_string(),
            institution_code: ground.institution_code.clone().map(String::from),
            family: p.name.family.clone(),
            given: p.name.given.clone(),
            birth: p.birth,
            certificate_serial: p.current_certificate().serial.0,
            certificate_file: card_file(at) + ".der",
            key_file: card_file(at) + ".key",
            insurance: insurance.collect(),
        }
    };
    standing.ground.people.iter().enumerate().map(of).collect()
}
