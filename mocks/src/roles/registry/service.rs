//! Reports as they arrive.

use super::Registry;
use super::description::TAKE_REPORT;
use super::reports::Stored;
use crate::host::http::{Request, Response};
use sim::terms::fhir::{CaseReport, Profile};
use sim::terms::identifiers::FacilityNumber;
use sim::terms::operation::{Empty, NOT_FOUND, ProblemKind};
use sim::terms::operations::ReportCancerCase;
use std::cmp::Ordering;
use std::rc::Rc;

impl Registry {
    pub(super) async fn handle(self: Rc<Self>, request: Request) -> Response {
        let taken = match &request.body {
            Ok(body) if request.asks_for::<ReportCancerCase>() => match CaseReport::from_json(body) {
                Ok(_) if self.work.on(TAKE_REPORT).await.is_err() => Err(ReportCancerCase::BUSY),
                Ok(report) => self.clone().take(report, &request.peer.common_name),
                Err(e) => {
                    tracing::warn!("a report was refused: {e}");
                    Err(ReportCancerCase::MALFORMED)
                }
            },
            _ if request.is_at::<ReportCancerCase>() => Err(ReportCancerCase::NOT_A_REPORT),
            _ => Err(NOT_FOUND),
        };
        let mut response = match taken {
            Ok(()) => Response::to::<ReportCancerCase>(&Empty),
            Err(problem) => Response::problem(problem),
        };
        response.retry_after_s = (response.status == 503).then(|| self.work.capacity().retry_after_s);
        response
    }

    /// Stores a report. The same version again changes nothing, and gets the same answer.
    fn take(self: Rc<Self>, report: CaseReport, peer: &str) -> Result<(), ProblemKind> {
        if !FacilityNumber::new(peer).is_ok_and(|number| self.licensed.contains(&number)) {
            return Err(ReportCancerCase::NOT_PERMITTED);
        }
        if !self.behaviour.may_change(report.facility.reveal() == peer) {
            return Err(ReportCancerCase::NOT_YOURS);
        }
        let known = self.reports.borrow().newest(&report.number()).map(|stored| stored.report.clone());
        let next = known.as_ref().map_or(1, |known| known.version.saturating_add(1));
        match report.version.cmp(&next) {
            Ordering::Greater => return Err(ReportCancerCase::UNKNOWN_REPORT),
            Ordering::Less if known.as_ref().is_some_and(|known| is_the_same(known, &report)) || self.has_stored(&report) => {
                if self.behaviour.stores_again() {
                    self.store(&report);
                }
                return Ok(());
            }
            Ordering::Less => return Err(ReportCancerCase::OUTDATED),
            Ordering::Equal => {}
        }
        (0..self.behaviour.times_stored()).for_each(|_| self.store(&report));
        self.behaviour.on_report(&report);
        self.reports.borrow_mut().keep(Stored::new(report.clone()));
        self.process(report);
        Ok(())
    }

    /// Whether the same version was stored before a later one.
    fn has_stored(&self, report: &CaseReport) -> bool {
        let stored = self.env.disk().read(super::reports::REPORTS);
        stored.iter().filter_map(|bytes| CaseReport::from_json(bytes).ok()).any(|earlier| is_the_same(&earlier, report))
    }

    /// Makes a report durable, as it was sent.
    fn store(&self, report: &CaseReport) {
        self.env.disk().append(super::reports::REPORTS, report.to_json());
        self.env.disk().sync(super::reports::REPORTS);
    }
}

/// Whether two messages are the same version of a report; a retry may have been written at another time.
fn is_the_same(known: &CaseReport, report: &CaseReport) -> bool {
    CaseReport { created: known.created, ..report.clone() } == *known
}
