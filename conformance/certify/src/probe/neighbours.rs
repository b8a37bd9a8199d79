//! JPKI in other forms than its own: responses whose status must not be used, unusual ones that must be, and errors of one of its
//! operations. Each probe shows that the mock did answer so, that the broker's answer is right, and that the same question under a
//! new check id is answered when JPKI works again.

use super::Probe;
use super::asking::{ANSWERED, Asking, at_broker};
use super::expect::Expect;
use super::story::{Story, Unmet, holds, must, prepared};
use crate::clock::now;
use crate::jpki_log::JpkiExchange;
use mocks::pki::ocsp::forms::StatusForm;
use mocks::pki::ocsp::{Question, nonce_of, read_answer};
use mocks::pki::profile::Purpose;
use mocks::pki::status::CertStatus;
use mocks::roles::jpki::errors::JpkiError;
use scenarios::file::{FaultKind, Span};
use sim::terms::design::{CodeLookup, Validity};
use std::thread;
use std::time::Duration;

/// The person who is asked about: insured, with a good card.
const PERSON: usize = 0;
/// One whose certificate has expired: nobody is asked about it.
const EXPIRED: usize = 2;
const NONSENSE: Expect = Expect::Refused(&[503], &["jpki-nonsense"]);
const UNAVAILABLE: Expect = Expect::Refused(&[503], &["jpki-unavailable"]);
const NO_ANSWER: Expect = Expect::Refused(&[503], &["jpki-no-answer"]);
const UNTRUSTED: Expect = Expect::Refused(&[403], &["certificate-untrusted"]);
const NOT_KNOWN: Expect = Expect::Refused(&[503], &["status-unknown"]);
const IS_EXPIRED: Expect = Expect::Refused(&[403], &["certificate-expired"]);
/// How long a broker may take while JPKI says nothing (LIMIT-006).
const SLOWEST: Duration = Duration::from_secs(10);
/// How long a refusal may take that needs nobody else while JPKI is silent (NBR-002).
const AT_ONCE: Duration = Duration::from_secs(1);

/// What a broker that looks up codes in this way must do. One that may keep a status for a time does not ask in every check.
pub fn probes(lookup: CodeLookup) -> Vec<Probe> {
    if lookup == CodeLookup::KeepForATime {
        return Vec::new();
    }
    let mut all: Vec<Probe> = StatusForm::ALL.iter().map(|form| of_form(*form)).collect();
    let asks_for_codes = lookup == CodeLookup::AskJpki;
    all.extend(JpkiError::ALL.into_iter().filter(|e| e.is_of_status() || asks_for_codes).map(of_error));
    all.extend([
        at_broker(
            "jpki/others-go-on",
            "While JPKI is silent, a refusal that needs nobody else is as fast as before",
            others_go_on,
        ),
        at_broker("jpki/no-retry", "One check asks a silent JPKI once", no_retry),
        at_broker("jpki/concurrent-checks", "Two checks at once about one card ask JPKI twice each", concurrent),
        at_broker("check/repeated-after-not-known", "The same question again after JPKI has failed", after_not_known),
    ]);
    all
}

fn of_form(form: StatusForm) -> Probe {
    let what = form.text_en();
    at_broker(&format!("ocsp/{}", form.name()), what, move |a| {
        let expect = match form {
            form if form.is_usable() => &ANSWERED,
            StatusForm::Unknown => of_unknown(a.parties.design.validity),
            _ => &NONSENSE,
        };
        let asked = with(a, FaultKind::OcspForm { form }, expect)?;
        let is_so = |e: &JpkiExchange| {
            e.is_status && e.answer.as_ref().is_some_and(|(status, body)| *status == 200 && shows(a, form, &e.request, body))
        };
        applied(asked.iter().any(is_so))?;
        // JPKI-001: the code is asked for after the status is good.
        let codes = asked.iter().filter(|e| !e.is_status).count();
        holds(
            form.is_usable() || codes == 0,
            "no question for the code without a good status",
            &format!("{codes} questions for the code"),
        )
    })
}

/// What becomes of a certificate whose status is *unknown*: the design decides (VAL-002).
fn of_unknown(validity: Validity) -> &'static Expect {
    match validity {
        Validity::ToItsEnd | Validity::GraceOneMonth | Validity::GraceThreeMonths => &UNTRUSTED,
        Validity::UnknownNotKnown | Validity::RenewalKnownLater => &NOT_KNOWN,
    }
}

/// Whether an answer of the mock is in a form, by a reader that is right.
fn shows(a: &Asking<'_>, form: StatusForm, request: &[u8], answer: &[u8]) -> bool {
    let serial = a.parties.person(PERSON).map(|p| p.person.current_certificate().serial);
    let (Some(nonce), Some(serial)) = (nonce_of(request), serial) else { return false };
    let question = Question::new(a.parties.jpki.issuing(Purpose::Authentication), serial, Some(&nonce));
    (read_answer(answer, &question, scenarios::live::now()) == Ok(CertStatus::Good)) == form.is_usable()
}

