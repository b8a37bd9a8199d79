//! Planted recordings: a good run with one thing changed, for claims that no mutant shows.
//!
//! A claim is shown to work by a party that is broken on purpose (a mutant) or, where no party of a simulation can be broken in
//! this way, by a recording in which what the claim finds has been planted. A plant names the claims that must find it, the
//! scenario and the design whose recording it changes. Those of one subject are one file here and one line below.

mod draft;
mod personal;
mod plant;

pub use draft::Draft;
pub use plant::Plant;

/// Declares the files of plants, and their table.
macro_rules! plants {
    ($($file:ident),* $(,)?) => {
        $(mod $file;)*

        const FILES: &[(&str, &[Plant])] = &[$((stringify!($file), $file::PLANTS)),*];
    };
}

plants! {
    answers,
    audit_records,
    cancer_registry,
    changes,
    codes,
    coverages,
    errors_and_requests,
    feeds,
    handshakes,
    insurers_asked,
    jpki_asked,
    kept_answers,
    reader_and_screen,
    reception_records,
    statuses,
    steps,
    visits_of_others,
    wire_records,
}

/// All plants, in the order of their table.
pub fn all() -> impl Iterator<Item = &'static Plant> {
    FILES.iter().flat_map(|(_, plants)| *plants)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;
    use std::collections::BTreeSet;
    use std::path::Path;
    use terms::claim::rule_of;

    #[test]
    fn every_file_is_in_the_table_and_every_plant_has_a_name_of_its_own() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plants");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
            .filter(|file| !["draft", "personal", "plant"].contains(&file.as_str()))
            .collect();
        assert_eq!(files, FILES.iter().map(|(file, _)| file.to_string()).collect());
        let mut names = BTreeSet::new();
        for plant in all() {
            assert!(names.insert(plant.name), "two plants have the name {}", plant.name);
            assert!(!plant.claims.is_empty() && !plant.what.ends_with('.'), "{}", plant.name);
        }
    }

    #[test]
    fn every_plant_names_claims_of_rules() {
        for (plant, claim) in all().flat_map(|plant| plant.claims.iter().map(move |claim| (plant, claim))) {
            let rule = rules::find(rule_of(claim));
            let listed = rule.is_some_and(|rule| rule.about().claims.iter().any(|c| c.id == *claim));
            assert!(listed, "{} names the unknown claim {claim}", plant.name);
        }
    }
}
