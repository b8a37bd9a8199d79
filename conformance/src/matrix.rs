//! The data-class matrix: which class of data may be in which zone. What it does not permit is forbidden, in any encoding, in a
//! message, a header, an error, a log, a file, a URL, a screen or a print.

use serde::Serialize;
use sim::terms::roles::Zone;

/// A class of data: a row of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
    /// 利用者証明用電子証明書 and its 発行番号.
    AuthCertificate,
    /// 保険者番号・記号・番号・枝番.
    InsuredIdentifier,
    /// 資格情報.
    Eligibility,
    /// 診療情報.
    MedicalRecord,
    /// 研究用の符号.
    ResearchCode,
}

impl DataClass {
    pub const ALL: [DataClass; 9] = [
        DataClass::MyNumber,
        DataClass::ResidentCode,
        DataClass::InstitutionCode,
        DataClass::OtherInstitutionCode,
        DataClass::AuthCertificate,
        DataClass::InsuredIdentifier,
        DataClass::Eligibility,
        DataClass::MedicalRecord,
        DataClass::ResearchCode,
    ];

    /// As it is called in a finding.
    pub fn name(self) -> &'static str {
        match self {
            DataClass::MyNumber => "My Number",
            DataClass::ResidentCode => "resident code",
            DataClass::InstitutionCode => "institution code",
            DataClass::OtherInstitutionCode => "another institution's code",
            DataClass::AuthCertificate => "authentication certificate",
            DataClass::InsuredIdentifier => "insured identifier",
            DataClass::Eligibility => "eligibility",
            DataClass::MedicalRecord => "medical record",
            DataClass::ResearchCode => "research code",
        }
    }

    pub fn row(self) -> &'static Row {
        // The table has the rows in the order of the classes; a test holds that.
        &MATRIX[self as usize]
    }

    /// Whether data of this class may be in `zone`. In the testbed's own zone everything may be: no party can see it.
    pub fn may_be_in(self, zone: Zone) -> bool {
        zone == Zone::Testbed || self.row().permits.iter().any(|p| p.zone == zone)
    }
}

/// One class of data with the zones where it may be, and the seed's words for it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Row {
    pub class: DataClass,
    pub permits: &'static [Permit],
    pub source: &'static str,
}

/// Permission for one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Permit {
    pub zone: Zone,
    /// What the permission is bound to; empty where it is not.
    pub bound_to: &'static str,
}

const fn in_zone(zone: Zone) -> Permit {
    Permit { zone, bound_to: "" }
}

const fn bound(zone: Zone, bound_to: &'static str) -> Permit {
    Permit { zone, bound_to }
}

/// The matrix, as far as there are zones for it. Municipality, exchange, portal, research and registry have none yet. The front of
/// the card shows photo and name and holds nothing of these classes.
pub const MATRIX: [Row; 9] = [
    Row {
        class: DataClass::MyNumber,
        permits: &[
            bound(Zone::CardChip, "own application"),
            in_zone(Zone::CardBack),
            bound(Zone::Broker, "as the insurers' delegate; a design variant"),
            in_zone(Zone::Insurer),
            in_zone(Zone::NumberAuthority),
        ],
        source: "「いずれの利用場面も医療機関等ではマイナンバーは用いない」「行政機関や保険者ではマイナンバーを用いる必要がある」\
                 「保険者の委託を受けて、マイナンバーと紐づけて資格情報を管理」",
    },
    Row {
        class: DataClass::ResidentCode,
        permits: &[in_zone(Zone::Jpki), in_zone(Zone::NumberAuthority)],
        source: "「住民票コード又はマイナンバーから変換する方法等により生成し」「保険医療機関等では番号・符号を用いない」",
    },
    Row {
        class: DataClass::InstitutionCode,
        permits: &[in_zone(Zone::Broker), in_zone(Zone::Jpki), in_zone(Zone::Insurer), in_zone(Zone::NumberAuthority)],
        source: "「資格確認サービス機関は、保険者全体の機関別符号（保険者が変わっても符号は変わらない）を取りまとめる」\
                 「保険医療機関等では番号・符号を用いない」",
    },
    Row {
        class: DataClass::OtherInstitutionCode,
        permits: &[in_zone(Zone::Jpki), in_zone(Zone::NumberAuthority)],
        source: "「公的個人認証サービスは、資格確認サービス機関からの照会に対し、電子証明書に対応する機関別符号を回答する」",
    },
    Row {
        class: DataClass::AuthCertificate,
        permits: &[
            in_zone(Zone::CardChip),
            in_zone(Zone::Reader),
            in_zone(Zone::Facility),
            in_zone(Zone::Line),
            in_zone(Zone::Broker),
            in_zone(Zone::Jpki),
        ],
        source: "「保険医療機関等は、個人番号カードから電子証明書を読み取り、資格確認サービス機関（仮称）に資格情報の照会・確認を行う」",
    },
    Row {
        class: DataClass::InsuredIdentifier,
        permits: &[in_zone(Zone::Facility), in_zone(Zone::Line), in_zone(Zone::Broker), in_zone(Zone::Insurer)],
        source: "「電子証明書に対応する資格情報を引き当てて、保険医療機関等に通知する」",
    },
    Row {
        class: DataClass::Eligibility,
        permits: &[in_zone(Zone::Facility), in_zone(Zone::Line), in_zone(Zone::Broker), in_zone(Zone::Insurer)],
        source: "「電子証明書に対応する資格情報を引き当てて、保険医療機関等に通知する」",
    },
    Row {
        class: DataClass::MedicalRecord,
        permits: &[bound(Zone::Facility, "own, or shared by consent"), in_zone(Zone::Line), bound(Zone::Insurer, "checkups")],
        source: "「患者が共有して欲しくない病歴は共有させない仕組みを検討する必要がある」「保険者間の資格異動時の健診データの連携」",
    },
    Row {
        class: DataClass::ResearchCode,
        permits: &[in_zone(Zone::NumberAuthority)],
        source: "「健康・医療の研究分野」等で、医療等分野での番号（電磁的符号を含む）を用いた情報連携の仕組みが必要",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_classes() {
        assert_eq!(MATRIX.map(|r| r.class), DataClass::ALL);
        assert!(DataClass::ALL.iter().all(|c| c.row().class == *c));
    }

    #[test]
    fn no_number_and_no_code_may_be_at_a_facility_its_reader_or_the_line() {
        for class in [DataClass::MyNumber, DataClass::ResidentCode, DataClass::InstitutionCode, DataClass::OtherInstitutionCode] {
            for zone in [Zone::Reader, Zone::Facility, Zone::Line, Zone::CardFront] {
                assert!(!class.may_be_in(zone), "{} in {}", class.name(), zone.name());
            }
        }
    }

    #[test]
    fn the_whole_table() {
        let mut text = String::new();
        for class in DataClass::ALL {
            let zones = Zone::ALL.iter().filter(|z| class.may_be_in(**z)).map(|z| z.name());
            text += &format!("{}: {}\n", class.name(), zones.collect::<Vec<_>>().join(", "));
        }
        insta::assert_snapshot!(text, @r"
        My Number: card-chip, card-back, broker, insurer, number-authority, testbed
        resident code: jpki, number-authority, testbed
        institution code: broker, jpki, insurer, number-authority, testbed
        another institution's code: jpki, number-authority, testbed
        authentication certificate: card-chip, reader, facility, line, broker, jpki, testbed
        insured identifier: facility, line, broker, insurer, testbed
        eligibility: facility, line, broker, insurer, testbed
        medical record: facility, line, insurer, testbed
        research code: number-authority, testbed
        ");
    }
}
