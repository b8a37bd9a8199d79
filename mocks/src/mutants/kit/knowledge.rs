//! What a broken party knows beyond its role.

use super::leak_source::{LeakSource, LeakedClass};
use sim::terms::identifiers::{CertificateSerial, InsurerNumber};
use std::cell::RefCell;

/// Whose data is meant, by what the party knows of the person.
#[derive(Clone, Copy)]
pub enum Of<'a> {
    /// By the testbed's index.
    Person(u64),
    /// The certificate that was presented, DER.
    Certificate(&'a [u8]),
    Serial(CertificateSerial),
    /// A My Number or a resident code.
    Number(&'a str),
    Anybody,
}

/// Everything that could be disclosed in a run. It is filled in during set-up.
#[derive(Default)]
pub struct Knowledge {
    people: RefCell<Vec<LeakSource>>,
    insurers: RefCell<Vec<InsurerNumber>>,
    issuer_key_id: RefCell<String>,
}

impl Knowledge {
    /// Adds the values of a person that could be disclosed; in the order of the persons.
    pub fn add_person(&self, source: LeakSource) {
        self.people.borrow_mut().push(source);
    }

    /// Sets what the person's card contains as the authentication certificate: the newest replaces the others.
    pub fn set_certificate(&self, person: u64, certificate: &[u8]) {
        if let Some(source) = self.people.borrow_mut().iter_mut().find(|s| s.person == person) {
            source.certificate = certificate.to_vec();
        }
    }

    /// Sets the insurers that an insurer could impersonate, and the issuer's key id in questions to JPKI.
    pub fn set_parties(&self, insurers: Vec<InsurerNumber>, issuer_key_id: String) {
        *self.insurers.borrow_mut() = insurers;
        *self.issuer_key_id.borrow_mut() = issuer_key_id;
    }

    /// A value of the person meant, or of the first person with one if that person is not known or has none.
    pub(in crate::mutants) fn value(&self, class: LeakedClass, of: Of<'_>) -> Option<Vec<u8>> {
        let people = self.people.borrow();
        let meant = people.iter().find(|s| is(s, of)).and_then(|s| s.value(class));
        meant.or_else(|| people.iter().find_map(|s| s.value(class)))
    }

    /// A value of this person and nobody else.
    pub(in crate::mutants) fn value_of_person(&self, class: LeakedClass, person: u64) -> Option<Vec<u8>> {
        self.people.borrow().iter().find(|s| s.person == person)?.value(class)
    }

    /// The serial number of the certificate in use of the person from whose card this certificate was read.
    pub(in crate::mutants) fn serial_of(&self, certificate: &[u8]) -> Option<CertificateSerial> {
        let people = self.people.borrow();
        people.iter().find(|s| is(s, Of::Certificate(certificate))).map(|s| s.serial)
    }

    /// The insurer of the person whose certificate this is.
    pub(in crate::mutants) fn insurer_of(&self, certificate: &[u8]) -> Option<InsurerNumber> {
        let people = self.people.borrow();
        let person = people.iter().find(|s| is(s, Of::Certificate(certificate)))?;
        person.insured.as_ref().map(|i| i.insurer.clone())
    }

    /// The insurer of the first person.
    pub(in crate::mutants) fn first_insurer(&self) -> Option<InsurerNumber> {
        self.people.borrow().first()?.insured.as_ref().map(|i| i.insurer.clone())
    }

    /// The serial number of the certificate of the first person.
    pub(in crate::mutants) fn first_serial(&self) -> Option<CertificateSerial> {
        self.people.borrow().first().map(|s| s.serial)
    }

    /// All insurers that take part.
    pub(in crate::mutants) fn insurers(&self) -> Vec<InsurerNumber> {
        self.insurers.borrow().clone()
    }

    /// The key id of the issuer of all certificates in questions to JPKI.
    pub(in crate::mutants) fn issuer_key_id(&self) -> String {
        self.issuer_key_id.borrow().clone()
    }
}

fn is(source: &LeakSource, of: Of<'_>) -> bool {
    match of {
        Of::Person(index) => source.person == index,
        Of::Certificate(der) => source.certificate == der,
        Of::Serial(serial) => source.serial == serial,
        Of::Number(number) => source.my_number.reveal() == number || source.resident_code.reveal() == number,
        Of::Anybody => false,
    }
}
