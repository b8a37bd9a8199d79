//! A client that says what no mock would say: every byte and every detail of TLS is the probe's.

use mocks::pki::tls::TlsIdentity;
use openssl::error::ErrorStack;
use openssl::ssl::{
    HandshakeError, Ssl, SslContext, SslMethod, SslOptions, SslSession, SslSessionCacheMode, SslStream, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use scenarios::live::Endpoint;
use std::io::{ErrorKind, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a server may take for anything that is not meant to be slow.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How long a server may take that waits for something which never comes: it may have a time limit of 30 seconds.
pub const LONG_PATIENCE: Duration = Duration::from_secs(36);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// The server that is probed.
#[derive(Clone)]
pub struct Server {
    pub at: Endpoint,
    /// The name that TLS asks for.
    pub name: String,
    /// The trust anchor of its certificate, in DER.
    pub root: Vec<u8>,
}

/// How a probe connects.
#[derive(Clone, Default)]
pub struct Tls {
    pub identity: Option<TlsIdentity>,
    pub versions: Option<(SslVersion, SslVersion)>,
    /// A cipher list of OpenSSL for TLS 1.2 and older.
    pub ciphers: Option<&'static str>,
    /// Another server name; empty for none.
    pub asks_for: Option<&'static str>,
    /// Where sessions for resumption are kept.
    pub sessions: Option<Arc<Mutex<Vec<SslSession>>>>,
    pub resumes: Option<SslSession>,
    /// Whether only what every party supports is offered: one cipher suite, one group, one signature algorithm (TLS-002).
    pub offers_least: bool,
    /// The protocols that ALPN offers, as OpenSSL takes them; none if empty.
    pub alpn: &'static [u8],
}

impl Tls {
    /// As a client with this certificate.
    pub fn of(identity: &TlsIdentity) -> Self {
        Tls { identity: Some(identity.clone()), ..Tls::default() }
    }
}

/// What a probe saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Response(Response),
    /// The connection ended without an answer.
    Closed,
    /// Nothing came in time.
    Silence,
    /// The TLS handshake failed, or the server sent an alert. The reason is OpenSSL's.
    TlsRefused(String),
    /// No TCP connection could be made.
    NoConnection(String),
    /// What came is not HTTP.
    NotHttp(String),
}

/// A response, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Seen::Response(r) => {
                let code = super::code::code_of(&r.body).map_or(String::new(), |code| format!(" with the code `{code}`"));
                write!(f, "HTTP {}{code}, {} bytes", r.status, r.body.len())
            }
            Seen::Closed => f.write_str("the connection was closed without an answer"),
            Seen::Silence => write!(f, "no answer within {} s", PATIENCE.as_secs()),
            Seen::TlsRefused(why) => write!(f, "TLS was refused: {why}"),
            Seen::NoConnection(why) => write!(f, "no connection: {why}"),
            Seen::NotHttp(what) => write!(f, "an answer that is not HTTP: {what}"),
        }
    }
}

/// A connection with TLS.
pub struct Open(SslStream<TcpStream>);

impl Server {
    /// A TCP connection.
    pub fn tcp(&self) -> Result<TcpStream, Seen> {
        let cannot = |e: std::io::Error| Seen::NoConnection(e.to_string());
        let mut addresses = (self.at.host.as_str(), self.at.port).to_socket_addrs().map_err(cannot)?;
        let address = addresses.next().ok_or_else(|| Seen::NoConnection("the name has no address".into()))?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(cannot)?;
        let set = stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
        set.and_then(|()| stream.set_write_timeout(Some(PATIENCE))).map_err(cannot)?;
        Ok(stream)
    }

    fn context(&self, tls: &Tls) -> Result<SslContext, ErrorStack> {
        let mut b = SslContext::builder(SslMethod::tls_client())?;
        let (least, most) = tls.versions.unwrap_or((SslVersion::TLS1_2, SslVersion::TLS1_3));
        b.set_min_proto_version(Some(least))?;
        b.set_max_proto_version(Some(most))?;
        if let Some(ciphers) = tls.ciphers {
            // Obsolete suites must be offered; the server decides.
            b.set_security_level(0);
            b.set_cipher_list(ciphers)?;
        }
        if least == SslVersion::TLS1 || least == SslVersion::TLS1_1 {
            b.set_security_level(0);
            b.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
        }
        if tls.offers_least {
            b.set_ciphersuites("TLS_AES_128_GCM_SHA256")?;
            b.set_groups_list("X25519")?;
            b.set_sigalgs_list("ecdsa_secp256r1_sha256")?;
        }
        if !tls.alpn.is_empty() {
            b.set_alpn_protos(tls.alpn)?;
        }
        let mut store = X509StoreBuilder::new()?;
        store.add_cert(X509::from_der(&self.root)?)?;
        b.set_cert_store(store.build());
        b.set_verify(SslVerifyMode::PEER);
        if let Some(me) = &tls.identity {
            b.set_certificate(X509::from_der(&me.certificate)?.as_ref())?;
            b.add_extra_chain_cert(X509::from_der(&me.issuing)?)?;
            b.set_private_key(&me.key)?;
        }
        if let Some(sessions) = &tls.sessions {
            let sessions = sessions.clone();
            b.set_session_cache_mode(SslSessionCacheMode::CLIENT | SslSessionCacheMode::NO_INTERNAL);
            b.set_new_session_callback(move |_, session| {
                if let Ok(mut all) = sessions.lock() {
                    all.push(session);
                }
            });
        }
        Ok(b.build())
    }

