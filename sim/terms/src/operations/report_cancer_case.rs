//! A facility reports a cancer case to the registry, corrects its report, or withdraws it.

use super::super::fhir::{CaseReport, CaseStatus, ReportedAddress, ReportedPerson};
use super::super::operation::{Empty, Method, Operation, ProblemKind, Refusal, media};
use super::super::people::{Name, Sex};
use super::super::roles::Zone;
use super::examples::{DAY, facility, instant};
use jiff::civil::date;

/// がんの届出.
#[derive(Debug)]
pub struct ReportCancerCase;

impl ReportCancerCase {
    /// The body is not a report, or has something in it that a report does not have, such as a number of the person.
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a report of a cancer case", 400);
    pub const NOT_A_REPORT: ProblemKind = ProblemKind::new("malformed", "POST a report of a cancer case", 400);
    /// The client's TLS certificate is not that of a licensed facility.
    pub const NOT_PERMITTED: ProblemKind = ProblemKind::new("not-permitted", "this party may not report", 403);
    /// The report is another facility's.
    pub const NOT_YOURS: ProblemKind = ProblemKind::new("not-yours", "the report is another facility's", 403);
    pub const UNKNOWN_REPORT: ProblemKind = ProblemKind::new("unknown-report", "there is no report to correct or withdraw", 404);
    /// This version, or a later one, is stored with other content.
    pub const OUTDATED: ProblemKind = ProblemKind::new("outdated-version", "another content of this version is stored", 409);
    pub const BUSY: ProblemKind = ProblemKind::new("busy", "the registry has too much to do", 503);
}

impl Operation for ReportCancerCase {
    type Request = CaseReport;
    type Response = Empty;

    const NAME: &'static str = "report-cancer-case";
    const JA: &'static str = "がんの届出";
    const TEXT_EN: &'static str = "A facility reports a cancer case, corrects its report, or withdraws it";
    const FROM: &'static [Zone] = &[Zone::Facility];
    const TO: Zone = Zone::Registry;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/fhir/Bundle";
    const REQUEST_MEDIA: &'static str = media::FHIR_JSON;
    const RESPONSE_MEDIA: &'static str = media::FHIR_JSON;
    /// The report, or this version of it, is stored. The same again gets the same answer.
    const STATUS: u16 = 201;

    fn refusals() -> Vec<Refusal> {
        let all = [
            Self::MALFORMED,
            Self::NOT_A_REPORT,
            Self::NOT_PERMITTED,
            Self::NOT_YOURS,
            Self::UNKNOWN_REPORT,
            Self::OUTDATED,
            Self::BUSY,
        ];
        all.map(Refusal::Problem).to_vec()
    }

    fn request_example() -> CaseReport {
        let name = Name {
            family: "見本".to_string(),
            given: "花子".to_string(),
            family_kana: "ミホン".to_string(),
            given_kana: "ハナコ".to_string(),
        };
        let address = ReportedAddress {
            prefecture: "東京都".to_string(),
            municipality: "架空市".to_string(),
            rest: "見本町1丁目2番3号".to_string(),
        };
        CaseReport {
            facility: facility(),
            running: 7,
            version: 1,
            status: CaseStatus::Confirmed,
            created: instant(0),
            person: ReportedPerson { name, birth: date(1961, 4, 9), sex: Sex::Female, address },
            chart: "AAAQEAYEAUDAOCAJBIFQYDIOB4".to_string(),
            site: "C50".to_string(),
            diagnosed: DAY,
        }
    }

    fn response_example() -> Empty {
        Empty
    }
}
