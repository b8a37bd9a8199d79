//! 資格確認: one check of one person's eligibility at one facility, and the steps ① to ⑦ that it takes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Identifies one check across facility, broker and journal. It is made of the facility's index and a running number, so that
/// it reveals nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct CheckId(String);

impl TryFrom<String> for CheckId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        CheckId::parse(&text).ok_or("not the id of a check")
    }
}

impl CheckId {
    pub fn new(facility: usize, running: usize) -> Self {
        CheckId(format!("check-{facility:06}-{running:06}"))
    }

    /// Reads an id that a peer sent. `None` if it does not have the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (facility, running) = text.strip_prefix("check-")?.split_once('-')?;
        let number = |t: &str| t.len() >= 6 && t.len() <= 12 && t.bytes().all(|b| b.is_ascii_digit());
        (number(facility) && number(running)).then(|| CheckId(text.to_string()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The steps of the main flow, under the numbers that the source gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// ① カードを提示. The person shows the card.
    CardShown,
    /// ② 本人の確認. Staff compare the photo, or the person enters the PIN.
    PersonChecked,
    /// ③ ICチップから電子証明書を読み取り. The reader reads the authentication certificate.
    CertificateRead,
    /// ④ 資格情報の要求. The facility asks the broker.
    EligibilityRequested,
    /// ⑤ 電子証明書に対応する機関別符号を照会・回答. The broker asks JPKI.
    CodeResolved,
    /// ⑥ 電子証明書に対応する資格情報を引当て・応答. The broker finds the eligibility and answers.
    EligibilityAnswered,
    /// ⑦ 資格情報の確認・記録. The facility checks and records the answer.
    EligibilityRecorded,
}

impl Step {
    pub const ALL: [Step; 7] = [
        Step::CardShown,
        Step::PersonChecked,
        Step::CertificateRead,
        Step::EligibilityRequested,
        Step::CodeResolved,
        Step::EligibilityAnswered,
        Step::EligibilityRecorded,
    ];

    /// 1 to 7.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    pub fn from_number(number: u8) -> Option<Step> {
        Step::ALL.into_iter().find(|s| s.number() == number)
    }
}

impl Serialize for Step {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(from)?;
        Step::from_number(number).ok_or_else(|| serde::de::Error::custom(format!("step {number} is not one of 1 to 7")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_id_reads_back_and_nothing_else_is_one() {
        let id = CheckId::new(3, 41);
        assert_eq!(CheckId::parse(id.as_str()), Some(id));
        for not in [
            "",
            "check-",
            "check-1-2",
            "check-000001-00000x",
            "check-000001",
            "CHECK-000001-000001",
            "check-0000000000001-000001",
        ] {
            assert_eq!(CheckId::parse(not), None, "{not}");
        }
    }

    #[test]
    fn steps_are_numbered_as_in_the_source() {
        assert_eq!(Step::ALL.map(Step::number), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(Step::from_number(8), None);
    }
}
