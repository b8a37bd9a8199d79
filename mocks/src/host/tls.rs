//! TLS 1.3 with certificates on both sides, checked against the running party's own clock: chain, validity, purpose, host
//! name and revocation.
//!
//! Anything that would depend on the machine or only cost bytes is off or pinned: one group (X25519), one cipher suite, and
//! session tickets only from servers that resume sessions.

mod modelled;
mod sessions;
mod stream;

pub use stream::{Peer, TlsError, TlsStream};

use crate::crypto;
use crate::pki::tls::TlsIdentity;
use openssl::ec::EcKey;
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::ssl::{
    NameType, Ssl, SslContext, SslContextBuilder, SslMethod, SslMode, SslRef, SslSessionCacheMode, SslVerifyMode, SslVersion,
};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{CrlStatus, X509, X509Crl, X509NameRef, X509Ref, X509VerifyResult};
use sessions::Sessions;
use sim::clock;
use sim::context;
use sim::journal::Event;
use sim::net::Connection;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_openssl::SslStream;

/// What a party trusts.
#[derive(Clone)]
pub struct TlsTrust {
    pub roots: Vec<X509>,
    /// CRLs of the issuing CAs. A certificate whose issuer has a CRL here is rejected if it is listed there, or if the CRL is
    /// past its `nextUpdate`.
    pub crls: Arc<[X509Crl]>,
}

impl TlsTrust {
    /// From DER.
    pub fn from_der(roots: &[&[u8]], crls: &[&[u8]]) -> Result<Self, TlsSetupError> {
        Ok(TlsTrust {
            roots: roots.iter().map(|d| X509::from_der(d)).collect::<Result<_, _>>()?,
            crls: crls.iter().map(|d| X509Crl::from_der(d)).collect::<Result<_, _>>()?,
        })
    }
}