fn of_error(error: JpkiError) -> Probe {
    let (expect, what, status) = match error {
        JpkiError::Status500 => (&NONSENSE, "The question for the status gets HTTP 500", Some(500)),
        JpkiError::Status503 => (&UNAVAILABLE, "The question for the status gets HTTP 503", Some(503)),
        JpkiError::Status404 => (&NONSENSE, "The question for the status gets HTTP 404", Some(404)),
        JpkiError::StatusTooLarge => (&NONSENSE, "The answer on the status is too long", Some(200)),
        JpkiError::StatusSilent => (&NO_ANSWER, "The question for the status gets no answer", None),
        JpkiError::Code500 => (&NONSENSE, "The question for the code gets HTTP 500", Some(500)),
        JpkiError::Code503 => (&UNAVAILABLE, "The question for the code gets HTTP 503", Some(503)),
        JpkiError::Code404Otherwise => {
            (&NONSENSE, "The question for the code gets 404 with another problem than `no-code`", Some(404))
        }
        JpkiError::CodeInvalid => (&NONSENSE, "The question for the code gets a text that is no code", Some(200)),
        JpkiError::CodeTooLarge => (&NONSENSE, "The answer with the code is too long", Some(200)),
        JpkiError::CodeSilent => (&NO_ANSWER, "The question for the code gets no answer", None),
    };
    at_broker(&format!("jpki-error/{}", error.name()), what, move |a| {
        let (asked, took) = timed(|| with(a, FaultKind::JpkiError { error }, expect));
        let is_so = |e: &JpkiExchange| e.is_status == error.is_of_status() && e.answer.as_ref().map(|(s, _)| *s) == status;
        applied(asked?.iter().any(is_so))?;
        in_time(took)
    })
}

/// Asks while a fault is in force, and again when it has ended. Returns what JPKI was asked meanwhile.
fn with(a: &Asking<'_>, does: FaultKind, expect: &Expect) -> Result<Vec<JpkiExchange>, Unmet> {
    let facility = a.facility(0)?;
    let before = a.bench.jpki.len();
    let underway = prepared(a.bench.faults.begin(does), "a fault of the mock of JPKI")?;
    must("while JPKI answers so", expect, a.ask(facility, &a.question(PERSON, facility)?))?;
    drop(underway);
    let asked = a.bench.jpki.since(before);
    must("when JPKI works again", &ANSWERED, a.ask(facility, &a.question(PERSON, facility)?))?;
    Ok(asked)
}

/// The mock must have answered in this way, or nothing was tested.
fn applied(was: bool) -> Story {
    match was {
        true => Ok(()),
        false => Err(Unmet {
            expected: "the broker asks JPKI about the certificate, whose mock answers so".into(),
            observed: "no such answer of the mock: the broker did not ask".into(),
            likely_cause: Some("the broker keeps an answer of JPKI where it must ask in every check".into()),
            is_environment: false,
        }),
    }
}

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let begun = now();
    (act(), begun.elapsed())
}

fn in_time(took: Duration) -> Story {
    holds(took <= SLOWEST, &format!("an answer within {} s", SLOWEST.as_secs()), &format!("after {:.1} s", took.as_secs_f64()))
}

fn others_go_on(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let underway = prepared(a.bench.faults.begin(FaultKind::JpkiSilent), "a silent JPKI")?;
    let question = a.question(PERSON, facility)?;
    thread::scope(|scope| {
        let waiting = scope.spawn(|| must("while JPKI is silent", &NO_ANSWER, a.ask(facility, &question)));
        thread::sleep(Duration::from_millis(200));
        let refused = a.question(EXPIRED, facility)?;
        let (seen, took) = timed(|| a.ask(facility, &refused));
        must("a certificate that has expired, meanwhile", &IS_EXPIRED, seen)?;
        let expected = format!("a refusal that needs nobody else within {} s", AT_ONCE.as_secs());
        holds(took <= AT_ONCE, &expected, &format!("after {:.1} s", took.as_secs_f64()))?;
        waiting.join().map_or_else(|_| prepared(None, "a client"), |ended| ended.map(drop))
    })?;
    drop(underway);
    must("when JPKI works again", &ANSWERED, a.ask(facility, &a.question(PERSON, facility)?)).map(drop)
}

fn no_retry(a: &Asking<'_>) -> Story {
    let (asked, took) = timed(|| with(a, FaultKind::JpkiSilent, &NO_ANSWER));
    let asked = asked?;
    applied(!asked.is_empty())?;
    holds(asked.len() == 1, "one question to JPKI in one check", &format!("{} questions", asked.len()))?;
    in_time(took)
}

fn concurrent(a: &Asking<'_>) -> Story {
    let (facility, before) = (a.facility(0)?, a.bench.jpki.len());
    let slow = FaultKind::JpkiSlow { by: Span(Duration::from_millis(500)) };
    let underway = prepared(a.bench.faults.begin(slow), "a slow JPKI")?;
    let questions = [a.question(PERSON, facility)?, a.question(PERSON, facility)?];
    let both = thread::scope(|scope| {
        let both = questions.each_ref().map(|question| scope.spawn(|| a.ask(facility, question)));
        both.map(|one| must("both at once", &ANSWERED, one.join().unwrap_or(super::client::Seen::Closed)))
    });
    drop(underway);
    for one in both {
        one?;
    }
    let asked = a.bench.jpki.since(before);
    let statuses = asked.iter().filter(|e| e.is_status).count();
    holds(statuses == 2, "a question for the status in each of two checks", &format!("{statuses} questions"))
}

fn after_not_known(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let question = a.question(PERSON, facility)?;
    let error = FaultKind::JpkiError { error: JpkiError::Status503 };
    let underway = prepared(a.bench.faults.begin(error), "JPKI answers 503")?;
    must("while JPKI fails", &UNAVAILABLE, a.ask(facility, &question))?;
    drop(underway);
    // CHK-004: processed again, or the recorded refusal.
    let seen = a.ask(facility, &question);
    match ANSWERED.unmet(&seen) {
        None => Ok(()),
        Some(_) => must("the same question again", &UNAVAILABLE, seen).map(drop),
    }
}
