//! The residents, and how their codes are derived.

use super::changes::{CodeChange, CodeChanges, CodeUse};
use super::keys::CodeKeys;
use crate::design::codes::{self, CodeHolder, CodeSource};
use jiff::civil::Date;
use sim::people::written::as_registered;
use sim::permutation::Permutation;
use sim::seed::Seed;
use sim::terms::design::{self, Design};
use sim::terms::identifiers::{InstitutionCode, MedicalNumber, MyNumber, PresentedNumber, ResidentCode};
use sim::terms::messages::PersonQuestion;
use sim::terms::people::Person;
use std::collections::BTreeMap;

/// The residents, and the keys.
pub struct CodeRegister {
    source: &'static dyn CodeSource,
    keys: CodeKeys,
    /// The visible medical numbers, in designs that issue them.
    numbers: Option<MedicalNumbers>,
    /// Whether each has opted in to codes for medical use.
    residents: BTreeMap<ResidentCode, bool>,
    /// What has changed since.
    changes: CodeChanges,
    by_my_number: BTreeMap<MyNumber, ResidentCode>,
    by_resident: BTreeMap<ResidentCode, MyNumber>,
    by_medical_number: BTreeMap<MedicalNumber, ResidentCode>,
    /// 基本4情報, in runs in which somebody asks by them: the residents with these data.
    by_data: BTreeMap<FourData, Vec<ResidentCode>>,
}

/// Name, birth, sex and address, as in a question.
type FourData = (String, Date, &'static str, String);

impl CodeRegister {
    pub(super) fn new(seed: &Seed, design: &Design) -> CodeRegister {
        CodeRegister {
            source: codes::source(design),
            numbers: (design.presented == design::Presented::VisibleNumber).then(|| MedicalNumbers::new(seed)),
            keys: CodeKeys::new(seed),
            residents: BTreeMap::new(),
            changes: CodeChanges::default(),
            by_my_number: BTreeMap::new(),
            by_resident: BTreeMap::new(),
            by_medical_number: BTreeMap::new(),
            by_data: BTreeMap::new(),
        }
    }

    pub(super) fn enter(&mut self, person: &Person) {
        self.residents.insert(person.resident_code.clone(), person.opted_in);
        self.by_my_number.insert(person.my_number.clone(), person.resident_code.clone());
        self.by_resident.insert(person.resident_code.clone(), person.my_number.clone());
        // A number is issued only to those who opted in.
        if let Some(numbers) = self.numbers.as_ref().filter(|_| person.opted_in) {
            self.by_medical_number.insert(numbers.of(person), person.resident_code.clone());
        }
    }

    /// Enters the four data of a resident.
    pub(super) fn identify(&mut self, person: &Person) {
        let data = four_data(&PersonQuestion::of(&as_registered(person)));
        self.by_data.entry(data).or_default().push(person.resident_code.clone());
    }

    /// The only resident with the four data of a question, character by character. `None` if there are several.
    pub fn with_data(&self, question: &PersonQuestion) -> Option<&ResidentCode> {
        match self.by_data.get(&four_data(question)).map(Vec::as_slice) {
            Some([one]) => Some(one),
            _ => None,
        }
    }

    /// The resident to whom a number belongs that a facility presented.
    pub fn holder(&self, number: &PresentedNumber) -> Option<&ResidentCode> {
        match number {
            PresentedNumber::Medical(number) => self.by_medical_number.get(number),
            PresentedNumber::MyNumber(number) => self.by_my_number.get(number),
        }
    }

    /// The visible medical numbers that were issued, with their holders.
    pub fn medical_numbers(&self) -> impl Iterator<Item = (&MedicalNumber, &ResidentCode)> {
        self.by_medical_number.iter()
    }

    /// The My Number of a resident.
    fn my_number_of(&self, resident: &ResidentCode) -> Option<&MyNumber> {
        self.by_resident.get(resident)
    }

    /// Whether a resident has opted in to codes for medical use. `None` for a resident who is not known.
    pub fn opted_in(&self, resident: &ResidentCode) -> Option<bool> {
        Some(self.use_of(resident)?.opted_in)
    }

    fn use_of(&self, resident: &ResidentCode) -> Option<CodeUse> {
        let at_first = *self.residents.get(resident)?;
        Some(self.changes.of(resident).unwrap_or(CodeUse { opted_in: at_first, ..CodeUse::default() }))
    }

    /// Carries out what a municipality reports of a resident. Nothing, for a resident who is not known.
    pub fn change(&mut self, resident: &ResidentCode, change: CodeChange) {
        if let Some(before) = self.use_of(resident) {
            self.changes.apply(resident, before, change);
        }
    }

    /// How many changes were carried out.
    pub(super) fn revision(&self) -> u64 {
        self.changes.revision
    }

    /// The revision in which a resident's code was issued. `None` for one that is older than all changes, and for none.
    pub(super) fn issued_in(&self, resident: &ResidentCode) -> Option<u64> {
        self.changes.of(resident)?.issued_in
    }

    /// How many codes of a resident were replaced.
    pub(super) fn generation(&self, resident: &ResidentCode) -> u32 {
        self.changes.of(resident).map_or(0, |now| now.generation)
    }

    pub fn resident(&self, number: &MyNumber) -> Option<&ResidentCode> {
        self.by_my_number.get(number)
    }

    /// All residents by their My Numbers.
    pub fn residents(&self) -> impl Iterator<Item = (&MyNumber, &ResidentCode)> {
        self.by_my_number.iter()
    }

    /// The code of a resident in a field. `None` for a resident who is not known or did not opt in.
    pub fn code(&self, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        self.opted_in(resident)?.then(|| self.derive(field, resident))
    }

    /// The code of a resident in a field, whether or not the resident opted in.
    pub fn derive(&self, field: &str, resident: &ResidentCode) -> InstitutionCode {
        self.derive_generation(field, resident, self.generation(resident))
    }

    /// The code that a resident has in a field after so many others.
    pub fn derive_generation(&self, field: &str, resident: &ResidentCode, generation: u32) -> InstitutionCode {
        let my_number = self.my_number_of(resident);
        self.source.code(&self.keys, field, &CodeHolder { resident, my_number, generation })
    }

    /// Whether the authority keeps a table of codes.
    pub(super) fn keeps_table(&self) -> bool {
        self.source.keeps_table()
    }

    /// A code derived from `parts` with the authority's key.
    pub(crate) fn code_of(&self, parts: &[&[u8]]) -> InstitutionCode {
        self.keys.code_of(parts)
    }
}

fn four_data(question: &PersonQuestion) -> FourData {
    (question.name.clone(), question.birth, question.sex.code(), question.address.clone())
}

/// How visible medical numbers are drawn: no two persons get the same.
pub struct MedicalNumbers(Permutation);

impl MedicalNumbers {
    /// Thirteen digits, before the check digit.
    const SIZE: u64 = 10_000_000_000_000;

    pub fn new(seed: &Seed) -> MedicalNumbers {
        MedicalNumbers(Permutation::new(seed.bytes("number-authority/medical-numbers"), MedicalNumbers::SIZE))
    }

    /// The number of a person.
    pub fn of(&self, person: &Person) -> MedicalNumber {
        MedicalNumber::from_body(self.0.apply(person.index % MedicalNumbers::SIZE))
    }
}
