//! The evidence of a certification: the folder of `--out`, from which a statement is signed and with which it is verified.

use crate::exit::usage;
use crate::file::{AtomicFile, create_private_folder};
use crate::output::Shown;
use crate::run::out::{GROUND, JOURNAL, PLAN};
use crate::statements::again::{mock, rule_table, tool};
use ::certify::outcome::{Case, CaseOutcome};
use ::certify::session::{Certified, Recorded, RuleSummary, Subject};
use ::certify::sut::Configured;
use conformance::rules;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use sim::journal::write_line;
use statement::evidence::{CERTIFICATION, CONFIG, RECORDINGS};
use statement::{Certification, certification as document};
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder, and what was written to it so far.
pub struct Evidence {
    folder: PathBuf,
    /// By case, the journals that decide it.
    recordings: Mutex<BTreeMap<String, Vec<String>>>,
    /// The first error: a certification is not stopped by a full disk, and then has no evidence.
    failed: Mutex<Option<anyhow::Error>>,
}

impl Evidence {
    /// Creates the folder.
    ///
    /// # Errors
    /// If it is used already, or cannot be written.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let cannot = |e: &dyn std::fmt::Display| usage(format!("--out: `{}` cannot be written: {e}", folder.shown()));
        if std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()) {
            return Err(cannot(&"it is not empty: name another folder"));
        }
        create_private_folder(&folder.join(RECORDINGS)).map_err(|e| cannot(&e))?;
        Ok(Evidence { folder: folder.to_path_buf(), recordings: Mutex::default(), failed: Mutex::default() })
    }

    /// Writes a recording.
    pub fn record(&self, run: &Recorded<'_>) {
        let stem = format!("{}.{}.{}", run.name, run.design, run.seed);
        if let Err(e) = self.write(run, &stem) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(e);
            return;
        }
        let mut recordings = self.recordings.lock().unwrap_or_else(PoisonError::into_inner);
        for case in &run.cases {
            recordings.entry(case.clone()).or_default().push(format!("{RECORDINGS}{stem}{JOURNAL}"));
        }
    }

    fn write(&self, run: &Recorded<'_>, stem: &str) -> anyhow::Result<()> {
        let at = |end: &str| self.folder.join(format!("{RECORDINGS}{stem}{end}"));
        AtomicFile::private("--out", &at(GROUND))?.write_whole(run.ground.to_json()?.as_bytes())?;
        if let Some(plan) = run.plan {
            AtomicFile::private("--out", &at(PLAN))?.write_whole(plan.to_toml()?.as_bytes())?;
        }
        let mut file = AtomicFile::private("--out", &at(JOURNAL))?;
        let mut to = BufWriter::new(file.writer());
        let mut line = Vec::new();
        for entry in run.entries {
            line.clear();
            write_line(entry, &mut line);
            to.write_all(&line)?;
        }
        to.flush()?;
        drop(to);
        file.keep()
    }

    /// Writes what the certification says, and its configuration. Of one that was interrupted, only what has a recording.
    ///
    /// # Errors
    /// If anything could not be written.
    pub fn finish(&self, certified: &Certified, subject: &Subject<'_>, role: &str, interrupted: bool) -> anyhow::Result<()> {
        if let Some(error) = self.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error);
        }
        let config = config(subject);
        let mut document = self.certification(certified, subject, role);
        if interrupted {
            // Its recording was not finished, so nobody can verify it.
            let ended = |case: &&mut document::CaseVerdict| matches!(case.outcome, CaseOutcome::Passed | CaseOutcome::Failed);
            let unrecorded = document.cases.iter_mut().filter(|case| case.recordings.is_empty()).filter(ended);
            unrecorded.for_each(|case| case.outcome = CaseOutcome::NotReached);
        }
        document.config_sha256 = HEXLOWER.encode(&Sha256::digest(config.as_bytes()));
        document.summary = document.summary_at(certified.ended);
        let problems = document.problems(certified.ended);
        anyhow::ensure!(problems.is_empty(), "--out: the certification contradicts itself: {}", problems.join("; "));
        AtomicFile::private("--out", &self.folder.join(CONFIG))?.write_whole(config.as_bytes())?;
        AtomicFile::private("--out", &self.folder.join(CERTIFICATION))?.write_whole(document.to_json()?.as_bytes())
    }

    fn certification(&self, certified: &Certified, subject: &Subject<'_>, role: &str) -> Certification {
        let recordings = self.recordings.lock().unwrap_or_else(PoisonError::into_inner);
        let case = |case: &Case| document::CaseVerdict {
            name: case.name.clone(),
            outcome: case.outcome,
            clauses: ::certify::clauses::of_case(&case.name).map(|clause| clause.id.clone()).collect(),
            recordings: recordings.get(&case.name).cloned().unwrap_or_default(),
        };
        let product = subject.configured.map_or_else(mock, |c| document::Product {
            name: c.sut.product.name.clone(),
            version: c.sut.product.version.clone(),
            vendor: c.sut.product.vendor.clone(),
        });
        Certification {
            schema: document::SCHEMA.into(),
            role: role.into(),
            product,
            contract: contract::VERSION.into(),
            tool: tool(),
            rules: rule_table(),
            design: subject.design.name.clone(),
            seed: subject.site.seed,
            drive: match role {
                "insurer" if subject.configured.is_some() => document::DriveMode::Command,
                _ => document::DriveMode::Http,
            },
            started: certified.started,
            ended: certified.ended,
            config_sha256: String::new(),
            claims: subject.configured.map(claims).unwrap_or_default(),
            verdicts: certified.rules.iter().map(verdict).collect(),
            cases: certified.cases.iter().map(case).collect(),
            waivers: subject.configured.map(|c| waivers(c, certified)).unwrap_or_default(),
            summary: document::Summary::Incomplete,
        }
    }
}

/// The configuration as it was used.
fn config(subject: &Subject<'_>) -> String {
    subject.configured.map_or_else(|| "# A self-test: the mock of the role.\n".to_string(), |c| c.text.clone())
}

fn claims(configured: &Configured) -> Vec<String> {
    let claims = &configured.sut.claims;
    let all = [("tls-1-2", claims.tls_1_2), ("resumes-sessions", claims.resumes_sessions)];
    all.into_iter().filter(|(_, made)| *made).map(|(name, _)| name.to_string()).collect()
}

/// The waivers of what was played. One of anything else accepts nothing.
fn waivers(configured: &Configured, certified: &Certified) -> Vec<document::Waiver> {
    let is_rule = |id: &str| rules::all().iter().any(|r| r.about().id == id);
    let is_case = |name: &str| certified.cases.iter().any(|c| c.name == name);
    let waiver = |w: &::certify::sut::Waiver| {
        let (rule, case) = match (is_rule(&w.of), is_case(&w.of)) {
            (true, _) => (Some(w.of.clone()), None),
            (false, true) => (None, Some(w.of.clone())),
            (false, false) => return None,
        };
        let until = sim::terms::calendar::jst(w.until, 24 * 3600 - 1);
        Some(document::Waiver { rule, case, reason: w.reason.clone(), by: w.by.clone(), until })
    };
    configured.sut.waivers.iter().filter_map(waiver).collect()
}

fn verdict(summary: &RuleSummary) -> document::RuleVerdict {
    let about = rules::all().iter().map(|r| r.about()).find(|a| a.id == summary.rule);
    let clauses = about.map(|about| contract::clause::of_rule(about).map(|c| c.id.clone()).collect()).unwrap_or_default();
    document::RuleVerdict { rule: summary.rule.into(), outcome: summary.outcome, clauses }
}
