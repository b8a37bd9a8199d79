//! What a municipality asks for: that a person gets a code, gives it up, or gets another one.

use super::NumberAuthority;
use super::changes::{CodeChange, CodeRequest};
use super::description::ISSUE;
use crate::host::http::{Request, Response};
use sim::terms::fhir::CodeConsent;
use sim::terms::messages::LeakReport;
use sim::terms::operation::{Empty, Message, ProblemKind};
use sim::terms::operations::{ReportCodeLeak, SubmitCodeConsent};
use sim::terms::roles::Zone;

impl NumberAuthority {
    pub(super) async fn handle_municipality(&self, request: &Request) -> Response {
        let answer = match Self::read_request(request) {
            Ok(_) if self.work.on(ISSUE).await.is_err() => Err(SubmitCodeConsent::BUSY),
            Ok(asked) => self.take_request(&request.peer.common_name, asked),
            Err(problem) => Err(problem),
        };
        let mut response = match answer {
            Ok(()) => Response::to::<SubmitCodeConsent>(&Empty),
            Err(problem) => Response::problem(problem),
        };
        response.retry_after_s = (response.status == 503).then(|| self.work.capacity().retry_after_s);
        response
    }

    fn read_request(request: &Request) -> Result<CodeRequest, ProblemKind> {
        let body = request.body.as_ref().ok();
        if request.asks_for::<SubmitCodeConsent>() {
            let consent = body.and_then(|body| CodeConsent::read(body).ok()).ok_or(SubmitCodeConsent::MALFORMED)?;
            return Ok(CodeRequest::from(&consent));
        }
        if request.asks_for::<ReportCodeLeak>() {
            let report = body.and_then(|body| LeakReport::read(body).ok()).filter(|report| report.request > 0);
            return Ok(CodeRequest::from(&report.ok_or(ReportCodeLeak::MALFORMED)?));
        }
        let consent = request.is_at::<SubmitCodeConsent>();
        Err(if consent { SubmitCodeConsent::NOT_A_CONSENT } else { ReportCodeLeak::NOT_A_REPORT })
    }

    /// Carries a request out once. That it has been carried out before is answered like the first time.
    pub(crate) fn take_request(&self, peer: &str, request: CodeRequest) -> Result<(), ProblemKind> {
        if peer != Zone::Municipality.name() {
            return Err(SubmitCodeConsent::NOT_PERMITTED);
        }
        let answered = self.requests.borrow().answered(peer, &request)?;
        if let Some(answer) = answered.filter(|_| self.behaviour.recognizes(&request)) {
            return answer;
        }
        let answer = self.check_request(&request);
        if answer.is_ok() && self.behaviour.carries_out(&request) {
            self.register.borrow_mut().change(&request.resident, request.change);
        }
        self.requests.borrow_mut().record(peer, request, answer);
        answer
    }

    fn check_request(&self, request: &CodeRequest) -> Result<(), ProblemKind> {
        match (request.change, self.register.borrow().opted_in(&request.resident)) {
            (CodeChange::Leaked, None | Some(false)) => Err(ReportCodeLeak::NO_CODE),
            (_, None) => Err(SubmitCodeConsent::UNKNOWN_RESIDENT),
            _ => Ok(()),
        }
    }
}
