//! The rules of the matrix: one for each class of data in each zone that may not have it.

use crate::evidence::Evidence;
use crate::matrix::{Cell, Column, Row, matrix};
use crate::parts::check_of;
use crate::rule::{About, Applies, Finding, Judged, Rule, Strength};
use crate::sightings::{Sighting, Sightings};
use leak::DataClass;
use terms::journal::Entry;
use terms::roles::Zone;

/// One forbidden cell.
struct Forbidden {
    about: &'static About,
    class: DataClass,
    zone: Zone,
}

impl Rule for Forbidden {
    fn about(&self) -> &'static About {
        self.about
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let (sightings, class, zone) = (&run.sightings, self.class, self.zone);
        let mut remarks: Vec<String> = sightings.not_searched(class).iter().map(ToString::to_string).collect();
        remarks.extend(sightings.impossible().map(str::to_string));
        if sightings.overrun() {
            remarks.push("the bound on work was reached: something within encodings or compressed data was not searched".into());
        }
        let unmatched = sightings.unmatched(class, zone);
        if unmatched > 0 {
            let places = if unmatched == 1 { "place looks" } else { "places look" };
            remarks.push(format!("{unmatched} {places} like a {} and belong to no person of the run", class.name()));
        }
        let findings = sightings.of_class_in(class, zone).map(|s| self.finding(sightings, s, &run.journal[s.entry])).collect();
        Judged { evaluated: sightings.looked_at(class, zone), findings, remarks }
    }
}

impl Forbidden {
    fn finding(&self, sightings: &Sightings, s: &Sighting, entry: &Entry) -> Finding {
        let clear = if sightings.in_clear(s) { ", on a wire without encryption" } else { "" };
        // Words of eligibility do not say whose it is.
        let person = (s.class != DataClass::Eligibility).then_some(s.person);
        let whose = person.map_or(String::new(), |p| format!(" of person {p}"));
        let what = format!("{}{whose}, {}{clear}", s.class.name(), s.words);
        Finding {
            check: check_of(entry),
            person,
            place: Some(s.place.clone()),
            spelling: Some(s.how.clone()),
            hops: sightings.hops(s).to_vec(),
            zone: self.zone,
            ..Finding::at(self.about.id, entry, what)
        }
    }
}

/// The rules of all forbidden cells of zones that have a party, in the order of the matrix.
pub(crate) fn rules() -> Vec<&'static dyn Rule> {
    let mut all: Vec<&'static dyn Rule> = Vec::new();
    for row in &matrix().rows {
        for column in &matrix().columns {
            let zone = Zone::ALL.into_iter().find(|z| z.name() == column.id);
            if let (Some(zone), Some(Cell::Forbidden(Some(rule)))) = (zone, row.cells.get(&column.id)) {
                // The rules live as long as the process, as those that are written in code do.
                let about = Box::leak(Box::new(about(row, column, rule)));
                all.push(Box::leak(Box::new(Forbidden { about, class: row.class, zone })));
            }
        }
    }
    all
}

fn about(row: &'static Row, column: &'static Column, id: &'static str) -> About {
    let what = match row.class {
        DataClass::MyNumber | DataClass::ResidentCode => {
            "every person's number, in every spelling of the leak search, also as a digest that anyone could undo"
        }
        DataClass::InstitutionCode | DataClass::OtherInstitutionCode | DataClass::ResearchCode | DataClass::MedicalRecord => {
            "every person's code or record mark, in every spelling of the leak search, also as a digest that anyone could join"
        }
        DataClass::AuthCertificate => "the subject and the signature of every certificate, in every spelling of the leak search",
        DataClass::InsuredIdentifier => {
            "number and symbol (or number and insurer) of a person's coverage near each other, in plain text"
        }
        DataClass::Eligibility => "words and members with which eligibility is stated, in plain text",
    };
    About {
        id,
        title_en: leaked(format!("No {} at {}", row.en, column.en)),
        title_ja: leaked(format!("{}は{}に現れない", row.ja, column.ja)),
        strength: Strength::Must,
        source: leaked(row.source.concat()),
        details_en: leaked(format!(
            "Everything that {} wrote, sent, was sent, showed, recorded, logged and stores at the end or after a crash is searched for {what}. \
             An entry in which nothing was found counts as looked at.",
            column.en
        )),
        remedy_en: leaked(format!(
            "Follow the chain of hops in the finding to where the {} first came to a party that need not have it, and do not let it in \
             there: no field, header, log line or error text should be able to carry it.",
            row.en
        )),
        untested_en: leaked(format!("{} did nothing in this run, or nobody has a value of this class", column.en)),
        applies: Applies::EVERYWHERE,
    }
}

fn leaked(text: String) -> &'static str {
    text.leak()
}
