//! The data-class matrix: which class of data may be in which zone. It is data, in `conformance/matrix.toml`, with quotations
//! from the source for each class; this module reads it. What it does not permit is forbidden, in any encoding, in a message, a
//! header, an error, a log, a file, a URL, a screen or a print.

use crate::basis::Basis;
use leak::DataClass;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use terms::roles::Zone;

/// The matrix as a whole.
#[derive(Debug)]
pub struct Matrix {
    /// The columns, also those of zones that have no party in runs yet.
    pub columns: Vec<Column>,
    /// In the order of [`DataClass::ALL`].
    pub rows: Vec<Row>,
}

impl Matrix {
    /// The row of `class`.
    pub fn row(&self, class: DataClass) -> &Row {
        // The file has the rows in the order of the classes; a test checks that.
        &self.rows[class as usize]
    }

    /// Whether data of `class` may be in `zone`. In the testbed's own zone everything may be: no party can see it.
    pub fn permits(&self, class: DataClass, zone: Zone) -> bool {
        self.row(class).permits[zone as usize]
    }
}

/// A zone as the matrix names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub id: String,
    pub ja: String,
    pub en: String,
    /// Whether the zone has a party in runs.
    #[serde(default = "yes")]
    pub party: bool,
}

fn yes() -> bool {
    true
}

/// One class of data, with what the source says about it.
#[derive(Debug)]
pub struct Row {
    pub class: DataClass,
    pub en: String,
    pub ja: String,
    /// Quotations from the source.
    pub source: Vec<String>,
    /// How firmly the source asks that it is nowhere else.
    pub basis: Basis,
    /// By the zone's id.
    pub cells: BTreeMap<String, Cell>,
    /// Whether it is permitted, in the order of [`Zone::ALL`]: every byte of a run is asked about.
    permits: [bool; Zone::ALL.len()],
}

impl Row {
    fn permits(cells: &BTreeMap<String, Cell>) -> [bool; Zone::ALL.len()] {
        Zone::ALL.map(|zone| zone == Zone::Testbed || !matches!(cells.get(zone.name()), Some(Cell::Forbidden(_))))
    }
}

/// Whether a class may be in a zone.
#[derive(Debug, PartialEq, Eq)]
pub enum Cell {
    /// With the condition of the permission; empty if there is none.
    Permitted(String),
    /// With the id of its rule, if the zone has a party.
    Forbidden(Option<String>),
}

/// The matrix of `conformance/matrix.toml`.
pub fn matrix() -> &'static Matrix {
    static MATRIX: LazyLock<Matrix> =
        LazyLock::new(|| read(include_str!("../matrix.toml")).expect("matrix.toml is part of this crate, and a test reads it"));
    &MATRIX
}

