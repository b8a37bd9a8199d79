//! Facilities: hospitals, clinics and pharmacies of the prefectures that the population lives in.

use super::places::{Municipality, PREFECTURE_COUNT};
use super::words;
use crate::permutation::Permutation;
use crate::seed::Seed;
use crate::terms::identifiers::FacilityNumber;
use crate::terms::roles::FacilityKind;
use serde::Serialize;

/// 保険医療機関・薬局.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facility {
    pub index: u64,
    /// 医療機関コード.
    pub number: FacilityNumber,
    pub kind: FacilityKind,
    /// Ends with （架空）.
    pub name: String,
    /// 都道府県, the one in the number.
    pub prefecture: String,
}

/// 郡市区 01 to 99 and 番号 0001 to 9999.
const AREAS: u64 = 99;
const NUMBERS: u64 = 9999;

/// Hospitals, clinics and pharmacies in the scope of online eligibility, 2023-02 (MHLW). Dental clinics are not drawn: scenarios
/// ask for them.
const KINDS: [(FacilityKind, u64); 3] =
    [(FacilityKind::Hospital, 8_192), (FacilityKind::Clinic, 89_695), (FacilityKind::Pharmacy, 61_495)];

/// Assigns facility numbers: one permutation for each 点数表, since hospitals and clinics share theirs.
#[derive(Clone)]
pub(super) struct FacilityNumbers {
    medical: Permutation,
    dental: Permutation,
    pharmacy: Permutation,
}

impl FacilityNumbers {
    /// How many facilities of one 点数表 there can be.
    pub const SIZE: u64 = PREFECTURE_COUNT as u64 * AREAS * NUMBERS;

    pub fn new(seed: &Seed) -> Self {
        let permutation = |name| Permutation::new(seed.bytes(name), Self::SIZE);
        FacilityNumbers {
            medical: permutation("people/facilities/medical"),
            dental: permutation("people/facilities/dental"),
            pharmacy: permutation("people/facilities/pharmacy"),
        }
    }

    pub fn facility(&self, index: u64, kind: FacilityKind, municipalities: &[Municipality]) -> Facility {
        let slot = match kind {
            FacilityKind::Hospital | FacilityKind::Clinic => self.medical.apply(index),
            FacilityKind::Dental => self.dental.apply(index),
            FacilityKind::Pharmacy => self.pharmacy.apply(index),
        };
        let municipality = &municipalities[(slot % PREFECTURE_COUNT as u64) as usize];
        let local = slot / PREFECTURE_COUNT as u64;
        let (area, number) = (1 + local % AREAS, 1 + local / AREAS);
        let body = u64::from(municipality.prefecture_code) * 10_000_000 + kind.table() * 1_000_000 + area * 10_000 + number;
        let invented = words::INVENTED_NAMES[(slot % words::INVENTED_NAMES.len() as u64) as usize];
        let what = match kind {
            FacilityKind::Hospital => "病院",
            FacilityKind::Clinic => "診療所",
            FacilityKind::Dental => "歯科診療所",
            FacilityKind::Pharmacy => "薬局",
        };
        Facility {
            index,
            number: FacilityNumber::from_body(body),
            kind,
            name: format!("{invented}第{}{what}（架空）", index + 1),
            prefecture: municipality.prefecture.clone(),
        }
    }
}

/// The kind of the facility `index`, in Japan's proportions.
pub(super) fn kind(seed: &Seed, index: u64) -> FacilityKind {
    let mut rest = seed.stream(&format!("people/facility/{index}")).below(KINDS.iter().map(|(_, count)| count).sum());
    for (kind, count) in KINDS {
        if rest < count {
            return kind;
        }
        rest -= count;
    }
    FacilityKind::Clinic
}
