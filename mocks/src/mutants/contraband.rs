//! What could get out: everything that anybody in the world knows of a person, so that also what a party does not hold when it
//! is sound can be let out by it when it is broken.

use super::Of;
use jiff::civil::Date;
use sim::people::Person;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, InsuredIdentifier, MyNumber, ResidentCode};

/// What a leak shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contraband {
    MyNumber,
    ResidentCode,
    /// The code in the field of medical insurance.
    InstitutionCode,
    /// The same as its sixteen octets.
    InstitutionCodeBytes,
    /// The code in another field.
    OtherInstitutionCode,
    /// The authentication certificate, DER.
    Certificate,
    /// The CN of its subject.
    CertificateSubject,
    /// 保険者番号・記号・番号・枝番.
    InsuredIdentifier,
    /// 資格情報, in words.
    Eligibility,
    /// The same as the members of a JSON object.
    EligibilityJson,
    MedicalRecord,
    ResearchCode,
}

/// What belongs to one person.
#[derive(Clone)]
pub struct Belongings {
    pub person: u64,
    pub my_number: MyNumber,
    pub resident_code: ResidentCode,
    pub institution_code: Option<InstitutionCode>,
    pub exchange_code: Option<InstitutionCode>,
    pub research_code: Option<InstitutionCode>,
    /// What the person's card holds in the place of the authentication certificate.
    pub certificate: Vec<u8>,
    pub serial: CertificateSerial,
    pub subject: String,
    pub insured: Option<InsuredIdentifier>,
    /// Of the same coverage: the first day, and the copayment in percent.
    pub coverage: Option<(Date, u8)>,
    /// What facilities write into the person's chart (see [`crate::roles::facility::record_token`]).
    pub record: String,
}

impl Belongings {
    /// What a person has on `day`. The codes and the certificate are for others to fill in.
    pub fn of(person: &Person, day: Date, record: String) -> Belongings {
        let certificate = person.current_certificate();
        let insurance = person.insurance_on(day).or(person.insurance.last());
        Belongings {
            person: person.index,
            my_number: person.my_number.clone(),
            resident_code: person.resident_code.clone(),
            institution_code: None,
            exchange_code: None,
            research_code: None,
            certificate: Vec::new(),
            serial: certificate.serial,
            subject: certificate.subject_cn.clone(),
            insured: insurance.map(|i| i.insured.clone()),
            coverage: insurance.map(|i| (i.from, i.copayment_percent)),
            record,
        }
    }

    pub(super) fn are(&self, of: Of<'_>) -> bool {
        match of {
            Of::Person(index) => self.person == index,
            Of::Certificate(der) => self.certificate == der,
            Of::Serial(serial) => self.serial == serial,
            Of::Number(number) => self.my_number.reveal() == number || self.resident_code.reveal() == number,
            Of::Anybody => false,
        }
    }

    /// The value as it is, before it is spelled. `None` if the person has none.
    pub(super) fn value(&self, what: Contraband) -> Option<Vec<u8>> {
        let code = |code: &Option<InstitutionCode>| code.as_ref().map(|c| c.reveal().as_bytes().to_vec());
        match what {
            Contraband::MyNumber => Some(self.my_number.reveal().as_bytes().to_vec()),
            Contraband::ResidentCode => Some(self.resident_code.reveal().as_bytes().to_vec()),
            Contraband::InstitutionCode => code(&self.institution_code),
            Contraband::InstitutionCodeBytes => data_encoding::BASE32_NOPAD.decode(&code(&self.institution_code)?).ok(),
            Contraband::OtherInstitutionCode => code(&self.exchange_code),
            Contraband::Certificate => Some(self.certificate.clone()),
            Contraband::CertificateSubject => Some(self.subject.as_bytes().to_vec()),
            Contraband::InsuredIdentifier => {
                let i = self.insured.as_ref()?;
                let insurer = i.insurer.reveal();
                let text = format!("保険者番号 {insurer} 記号 {} 番号 {} 枝番 {}", i.symbol, i.number, i.branch);
                Some(text.into_bytes())
            }
            Contraband::Eligibility => {
                let (since, percent) = self.coverage?;
                Some(format!("資格有効 負担 {}割 取得 {since}", percent / 10).into_bytes())
            }
            Contraband::EligibilityJson => {
                let (since, percent) = self.coverage?;
                Some(format!(r#"{{"inForce":true,"since":"{since}","copaymentPercent":{percent}}}"#).into_bytes())
            }
            Contraband::MedicalRecord => Some(format!("診療録 {}", self.record).into_bytes()),
            Contraband::ResearchCode => code(&self.research_code),
        }
    }
}
