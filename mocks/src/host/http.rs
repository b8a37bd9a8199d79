//! HTTP/1.1 over TLS, both sides. Each side writes each message in plain text to the journal, as sent or received.

mod message;

pub use message::{Answer, BodyFault, HttpError, Limits, MAX_BODY, Request, Response, Service, handled_by};

use super::patience::{Progress, TimeoutStream, Timeouts};
use super::tls::{ClientTls, Peer, ServerTls, TlsError, TlsStream, alert_beneath};
use crate::capacity::{Busy, ServerWork, TimedOperation};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Method, Uri};
use hyper_util::rt::TokioIo;
use message::note;
use sim::clock;
use sim::context::{self, Spawned};
use sim::journal::Direction;
use sim::net::{Connection, Endpoint, Network, WireTimes};
use sim::terms::operation::{self, Message, Operation, media};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// Serves on `port` forever.
pub async fn serve(net: Rc<dyn Network>, port: u16, tls: Rc<ServerTls>, service: Service) -> std::io::Result<()> {
    serve_waiting(net, port, tls, service, Timeouts::SERVER).await
}

/// Serves on `port` forever, with these timeouts.
pub async fn serve_waiting(
    net: Rc<dyn Network>,
    port: u16,
    tls: Rc<ServerTls>,
    service: Service,
    timeouts: Timeouts,
) -> std::io::Result<()> {
    serve_through(Admission { timeouts, work: None }, net, port, tls, service).await
}

/// Serves on `port` forever, within the server's capacity.
pub async fn serve_within(
    work: Rc<ServerWork>,
    net: Rc<dyn Network>,
    port: u16,
    tls: Rc<ServerTls>,
    service: Service,
) -> std::io::Result<()> {
    let timeouts = Timeouts { idle: work.capacity().keeps_idle, ..Timeouts::SERVER };
    serve_through(Admission { timeouts, work: Some(work) }, net, port, tls, service).await
}

/// How a server admits clients.
#[derive(Clone)]
struct Admission {
    timeouts: Timeouts,
    work: Option<Rc<ServerWork>>,
}

