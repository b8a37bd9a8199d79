//! What could be disclosed: everything that any party knows of a person, so that a broken party can also disclose what an
//! honest one does not have.

use jiff::civil::Date;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, InsuredIdentifier, MedicalNumber, MyNumber, ResidentCode};
use sim::terms::people::Person;

/// What a leak discloses. Finer than the data classes of the rules: one class has several forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeakedClass {
    MyNumber,
    ResidentCode,
    /// The code in the field of medical insurance.
    InstitutionCode,
    /// The sixteen octets of that code.
    InstitutionCodeBytes,
    /// The code in another field.
    OtherInstitutionCode,
    /// The authentication certificate, DER.
    Certificate,
    /// The CN of its subject.
    CertificateSubject,
    /// 保険者番号・記号・番号・枝番.
    InsuredIdentifier,
    /// 資格情報, as text.
    Eligibility,
    /// 資格情報, as the members of a JSON object.
    EligibilityJson,
    MedicalRecord,
    ResearchCode,
    /// The visible number, in designs that issue one.
    MedicalNumber,
}

/// Everything that could be disclosed about one person.
#[derive(Clone)]
pub struct LeakSource {
    pub person: u64,
    pub my_number: MyNumber,
    pub resident_code: ResidentCode,
    pub institution_code: Option<InstitutionCode>,
    pub exchange_code: Option<InstitutionCode>,
    pub research_code: Option<InstitutionCode>,
    pub medical_number: Option<MedicalNumber>,
    /// What the person's card contains as the authentication certificate.
    pub certificate: Vec<u8>,
    pub serial: CertificateSerial,
    pub subject: String,
    pub insured: Option<InsuredIdentifier>,
    /// Of the same coverage: the first day, and the copayment in percent.
    pub coverage: Option<(Date, u8)>,
    /// The token that facilities write into the person's chart (see [`crate::roles::facility::record_token`]).
    pub record: String,
}

impl LeakSource {
    /// The values of a person on `day`. The codes and the certificate are filled in later.
    pub fn of(person: &Person, day: Date, record: String) -> LeakSource {
        let certificate = person.current_certificate();
        let insurance = person.insurance_on(day).or(person.insurance.last());
        LeakSource {
            person: person.index,
            my_number: person.my_number.clone(),
            resident_code: person.resident_code.clone(),
            institution_code: None,
            exchange_code: None,
            research_code: None,
            medical_number: None,
            certificate: Vec::new(),
            serial: certificate.serial,
            subject: certificate.subject_cn.clone(),
            insured: insurance.map(|i| i.insured.clone()),
            coverage: insurance.map(|i| (i.from, i.copayment_percent)),
            record,
        }
    }

    /// The value before it is encoded. `None` if the person has none.
    pub(super) fn value(&self, what: LeakedClass) -> Option<Vec<u8>> {
        let code = |code: &Option<InstitutionCode>| code.as_ref().map(|c| c.reveal().as_bytes().to_vec());
        match what {
            LeakedClass::MyNumber => Some(self.my_number.reveal().as_bytes().to_vec()),
            LeakedClass::ResidentCode => Some(self.resident_code.reveal().as_bytes().to_vec()),
            LeakedClass::InstitutionCode => code(&self.institution_code),
            LeakedClass::InstitutionCodeBytes => data_encoding::BASE32_NOPAD.decode(&code(&self.institution_code)?).ok(),
            LeakedClass::OtherInstitutionCode => code(&self.exchange_code),
            LeakedClass::Certificate => Some(self.certificate.clone()),
            LeakedClass::CertificateSubject => Some(self.subject.as_bytes().to_vec()),
            LeakedClass::InsuredIdentifier => {
                let i = self.insured.as_ref()?;
                let insurer = i.insurer.reveal();
                let text = format!("保険者番号 {insurer} 記号 {} 番号 {} 枝番 {}", i.symbol, i.number, i.branch);
                Some(text.into_bytes())
            }
            LeakedClass::Eligibility => {
                let (since, percent) = self.coverage?;
                Some(format!("資格有効 負担 {}割 取得 {since}", percent / 10).into_bytes())
            }
            LeakedClass::EligibilityJson => {
                let (since, percent) = self.coverage?;
                Some(format!(r#"{{"inForce":true,"since":"{since}","copaymentPercent":{percent}}}"#).into_bytes())
            }
            LeakedClass::MedicalRecord => Some(format!("診療録 {}", self.record).into_bytes()),
            LeakedClass::ResearchCode => code(&self.research_code),
            LeakedClass::MedicalNumber => self.medical_number.as_ref().map(|n| n.reveal().as_bytes().to_vec()),
        }
    }
}
