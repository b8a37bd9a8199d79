//! What JPKI answers over the network, to approved verifiers only (公的個人認証法 第36条).

use super::description::{RESOLVE, STATUS};
use super::{Jpki, JpkiFault};
use crate::host::http::{Client, Request, Response, handled_by};
use crate::pki::PkiError;
use crate::pki::crl::{CrlContent, Revocation};
use crate::pki::ocsp::forms::StatusForm;
use crate::pki::ocsp::{self, Refusal, Schedule};
use crate::pki::profile::Purpose;
use crate::pki::status::CertStatus;
use jiff::SignedDuration;
use sim::clock::nanos;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use sim::terms::messages::{
    CodeAnswer, CodeQuestion, FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, IssueAnswer, IssueQuestion, KnownBy,
};
use sim::terms::operation::{Message, NOT_FOUND, Operation, media};
use sim::terms::operations::jpki_problems::{BUSY, INTERNAL, NOT_A_QUESTION, NOT_APPROVED};
use sim::terms::operations::{CertificateStatus, IssueCodes, ResolveCode, RevocationList};
use sim::terms::roles::Zone;
use std::rc::Rc;
use std::time::Duration;

/// A CRL is valid for one day.
const CRL_LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// How long JPKI waits for codes before it serves clients.
const CODES_AT_ONCE: Duration = Duration::from_secs(1);
/// The clients that are served.
const APPROVED_VERIFIERS: [&str; 1] = [Zone::Broker.name()];

/// The first multiple of `every` after `now`.
fn next_multiple(now: u64, every: u64) -> u64 {
    let every = every.max(1);
    (now / every).saturating_add(1).saturating_mul(every)
}

impl Jpki {
    /// Serves forever, and fetches the codes of all holders from the number authority, separately for each field. If they do not
    /// arrive within `CODES_AT_ONCE`, it serves without them: certificate status needs none, and a request for a code gets
    /// *not now*.
    ///
    /// # Errors
    /// If listening is not possible on this network.
    pub async fn run(self: Rc<Self>) -> std::io::Result<()> {
        if !self.env.design().presents_certificate() {
            // Nobody asks for the code of a certificate, so JPKI has none.
            let (env, work) = (self.env.clone(), self.work.clone());
            return env.serve(work, handled_by(self, |me, request| async move { me.handle(request).await })).await;
        }
        // The connection is kept as long as JPKI serves.
        let authority = Rc::new(self.env.client("number-authority"));
        let mut fetching = Box::pin(self.clone().fetch_all_codes(authority.clone()));
        if self.env.timeout(CODES_AT_ONCE, &mut fetching).await.is_err() {
            tracing::warn!("serving without institution codes: the number authority sent none within {CODES_AT_ONCE:?}");
            drop(self.env.spawn(fetching));
        }
        if let Some(every) = self.asks_again.filter(|_| self.behaviour.asks_again()) {
            drop(self.env.spawn(self.clone().ask_again(authority, every)));
        }
        let (env, work) = (self.env.clone(), self.work.clone());
        env.serve(work, handled_by(self, |me, request| async move { me.handle(request).await })).await
    }

    async fn fetch_all_codes(self: Rc<Self>, authority: Rc<Client>) {
        self.fetch_codes(&authority, FIELD_MEDICAL_INSURANCE, |codes| self.register.add_codes(codes)).await;
        self.fetch_codes(&authority, FIELD_EXCHANGE, |codes| self.register.add_exchange_codes(codes)).await;
    }

    /// Asks for all codes again and again: a person may have asked for one, given it up or got another one.
    async fn ask_again(self: Rc<Self>, authority: Rc<Client>, every: Duration) {
        loop {
            self.env.sleep_until(next_multiple(self.env.now(), nanos(every))).await;
            self.clone().fetch_all_codes(authority.clone()).await;
        }
    }

    async fn fetch_codes(&self, authority: &Client, field: &str, add: impl Fn(Vec<(ResidentCode, Option<InstitutionCode>)>)) {
        let registered = self.register.certificates().into_iter().map(|(_, resident, _)| resident);
        let residents: Vec<ResidentCode> = registered.chain(self.register.announced()).collect();
        for chunk in residents.chunks(IssueCodes::MAX_NUMBERS) {
            let numbers = chunk.iter().map(|r| r.reveal().to_string()).collect();
            let with_revision = self.asks_again.is_some();
            let question = IssueQuestion { with_revision, ..IssueQuestion::new(field, KnownBy::ResidentCode, numbers) };
            loop {
                let answer = authority.ask::<IssueCodes>(&question).await;
                let good = answer.ok().filter(|a| a.status == IssueCodes::STATUS);
                let codes = good.and_then(|a| IssueAnswer::read(&a.body).ok());
                match codes {
                    Some(IssueAnswer { codes, issued_in, .. }) if codes.len() == chunk.len() => {
                        let revisions = issued_in.filter(|all| field == FIELD_MEDICAL_INSURANCE && all.len() == chunk.len());
                        self.register.add_revisions(chunk.iter().cloned().zip(revisions.into_iter().flatten()));
                        add(chunk.iter().cloned().zip(codes).collect());
                        break;
                    }
                    _ => tracing::warn!("the number authority sent no institution codes; retrying"),
                }
                self.env.sleep(Duration::from_secs(1)).await;
            }
        }
        tracing::info!("institution codes of {} holders received for the field {field}", residents.len());
    }

