//! The cases of cancer that a facility reports to the registry.

use super::behaviour::FacilityBehaviour;
use crate::env::Env;
use sim::clock;
use sim::terms::fhir::CaseReport;
use sim::terms::operation::Operation;
use sim::terms::operations::ReportCancerCase;
use std::rc::Rc;
use std::time::Duration;

/// How often a report is tried, and the pause between two tries.
const ATTEMPTS: usize = 30;
const PAUSE: Duration = Duration::from_secs(2);

/// A report, or its correction or withdrawal, with its time.
#[derive(Clone, Debug)]
pub struct PlannedReport {
    /// After the start of the run.
    pub at: Duration,
    /// The person, by the testbed's index.
    pub person: u64,
    /// All but the time at which it is written.
    pub report: CaseReport,
    /// It is sent once more after it was accepted, as by a queue that delivers at least once.
    pub sent_twice: bool,
}

impl PlannedReport {
    /// Sends it as planned, until it is accepted or refused.
    pub(super) async fn send(&self, env: &Env) {
        env.sleep_until(clock::nanos(self.at)).await;
        let behaviour: Rc<dyn FacilityBehaviour> = env.behaviours().of();
        let report = CaseReport { created: env.wall(), ..self.report.clone() };
        let (number, body, registry) = (report.number(), behaviour.report(self.person, &report), env.client("registry"));
        let mut left = if self.sent_twice { 2 } else { 1 };
        for _ in 0..ATTEMPTS {
            match registry.ask_with::<ReportCancerCase>(ReportCancerCase::PATH, &[], body.clone()).await {
                Ok(answer) if answer.status == ReportCancerCase::STATUS => {
                    left -= 1;
                    if left == 0 {
                        tracing::info!("report {number} was accepted");
                        return;
                    }
                }
                // The version before it may be under way.
                Ok(answer) if answer.status == ReportCancerCase::UNKNOWN_REPORT.status && report.version > 1 => {
                    tracing::warn!("report {number} is not known there yet");
                }
                Ok(answer) if answer.status < 500 => {
                    tracing::warn!("report {number} was refused with status {}", answer.status);
                    return;
                }
                Ok(answer) => tracing::warn!("report {number} was not taken: status {}", answer.status),
                Err(e) => tracing::warn!("report {number} was not sent: {e}"),
            }
            env.sleep(PAUSE).await;
        }
        tracing::error!("report {number} was given up after {ATTEMPTS} attempts");
    }
}
