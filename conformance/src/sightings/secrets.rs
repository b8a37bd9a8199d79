//! The values that are searched for in a run: those of its people.

use leak::{DataClass, Secret, Value};
use terms::ground::Ground;

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
        resident.institution_code.iter().for_each(|c| add(DataClass::InstitutionCode, code(c.reveal())));
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

/// Keys that everybody in a run knows: an HMAC with one of them hides nothing.
pub fn known_keys(ground: &Ground) -> Vec<Vec<u8>> {
    let facilities = ground.facilities.iter().map(|f| f.number.reveal().as_bytes().to_vec());
    facilities.collect()
}