    /// A connection with TLS. TLS 1.3 shows only with the first answer whether the client's certificate was accepted.
    pub fn open(&self, tls: &Tls) -> Result<Open, Seen> {
        let broken = |e: ErrorStack| Seen::TlsRefused(e.to_string());
        let context = self.context(tls).map_err(broken)?;
        let mut ssl = Ssl::new(&context).map_err(broken)?;
        let name = tls.asks_for.unwrap_or(&self.name);
        if !name.is_empty() {
            ssl.set_hostname(name).map_err(broken)?;
        }
        ssl.param_mut().set_host(&self.name).map_err(broken)?;
        if let Some(session) = &tls.resumes {
            #[allow(unsafe_code, reason = "the session is of a context of the same kind, as the function demands")]
            // SAFETY: the session was made by a context that this function built with the same options.
            unsafe {
                ssl.set_session(session).map_err(broken)?;
            }
        }
        let stream = self.tcp()?;
        ssl.connect(stream).map(Open).map_err(|e| refused(&e))
    }

    /// One request on a new connection, and what came of it.
    pub fn ask(&self, tls: &Tls, request: &[u8]) -> Seen {
        match self.open(tls) {
            Ok(mut open) => open.ask(request),
            Err(seen) => seen,
        }
    }
}

fn refused(e: &HandshakeError<TcpStream>) -> Seen {
    match e {
        HandshakeError::Failure(mid) | HandshakeError::WouldBlock(mid) => {
            let reason = mid.error().ssl_error().map(reason_of);
            match (reason, mid.error().io_error()) {
                (Some(reason), _) => Seen::TlsRefused(reason),
                (None, Some(e)) if is_timeout(e) => Seen::Silence,
                _ => Seen::Closed,
            }
        }
        HandshakeError::SetupFailure(e) => Seen::TlsRefused(e.to_string()),
    }
}

fn reason_of(e: &ErrorStack) -> String {
    e.errors().first().and_then(|e| e.reason()).unwrap_or("no reason").to_string()
}

fn is_timeout(e: &std::io::Error) -> bool {
    matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

impl Open {
    /// Sends bytes. A server may close before it has read all, which the answer shows.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Seen> {
        self.0.write_all(bytes).map_err(|e| if is_timeout(&e) { Seen::Silence } else { Seen::Closed })
    }

    /// Sends a request and reads the answer.
    pub fn ask(&mut self, request: &[u8]) -> Seen {
        // Some servers answer before they have read all of a request.
        let sent = self.send(request);
        match (self.read(), sent) {
            (Seen::Closed, Err(seen)) => seen,
            (seen, _) => seen,
        }
    }

    /// Reads one response.
    pub fn read(&mut self) -> Seen {
        let (mut all, mut part) = (Vec::new(), [0; 16 * 1024]);
        loop {
            match parsed(&all) {
                Parsed::Whole(response) => return Seen::Response(response),
                Parsed::NotHttp(what) => return Seen::NotHttp(what),
                Parsed::More => {}
            }
            if all.len() > LONGEST {
                return Seen::NotHttp(format!("more than {LONGEST} bytes"));
            }
            match self.0.ssl_read(&mut part) {
                Ok(0) => return at_end(&all),
                Ok(n) => all.extend_from_slice(&part[..n]),
                Err(e) => match (e.ssl_error(), e.io_error()) {
                    (Some(stack), _) => return Seen::TlsRefused(reason_of(stack)),
                    (None, Some(io)) if is_timeout(io) => return Seen::Silence,
                    _ => return at_end(&all),
                },
            }
        }
    }

    /// Waits longer from now on.
    pub fn is_patient(&mut self) {
        // If it cannot be set, a server with a long time limit looks as if it had none.
        let _ = self.0.get_ref().set_read_timeout(Some(LONG_PATIENCE));
    }

    /// Ends its own direction only.
    pub fn half_close(&mut self) {
        let _ = self.0.get_ref().shutdown(Shutdown::Write);
    }

    /// Whether the session was resumed.
    pub fn is_resumed(&self) -> bool {
        self.0.ssl().session_reused()
    }

    pub fn version(&self) -> &'static str {
        self.0.ssl().version_str()
    }
}

