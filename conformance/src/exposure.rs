//! The check that the rules of one data class share: is data of the class anywhere that the matrix does not permit?

use crate::evidence::Evidence;
use crate::matrix::DataClass;
use crate::rule::{About, Finding, Judged};

/// Every place where `class` stands and may not. Each entry in a zone that may not hold the class is one that was looked at.
pub(crate) fn nowhere_else(about: &About, class: DataClass, run: &Evidence<'_>) -> Judged {
    let finding = |exposure: &crate::leak::Exposure| {
        let entry = &run.journal[exposure.entry];
        let what = format!("{} of person {}, {}", class.name(), exposure.person, exposure.spelling.words());
        Finding {
            check: Evidence::check_of(entry),
            person: Some(exposure.person),
            place: Some(exposure.place.clone()),
            spelling: Some(exposure.spelling.clone()),
            ..Finding::at(about.id, entry, what)
        }
    };
    Judged {
        evaluated: run.exposures.looked_at(class),
        findings: run.exposures.found(class).map(finding).collect(),
        remarks: run.exposures.remarks(class),
    }
}
