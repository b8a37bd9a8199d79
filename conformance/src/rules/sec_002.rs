//! SEC-002: no eligibility for a certificate that is revoked or on hold.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, JpkiMessageKind};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::design::{Choice, CodeLookup};
use terms::fault::{CARD_LOST, FaultTarget, OCSP_UNUSABLE};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-002",
    title_en: "No answer for a certificate whose JPKI status is not good",
    title_ja: "失効又は一時停止中の電子証明書には回答しない",
    strength: Strength::Must,
    source: "RFC 6960, section 2.2; 公的個人認証法 第36条; 「公的個人認証サービスに…照会」",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "When the broker sends an answer with eligibility, JPKI's newest status of the certificate in the question is \
                 *good*, and the broker received it after the first request of that check. If the card was reported lost before \
                 that status, no answer is sent. Nor is one sent on a status that no client may use: while the testbed lets JPKI \
                 answer in a wrong form.",
    details_ja: "資格確認サービス機関が資格を回答する時点で、要求の電子証明書についての公的個人認証サービスの最新の状態\
                 は「有効」であり、同機関はそれをその確認の最初の要求の後に受け取っている。その状態より前にカードの紛失\
                 が届けられていれば、回答しない。誰も使ってはならない状態（試験環境が公的個人認証サービスに誤った形で回\
                 答させている間のもの）によっても回答しない。",
    remedy_en: "Ask for the status in every check, verify the answer's signature and nonce, and refuse what is not *good*.",
    remedy_ja: "確認のたびに状態を照会し、回答の署名とノンスを検証し、「有効」でないものを拒む。",
    untested_en: "no answer with eligibility left the broker in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていない",
    applies: Applies {
        choices: &[Choice::CodeLookup(CodeLookup::AskJpki), Choice::CodeLookup(CodeLookup::KeepMapping)],
        otherwise_ja: "この方式では、「有効」の回答を一定時間のあいだ使う",
        otherwise_en: "in this design an earlier *good* of JPKI may be used for a time",
    },
    needs: &[Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Broker, Zone::Jpki)],
};

claims! { "SEC-002";
    NO_STATUS = "no-status": "eligibility was answered without a status of the certificate from JPKI since the request";
    NOT_GOOD = "not-good": "eligibility was answered for a certificate whose JPKI status is not good";
    UNUSABLE = "unusable-status": "eligibility was answered on an OCSP response that no client may use";
    REPORTED_LOST = "reported-lost": "eligibility was answered while the card was reported lost";
}

pub struct StatusGood;

impl Rule for StatusGood {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged { remarks: without_data(run).into_iter().collect(), ..Judged::default() };
        let (lost, unusable) = (lost_cards(run), unusable_status(run));
        for answer in &run.exchanges.sent {
            let check = &answer.answer.check;
            let Some(trail) = run.checks.get(check) else { continue };
            let Some(request) = run.request_of(answer) else { continue };
            let issued = request.question.as_ref().and_then(|q| run.issued(&q.certificate));
            // The holder and the serial number if JPKI issued the certificate; otherwise the person who came.
            let serial = issued.map(|(_, c)| c.serial.0);
            let Some(person) = issued.map(|(person, _)| person).or(trail.person) else { continue };
            judged.evaluated += 1;
            // A repeated answer relies on JPKI's answers to the first request.
            let since = run.first_request_like(request).map_or(request.entry.seq, |first| first.entry.seq);
            let mut answers = run.jpki_before(JpkiMessageKind::StatusAnswered, person, answer.entry.seq);
            let newest = answers.find(|t| serial.is_none() || t.serial == serial).filter(|t| since < t.seq);
            let claim = match newest {
                None => NO_STATUS,
                Some(status) if !status.good => NOT_GOOD,
                Some(status) if is_in_force(&unusable, status.seq) => UNUSABLE,
                Some(status) if is_lost(&lost, person, status.seq) => REPORTED_LOST,
                Some(_) => continue,
            };
            judged.findings.push(Finding::of(&claim, answer.entry).of_check(check, trail.person));
        }
        judged
    }
}

/// By person, when the card was reported lost (`true`) and when it was found again.
type LostCards = BTreeMap<u64, Vec<(u64, bool)>>;

fn lost_cards(run: &Evidence<'_>) -> LostCards {
    let mut lost = LostCards::new();
    for (seq, does) in run.faults.iter().filter_map(|(seq, does)| Some((*seq, (*does)?))) {
        if let FaultTarget::Person(person) = does.target
            && does.is_of_person(CARD_LOST, person)
        {
            lost.entry(person).or_default().push((seq, does.begins()));
        }
    }
    lost
}

/// Whether the card of a person was reported lost before an entry, and not found again before it.
fn is_lost(lost: &LostCards, person: u64, seq: u64) -> bool {
    is_in_force(lost.get(&person).map_or(&[][..], Vec::as_slice), seq)
}

/// When JPKI began (`true`) and ceased to answer on the status of certificates in a form that no client may use.
fn unusable_status(run: &Evidence<'_>) -> Vec<(u64, bool)> {
    let known = run.faults.iter().filter_map(|(seq, does)| Some((*seq, (*does)?)));
    known.filter(|(_, does)| does.kind == OCSP_UNUSABLE).map(|(seq, does)| (seq, does.begins())).collect()
}

/// Whether something that begins and ends at these entries is in force at an entry.
fn is_in_force(changes: &[(u64, bool)], seq: u64) -> bool {
    let before = changes.partition_point(|(at, _)| *at < seq);
    changes[..before].last().is_some_and(|(_, begins)| *begins)
}

/// Without their data, it is not known which faults were lost cards.
fn without_data(run: &Evidence<'_>) -> Option<String> {
    let unknown = run.faults.iter().filter(|(_, does)| does.is_none()).count();
    (unknown > 0).then(|| format!("faults of this older journal carry no data ({unknown}): lost cards were not looked for"))
}
