//! Requests as bytes, which probes change at will.

use super::expect::Expect;
use sim::terms::operation::Method;
use std::sync::Arc;

/// An HTTP/1.1 request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    pub target: String,
    /// Without the length.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The request with the length of its body.
    pub fn bytes(&self) -> Vec<u8> {
        let length = [("content-length".to_string(), self.body.len().to_string())];
        let length = if self.method == Method::Get.name() && self.body.is_empty() { &[][..] } else { &length[..] };
        self.bytes_with(length)
    }

    /// The request with these headers instead of a length.
    pub fn bytes_with(&self, last: &[(String, String)]) -> Vec<u8> {
        let mut all = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in self.headers.iter().chain(last) {
            all.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        all.extend_from_slice(b"\r\n");
        all.extend_from_slice(&self.body);
        all
    }

    /// Its head, to the empty line.
    pub fn head(&self) -> Vec<u8> {
        let all = self.bytes();
        let end = all.len() - self.body.len();
        all[..end].to_vec()
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self
    }
}

/// The request with its body in chunks.
pub fn chunked(r: Request) -> Vec<u8> {
    let head = Request { body: Vec::new(), ..r.clone() }.bytes_with(&[("transfer-encoding".into(), "chunked".into())]);
    let mut all = head;
    for chunk in r.body.chunks(701) {
        all.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        all.extend_from_slice(chunk);
        all.extend_from_slice(b"\r\n");
    }
    all.extend_from_slice(b"0\r\n\r\n");
    all
}

/// Makes the body of the request with this number.
pub type MakeBody = Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>;
/// Makes a header's value for the request with this number.
pub type MakeHeader = Arc<dyn Fn(usize) -> String + Send + Sync>;
/// Whether a body answers the request with this number.
pub type IsAnswer = Arc<dyn Fn(usize, &[u8]) -> bool + Send + Sync>;
/// Whether a server must refuse a body, because it is not such a message.
pub type IsInvalid = Arc<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// The request that must succeed, and what its server says of others.
#[derive(Clone)]
pub struct Good {
    pub host: String,
    pub method: &'static str,
    pub path: &'static str,
    pub media: &'static str,
    pub body: MakeBody,
    /// Headers beyond those of HTTP itself.
    pub headers: Vec<(&'static str, MakeHeader)>,
    pub expect: Expect,
    /// How a body is refused that is not such a message.
    pub malformed: Expect,
    pub too_large: Expect,
    /// How a path is refused that the server does not have.
    pub not_there: Expect,
    /// How a client is refused that TLS accepts and that may not ask.
    pub unauthorised: Expect,
    /// The common name of a client that may ask.
    pub claimed: String,
    /// The media type of refusals.
    pub refusals: &'static str,
    /// Whether a JSON body is not such a message; nothing, if the body is not JSON.
    pub is_invalid: Option<IsInvalid>,
    /// Whether the body of a success answers the request.
    pub answers: IsAnswer,
}

impl Good {
    /// The request with this number.
    pub fn request(&self, number: usize) -> Request {
        let own = self.headers.iter().map(|(name, value)| (name.to_string(), value(number)));
        let usual = [("host", self.host.as_str()), ("accept", self.media), ("content-type", self.media)];
        let usual = usual.into_iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Request {
            method: self.method.into(),
            target: self.path.into(),
            headers: usual.chain(own).collect(),
            body: (self.body)(number),
        }
    }
}
