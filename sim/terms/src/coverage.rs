//! 資格: the terms of one person's coverage by one insurer, shared by the messages and the people of a run.

use crate::outcome::OutcomeCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 本人・家族の別. Whether the person is the insured or a dependent of the insured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relationship {
    /// 被保険者 (本人).
    Insured,
    /// 被扶養者 (家族).
    Dependent,
}

impl Relationship {
    pub const ALL: [Relationship; 2] = [Relationship::Insured, Relationship::Dependent];

    /// The code of JAMI's 被保険者区分 (`urn:oid:1.2.392.100495.20.2.62`), the same as PersonalFamilyClassification (本人家族区分) of the
    /// real interface.
    pub fn code(self) -> &'static str {
        match self {
            Relationship::Insured => "1",
            Relationship::Dependent => "2",
        }
    }

    pub fn from_code(code: &str) -> Option<Relationship> {
        Relationship::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// 資格喪失事由. Why a coverage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// 死亡.
    Death,
    /// 生活保護. The person receives public assistance, which replaces the insurance.
    PublicAssistance,
    /// 医療保険等取得. Another insurer insures the person.
    InsuredElsewhere,
    /// その他.
    Other,
}

impl EndReason {
    pub const ALL: [EndReason; 4] =
        [EndReason::Death, EndReason::PublicAssistance, EndReason::InsuredElsewhere, EndReason::Other];

    /// The code of ReasonOfLoss in the real interface (外部インタフェース仕様 別紙3-1).
    pub fn code(self) -> &'static str {
        match self {
            EndReason::Death => "01",
            EndReason::PublicAssistance => "02",
            EndReason::InsuredElsewhere => "03",
            EndReason::Other => "99",
        }
    }

    pub fn from_code(code: &str) -> Option<EndReason> {
        EndReason::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// 資格有効性. The possible results in an eligibility answer; every other result of a check is a refusal or not known, and
/// is sent as an `OperationOutcome`. The real interface's QualificationValidity has 1 for the first, 4 for the second, 2 for
/// the third and 3 for the fourth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Validity {
    /// 有効.
    InForce,
    /// 該当資格なし. No insurer insures the person, and no coverage was asked about.
    NotInsured,
    /// 無効. The coverage asked about has ended, and no insurer insures the person.
    Ended,
    /// 無効(新しい資格あり). The coverage asked about has ended and another insurer insures the person.
    InsuredElsewhere,
}

impl Validity {
    pub const ALL: [Validity; 4] = [Validity::InForce, Validity::NotInsured, Validity::Ended, Validity::InsuredElsewhere];

    /// The corresponding outcome of a check.
    pub fn outcome(self) -> OutcomeCode {
        match self {
            Validity::InForce => OutcomeCode::InForce,
            Validity::NotInsured => OutcomeCode::NotInsured,
            Validity::Ended => OutcomeCode::CoverageEnded,
            Validity::InsuredElsewhere => OutcomeCode::InsuredElsewhere,
        }
    }

    /// `None` for a refusal and for what is not known.
    pub fn from_outcome(outcome: OutcomeCode) -> Option<Validity> {
        Validity::ALL.into_iter().find(|v| v.outcome() == outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::OutcomeClass;

    #[test]
    fn codes_read_back_and_no_other_is_one() {
        assert_eq!(Relationship::ALL.map(|r| Relationship::from_code(r.code())), Relationship::ALL.map(Some));
        assert_eq!(EndReason::ALL.map(|r| EndReason::from_code(r.code())), EndReason::ALL.map(Some));
        assert_eq!((Relationship::from_code("0"), EndReason::from_code("1")), (None, None));
    }

    #[test]
    fn exactly_the_insurers_answers_have_a_validity() {
        for &outcome in OutcomeCode::ALL {
            let answered = matches!(outcome.class(), OutcomeClass::InForce | OutcomeClass::NotInForce);
            assert_eq!(Validity::from_outcome(outcome).is_some(), answered, "{outcome}");
        }
    }
}
