//! 符号の利用の変更: what municipalities have reported since the start. A request is carried out once, however often it arrives.

use sim::terms::fhir::CodeConsent;
use sim::terms::identifiers::ResidentCode;
use sim::terms::messages::LeakReport;
use sim::terms::operation::ProblemKind;
use sim::terms::operations::SubmitCodeConsent;
use std::collections::BTreeMap;

/// What a municipality reports of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeChange {
    /// 利用の申出.
    Asks,
    /// 利用の撤回.
    GivesUp,
    /// 漏えいの疑い: another code is issued.
    Leaked,
}

/// A request of a municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRequest {
    /// Counts the municipality's requests from 1.
    pub number: u64,
    pub resident: ResidentCode,
    pub change: CodeChange,
}

impl From<&CodeConsent> for CodeRequest {
    fn from(consent: &CodeConsent) -> CodeRequest {
        let change = if consent.given { CodeChange::Asks } else { CodeChange::GivesUp };
        CodeRequest { number: consent.request, resident: consent.resident.clone(), change }
    }
}

impl From<&LeakReport> for CodeRequest {
    fn from(report: &LeakReport) -> CodeRequest {
        CodeRequest { number: report.request, resident: report.resident_code.clone(), change: CodeChange::Leaked }
    }
}

/// The last request of each municipality, with the answer that it got.
#[derive(Default)]
pub(super) struct CodeRequests {
    last: BTreeMap<String, (CodeRequest, Result<(), ProblemKind>)>,
}

impl CodeRequests {
    /// The answer to a request that was answered before.
    ///
    /// # Errors
    /// If it is neither the next one nor the last one again. A request that was refused counts too.
    pub fn answered(&self, municipality: &str, request: &CodeRequest) -> Result<Option<Result<(), ProblemKind>>, ProblemKind> {
        match self.last.get(municipality) {
            Some((last, answer)) if last == request => Ok(Some(*answer)),
            last if request.number == last.map_or(0, |(last, _)| last.number) + 1 => Ok(None),
            _ => Err(SubmitCodeConsent::OUT_OF_ORDER),
        }
    }

    pub fn record(&mut self, municipality: &str, request: CodeRequest, answer: Result<(), ProblemKind>) {
        self.last.insert(municipality.to_string(), (request, answer));
    }
}

/// Whether and how a resident has a code, since the first change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CodeUse {
    pub opted_in: bool,
    /// How many codes were replaced.
    pub generation: u32,
    /// The revision of the register in which the code was issued.
    pub issued_in: Option<u64>,
}

/// The changes, in the order in which they were carried out.
#[derive(Default)]
pub(super) struct CodeChanges {
    /// How many there were.
    pub revision: u64,
    uses: BTreeMap<ResidentCode, CodeUse>,
}

impl CodeChanges {
    /// The use of somebody whose use has changed.
    pub fn of(&self, resident: &ResidentCode) -> Option<CodeUse> {
        self.uses.get(resident).copied()
    }

    /// Carries out a change. What is so already stays as it is.
    pub fn apply(&mut self, resident: &ResidentCode, before: CodeUse, change: CodeChange) {
        let revision = self.revision.saturating_add(1);
        let issued_in = Some(revision);
        let after = match change {
            CodeChange::Asks if before.opted_in => return,
            CodeChange::Asks => CodeUse { opted_in: true, issued_in, ..before },
            CodeChange::GivesUp if !before.opted_in => return,
            CodeChange::GivesUp => CodeUse { opted_in: false, issued_in: None, ..before },
            CodeChange::Leaked => CodeUse { generation: before.generation.saturating_add(1), issued_in, ..before },
        };
        self.revision = revision;
        self.uses.insert(resident.clone(), after);
    }
}
