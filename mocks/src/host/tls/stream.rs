//! The result of a handshake: a connection and its peer, or why it failed.

use openssl::x509::X509;
use sim::net::Connection;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_openssl::SslStream;

/// Why a handshake failed, or a connection on which the other side rejected this side's certificate afterwards (in
/// TLS 1.3 the client learns that only when it reads).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    #[error("the peer sent the TLS alert {0} (RFC 8446, section 6)")]
    Alert(u8),
    #[error("the peer's certificate was rejected: {0}")]
    PeerCertificate(String),
    #[error("the connection ended during the handshake")]
    ClosedEarly,
    #[error("no handshake within {0:?}")]
    NoAnswer(Duration),
    /// The client will make a full handshake on another connection.
    #[error("the server did not resume the session")]
    NotResumed,
    #[error("{0}")]
    Broken(String),
}

/// The authenticated identity of the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Subject common name: the facility number of a facility, the host name of a server.
    pub common_name: String,
    /// Serial number of the certificate, lower-case hex; empty where cryptography is modelled.
    pub serial: String,
}

/// A connection on which both sides are authenticated.
pub enum TlsStream {
    Real(Box<SslStream<Connection>>),
    /// In clear, where cryptography is modelled.
    Modelled {
        stream: Connection,
        resumed: bool,
    },
}

impl TlsStream {
    /// Whether a session was resumed, and no certificate sent.
    pub fn is_resumed(&self) -> bool {
        match self {
            TlsStream::Real(stream) => stream.ssl().session_reused(),
            TlsStream::Modelled { resumed, .. } => *resumed,
        }
    }

    /// The other side's certificate, where there is one.
    pub fn peer_certificate(&self) -> Option<X509> {
        match self {
            TlsStream::Real(stream) => stream.ssl().peer_certificate(),
            TlsStream::Modelled { .. } => None,
        }
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            TlsStream::Real(stream) => Pin::new(stream.as_mut()).poll_read(cx, buf),
            TlsStream::Modelled { stream, .. } => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut *self {
            TlsStream::Real(stream) => Pin::new(stream.as_mut()).poll_write(cx, buf),
            TlsStream::Modelled { stream, .. } => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            TlsStream::Real(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
            TlsStream::Modelled { stream, .. } => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            TlsStream::Real(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
            TlsStream::Modelled { stream, .. } => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
