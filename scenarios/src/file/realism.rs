//! Published rates of errors, with their sources: any workload can meet errors as often as they happen.

use serde::Deserialize;

/// Name and text of each file of rates that comes with the tool.
const FILES: [(&str, &str); 1] = [("incidents-2023", include_str!("../../realism/incidents-2023.toml"))];

/// Rates of errors.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rates {
    pub title: super::Title,
    #[serde(rename = "rate")]
    pub rates: Vec<Rate>,
}

/// How often one kind of error happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rate {
    pub error: RealError,
    /// The probability in one check.
    pub rate: f64,
    /// How it follows from what was published.
    pub from: String,
    pub source: String,
    /// R: read in the source itself; S: second-hand; I: inferred, with assumptions stated in `from`.
    pub confidence: String,
}

/// A kind of error that a visit of a workload can meet, or a person who comes in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RealError {
    /// The reader does not answer.
    ReaderStuck,
    /// The certificate ended yesterday.
    CertificateExpired,
    /// The card is somebody else's, and staff do not notice it.
    BorrowedCard,
    /// What the facility has on record differs in a digit, or in the branch number.
    RecordWithASlip,
    RecordWithAnotherBranch,
    /// The coverage has ended, and the person comes all the same.
    CoverageEnded,
    /// The person has another insurer, and no register has it yet.
    RegisteredLate,
    /// The person's coverage is under another person's My Number.
    WrongLink,
    /// The register has another copayment.
    WrongCopayment,
    /// The record differs from the residents' register and is withheld.
    RecordWithheld,
}

impl RealError {
    /// The cause under which results count it.
    pub fn cause(self) -> &'static str {
        match self {
            RealError::ReaderStuck => "real/reader-stuck",
            RealError::CertificateExpired => "real/certificate-expired",
            RealError::BorrowedCard => "real/borrowed-card",
            RealError::RecordWithASlip => "real/record-with-a-slip",
            RealError::RecordWithAnotherBranch => "real/record-with-another-branch",
            RealError::CoverageEnded => "real/coverage-ended",
            RealError::RegisteredLate => "real/registered-late",
            RealError::WrongLink => "real/wrong-link",
            RealError::WrongCopayment => "real/wrong-copayment",
            RealError::RecordWithheld => "real/record-withheld",
        }
    }
}

impl Rates {
    /// The rates of that name.
    ///
    /// # Errors
    /// In words: the name is unknown, or the file is not valid.
    pub fn named(name: &str) -> Result<Rates, String> {
        let Some((_, text)) = FILES.iter().find(|(known, _)| *known == name) else {
            return Err(super::diagnostic::unknown("rates", name, &FILES.map(|(known, _)| known)));
        };
        let rates: Rates = toml::from_str(text).map_err(|e| format!("the rates `{name}` cannot be read: {}", e.message()))?;
        match rates.rates.iter().find(|r| !(0.0..=1.0).contains(&r.rate)) {
            Some(wrong) => Err(format!("the rate of `{}` in `{name}` must be 0 to 1", wrong.error.cause())),
            None => Ok(rates),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    #[test]
    fn every_rate_says_where_it_comes_from() {
        for (name, _) in FILES {
            let rates = Rates::named(name).unwrap();
            assert!(!rates.title.ja.is_empty() && !rates.title.en.is_empty());
            for rate in &rates.rates {
                assert!(!rate.source.is_empty() && !rate.from.is_empty(), "{:?}", rate.error);
                assert!(["R", "S", "I"].contains(&rate.confidence.as_str()), "{:?}", rate.error);
            }
        }
        assert!(Rates::named("incidents-2032").unwrap_err().contains("incidents-2023"));
    }
}
