//! Whether a system can be tested at all. What is wrong here is an error of the set-up, not of the system.

use crate::kit::credentials::Credentials;
use crate::outcome::{Case, Culprit, Failure};
use crate::probe::client::{Seen, Server, Tls};
use crate::site::SiteFile;
use crate::sut::Configured;
use jiff::Timestamp;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::roles::Zone;

/// The case of the set-up.
pub(super) const NAME: &str = "set-up";
pub(super) const WHAT: &str = "The system can be reached with the certificates of the kit";
/// The facility in whose name the system is tried.
const FACILITY: u64 = 131_000_001;
/// How many days the network's revocation list is valid.
const LIST_DAYS: i64 = 7;

/// A case that says what is wrong. `None` if the system can be tested.
pub fn check(configured: &Configured, site: &SiteFile) -> Option<Case> {
    let address = configured.address.clone()?;
    let mut case = Case::passed(NAME, WHAT);
    let wrong = |expected: &str, observed: String, remedy: String| Failure {
        expected: expected.into(),
        observed,
        culprit: Culprit::Environment,
        likely_cause: Some(remedy),
        before: Vec::new(),
    };
    let credentials = match Credentials::of(site, scenarios::live::now()) {
        Ok(credentials) => credentials,
        Err(e) => {
            case.fail(wrong("the kit has authorities", e.to_string(), "make the kit again with `shikaku serve --kit`".into()));
            return Some(case);
        }
    };
    if let Some(days) = age_of_list(configured).filter(|days| *days >= LIST_DAYS) {
        let observed = format!("`ca/tls-crl.pem` is {days} days old, and its next update is due after {LIST_DAYS}");
        let remedy = "start `shikaku serve --kit` once: it renews the list; then give it to the system".to_string();
        case.fail(wrong("the kit's revocation list is in force", observed, remedy));
        return Some(case);
    }
    let server = Server { at: address, name: configured.zone.name().into(), root: credentials.tls_root_der().to_vec() };
    let identity = match configured.zone {
        Zone::Broker => credentials.facility_identity(&FacilityNumber::from_body(FACILITY)),
        Zone::Jpki => credentials.client_identity("broker"),
        _ => credentials.client_identity("jpki"),
    };
    let seen = match &identity {
        Ok(identity) => server.ask(&Tls::of(identity), b"GET /shikaku-set-up HTTP/1.1\r\nhost: set-up\r\n\r\n"),
        Err(e) => Seen::TlsRefused(e.to_string()),
    };
    let remedy = match &seen {
        Seen::Response(_) => return None,
        Seen::NoConnection(_) => format!("start the system so that it listens at {}, or mend `address`", server.at),
        Seen::TlsRefused(why) if why.contains("certificate verify failed") => format!(
            "the system must present `tls/{name}-server.pem` of the kit, or another certificate for `{name}` of its authority",
            name = server.name
        ),
        Seen::TlsRefused(_) => {
            "the system must trust `ca/tls-root.pem`, speak TLS 1.3, and accept client certificates".to_string()
        }
        Seen::Silence => "the system accepts the connection and says nothing: does it expect TLS there?".to_string(),
        Seen::Closed => "the system ends the connection: does it accept client certificates of the kit?".to_string(),
        Seen::NotHttp(_) => "something else listens at this address".to_string(),
    };
    case.fail(wrong("an HTTP answer to a request for nothing", seen.to_string(), remedy));
    Some(case)
}

/// How many days ago the revocation list of the kit was written.
fn age_of_list(configured: &Configured) -> Option<i64> {
    let path = configured.folder.join(&configured.sut.kit).join("ca/tls-crl.pem");
    let written = Timestamp::try_from(std::fs::metadata(path).ok()?.modified().ok()?).ok()?;
    Some(scenarios::live::now().duration_since(written).as_hours() / 24)
}
