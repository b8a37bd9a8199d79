//! HTTP/1.1 for the page: one request for each connection, with limits on everything.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Request, Response, StatusCode, service};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// The longest head and body of a request, in bytes.
pub const HEAD: usize = 16 << 10;
const BODY: usize = 4 << 10;
/// How long a client may take to send a request, get its response and read it.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most connections that are served at once.
const CONNECTIONS: usize = 32;
/// How long nothing is accepted after an error.
const WAIT: Duration = Duration::from_millis(100);

/// A response with its whole body.
pub type Answer = Response<Full<Bytes>>;

/// What answers a request with its whole body. It may take its time.
pub type Answering = Arc<dyn Fn(&Request<Bytes>) -> Answer + Send + Sync>;

/// Headers of every response. The page loads its own files and nothing else, and nobody may frame it or read it from elsewhere.
pub const SECURITY: [(HeaderName, &str); 6] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// A response with this status and content.
pub fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.extend(SECURITY.map(|(name, value)| (name, HeaderValue::from_static(value))));
    answer
}

pub fn ok(content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    answer(StatusCode::OK, content_type, body)
}

pub fn refused(status: StatusCode) -> Answer {
    answer(status, "text/plain; charset=utf-8", status.to_string())
}

/// Accepts connections until the process ends.
pub async fn accept(listener: TcpListener, answering: Answering) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // There are too many open files, for example: it may pass.
            tokio::time::sleep(WAIT).await;
            continue;
        };
        // A connection beyond the limit is closed at once.
        let Ok(one) = free.clone().try_acquire_owned() else { continue };
        let answering = answering.clone();
        tokio::spawn(async move {
            // Whoever ends a connection early, or is too slow, wants no answer.
            let _ = tokio::time::timeout(PATIENCE, serve(stream, answering)).await;
            drop(one);
        });
    }
}

async fn serve(stream: TcpStream, answering: Answering) -> hyper::Result<()> {
    let service = service::service_fn(move |request| {
        let answering = answering.clone();
        async move { Ok::<_, Infallible>(respond(request, answering).await) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.keep_alive(false).max_buf_size(HEAD).serve_connection(TokioIo::new(stream), service).await
}

/// Reads the body and answers, on a thread that may take its time.
async fn respond(request: Request<Incoming>, answering: Answering) -> Answer {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(e) if e.is::<http_body_util::LengthLimitError>() => return refused(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => return refused(StatusCode::BAD_REQUEST),
    };
    let request = Request::from_parts(head, body);
    let answered = tokio::task::spawn_blocking(move || answering(&request)).await;
    answered.unwrap_or_else(|_| refused(StatusCode::INTERNAL_SERVER_ERROR))
}

/// The host that a request names, if it names exactly one.
pub fn host<T>(request: &Request<T>) -> Option<&str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    hosts.next().is_none().then_some(host)
}

/// Whether a host names this server by its address. A page elsewhere that has its own name point here sends that name: it is
/// refused. `localhost` is a name that always points to this machine.
pub fn names_address(host: &str, port: u16) -> bool {
    let Some((name, named_port)) = host.rsplit_once(':') else { return false };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    named_port.parse() == Ok(port) && (name == "localhost" || name.parse::<IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_hosts() {
        assert!(names_address("127.0.0.1:80", 80) && names_address("[::1]:80", 80) && names_address("localhost:80", 80));
        for wrong in ["127.0.0.1:81", "127.0.0.1", "attacker.example:80", "localhost.attacker.example:80", ":80", ""] {
            assert!(!names_address(wrong, 80), "{wrong}");
        }
    }
}
