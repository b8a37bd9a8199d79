//! Who there is: roles and the zones that the data-class matrix speaks of.

use serde::{Deserialize, Serialize};

/// A place where data may or may not be: the columns of the data-class matrix. Each role has the zone of its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// 個人番号カードのICチップ. The chip of the card, with its applications kept apart.
    CardChip,
    /// 個人番号カード券面の表. The front of the card: photo and name.
    CardFront,
    /// 個人番号カード券面の裏. The back of the card, where My Number stands in print.
    CardBack,
    /// カードリーダー.
    Reader,
    /// 保険医療機関・薬局・介護事業者. A hospital, clinic, pharmacy or care provider.
    Facility,
    /// レセプト請求の専用回線. The dedicated claims network between facilities and the broker.
    Line,
    /// 資格確認サービス機関（仮称）. Holds every insurer's eligibility under institution codes, by the insurers' commission.
    Broker,
    /// 公的個人認証サービス（地方公共団体システム機構）. Issues and revokes certificates; knows which code belongs to one.
    Jpki,
    /// 医療保険者.
    Insurer,
    /// 住基ネット・情報提供ネットワークシステム. Gives out codes.
    NumberAuthority,
    /// The simulation itself: faults, set-up. No party can see what stands here.
    Testbed,
}

impl Zone {
    pub const ALL: [Zone; 11] = [
        Zone::CardChip,
        Zone::CardFront,
        Zone::CardBack,
        Zone::Reader,
        Zone::Facility,
        Zone::Line,
        Zone::Broker,
        Zone::Jpki,
        Zone::Insurer,
        Zone::NumberAuthority,
        Zone::Testbed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Zone::CardChip => "card-chip",
            Zone::CardFront => "card-front",
            Zone::CardBack => "card-back",
            Zone::Reader => "reader",
            Zone::Facility => "facility",
            Zone::Line => "line",
            Zone::Broker => "broker",
            Zone::Jpki => "jpki",
            Zone::Insurer => "insurer",
            Zone::NumberAuthority => "number-authority",
            Zone::Testbed => "testbed",
        }
    }
}

/// 保険医療機関・薬局の種別. The third digit of its facility number tells it (点数表).
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
