//! The values that are searched for in a run: those of its people.

use super::concerned::Visitors;
use leak::{DataClass, Detector, DetectorError, Secret, Value};
use std::collections::{BTreeMap, BTreeSet};
use terms::ground::{Ground, GroundPerson};
use terms::messages::{FIELD_CANCER_REGISTRY, FIELD_MEDICAL_INSURANCE};

/// How many of a certificate's last bytes identify it: they are in its signature, which differs in every certificate.
const SIGNATURE_BYTES: usize = 32;

/// The secrets of all people of a run.
pub fn secrets_of(ground: &Ground) -> Vec<Secret> {
    let mut all = Vec::with_capacity(ground.people.len() * 8);
    for (index, resident) in ground.people.iter().enumerate() {
        let person = index as u64;
        let mut add = |class, value| all.push(Secret { class, person, value });
        let code = |text: &str| Value::Code(text.to_string());
        let p = &resident.person;
        add(DataClass::MyNumber, Value::Digits(p.my_number.reveal().to_string()));
        add(DataClass::ResidentCode, Value::Digits(p.resident_code.reveal().to_string()));
        resident.medical_number.iter().for_each(|n| add(DataClass::MedicalNumber, Value::Digits(n.reveal().to_string())));
        resident.institution_code.iter().for_each(|c| add(DataClass::InstitutionCode, code(c.reveal())));
        for (field, codes) in &resident.reissued_codes {
            let of_insurance = field == FIELD_MEDICAL_INSURANCE;
            let class = if of_insurance { DataClass::InstitutionCode } else { DataClass::OtherInstitutionCode };
            codes.iter().for_each(|c| add(class, code(c.reveal())));
        }
        resident.other_codes.values().for_each(|c| add(DataClass::OtherInstitutionCode, code(c.reveal())));
        resident.research_code.iter().for_each(|c| add(DataClass::ResearchCode, code(c.reveal())));
        resident.chart_tokens.iter().for_each(|t| add(DataClass::MedicalRecord, code(t)));
        for c in &p.card.certificates {
            add(DataClass::AuthCertificate, Value::Text(c.subject_cn.clone()));
        }
        for c in resident.certificates.iter().filter(|c| c.der.len() > SIGNATURE_BYTES) {
            add(DataClass::AuthCertificate, Value::Bytes(c.der[c.der.len() - SIGNATURE_BYTES..].to_vec()));
        }
    }
    all
}

/// The codes by which the cancer registry knows people; none in runs without one.
pub(super) fn registry_codes(ground: &Ground) -> BTreeSet<String> {
    let own = |resident: &'_ GroundPerson| {
        let later = resident.reissued_codes.get(FIELD_CANCER_REGISTRY).into_iter().flatten();
        resident.other_codes.get(FIELD_CANCER_REGISTRY).into_iter().chain(later).cloned().collect::<Vec<_>>()
    };
    ground.people.iter().flat_map(own).map(|code| code.reveal().to_string()).collect()
}

/// The most pairs of a value and a key that are all searched for, whoever visited which facility.
const MOST_PAIRS: usize = 100_000;

/// The detector of a run's values: as they are, and as HMACs under the facilities' numbers. In a large run a person's values are
/// searched for only under the numbers of the facilities that they visited: a facility knows nobody else, and nobody else connects
/// the two.
pub(super) fn detector(secrets: Vec<Secret>, ground: &Ground, visitors: &Visitors) -> Result<Detector, DetectorError> {
    let keys = known_keys(ground);
    if secrets.len().saturating_mul(keys.len()) <= MOST_PAIRS {
        return Detector::new(secrets, &keys);
    }
    let by_host: BTreeMap<&str, usize> = ground.facilities.iter().enumerate().map(|(i, f)| (f.host.as_str(), i)).collect();
    let indices = |hosts: &BTreeSet<&str>| hosts.iter().filter_map(|host| by_host.get(host).copied()).collect();
    let of = visitors.hosts().iter().map(|(person, hosts)| (*person, indices(hosts))).collect();
    Detector::with_keys_of(secrets, &keys, &of)
}

/// Keys that everybody in a run knows: an HMAC with one of them hides nothing.
pub fn known_keys(ground: &Ground) -> Vec<Vec<u8>> {
    let facilities = ground.facilities.iter().map(|f| f.number.reveal().as_bytes().to_vec());
    facilities.collect()
}
