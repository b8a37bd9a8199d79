//! Roles, and the zones of the data-class matrix.

use serde::{Deserialize, Serialize};

macro_rules! zones {
    ($($name:ident $code:literal $ja:literal $en:literal;)*) => {
        /// Where data may or may not be: a column of the data-class matrix. The parties of a role act in its zone.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Zone { $(#[doc = concat!($ja, ". ", $en)] #[serde(rename = $code)] $name,)* }

        impl Zone {
            pub const ALL: [Zone; [$($code),*].len()] = [$(Zone::$name),*];

            /// The name in files, pages and the glossary.
            pub const fn name(self) -> &'static str {
                match self { $(Zone::$name => $code),* }
            }

            /// The Japanese term.
            pub const fn ja(self) -> &'static str {
                match self { $(Zone::$name => $ja),* }
            }

            /// What it is, in one sentence or two.
            pub const fn text_en(self) -> &'static str {
                match self { $(Zone::$name => $en),* }
            }
        }
    };
}

zones! {
    CardChip "card-chip" "個人番号カードのICチップ" "The chip of the card, with separate applications.";
    CardFront "card-front" "個人番号カード券面の表" "The front of the card: photo and name.";
    CardBack "card-back" "個人番号カード券面の裏" "The back of the card, on which My Number is printed.";
    Reader "reader" "カードリーダー" "The card reader at the counter of a facility.";
    Facility "facility" "保険医療機関・薬局・介護事業者" "A hospital, clinic, pharmacy or care provider.";
    Line "line" "レセプト請求の専用回線" "The dedicated claims network between facilities and the broker.";
    Broker "broker" "資格確認サービス機関（仮称）" "Stores all insurers' eligibility under institution codes, on the insurers' behalf.";
    Jpki "jpki" "公的個人認証サービス（地方公共団体システム機構）" "Issues and revokes certificates; knows which code belongs to one.";
    Insurer "insurer" "医療保険者" "Enrols people, and ends their enrolment, under My Number; feeds the broker.";
    NumberAuthority "number-authority" "住基ネット・情報提供ネットワークシステム" "Issues institution codes.";
    Municipality "municipality" "市町村" "Keeps the residents' register; there a person asks for a code for medical use or gives it up.";
    Registry "registry" "全国がん登録" "Stores the reports of cancer cases of all hospitals, and finds those of one person.";
    Testbed "testbed" "テストベッド" "The simulation itself: faults, set-up. No party can see its data.";
}

/// 保険医療機関・薬局の種別. The third digit of a facility number names it (点数表).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FacilityKind {
    /// 病院.
    Hospital,
    /// 診療所.
    Clinic,
    /// 歯科診療所.
    Dental,
    /// 薬局.
    Pharmacy,
}

impl FacilityKind {
    pub const ALL: [FacilityKind; 4] =
        [FacilityKind::Hospital, FacilityKind::Clinic, FacilityKind::Dental, FacilityKind::Pharmacy];

    /// 点数表コード: 1 medical, 3 dental, 4 pharmacy.
    pub fn table(self) -> u64 {
        match self {
            FacilityKind::Hospital | FacilityKind::Clinic => 1,
            FacilityKind::Dental => 3,
            FacilityKind::Pharmacy => 4,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            FacilityKind::Hospital => "hospital",
            FacilityKind::Clinic => "clinic",
            FacilityKind::Dental => "dental",
            FacilityKind::Pharmacy => "pharmacy",
        }
    }
}
