//! Leaks on cards, where they are personalised: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, VISIBLE_NUMBER};
use crate::behaviour::Dishonest;
use crate::roles::card::Additions;
use crate::roles::card::behaviour::PersonalisationBehaviour;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("card-front-shows-my-number", MyNumber, &CARD_FRONT, Grouped, "My Number is printed on the front of the card", &["NVN-001/found"]),
    MutantDescription::leak("card-chip-shows-resident-code", ResidentCode, &CHIP_UNKNOWN_FILE, Plain, "a free file of the chip contains the resident code", &["NVN-006/found"]),
    MutantDescription::leak("card-front-shows-resident-code", ResidentCode, &CARD_FRONT, FullWidth, "the resident code is printed on the front of the card", &["NVN-007/found"]),
    MutantDescription::leak("card-back-shows-resident-code", ResidentCode, &CARD_BACK, Plain, "the resident code is printed on the back of the card", &["NVN-008/found"]),
    MutantDescription::leak("card-chip-shows-institution-code", InstitutionCode, &CHIP_TOKEN_INFO, Plain, "the chip's token information contains the institution code", &["NVN-014/found"]),
    MutantDescription::leak("card-front-shows-institution-code", InstitutionCode, &CARD_FRONT, Plain, "the institution code is printed on the front of the card", &["NVN-015/found"]),
    MutantDescription::leak("card-back-shows-institution-code", InstitutionCode, &CARD_BACK, Plain, "the institution code is printed on the back of the card", &["NVN-016/found"]),
    MutantDescription::leak("card-chip-shows-other-institution-code", OtherInstitutionCode, &CHIP_UNKNOWN_FILE, Plain, "a free file of the chip contains the exchange's code", &["NVN-020/found"]),
    MutantDescription::leak("card-front-shows-other-institution-code", OtherInstitutionCode, &CARD_FRONT, Plain, "the exchange's code is printed on the front of the card", &["NVN-021/found"]),
    MutantDescription::leak("card-back-shows-other-institution-code", OtherInstitutionCode, &CARD_BACK, Plain, "the exchange's code is printed on the back of the card", &["NVN-022/found"]),
    MutantDescription::leak("card-front-shows-certificate", CertificateSubject, &CARD_FRONT, Plain, "the subject of the certificate is printed on the front of the card", &["NVN-028/found"]),
    MutantDescription::leak("card-back-shows-certificate", Certificate, &CARD_BACK, Base64, "the certificate is printed on the back of the card", &["NVN-029/found"]),
    MutantDescription::leak("card-chip-shows-insured-identifier", InsuredIdentifier, &CHIP_UNKNOWN_FILE, Plain, "a free file of the chip contains the insured identifier", &["NVN-032/found"]),
    MutantDescription::leak("card-front-shows-insured-identifier", InsuredIdentifier, &CARD_FRONT, Plain, "the insured identifier is printed on the front of the card", &["NVN-033/found"]),
    MutantDescription::leak("card-back-shows-insured-identifier", InsuredIdentifier, &CARD_BACK, Plain, "the insured identifier is printed on the back of the card", &["NVN-034/found"]),
    MutantDescription::leak("card-chip-shows-eligibility", EligibilityJson, &CHIP_UNKNOWN_FILE, Plain, "a free file of the chip contains the eligibility", &["NVN-038/found"]),
    MutantDescription::leak("card-front-shows-eligibility", Eligibility, &CARD_FRONT, Plain, "the eligibility is printed on the front of the card", &["NVN-039/found"]),
    MutantDescription::leak("card-back-shows-eligibility", Eligibility, &CARD_BACK, Plain, "the eligibility is printed on the back of the card", &["NVN-040/found"]),
    MutantDescription::leak("card-chip-shows-medical-record", MedicalRecord, &CHIP_TOKEN_INFO, Plain, "the chip's token information contains a medical record", &["NVN-044/found"]),
    MutantDescription::leak("card-front-shows-medical-record", MedicalRecord, &CARD_FRONT, Plain, "a medical record is printed on the front of the card", &["NVN-045/found"]),
    MutantDescription::leak("card-back-shows-medical-record", MedicalRecord, &CARD_BACK, Plain, "a medical record is printed on the back of the card", &["NVN-046/found"]),
    MutantDescription::leak("card-chip-shows-research-code", ResearchCode, &CHIP_UNKNOWN_FILE, Plain, "a free file of the chip contains the research code", &["NVN-051/found"]),
    MutantDescription::leak("card-front-shows-research-code", ResearchCode, &CARD_FRONT, Plain, "the research code is printed on the front of the card", &["NVN-052/found"]),
    MutantDescription::leak("card-back-shows-research-code", ResearchCode, &CARD_BACK, Plain, "the research code is printed on the back of the card", &["NVN-053/found"]),
    MutantDescription::leak("card-chip-shows-medical-number", MedicalNumber, &CHIP_UNKNOWN_FILE, Plain, "a free file of the chip contains the visible medical number", &["NVN-064/found"]).in_design(VISIBLE_NUMBER),
    MutantDescription::leak("card-front-shows-medical-number", MedicalNumber, &CARD_FRONT, Plain, "the visible medical number is printed on the front of the My Number card", &["NVN-065/found"]).in_design(VISIBLE_NUMBER),
    MutantDescription::leak("card-back-shows-medical-number", MedicalNumber, &CARD_BACK, Grouped, "the visible medical number is printed on the back of the My Number card", &["NVN-066/found"]).in_design(VISIBLE_NUMBER),
];

/// An extra printed line on the front of the card.
const CARD_FRONT: LeakPlace = LeakPlace {
    name: "card-front",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn PersonalisationBehaviour>(Rc::new(InCardFront(leaking))),
};

struct InCardFront(Leaking);

impl PersonalisationBehaviour for InCardFront {
    fn additions(&self, person: u64) -> Additions {
        Additions { front: self.0.value_of_person(person).map(|encoded| encoded.text()), ..Additions::default() }
    }
}

/// An extra printed line on its back.
const CARD_BACK: LeakPlace = LeakPlace {
    name: "card-back",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn PersonalisationBehaviour>(Rc::new(InCardBack(leaking))),
};

struct InCardBack(Leaking);

impl PersonalisationBehaviour for InCardBack {
    fn additions(&self, person: u64) -> Additions {
        Additions { back: self.0.value_of_person(person).map(|encoded| encoded.text()), ..Additions::default() }
    }
}

/// In the chip's JPKI application, after the token's label.
const CHIP_TOKEN_INFO: LeakPlace = LeakPlace {
    name: "chip-token-info",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn PersonalisationBehaviour>(Rc::new(InChipTokenInfo(leaking))),
};

struct InChipTokenInfo(Leaking);

impl PersonalisationBehaviour for InChipTokenInfo {
    fn additions(&self, person: u64) -> Additions {
        Additions { token_info: self.0.value_of_person(person).map(|encoded| encoded.bytes().to_vec()), ..Additions::default() }
    }
}

/// In the chip's JPKI application, in the file of unknown use.
const CHIP_UNKNOWN_FILE: LeakPlace = LeakPlace {
    name: "chip-unknown-file",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn PersonalisationBehaviour>(Rc::new(InChipUnknownFile(leaking))),
};

struct InChipUnknownFile(Leaking);

impl PersonalisationBehaviour for InChipUnknownFile {
    fn additions(&self, person: u64) -> Additions {
        Additions { unknown_file: self.0.value_of_person(person).map(|encoded| encoded.bytes().to_vec()), ..Additions::default() }
    }
}
