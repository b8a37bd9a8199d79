//! The rules. Those of the data-class matrix are generated from its cells; every other rule is a file here and one line below.

use crate::cells;
use crate::rule::Rule;
use std::sync::LazyLock;

/// Declares the files of rules, and their table.
macro_rules! rules {
    ($($file:ident::$rule:ident),* $(,)?) => {
        $(pub mod $file;)*

        /// The rules in files, in the order of the groups of ids.
        const WRITTEN: &[&dyn Rule] = &[$(&$file::$rule),*];
    };
}

rules! {
    nvn_061::ReaderLeavesMyNumberAlone,
    nvn_062::FrontOnly,
    nvn_063::InItsCase,
    flow_001::StepsInOrder,
    flow_002::AskedForEveryAnswer,
    flow_003::PersonFirst,
    flow_004::AnswersAreRecorded,
    flow_005::ReadInThisCheck,
    flow_006::StatusForEveryAnswer,
    flow_007::LookedUpForEveryAnswer,
    flow_008::NumberOfWhoCame,
    flow_009::ByTheMeansOfTheDesign,
    flow_010::NothingOfThePersonBefore,
    code_001::OnePersonOneCode,
    code_002::FieldsDiffer,
    code_003::CodeStays,
    code_004::OnlyWhoOptedIn,
    code_005::NotComputable,
    code_006::OnlyAsThePersonSays,
    code_007::GivenUpServesNobody,
    code_008::ReplacedServesNobody,
    code_009::OneReportOneCode,
    elig_001::AnswersMatchInsurers,
    elig_002::FeedsCoverTheDay,
    elig_003::AnswerFitsQuestion,
    elig_004::ScreenShowsOutcome,
    elig_005::InsurersAnswerFirst,
    elig_006::AsksAboutToday,
    elig_007::MismatchIsNoStatement,
    sec_001::GoodCertificate,
    sec_002::StatusGood,
    sec_003::SignatureValid,
    sec_004::ChallengeFresh,
    sec_005::LicensedOnly,
    sec_006::TlsOnly,
    sec_007::WhoMayAsk,
    sec_008::FeedFromItsInsurer,
    sec_009::NotTooOld,
    sec_010::InsurersAnswerTheBroker,
    sec_011::GraceServes,
    sec_012::UnknownIsNotKnown,
    sec_013::RenewalKnownLater,
    audit_001::OneRecordAtFacility,
    audit_002::OneRecordAtBroker,
    audit_003::BothSidesAgree,
    audit_004::RecordsSurvive,
    min_001::JpkiLearnsNoVisit,
    min_002::InsurerLearnsNoVisit,
    min_003::ErrorsNameNobody,
    min_004::CertificateAlone,
    min_005::NothingElse,
    min_006::HandshakeNamesNobody,
    min_007::CodeAlone,
    link_001::NothingJoins,
    link_002::NoSerialKept,
    link_003::NothingKept,
    reg_001::NoNumberInReports,
    reg_002::JoinedWithEvidence,
    reg_003::StoredOnce,
    reg_004::ChangesTakeEffect,
    reg_005::PeopleLook,
}

/// Every rule: those of the matrix, cell by cell, then those in files.
pub fn all() -> &'static [&'static dyn Rule] {
    static ALL: LazyLock<Vec<&'static dyn Rule>> =
        LazyLock::new(|| cells::rules().into_iter().chain(WRITTEN.iter().copied()).collect());
    &ALL
}

/// The rule with that id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    all().iter().copied().find(|rule| rule.about().id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// `nvn_061` for the rule NVN-061.
    fn file_of(rule: &dyn Rule) -> String {
        rule.about().id.to_lowercase().replace('-', "_")
    }

    #[test]
    fn every_file_of_a_rule_is_in_the_table() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "rs"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
            .collect();
        let table: BTreeSet<String> = WRITTEN.iter().map(|rule| file_of(*rule)).collect();
        assert_eq!(files, table);
    }

    #[test]
    fn every_rule_has_all_texts_and_a_unique_id() {
        let mut ids = BTreeSet::new();
        for rule in all() {
            let a = rule.about();
            assert!(ids.insert(a.id), "two rules have the id {}", a.id);
            let japanese = [a.title_ja, a.details_ja, a.remedy_ja, a.untested_ja];
            for text in [a.title_en, a.source, a.details_en, a.remedy_en, a.untested_en].into_iter().chain(japanese) {
                assert!(!text.trim().is_empty(), "{}", a.id);
            }
            assert!(find(a.id).is_some_and(|found| std::ptr::eq(found.about(), a)));
        }
    }
}