/// What came, where the connection has ended: the body of a response may end with it.
fn at_end(all: &[u8]) -> Seen {
    match head(all) {
        _ if all.is_empty() => Seen::Closed,
        Ok(Some((response, at, Length::UntilClosed))) => Seen::Response(Response { body: all[at..].to_vec(), ..response }),
        _ => Seen::NotHttp("it ends in the middle".into()),
    }
}

enum Parsed {
    Whole(Response),
    More,
    NotHttp(String),
}

enum Length {
    Fixed(usize),
    Chunked,
    UntilClosed,
}

/// The head of a response, where its body begins, and how long that is.
fn head(all: &[u8]) -> Result<Option<(Response, usize, Length)>, String> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut read = httparse::Response::new(&mut headers);
    let at = match read.parse(all).map_err(|e| e.to_string())? {
        httparse::Status::Complete(at) => at,
        httparse::Status::Partial => return Ok(None),
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).trim().to_string();
    let headers: Vec<(String, String)> = read.headers.iter().map(|h| (h.name.to_ascii_lowercase(), text(h.value))).collect();
    let response = Response { status: read.code.unwrap_or_default(), headers, body: Vec::new() };
    let length = match (response.header("transfer-encoding"), response.header("content-length")) {
        (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => Length::Chunked,
        (_, Some(length)) => Length::Fixed(length.parse().map_err(|_| "its content-length is not a number".to_string())?),
        _ if matches!(response.status, 204 | 304) => Length::Fixed(0),
        _ => Length::UntilClosed,
    };
    Ok(Some((response, at, length)))
}

/// The most interim responses before the final one.
const MOST_INTERIM: usize = 10;

fn parsed(mut all: &[u8]) -> Parsed {
    for _ in 0..=MOST_INTERIM {
        let (response, at, length) = match head(all) {
            Ok(Some(head)) => head,
            Ok(None) => return Parsed::More,
            Err(what) => return Parsed::NotHttp(what),
        };
        let rest = all.get(at..).unwrap_or_default();
        if !(100..200).contains(&response.status) {
            return whole(response, rest, length);
        }
        // An interim response (RFC 9110, section 15.2); the final one follows.
        all = rest;
    }
    Parsed::NotHttp(format!("more than {MOST_INTERIM} interim responses"))
}

/// A response whose body begins `rest`.
fn whole(response: Response, rest: &[u8], length: Length) -> Parsed {
    match length {
        Length::Fixed(length) => match rest.get(..length) {
            Some(body) => Parsed::Whole(Response { body: body.to_vec(), ..response }),
            None => Parsed::More,
        },
        Length::Chunked => match chunks(rest) {
            Ok(Some(body)) => Parsed::Whole(Response { body, ..response }),
            Ok(None) => Parsed::More,
            Err(what) => Parsed::NotHttp(what),
        },
        Length::UntilClosed => Parsed::More,
    }
}

/// The content of a chunked body (RFC 9112, section 7.1), if it is whole.
fn chunks(mut from: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut body = Vec::new();
    loop {
        let (at, size) = match httparse::parse_chunk_size(from) {
            Ok(httparse::Status::Complete(read)) => read,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err("a chunk has no size".into()),
        };
        let size = usize::try_from(size).map_err(|_| "a chunk is too long".to_string())?;
        let Some(chunk) = from.get(at..at.saturating_add(size)) else { return Ok(None) };
        body.extend_from_slice(chunk);
        let Some(end) = from.get(at + size..at + size + 2) else { return Ok(None) };
        if end != b"\r\n" {
            return Err("a chunk has no end".into());
        }
        from = &from[at + size + 2..];
        if size == 0 {
            return Ok(Some(body));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Option<Vec<u8>> {
        match parsed(text.as_bytes()) {
            Parsed::Whole(response) => Some(response.body),
            _ => None,
        }
    }

    #[test]
    fn responses_are_read_to_their_ends() {
        assert_eq!(body("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc").as_deref(), Some(b"abc".as_slice()));
        assert_eq!(body("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab"), None);
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n";
        assert_eq!(body(chunked).as_deref(), Some(b"abc".as_slice()));
        assert_eq!(body(&chunked[..chunked.len() - 3]), None);
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(body(interim).as_deref(), Some(b"".as_slice()));
        assert!(matches!(parsed(b"SSH-2.0-x\r\n"), Parsed::NotHttp(_)));
        // As many as fit into what is read: each in turn, not each within the one before.
        assert!(matches!(parsed("HTTP/1.1 100 Continue\r\n\r\n".repeat(40_000).as_bytes()), Parsed::NotHttp(_)));
    }
}