/// A certificate, key or CRL that OpenSSL rejects.
#[derive(Debug, thiserror::Error)]
#[error("OpenSSL: {0}")]
pub struct TlsSetupError(#[from] ErrorStack);

const GROUP: &str = "X25519";
const SUITE: &str = "TLS_AES_128_GCM_SHA256";

/// The CRLs that a party uses now.
type Crls = Arc<RwLock<Arc<[X509Crl]>>>;

fn context(
    method: SslMethod,
    identity: Option<&TlsIdentity>,
    trust: &TlsTrust,
    crls: Crls,
) -> Result<SslContextBuilder, ErrorStack> {
    let mut b = SslContext::builder(method)?;
    b.set_min_proto_version(Some(SslVersion::TLS1_3))?;
    b.set_groups_list(GROUP)?;
    b.set_ciphersuites(SUITE)?;
    // Servers that resume sessions keep none: a ticket contains all that they need.
    b.set_session_cache_mode(SslSessionCacheMode::OFF);
    // An idle connection has no buffers: there may be as many of them as facilities.
    b.set_mode(SslMode::RELEASE_BUFFERS);
    let mut store = X509StoreBuilder::new()?;
    for root in &trust.roots {
        store.add_cert(root.clone())?;
    }
    b.set_cert_store(store.build());
    if let Some(me) = identity {
        b.set_certificate(X509::from_der(&me.certificate)?.as_ref())?;
        b.add_extra_chain_cert(X509::from_der(&me.issuing)?)?;
        b.set_private_key(&me.key)?;
        b.check_private_key()?;
    }
    b.set_verify_callback(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT, move |ok, chain| {
        if !ok {
            return false;
        }
        let Some(fault) = chain.current_cert().and_then(|c| revocation_fault(c, &current(&crls))) else { return true };
        chain.set_error(fault);
        false
    });
    Ok(b)
}

fn current(crls: &Crls) -> Arc<[X509Crl]> {
    // A thread that panicked with the lock left a complete list.
    crls.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether a certificate that was valid is still valid.
fn still_valid(certificate: &X509Ref, crls: &Crls) -> Result<(), String> {
    let now = openssl::asn1::Asn1Time::from_unix(clock::wall().as_second()).map_err(|e| e.to_string())?;
    if certificate.not_after() < now {
        return Err("it has expired".into());
    }
    match revocation_fault(certificate, &current(crls)) {
        Some(fault) => Err(fault.error_string().to_string()),
        None => Ok(()),
    }
}

/// OpenSSL does not check certificates when a session is resumed.
fn check_resumed(ssl: &SslRef, crls: &Crls) -> Result<(), TlsError> {
    if !ssl.session_reused() {
        return Ok(());
    }
    let certificate = ssl.peer_certificate().ok_or_else(|| TlsError::PeerCertificate("there is none".into()))?;
    still_valid(&certificate, crls).map_err(TlsError::PeerCertificate)
}

/// The openssl crate cannot add a CRL to a store, so CRLs are checked here, certificate by certificate of the chain.
fn revocation_fault(certificate: &X509Ref, crls: &[X509Crl]) -> Option<X509VerifyResult> {
    // X509_V_ERR_UNSPECIFIED and X509_V_ERR_CERT_REVOKED of x509_vfy.h. A stale CRL on this side is not the peer's fault:
    // the first becomes the alert internal_error, where X509_V_ERR_CRL_HAS_EXPIRED would become certificate_expired.
    let (stale, revoked) = (X509VerifyResult::from_raw_checked(1), X509VerifyResult::from_raw_checked(23));
    let issuer = certificate.issuer_name();
    let crl = crls.iter().find(|c| same_name(c.issuer_name(), issuer))?;
    let now = openssl::asn1::Asn1Time::from_unix(clock::wall().as_second()).ok()?;
    if crl.next_update().is_none_or(|next| next < now) {
        return Some(stale);
    }
    match crl.get_by_serial(certificate.serial_number()) {
        CrlStatus::Revoked(_) => Some(revoked),
        CrlStatus::NotRevoked | CrlStatus::RemoveFromCrl(_) => None,
    }
}

fn same_name(a: &X509NameRef, b: &X509NameRef) -> bool {
    a.try_cmp(b).is_ok_and(|o| o.is_eq())
}

/// Makes an [`X509VerifyResult`] from a code of OpenSSL's own list.
trait FromCode {
    fn from_raw_checked(code: i32) -> X509VerifyResult;
}

impl FromCode for X509VerifyResult {
    #[allow(unsafe_code, reason = "the constructor is marked unsafe because any number fits; these come from x509_vfy.h")]
    fn from_raw_checked(code: i32) -> X509VerifyResult {
        // SAFETY: only the number's meaning matters, and it is one of OpenSSL's.
        unsafe { X509VerifyResult::from_raw(code) }
    }
}

/// The accepting side. It requires a certificate from every client.
pub struct ServerTls {
    identity: TlsIdentity,
    trust: TlsTrust,
    resumes: bool,
    /// Rebuilt with new CRLs, so that no session that was accepted under the old ones is resumed.
    context: RwLock<SslContext>,
    /// How often it was built.
    made: AtomicU32,
    crls: Crls,
}

/// The connecting side.
pub struct ClientTls {
    context: SslContext,
    crls: Crls,
    /// The certificate that is presented, if the context has none.
    own: Option<CompactIdentity>,
    sessions: Sessions,
    /// The name that the certificate would have, where cryptography is modelled.
    common_name: String,
}

/// A certificate and its P-256 key (SEC 1) in DER, a hundredth of the size of OpenSSL's parsed form.
struct CompactIdentity {
    certificate: Box<[u8]>,
    key: Box<[u8]>,
}

impl ServerTls {
    pub fn new(identity: TlsIdentity, trust: &TlsTrust) -> Result<Self, TlsSetupError> {
        Self::made(identity, trust, false)
    }

    /// A server with session resumption (RFC 8446, section 2.2); a ticket is valid for two hours, OpenSSL's own limit. A client
    /// that resumes is checked as at the first request of a kept connection: its certificate may have expired or been revoked
    /// since.
    pub fn resuming(identity: TlsIdentity, trust: &TlsTrust) -> Result<Self, TlsSetupError> {
        Self::made(identity, trust, true)
    }

    fn made(identity: TlsIdentity, trust: &TlsTrust, resumes: bool) -> Result<Self, TlsSetupError> {
        let crls: Crls = Arc::new(RwLock::new(trust.crls.clone()));
        let context = RwLock::new(server_context(&identity, trust, &crls, resumes)?);
        Ok(ServerTls { identity, trust: trust.clone(), resumes, context, made: AtomicU32::new(1), crls })
    }

    /// Uses other CRLs, in DER, from now on.
    pub fn consult(&self, crls: &[&[u8]]) -> Result<(), TlsSetupError> {
        let new = crls.iter().map(|d| X509Crl::from_der(d)).collect::<Result<_, _>>()?;
        *self.crls.write().unwrap_or_else(PoisonError::into_inner) = new;
        if self.resumes {
            let context = server_context(&self.identity, &self.trust, &self.crls, true)?;
            *self.context.write().unwrap_or_else(PoisonError::into_inner) = context;
            self.made.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether sessions may be resumed.
    pub fn resumes(&self) -> bool {
        self.resumes
    }

    /// Whether the client's certificate would still be accepted: it may have expired or been revoked while the
    /// connection was kept, or the CRL may have become too old.
    pub(super) fn still_accepts(&self, certificate: &X509Ref) -> Result<(), String> {
        still_valid(certificate, &self.crls)
    }

    /// Makes the handshake with a client that has connected.
    pub async fn accept(&self, connection: Connection, limit: Duration) -> Result<(TlsStream, Peer), TlsError> {
        if crypto::is_modelled() {
            let tickets = self.resumes.then(|| self.made.load(Ordering::Relaxed));
            return modelled::accept(connection, tickets, limit).await;
        }
        let ssl = self.ssl().map_err(|e| TlsError::Broken(e.to_string()))?;
        let mut stream = SslStream::new(ssl, connection).map_err(|e| TlsError::Broken(e.to_string()))?;
        let handshake = clock::timeout(limit, Pin::new(&mut stream).accept()).await;
        match handshake {
            Ok(Ok(())) => {}
            Ok(Err(e)) => {
                let error = error_of(&e, &stream);
                linger(stream).await;
                return Err(error);
            }
            Err(_) => return Err(TlsError::NoAnswer(limit)),
        }
        check_resumed(stream.ssl(), &self.crls)?;
        let peer = note(&stream, stream.ssl().servername(NameType::HOST_NAME).unwrap_or_default());
        Ok((TlsStream::Real(Box::new(stream)), peer))
    }

    pub(crate) fn ssl(&self) -> Result<Ssl, ErrorStack> {
        let mut ssl = Ssl::new(&self.context.read().unwrap_or_else(PoisonError::into_inner))?;
        ssl.param_mut().set_time(clock::wall().as_second());
        Ok(ssl)
    }
}

fn server_context(identity: &TlsIdentity, trust: &TlsTrust, crls: &Crls, resumes: bool) -> Result<SslContext, ErrorStack> {
    let mut b = context(SslMethod::tls_server(), Some(identity), trust, crls.clone())?;
    b.set_num_tickets(usize::from(resumes))?;
    if resumes {
        // A server that requests certificates must set a session id context.
        b.set_session_id_context(b"shikaku")?;
    }
    Ok(b.build())
}

impl ClientTls {
    /// `identity` is `None` only for scenarios in which a party has no certificate to present.
    pub fn new(identity: Option<&TlsIdentity>, trust: &TlsTrust) -> Result<Self, TlsSetupError> {
        let crls: Crls = Arc::new(RwLock::new(trust.crls.clone()));
        let common_name = match identity {
            Some(identity) if crypto::is_modelled() => common_name(X509::from_der(&identity.certificate)?.as_ref()),
            _ => String::new(),
        };
        let context = client_context(identity, trust, &crls)?.build();
        Ok(ClientTls { context, crls, own: None, sessions: Sessions::default(), common_name })
    }

    /// The connecting side of many parties with the same trust whose certificates have one issuer, given in DER: each party's
    /// is made from it by [`ClientTls::of`].
    pub fn shared(issuing: &[u8], trust: &TlsTrust) -> Result<Self, TlsSetupError> {
        let crls: Crls = Arc::new(RwLock::new(trust.crls.clone()));
        let mut b = client_context(None, trust, &crls)?;
        b.add_extra_chain_cert(X509::from_der(issuing)?)?;
        let (sessions, common_name) = (Sessions::default(), String::new());
        Ok(ClientTls { context: b.build(), crls, own: None, sessions, common_name })
    }

    /// The connecting side of one party. It costs little while the party does not connect.
    pub fn of(&self, identity: &TlsIdentity) -> Result<Self, TlsSetupError> {
        let (certificate, key) = (identity.certificate.clone().into(), identity.key.ec_key()?.private_key_to_der()?.into());
        Ok(self.with(Some(CompactIdentity { certificate, key }), String::new()))
    }

    /// The connecting side of one party, by its name alone: where cryptography is modelled.
    pub fn called(&self, common_name: &str) -> Self {
        self.with(None, common_name.to_string())
    }

    fn with(&self, own: Option<CompactIdentity>, common_name: String) -> Self {
        let (context, crls, sessions) = (self.context.clone(), self.crls.clone(), Sessions::default());
        ClientTls { context, crls, own, sessions, common_name }
    }

    /// Makes the handshake with the server whose certificate is for `name`, with the server name `called`, which is the same for
    /// an honest party.
    pub async fn connect(
        &self,
        connection: Connection,
        name: &str,
        called: &str,
        limit: Duration,
    ) -> Result<(TlsStream, Peer), TlsError> {
        if crypto::is_modelled() {
            return modelled::connect(connection, (&self.common_name, &self.sessions), name, limit).await;
        }
        let broken = |e: ErrorStack| TlsError::Broken(e.to_string());
        let mut ssl = self.without_certificate(name, called).map_err(broken)?;
        let offered = self.sessions.resume(&mut ssl, called).map_err(broken)?;
        // The certificate is not sent when a session is resumed, and parsing it each time costs time.
        let presents_none = offered && self.own.is_some();
        if !presents_none {
            self.present(&mut ssl).map_err(broken)?;
        }
        let mut stream = SslStream::new(ssl, connection).map_err(broken)?;
        match clock::timeout(limit, Pin::new(&mut stream).connect()).await {
            Ok(Ok(())) if presents_none && !stream.ssl().session_reused() => return Err(TlsError::NotResumed),
            Ok(Ok(())) => {}
            Ok(Err(e)) => return Err(error_of(&e, &stream)),
            Err(_) => return Err(TlsError::NoAnswer(limit)),
        }
        check_resumed(stream.ssl(), &self.crls).inspect_err(|_| self.forget(called))?;
        let peer = note(&stream, called);
        Ok((TlsStream::Real(Box::new(stream)), peer))
    }

    /// Drops the session with this server that it has now.
    pub(super) fn forget(&self, called: &str) {
        self.sessions.forget(called);
    }

    pub(crate) fn ssl(&self, name: &str, called: &str) -> Result<Ssl, ErrorStack> {
        let mut ssl = self.without_certificate(name, called)?;
        self.sessions.resume(&mut ssl, called)?;
        self.present(&mut ssl)?;
        Ok(ssl)
    }

    fn without_certificate(&self, name: &str, called: &str) -> Result<Ssl, ErrorStack> {
        let mut ssl = Ssl::new(&self.context)?;
        ssl.set_hostname(called)?;
        let check = ssl.param_mut();
        check.set_host(name)?;
        check.set_time(clock::wall().as_second());
        Ok(ssl)
    }

    /// Presents the party's own certificate, if requested.
    fn present(&self, ssl: &mut SslRef) -> Result<(), ErrorStack> {
        let Some(own) = &self.own else { return Ok(()) };
        ssl.set_certificate(X509::from_der(&own.certificate)?.as_ref())?;
        // The key type is known: there is no need to try the decoders of all types.
        ssl.set_private_key(PKey::from_ec_key(EcKey::private_key_from_der(&own.key)?)?.as_ref())
    }
}

fn client_context(identity: Option<&TlsIdentity>, trust: &TlsTrust, crls: &Crls) -> Result<SslContextBuilder, ErrorStack> {
    let mut b = context(SslMethod::tls_client(), identity, trust, crls.clone())?;
    sessions::keep(&mut b)?;
    Ok(b)
}

/// Writes the handshake to the journal and returns the peer.
fn note(stream: &SslStream<Connection>, server_name: &str) -> Peer {
    let ssl = stream.ssl();
    let certificate = ssl.peer_certificate();
    let peer = Peer {
        common_name: certificate.as_deref().map(common_name).unwrap_or_default(),
        serial: certificate.as_deref().and_then(|c| c.serial_number().to_bn().ok()).map(hex).unwrap_or_default(),
    };
    if !context::journal_is_whole() {
        return peer;
    }
    let subject = certificate.map(|c| subject_text(c.subject_name())).unwrap_or_default();
    context::record(Event::Tls {
        peer: stream.get_ref().peer().to_string(),
        server_name: server_name.to_string(),
        peer_subject: subject,
        version: ssl.version_str().to_string(),
    });
    peer
}

fn hex(n: openssl::bn::BigNum) -> String {
    data_encoding::HEXLOWER.encode(&n.to_vec())
}

pub(crate) fn common_name(certificate: &X509Ref) -> String {
    let name = certificate.subject_name().entries_by_nid(Nid::COMMONNAME).next();
    name.and_then(|e| e.data().to_string().ok()).unwrap_or_default()
}

fn subject_text(name: &X509NameRef) -> String {
    let part = |e: &openssl::x509::X509NameEntryRef| {
        let key = e.object().nid().short_name().unwrap_or("?");
        format!("{key}={}", e.data().to_string().unwrap_or_default())
    };
    name.entries().map(part).collect::<Vec<_>>().join(", ")
}

/// After a rejected handshake: lets the alert reach the peer, which may still be sending. Closing at once would discard the
/// alert with the unread bytes (RFC 9293, section 3.10.4).
async fn linger(mut stream: SslStream<Connection>) {
    let connection = stream.get_mut();
    let mut rest = [0u8; 1024];
    let drained = async {
        if connection.shutdown().await.is_ok() {
            while connection.read(&mut rest).await.is_ok_and(|n| n > 0) {}
        }
    };
    // Whether the peer closed the connection itself does not matter.
    let _ = clock::timeout(Duration::from_secs(1), drained).await;
}

fn error_of(error: &openssl::ssl::Error, stream: &SslStream<Connection>) -> TlsError {
    if let Some(alert) = error.ssl_error().and_then(alert_in) {
        return TlsError::Alert(alert);
    }
    let verified = stream.ssl().verify_result();
    if verified != X509VerifyResult::OK {
        return TlsError::PeerCertificate(verified.error_string().to_string());
    }
    match error.io_error() {
        Some(_) => TlsError::ClosedEarly,
        // OpenSSL reports the end of the stream within a handshake as a system call that failed without a reason.
        None if error.ssl_error().is_none() => TlsError::ClosedEarly,
        None => TlsError::Broken(error.to_string()),
    }
}

/// The alert that a peer sent, if one is on the error stack: its number is the reason code less 1000
/// (`SSL_AD_REASON_OFFSET`).
fn alert_in(stack: &ErrorStack) -> Option<u8> {
    let alert = |e: &openssl::error::Error| u8::try_from(e.reason_code().checked_sub(1000)?).ok();
    stack.errors().iter().find_map(alert)
}

/// The TLS alert that caused an error of a library on top of a TLS stream.
pub fn alert_beneath(error: &(dyn std::error::Error + 'static)) -> Option<u8> {
    let mut next = Some(error);
    while let Some(e) = next {
        if let Some(alert) = e.downcast_ref::<openssl::ssl::Error>().and_then(|e| e.ssl_error()).and_then(alert_in) {
            return Some(alert);
        }
        // An io::Error hides what it wraps from `source`.
        if let Some(inner) = e.downcast_ref::<std::io::Error>().and_then(|e| e.get_ref())
            && let Some(alert) = alert_beneath(inner)
        {
            return Some(alert);
        }
        next = e.source();
    }
    None
}
