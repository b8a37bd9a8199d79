//! SEC-009: if JPKI's answers are kept for a time, no answer is based on one that is older.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::{Answer, Evidence, JpkiMessage, JpkiMessageKind, Submission};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::SignedDuration;
use terms::design::{Choice, CodeLookup, Time};
use terms::fault::FaultTarget;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-009",
    title_en: "No answer on a status or a code that is older than the design allows",
    title_ja: "方式が定める時間より古い「有効」の回答及び符号の対応には基づかない",
    strength: Strength::Must,
    source: "profile, `keep-for-a-time`: the parameters `mapping`, `status` and `status-when-jpki-fails`",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "When the broker sends an answer with eligibility: it received JPKI's newest status of the certificate in the \
                 question after the request or at most `status` before it (at most `status-when-jpki-fails` if it has asked JPKI \
                 for the status since the request and got none, or could not reach JPKI), and the status is *good*; it received \
                 JPKI's newest answer with the person's code after the request or at most `mapping` before it. Times are true \
                 times.",
    details_ja: "資格確認サービス機関が資格を回答する時点で、公的個人認証サービスの最新の状態は「有効」であり、要求の後、\
                 又は要求の前`status`以内に受け取ったものである（要求の後に状態を照会して回答がなかったとき、又は届かな\
                 かったときは、`status-when-jpki-fails`以内）。その人の符号についての最新の回答は、要求の後、又は要求の\
                 前`mapping`以内に受け取ったものである。時刻は真の時刻である。",
    remedy_en: "Measure the age of a kept answer from the time when JPKI was asked, and ask again when it has expired.",
    remedy_ja: "保持した回答の古さを、公的個人認証サービスに照会した時刻から測り、期限が過ぎたら照会し直す。",
    untested_en: "no answer with eligibility left the broker in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていない",
    applies: Applies {
        choices: &[Choice::CodeLookup(CodeLookup::KeepForATime)],
        otherwise_ja: "この方式では「有効」の回答を保持しない（SEC-002が適用される）",
        otherwise_en: "in this design no *good* of JPKI is kept, and SEC-002 applies",
    },
    needs: &[Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Broker, Zone::Jpki)],
};

claims! { "SEC-009";
    NO_STATUS = "no-status": "eligibility was answered, and JPKI had never answered with the status of the certificate";
    NOT_GOOD = "not-good": "eligibility was answered for a certificate whose JPKI status is not good";
    STATUS_TOO_OLD = "status-too-old": "eligibility was answered with a status that is older than the design allows";
    NO_CODE = "no-code": "eligibility was answered, and JPKI had never answered with the code of the person";
    CODE_TOO_OLD = "code-too-old": "eligibility was answered with a code that JPKI answered longer ago than the design allows";
}

pub struct NotTooOld;

impl Rule for NotTooOld {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for answer in &run.exchanges.sent {
            let Some(request) = run.request_of(answer) else { continue };
            // A repeated answer relies on JPKI's answers to the first request.
            let request = run.first_request_like(request).unwrap_or(request);
            let Some((person, certificate)) = request.question.as_ref().and_then(|q| run.issued(&q.certificate)) else {
                continue;
            };
            judged.evaluated += 1;
            let case = Case { run, answer, request, person, serial: certificate.serial.0 };
            for claim in [case.status(), case.code()].into_iter().flatten() {
                let finding = Finding::of(&claim, answer.entry);
                judged.findings.push(finding.of_check(&answer.answer.check, Some(person)));
            }
        }
        judged
    }
}

/// One answer, and the holder of the certificate that it is based on.
struct Case<'a> {
    run: &'a Evidence<'a>,
    answer: &'a Answer<'a>,
    request: &'a Submission<'a>,
    person: u64,
    serial: u64,
}

impl Case<'_> {
    /// The newest message of a kind before the answer left.
    fn newest(&self, kind: JpkiMessageKind) -> Option<&JpkiMessage<'_>> {
        let mut all = self.run.jpki_before(kind, self.person, self.answer.entry.seq);
        all.find(|t| t.serial.is_none_or(|serial| serial == self.serial))
    }

    /// How old a message was when the request came in.
    fn age(&self, message: &JpkiMessage) -> SignedDuration {
        let entry = usize::try_from(message.seq).ok().and_then(|seq| self.run.journal.get(seq));
        let received = entry.map_or(self.run.ground.epoch, |entry| self.run.time(entry));
        self.run.time(self.request.entry).duration_since(received)
    }

    fn is_within(&self, message: &JpkiMessage, longest: Option<Time>) -> bool {
        let longest = longest.and_then(|time| SignedDuration::try_from(time.0).ok());
        self.age(message) <= longest.unwrap_or_default()
    }

    fn status(&self) -> Option<Claim> {
        let parameters = &self.run.design.parameters;
        let Some(newest) = self.newest(JpkiMessageKind::StatusAnswered) else {
            return Some(NO_STATUS);
        };
        let asked = self.newest(JpkiMessageKind::StatusAsked).is_some_and(|asked| asked.seq > self.request.entry.seq);
        // An attempt to reach JPKI that fails leaves no message.
        let longest = if asked || self.jpki_is_disturbed() { parameters.status_when_jpki_fails } else { parameters.status };
        match () {
            () if !newest.good => Some(NOT_GOOD),
            () if !self.is_within(newest, longest) => Some(STATUS_TOO_OLD),
            () => None,
        }
    }

    /// Whether a fault of JPKI, or of the way to it, was in force at some time between the request and the answer.
    fn jpki_is_disturbed(&self) -> bool {
        let is_jpki = |end: &str| end == Zone::Jpki.name();
        let (asked, answered) = (self.request.entry.seq, self.answer.entry.seq);
        let mut in_force = 0_u32;
        for (seq, does) in self.run.faults.iter().take_while(|(seq, _)| *seq < answered) {
            let concerns = does.is_some_and(|does| match &does.target {
                FaultTarget::Host(host) => is_jpki(host),
                FaultTarget::Link { from, to, .. } => is_jpki(from) || is_jpki(to),
                _ => false,
            });
            let Some(does) = does.filter(|_| concerns) else { continue };
            if *seq > asked {
                // It began or ended in between.
                return true;
            }
            in_force = if does.begins() { in_force.saturating_add(1) } else { in_force.saturating_sub(1) };
        }
        in_force > 0
    }

    fn code(&self) -> Option<Claim> {
        match self.newest(JpkiMessageKind::CodeAnswered) {
            None => Some(NO_CODE),
            Some(newest) if !self.is_within(newest, self.run.design.parameters.mapping) => Some(CODE_TOO_OLD),
            Some(_) => None,
        }
    }
}
