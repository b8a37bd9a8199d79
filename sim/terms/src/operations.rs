//! The operations: each message pair is one file, and one line here.
//!
//! Clients, servers, the judge and generated documents all use this one declaration. Commands to a card are not HTTP and are not
//! here.

mod examples;
pub mod jpki_problems;

use super::operation::{Described, OperationDescription};
use super::roles::Zone;

macro_rules! operations {
    ($($module:ident $name:ident;)*) => {
        $(mod $module; pub use $module::$name;)*

        /// All operations.
        pub static OPERATIONS: &[&dyn OperationDescription] = &[$(&Described::<$name>::new()),*];
    };
}

operations! {
    submit_eligibility_request SubmitEligibilityRequest;
    request_challenge RequestChallenge;
    submit_feed SubmitFeed;
    ask_for_coverage AskForCoverage;
    certificate_status CertificateStatus;
    revocation_list RevocationList;
    resolve_code ResolveCode;
    issue_codes IssueCodes;
    resolve_number ResolveNumber;
    report_cancer_case ReportCancerCase;
    resolve_person ResolvePerson;
    submit_code_consent SubmitCodeConsent;
    report_code_leak ReportCodeLeak;
}

/// The operations that parties of a zone serve.
pub fn served_by(zone: Zone) -> impl Iterator<Item = &'static dyn OperationDescription> {
    OPERATIONS.iter().copied().filter(move |o| o.to() == zone)
}

/// The operations that parties of a zone may request.
pub fn asked_by(zone: Zone) -> impl Iterator<Item = &'static dyn OperationDescription> {
    OPERATIONS.iter().copied().filter(move |o| o.from().contains(&zone))
}

#[cfg(test)]
mod tests {
    use super::super::fhir::outcome_from_json;
    use super::super::messages::Problem;
    use super::super::operation::{Message, Operation, Refusal};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_addresses_are_distinct() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|o| o.name()).collect();
        let addresses: BTreeSet<_> = OPERATIONS.iter().map(|o| (o.to(), o.method().name(), o.path())).collect();
        assert_eq!((names.len(), addresses.len()), (OPERATIONS.len(), OPERATIONS.len()));
        for operation in OPERATIONS {
            assert!(operation.path().starts_with('/'), "{}", operation.name());
            assert!(operation.headers().iter().all(|h| h.name == h.name.to_ascii_lowercase()), "{}", operation.name());
        }
    }

    #[test]
    fn every_example_is_read_back_by_the_codec_and_says_the_same() {
        for o in OPERATIONS {
            let (request, response) = (o.request_example(), o.response_example());
            assert_eq!(o.reread_request(&request).as_deref(), Ok(request.as_slice()), "{}", o.name());
            assert_eq!(o.reread_response(&response).as_deref(), Ok(response.as_slice()), "{}", o.name());
            assert!(
                o.reread_request(b"{").is_err() && o.reread_response(b"{").is_err(),
                "{}: the codec rejects a broken body",
                o.name()
            );
        }
    }

    #[test]
    fn every_refusal_is_read_back_by_the_codec_and_has_an_error_status() {
        for o in OPERATIONS {
            let refusals = o.refusals();
            assert!(!refusals.is_empty(), "{}", o.name());
            for refusal in refusals {
                let (name, body) = (o.name(), refusal.body());
                assert!((400..600).contains(&refusal.status()), "{name}: {refusal:?}");
                match refusal {
                    Refusal::Outcome(code) => assert_eq!(outcome_from_json(&body), Ok(code), "{name}"),
                    Refusal::Problem(kind) => {
                        let problem = Problem::read(&body).unwrap();
                        assert_eq!((problem.code(), problem.status), (kind.code, kind.status), "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_operation_is_found_by_method_and_path_and_a_base_may_differ_for_fhir() {
        assert!(SubmitEligibilityRequest::is_asked_by("POST", SubmitEligibilityRequest::PATH));
        assert!(SubmitEligibilityRequest::is_asked_by("POST", "/r4/CoverageEligibilityRequest/$submit"));
        assert!(!SubmitEligibilityRequest::is_asked_by("GET", SubmitEligibilityRequest::PATH));
        assert!(!SubmitFeed::is_asked_by("POST", SubmitEligibilityRequest::PATH));
        assert!(RevocationList::is_asked_by("GET", "/crl"));
    }

    #[test]
    fn the_operations_of_a_zone_are_requested_by_others() {
        let served = |zone| served_by(zone).map(|o| o.name()).collect::<Vec<_>>();
        let asked = |zone| asked_by(zone).map(|o| o.name()).collect::<Vec<_>>();
        assert_eq!(
            served(Zone::NumberAuthority),
            ["issue-codes", "resolve-number", "resolve-person", "submit-code-consent", "report-code-leak"]
        );
        assert_eq!(asked(Zone::Jpki), ["issue-codes"]);
        assert_eq!(asked(Zone::Insurer), ["submit-feed", "issue-codes"]);
        assert_eq!(served(Zone::Insurer), ["ask-for-coverage"]);
        assert_eq!((served(Zone::Facility).len(), asked(Zone::Broker).len()), (0, 5));
    }
}