    async fn handle(&self, request: Request) -> Response {
        match self.fault.get() {
            JpkiFault::Slow(by) => self.env.sleep(by).await,
            // It ends when the client disconnects.
            JpkiFault::Silent => std::future::pending().await,
            _ => {}
        }
        let approved = APPROVED_VERIFIERS.contains(&request.peer.common_name.as_str());
        if !self.behaviour.serves(approved) {
            return Response::problem(NOT_APPROVED);
        }
        if let JpkiFault::Error(error) = self.fault.get()
            && (error.concerns::<CertificateStatus>() && request.asks_for::<CertificateStatus>()
                || error.concerns::<ResolveCode>() && request.asks_for::<ResolveCode>())
        {
            match error.response(self.work.capacity().retry_after_s) {
                Some(response) => return response,
                // It ends when the client disconnects.
                None => std::future::pending().await,
            }
        }
        let nonsense = self.fault.get() == JpkiFault::Nonsense;
        match &request.body {
            Ok(body) if request.asks_for::<CertificateStatus>() => {
                if self.work.on(STATUS).await.is_err() {
                    return self.busy();
                }
                let nonsense = nonsense.then(|| self.env.random::<200>().to_vec());
                let mut response =
                    Response::with_body_of::<CertificateStatus>(nonsense.unwrap_or_else(|| self.answer_status(body)));
                if self.fault.get() == JpkiFault::Form(StatusForm::OtherMediaType) {
                    response.content_type = media::JSON;
                }
                response
            }
            Ok(body) if request.asks_for::<ResolveCode>() => {
                if self.work.on(RESOLVE).await.is_err() {
                    return self.busy();
                }
                if self.fault.get() == JpkiFault::Maintenance {
                    let retry_after_s = Some(self.work.capacity().retry_after_s);
                    return Response { retry_after_s, ..Response::problem(ResolveCode::CODES_UNAVAILABLE) };
                }
                if nonsense {
                    return Response::with_body_of::<ResolveCode>(b"{\"institutionCode\":42}".to_vec());
                }
                self.resolve(body)
            }
            _ if request.asks_for::<RevocationList>() => match self.crl() {
                Ok(der) => Response::with_body_of::<RevocationList>(der),
                Err(e) => {
                    tracing::error!("the CRL could not be created: {e}");
                    Response::problem(INTERNAL)
                }
            },
            _ if request.is_at::<CertificateStatus>() || request.is_at::<ResolveCode>() => Response::problem(NOT_A_QUESTION),
            _ => Response::problem(NOT_FOUND),
        }
    }

    /// Rejects a request because of load.
    fn busy(&self) -> Response {
        let retry_after_s = Some(self.work.capacity().retry_after_s);
        Response { retry_after_s, ..Response::problem(BUSY) }
    }

    /// The answer to an OCSP request.
    pub(crate) fn answer_status(&self, request: &[u8]) -> Vec<u8> {
        let (now, lookup) = (self.env.wall(), |serial| self.register.status_at(serial, self.env.wall()));
        match self.fault.get() {
            JpkiFault::TryLater => ocsp::refuse(Refusal::TryLater),
            JpkiFault::StaleStatus(by) => {
                let then = now.saturating_sub(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)).unwrap_or(now);
                ocsp::answer_published(request, now, Schedule::JPKI.at(then), &lookup, self.pki.responder())
            }
            JpkiFault::Form(form) => form.of(&ocsp::answer(request, now, &lookup, self.pki.responder()), &self.pki, now),
            _ => ocsp::answer(request, now, &lookup, self.pki.responder()),
        }
    }

    /// The CRL of all certificates that are revoked or on hold now. The real service has one for each municipality, renewed
    /// daily; this one is for clients that cannot use OCSP.
    fn crl(&self) -> Result<Vec<u8>, PkiError> {
        let now = self.env.wall();
        let revoked = |(serial, _, status): (CertificateSerial, ResidentCode, CertStatus)| match status {
            CertStatus::Revoked { at, reason } => Some(Revocation { serial, at, reason }),
            _ => None,
        };
        let content = CrlContent {
            // A number that never decreases: seconds since 1970.
            number: u64::try_from(now.as_second()).unwrap_or_default(),
            this_update: now,
            next_update: now.saturating_add(CRL_LIFETIME).unwrap_or(now),
            revoked: self.register.certificates().into_iter().filter_map(revoked).collect(),
        };
        self.pki.crl(Purpose::Authentication, None, &content)
    }

    pub(crate) fn resolve(&self, body: &[u8]) -> Response {
        let Ok(question) = CodeQuestion::read(body) else {
            return Response::problem(ResolveCode::MALFORMED);
        };
        let serial = CertificateSerial(question.certificate_serial);
        self.behaviour.on_question(serial);
        let issuer = data_encoding::HEXLOWER.encode(self.pki.issuing(Purpose::Authentication).key_id().as_bytes());
        let code = if question.issuer_key_id == issuer { self.behaviour.code(&self.register, serial) } else { None };
        match code {
            Some(institution_code) => {
                let issued_in = self.register.issued_in(serial);
                let mut response = Response::to::<ResolveCode>(&CodeAnswer { institution_code, issued_in });
                response.extra.extend(self.behaviour.extra_headers(&self.register, serial));
                response
            }
            // No definite answer is given for a code that the number authority has not yet sent.
            None if self.register.lacks_code(serial) => {
                let retry_after_s = Some(self.work.capacity().retry_after_s);
                Response { retry_after_s, ..Response::problem(ResolveCode::CODES_UNAVAILABLE) }
            }
            None => Response::problem(ResolveCode::NO_CODE),
        }
    }
}
