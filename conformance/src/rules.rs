//! The rules: one rule, one file, one line in the table.

pub mod audit_001;
pub mod elig_001;
pub mod flow_001;
pub mod nvn_001;
pub mod nvn_002;
pub mod nvn_003;
pub mod nvn_004;

use crate::rule::Rule;

/// Every rule, in the order of the ids' groups.
pub const ALL: &[&dyn Rule] = &[
    &nvn_001::MyNumberStaysHome,
    &nvn_002::ResidentCodeStaysHome,
    &nvn_003::InstitutionCodeStaysHome,
    &nvn_004::ReaderLeavesMyNumberAlone,
    &flow_001::StepsInOrder,
    &elig_001::AnswersAreTrue,
    &audit_001::OneRecordOnEachSide,
];

/// The rule with that id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.about().id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// `nvn_001` for the rule NVN-001.
    fn file_of(rule: &dyn Rule) -> String {
        rule.about().id.to_lowercase().replace('-', "_")
    }

    #[test]
    fn every_file_of_a_rule_stands_in_the_table() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "rs"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
            .collect();
        let table: BTreeSet<String> = ALL.iter().map(|rule| file_of(*rule)).collect();
        assert_eq!(files, table);
        assert_eq!(table.len(), ALL.len(), "two rules have one id");
    }

    #[test]
    fn every_rule_says_all_about_itself() {
        for rule in ALL {
            let a = rule.about();
            for text in [a.title_en, a.title_ja, a.source, a.details_en, a.remedy_en, a.mutant] {
                assert!(!text.trim().is_empty(), "{}", a.id);
            }
            assert!(find(a.id).is_some_and(|found| std::ptr::eq(found.about(), a)));
        }
    }
}
