//! Classes of data.

use serde::{Deserialize, Serialize};

/// A class of data: each is a row of the judge's data-class matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataClass {
    /// 個人番号 (マイナンバー).
    MyNumber,
    /// 住民票コード.
    ResidentCode,
    /// 機関別符号, the institution's own: that of the field of medical insurance.
    InstitutionCode,
    /// 機関別符号 of another field.
    OtherInstitutionCode,
    /// 利用者証明用電子証明書.
    #[serde(rename = "certificate")]
    AuthCertificate,
    /// 保険者番号・記号・番号・枝番.
    InsuredIdentifier,
    /// 資格情報.
    Eligibility,
    /// 診療情報.
    MedicalRecord,
    /// 研究用の符号.
    ResearchCode,
    /// 見える医療等分野の番号, in designs that issue one.
    MedicalNumber,
}

impl DataClass {
    pub const ALL: [DataClass; 10] = [
        DataClass::MyNumber,
        DataClass::ResidentCode,
        DataClass::InstitutionCode,
        DataClass::OtherInstitutionCode,
        DataClass::AuthCertificate,
        DataClass::InsuredIdentifier,
        DataClass::Eligibility,
        DataClass::MedicalRecord,
        DataClass::ResearchCode,
        DataClass::MedicalNumber,
    ];

    /// Its name in findings.
    pub fn name(self) -> &'static str {
        match self {
            DataClass::MyNumber => "My Number",
            DataClass::ResidentCode => "resident code",
            DataClass::InstitutionCode => "institution code",
            DataClass::OtherInstitutionCode => "code of another institution",
            DataClass::AuthCertificate => "authentication certificate",
            DataClass::InsuredIdentifier => "insured identifier",
            DataClass::Eligibility => "eligibility",
            DataClass::MedicalRecord => "medical record",
            DataClass::ResearchCode => "research code",
            DataClass::MedicalNumber => "visible medical number",
        }
    }
}
