//! Requests, responses and answers, as services and clients see them.

use crate::host::tls::{Peer, TlsError};
use bytes::Bytes;
use futures_util::future::LocalBoxFuture;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Method, StatusCode};
use sim::context;
use sim::journal::{Content, Direction, Event};
use sim::terms::operation::{Message, Operation, ProblemKind, media};
use std::rc::Rc;
use std::time::Duration;

/// Longest body that a server reads, in bytes. A request is about 4 KB; a feed needs more.
pub const MAX_BODY: usize = 256 * 1024;

/// A request as a service sees it.
pub struct Request {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Result<Bytes, BodyFault>,
    pub peer: Peer,
}

impl Request {
    /// Whether it is a request for the operation.
    pub fn asks_for<O: Operation>(&self) -> bool {
        self.method == O::METHOD.name() && self.path == O::PATH
    }

    /// Whether its path is the operation's, whatever its method.
    pub fn is_at<O: Operation>(&self) -> bool {
        self.path == O::PATH
    }
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    TooLarge,
    Broken,
}

/// The response of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// Seconds after which the client may retry.
    pub retry_after_s: Option<u32>,
    pub extra: Vec<(&'static str, String)>,
}

impl Response {
    pub fn new(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        Response { status, content_type, body, retry_after_s: None, extra: Vec::new() }
    }

    /// The successful response of an operation.
    pub fn to<O: Operation>(response: &O::Response) -> Self {
        Response::with_body_of::<O>(response.write())
    }

    /// The successful response of an operation, with a body that has been serialized already, or an invalid one.
    pub fn with_body_of<O: Operation>(body: Vec<u8>) -> Self {
        Response::new(O::STATUS, O::RESPONSE_MEDIA, body)
    }

    /// A problem document (RFC 9457).
    pub fn problem(kind: ProblemKind) -> Self {
        Response::new(kind.status, media::PROBLEM_JSON, kind.problem().write())
    }

    pub(super) fn into_hyper(self) -> hyper::Response<Full<Bytes>> {
        let mut out = hyper::Response::new(Full::new(Bytes::from(self.body)));
        *out.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        out.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some(seconds) = self.retry_after_s {
            out.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        for (name, value) in self.extra {
            if let Ok(value) = HeaderValue::try_from(value) {
                out.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        out
    }
}

/// How a party handles a request.
pub type Service = Rc<dyn Fn(Request) -> LocalBoxFuture<'static, Response>>;

/// A service by which `party` handles each request.
pub fn handled_by<T, F, Handled>(party: Rc<T>, handle: F) -> Service
where
    T: 'static,
    F: Fn(Rc<T>, Request) -> Handled + 'static,
    Handled: Future<Output = Response> + 'static,
{
    Rc::new(move |request| Box::pin(handle(party.clone(), request)))
}

/// The timeouts of a client.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the connection.
    pub connect: Duration,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// From the request to the end of the answer.
    pub answer: Duration,
}

/// Why a request got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("no connection within {0:?}")]
    NoConnection(Duration),
    #[error("the connection was refused")]
    Refused,
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("the connection ended before the request was sent")]
    NotSent,
    #[error("the connection ended before the answer was complete")]
    ClosedEarly,
    #[error("no answer within {0:?}")]
    NoAnswer(Duration),
    #[error("the answer is not HTTP: {0}")]
    NotHttp(String),
    #[error("the answer is longer than {MAX_BODY} bytes")]
    TooLarge,
}

/// A response as a client sees it.
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// How long the server asks to wait before a retry (RFC 9110, section 10.2.3), if given in seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

/// Writes a message to the journal, if it records messages.
pub(super) fn note(
    exchange: u64,
    direction: Direction,
    peer: &str,
    start: impl FnOnce() -> String,
    headers: &HeaderMap,
    body: &[u8],
) {
    if !context::journal_is_whole() {
        return;
    }
    let mut head = start();
    for (name, value) in headers {
        head.push('\n');
        head.push_str(name.as_str());
        head.push_str(": ");
        head.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    context::record(Event::Message { exchange, direction, peer: peer.to_string(), head, body: Content::of(body) });
}