/// One of a server's connections, for as long as it is open.
struct OpenConnection(Rc<Cell<usize>>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl Admission {
    /// Counts a connection, if another one is allowed.
    fn admit(&self, open: &Rc<Cell<usize>>) -> Option<OpenConnection> {
        if let Some(work) = &self.work {
            if work.capacity().connections.is_some_and(|most| open.get() >= most) {
                work.station().refused_connection();
                return None;
            }
            work.station().has_connections(open.get() + 1);
        }
        open.set(open.get() + 1);
        Some(OpenConnection(open.clone()))
    }

    /// Waits until a worker has done the work of a handshake.
    async fn handshake(&self, operation: TimedOperation) -> Result<(), Busy> {
        match &self.work {
            Some(work) => work.on(operation).await,
            None => Ok(()),
        }
    }
}

async fn serve_through(
    admission: Admission,
    net: Rc<dyn Network>,
    port: u16,
    tls: Rc<ServerTls>,
    service: Service,
) -> std::io::Result<()> {
    let mut listener = net.listen(port).await?;
    let open = Rc::new(Cell::new(0));
    loop {
        let connection = listener.accept().await?;
        let Some(counted) = admission.admit(&open) else {
            tracing::info!("connection closed: there are too many");
            continue;
        };
        let (admission, tls, service) = (admission.clone(), tls.clone(), service.clone());
        context::spawn(async move {
            let _counted = counted;
            if let Err(e) = serve_connection(connection, tls, service, &admission).await {
                tracing::info!("connection ended: {e}");
            }
        });
    }
}

#[derive(Debug, thiserror::Error)]
enum ConnectionError {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("no worker is free for the TLS handshake")]
    Busy(#[from] Busy),
    #[error("{0}")]
    Http(hyper::Error),
}

/// Why a request is not answered and its connection ends.
#[derive(Debug, thiserror::Error)]
enum Dropped {
    #[error("the client's certificate is no longer valid: {0}")]
    Certificate(String),
    #[error("the body did not arrive within {0:?}")]
    SlowBody(Duration),
}

async fn serve_connection(
    connection: Connection,
    tls: Rc<ServerTls>,
    service: Service,
    admission: &Admission,
) -> Result<(), ConnectionError> {
    let timeouts = admission.timeouts;
    if !tls.resumes() {
        admission.handshake(TimedOperation::HANDSHAKE).await?;
    }
    let (stream, peer) = tls.accept(connection, timeouts.handshake).await?;
    if tls.resumes() {
        admission.handshake(if stream.is_resumed() { TimedOperation::RESUMPTION } else { TimedOperation::HANDSHAKE }).await?;
    }
    let certificate = stream.peer_certificate();
    let (stream, progress) = TimeoutStream::new(stream, timeouts);
    let handler = hyper::service::service_fn(move |request| {
        let (service, peer, progress) = (service.clone(), peer.clone(), progress.clone());
        let is_valid = certificate.as_deref().map_or(Ok(()), |c| tls.still_accepts(c)).map_err(Dropped::Certificate);
        async move {
            progress.request_arrived();
            let answered = match is_valid {
                Ok(()) => answer(request, peer, service, &progress, timeouts.body).await,
                Err(dropped) => Err(dropped),
            };
            // hyper only reports that there was an error.
            answered.inspect_err(|dropped| tracing::info!("a request was dropped: {dropped}"))
        }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    // hyper would write the machine's time.
    http.auto_date_header(false).max_buf_size(64 * 1024);
    http.serve_connection(TokioIo::new(stream), handler).await.map_err(ConnectionError::Http)
}

async fn answer(
    request: hyper::Request<Incoming>,
    peer: Peer,
    service: Service,
    progress: &Progress,
    body_limit: Duration,
) -> Result<hyper::Response<Full<Bytes>>, Dropped> {
    let (head, body) = request.into_parts();
    let whole = clock::timeout(body_limit, Limited::new(body, MAX_BODY).collect()).await;
    let body = match whole.map_err(|_| Dropped::SlowBody(body_limit))? {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(e) if e.is::<http_body_util::LengthLimitError>() => Err(BodyFault::TooLarge),
        Err(_) => Err(BodyFault::Broken),
    };
    let start = || format!("{} {} HTTP/1.1", head.method, head.uri);
    let exchange = context::next_exchange();
    note(exchange, Direction::Received, &peer.common_name, start, &head.headers, body.as_deref().unwrap_or_default());
    let request =
        Request { method: head.method, path: head.uri.path().to_string(), headers: head.headers, body, peer: peer.clone() };
    let response = service(request).await;
    let content = if context::journal_is_whole() { response.body.clone() } else { Vec::new() };
    let out = response.into_hyper();
    note(exchange, Direction::Sent, &peer.common_name, || format!("HTTP/1.1 {}", out.status()), out.headers(), &content);
    progress.answered();
    Ok(out)
}

/// A client of one server, with one kept connection per concurrent request.
pub struct Client {
    net: Rc<dyn Network>,
    endpoint: Endpoint,
    server_name: String,
    /// `None` for a party without a client certificate: it does not connect at all.
    tls: Option<Rc<ClientTls>>,
    limits: Limits,
    idle: Rc<RefCell<Vec<Open>>>,
    /// What is sent in clear before TLS begins, and the server name that TLS asks for, if it is not the server's own.
    preface: RefCell<Vec<u8>>,
    asked_name: RefCell<Option<String>>,
}

struct Open {
    sender: SendRequest<Full<Bytes>>,
    times: Rc<WireTimes>,
    driver: Spawned<Option<HttpError>>,
}

impl Client {
    pub fn new(
        net: Rc<dyn Network>,
        endpoint: Endpoint,
        server_name: &str,
        tls: impl Into<Option<Rc<ClientTls>>>,
        limits: Limits,
    ) -> Self {
        Client {
            net,
            endpoint,
            server_name: server_name.to_string(),
            tls: tls.into(),
            limits,
            idle: Rc::default(),
            preface: RefCell::new(Vec::new()),
            asked_name: RefCell::new(None),
        }
    }

    /// Sends `preface` in clear on every new connection before TLS begins.
    pub(crate) fn send_in_clear(&self, preface: Vec<u8>) {
        *self.preface.borrow_mut() = preface;
    }

    /// Asks for the server under a name that is not its own on every new connection (server_name of RFC 6066).
    pub(crate) fn name_server(&self, name: String) {
        *self.asked_name.borrow_mut() = Some(name);
    }

    /// Requests an operation.
    pub async fn ask<O: Operation>(&self, request: &O::Request) -> Result<Answer, HttpError> {
        self.ask_with::<O>(O::PATH, &[], request.write()).await
    }

    /// Requests an operation at a target, which is its path and perhaps a query, with further headers (their names in lower case)
    /// and any body.
    pub async fn ask_with<O: Operation>(
        &self,
        target: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, HttpError> {
        let method = match O::METHOD {
            operation::Method::Get => Method::GET,
            operation::Method::Post => Method::POST,
        };
        self.send(method, target, O::REQUEST_MEDIA, headers, body).await
    }

    pub async fn get(&self, path: &str) -> Result<Answer, HttpError> {
        self.send(Method::GET, path, media::JSON, &[], Vec::new()).await
    }

    pub async fn post(&self, path: &str, content_type: &'static str, body: Vec<u8>) -> Result<Answer, HttpError> {
        self.send(Method::POST, path, content_type, &[], body).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: &'static str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, HttpError> {
        let body = Bytes::from(body);
        let request = || self.request(&method, path, content_type, headers, body.clone());
        // A kept connection may have been closed as idle before anything was sent on it; only then is the request sent on
        // another one. Whether a request that was sent may be retried is up to the caller.
        while let Some(open) = self.take_idle() {
            match self.exchange(open, request()?, &body).await {
                Err(HttpError::NotSent) => tracing::debug!("the kept connection to {} was closed", self.endpoint),
                other => return other,
            }
        }
        let answer = match self.open().await {
            Ok(open) => self.exchange(open, request()?, &body).await,
            Err(e) => Err(e),
        };
        // The resumed session may be the reason.
        answer.inspect_err(|_| self.tls.iter().for_each(|tls| tls.forget(&self.asked_name())))
    }

    /// The server name that TLS asks for.
    fn asked_name(&self) -> String {
        self.asked_name.borrow().clone().unwrap_or_else(|| self.server_name.clone())
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        content_type: &'static str,
        extra: &[(&'static str, &str)],
        body: Bytes,
    ) -> Result<hyper::Request<Full<Bytes>>, HttpError> {
        let length = body.len();
        let uri: Uri = path.parse().map_err(|_| HttpError::NotHttp("the path is not one".into()))?;
        let mut request = hyper::Request::new(Full::new(body));
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        let value = |text: &str| {
            HeaderValue::from_bytes(text.as_bytes()).map_err(|_| HttpError::NotHttp("a header cannot be written".into()))
        };
        headers.insert(HOST, value(&self.server_name)?);
        headers.insert(ACCEPT, HeaderValue::from_static(content_type));
        for (name, text) in extra {
            headers.insert(HeaderName::from_static(name), value(text)?);
        }
        if method != Method::GET {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        Ok(request)
    }

    fn take_idle(&self) -> Option<Open> {
        let mut idle = self.idle.borrow_mut();
        while let Some(open) = idle.pop() {
            if !open.sender.is_closed() {
                return Some(open);
            }
        }
        None
    }

    async fn open(&self) -> Result<Open, HttpError> {
        let (stream, times) = match self.connect().await {
            // Its session is used up, so this time it makes a full handshake.
            Err(HttpError::Tls(TlsError::NotResumed)) => self.connect().await?,
            other => other?,
        };
        let made = hyper::client::conn::http1::Builder::new().handshake(TokioIo::new(stream)).await;
        let (sender, driven) = made.map_err(|e| HttpError::NotHttp(e.to_string()))?;
        let idle = Rc::downgrade(&self.idle);
        let driver = context::spawn(async move {
            let ended = driven.await;
            // Connections that the server closed while idle are not kept: there may be as many clients as facilities.
            if let Some(idle) = idle.upgrade() {
                idle.borrow_mut().retain(|open| !open.sender.is_closed());
            }
            ended.err().map(|e| reason(&e))
        });
        Ok(Open { sender, times, driver })
    }

    async fn connect(&self) -> Result<(TlsStream, Rc<WireTimes>), HttpError> {
        let limits = self.limits;
        let Some(tls) = &self.tls else {
            return Err(TlsError::Broken("this party has no certificate to connect with".into()).into());
        };
        let mut connection = match clock::timeout(limits.connect, self.net.connect(&self.endpoint)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(e)) => {
                tracing::debug!("connecting to {} failed: {e}", self.endpoint);
                return Err(HttpError::Refused);
            }
            Err(_) => return Err(HttpError::NoConnection(limits.connect)),
        };
        let times = connection.times();
        let preface = self.preface.borrow().clone();
        if !preface.is_empty() {
            connection.write_all(&preface).await.map_err(|_| HttpError::ClosedEarly)?;
        }
        let (stream, _) = tls.connect(connection, &self.server_name, &self.asked_name(), limits.handshake).await?;
        Ok((stream, times))
    }

    async fn exchange(&self, mut open: Open, request: hyper::Request<Full<Bytes>>, body: &Bytes) -> Result<Answer, HttpError> {
        let start = || format!("{} {} HTTP/1.1", request.method(), request.uri());
        let exchange = context::next_exchange();
        note(exchange, Direction::Sent, &self.server_name, start, request.headers(), body);

        open.times.depart_from(clock::now());
        let whole = async {
            let response = open.sender.send_request(request).await.map_err(|e| reason(&e))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, MAX_BODY).collect().await.map_err(|e| {
                if e.is::<http_body_util::LengthLimitError>() { HttpError::TooLarge } else { HttpError::ClosedEarly }
            })?;
            Ok((head, body.to_bytes()))
        };
        let (head, body) = match clock::timeout(self.limits.answer, whole).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(HttpError::TooLarge)) => {
                // The connection would wait for somebody who reads the rest.
                open.driver.abort();
                return Err(HttpError::TooLarge);
            }
            Ok(Err(e)) => {
                // The task that drives the connection may know the exact reason, such as an alert.
                let driver = (&mut open.driver).await.ok().flatten();
                return Err(driver.filter(|d| !matches!(d, HttpError::ClosedEarly | HttpError::NotSent)).unwrap_or(e));
            }
            Err(_) => {
                open.driver.abort();
                return Err(HttpError::NoAnswer(self.limits.answer));
            }
        };
        clock::advance_to(open.times.last_arrival());
        let start = || format!("HTTP/1.1 {}", head.status);
        note(exchange, Direction::Received, &self.server_name, start, &head.headers, &body);
        let content_type = head.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_string();
        if !open.sender.is_closed() {
            self.idle.borrow_mut().push(open);
        }
        Ok(Answer { status: head.status.as_u16(), content_type, headers: head.headers, body })
    }
}

fn reason(error: &hyper::Error) -> HttpError {
    if let Some(alert) = alert_beneath(error) {
        return HttpError::Tls(TlsError::Alert(alert));
    }
    if error.is_parse() || error.is_parse_too_large() {
        return HttpError::NotHttp(error.to_string());
    }
    if error.is_canceled() {
        return HttpError::NotSent;
    }
    HttpError::ClosedEarly
}