/// Reads the text of a matrix. The error says what is wrong with it.
fn read(text: &str) -> Result<Matrix, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        zone: Vec<Column>,
        class: Vec<Class>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Class {
        id: DataClass,
        en: String,
        ja: String,
        source: Vec<String>,
        basis: Basis,
        permits: BTreeMap<String, String>,
        forbids: BTreeMap<String, Forbids>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Forbids {
        rule: Option<String>,
    }
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    let mut rows = Vec::new();
    for class in file.class {
        let id_text = serde_json::to_value(class.id).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default();
        let mut cells: BTreeMap<String, Cell> =
            class.permits.into_iter().map(|(zone, condition)| (zone, Cell::Permitted(condition))).collect();
        for (zone, forbids) in class.forbids {
            if cells.insert(zone.clone(), Cell::Forbidden(forbids.rule)).is_some() {
                return Err(format!("{id_text}: `{zone}` is both permitted and forbidden: remove one"));
            }
        }
        let columns: Vec<&String> = file.zone.iter().map(|z| &z.id).collect();
        if let Some(unknown) = cells.keys().find(|zone| !columns.contains(zone)) {
            let known: Vec<&str> = columns.iter().map(|id| id.as_str()).collect();
            return Err(format!("{id_text}: unknown zone `{unknown}`; known: {}", known.join(", ")));
        }
        for column in &file.zone {
            match cells.get(&column.id) {
                None => return Err(format!("{id_text}: `{}` is missing: permit or forbid it", column.id)),
                Some(Cell::Forbidden(rule)) if rule.is_some() != column.party => {
                    return Err(format!("{id_text}: `{}` needs a rule if, and only if, the zone has a party", column.id));
                }
                Some(_) => {}
            }
        }
        let permits = Row::permits(&cells);
        rows.push(Row { class: class.id, en: class.en, ja: class.ja, source: class.source, basis: class.basis, cells, permits });
    }
    Ok(Matrix { columns: file.zone, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_data_classes_and_columns_the_zones() {
        let matrix = read(include_str!("../matrix.toml")).unwrap();
        assert_eq!(matrix.rows.iter().map(|r| r.class).collect::<Vec<_>>(), DataClass::ALL);
        assert_eq!(matrix.rows.iter().map(|r| r.en.as_str()).collect::<Vec<_>>(), DataClass::ALL.map(DataClass::name));
        let parties: Vec<&str> = matrix.columns.iter().filter(|c| c.party).map(|c| c.id.as_str()).collect();
        let zones: Vec<&str> = Zone::ALL.into_iter().filter(|z| *z != Zone::Testbed).map(Zone::name).collect();
        assert_eq!(parties, zones);
    }

    #[test]
    fn an_incomplete_or_contradictory_matrix_is_rejected() {
        let good = include_str!("../matrix.toml");
        for (from, to, why) in [
            (
                "card-front = { rule = \"NVN-001\"",
                "card-frond = { rule = \"NVN-001\"",
                "unknown zone `card-frond`; known: card-chip, card-front, ",
            ),
            (
                "[class.permits]\ncard-chip = \"own application\"\n",
                "[class.permits]\n",
                "`card-chip` is missing: permit or forbid it",
            ),
            ("card-back = \"\"\n", "card-back = \"\"\nreader = \"\"\n", "`reader` is both permitted and forbidden: remove one"),
            (
                "exchange = {}\n",
                "exchange = { rule = \"NVN-999\" }\n",
                "`exchange` needs a rule if, and only if, the zone has a party",
            ),
        ] {
            assert!(good.contains(from), "{from}");
            let error = read(&good.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn no_number_and_no_code_may_be_at_a_facility_its_reader_or_the_line() {
        for class in [DataClass::MyNumber, DataClass::ResidentCode, DataClass::InstitutionCode, DataClass::OtherInstitutionCode] {
            for zone in [Zone::Reader, Zone::Facility, Zone::Line, Zone::CardFront] {
                assert!(!matrix().permits(class, zone), "{} in {}", class.name(), zone.name());
            }
        }
    }

    #[test]
    fn the_whole_table() {
        let mut text = String::new();
        for class in DataClass::ALL {
            let zones = Zone::ALL.iter().filter(|z| matrix().permits(class, **z)).map(|z| z.name());
            text += &format!("{}: {}\n", class.name(), zones.collect::<Vec<_>>().join(", "));
        }
        insta::assert_snapshot!(text, @r"
        My Number: card-chip, card-back, broker, insurer, number-authority, municipality, testbed
        resident code: jpki, number-authority, municipality, testbed
        institution code: broker, jpki, insurer, number-authority, registry, testbed
        code of another institution: jpki, number-authority, testbed
        authentication certificate: card-chip, reader, facility, line, broker, jpki, testbed
        insured identifier: facility, line, broker, insurer, testbed
        eligibility: facility, line, broker, insurer, testbed
        medical record: facility, line, insurer, municipality, registry, testbed
        research code: number-authority, testbed
        visible medical number: reader, facility, line, broker, jpki, number-authority, testbed
        ");
    }
}
