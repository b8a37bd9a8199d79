//! TLS 1.3 between a facility and the broker, with certificates on both sides, over an in-memory line: no network time is
//! included.

use crate::calibration::inputs::{Inputs, before};
use crate::calibration::task::whole;
use crate::calibration::watch::Watch;
use crate::calibration::{CalibrationError, Operation, Task};
use crate::host::tls::{ClientTls, ServerTls, TlsSetupError, TlsTrust, common_name};
use crate::pki::Validity;
use crate::pki::crl::{CrlContent, Revocation};
use crate::pki::tls::{TlsClient, TlsIdentity, TlsPki};
use jiff::SignedDuration;
use openssl::error::ErrorStack;
use openssl::ssl::{Error, ErrorCode, SslRef, SslStream};
use sim::terms::identifiers::CertificateSerial;
use sim::terms::roles::Zone;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::rc::Rc;
use std::time::Duration;

/// The name of the server.
const HOST: &str = "broker";
/// How many bytes are sent at once.
const RECORD: usize = 4096;
/// TLS 1.3 needs two turns; more than this is a failure.
const MOST_TURNS: usize = 10;

pub(super) const ALL: &[Operation] = &[
    Operation {
        name: "tls-handshake",
        party: None,
        step: None,
        what: "A full TLS 1.3 handshake with P-256 certificates on both sides, the work of both ends together",
        what_ja: "双方がP-256の証明書を持つTLS 1.3の完全なハンドシェイク。両端の処理の合計",
        prepare: |inputs| handshake(inputs, Part::Both),
    },
    Operation {
        name: "tls-handshake-server",
        party: Some(Zone::Broker),
        step: None,
        what: "The server's share of the same handshake",
        what_ja: "同じハンドシェイクのサーバー側の処理",
        prepare: |inputs| handshake(inputs, Part::Server),
    },
    Operation {
        name: "tls-handshake-client",
        party: Some(Zone::Facility),
        step: None,
        what: "The client's share of the same handshake",
        what_ja: "同じハンドシェイクのクライアント側の処理",
        prepare: |inputs| handshake(inputs, Part::Client),
    },
    Operation {
        name: "tls-resumption",
        party: None,
        step: None,
        what: "A handshake that resumes a session (RFC 8446, section 2.2) and gives the next ticket, the work of both ends together",
        what_ja: "セッションを再開し（RFC 8446 2.2節）、次のチケットを渡すハンドシェイク。両端の処理の合計",
        prepare: resumption,
    },
    Operation {
        name: "tls-record",
        party: None,
        step: None,
        what: "4 KiB encrypted at one end and decrypted at the other (AES-128-GCM)",
        what_ja: "4 KiBを一端で暗号化し、他端で復号する（AES-128-GCM）",
        prepare: record,
    },
];

type Pipe = Rc<RefCell<VecDeque<u8>>>;

/// One end of an in-memory line. It never waits: reading without data is `WouldBlock`.
struct End {
    from: Pipe,
    to: Pipe,
}

impl Read for End {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut from = self.from.borrow_mut();
        if from.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        from.read(into)
    }
}

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Both sides, as configured before a connection.
struct Sides {
    server: ServerTls,
    client: ClientTls,
    /// The name in the client's certificate.
    caller: String,
}

type MakeServer = fn(TlsIdentity, &TlsTrust) -> Result<ServerTls, TlsSetupError>;

impl Sides {
    fn new(inputs: &Inputs, make: MakeServer) -> Result<Self, CalibrationError> {
        let (from, now) = (before(inputs.now, 1000), inputs.now);
        let pki = TlsPki::new(&inputs.seed, from)?;
        let validity = Validity::days(before(now, 10), 365);
        let revoked = vec![Revocation { serial: CertificateSerial(900), at: before(now, 1), reason: None }];
        let next_update = now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now);
        let crl = pki.crl(&CrlContent { number: 1, this_update: before(now, 1), next_update, revoked })?;
        let trust = TlsTrust::from_der(&[pki.root().der()], &[&crl])?;
        let (number, name) = (inputs.facility.clone(), "模擬診療所（架空）".to_string());
        let client = pki.issue_tls_client(&TlsClient::Facility { number, name }, 1001, validity)?;
        Ok(Sides {
            server: make(pki.issue_tls_server(HOST, 1000, validity)?, &trust)?,
            client: ClientTls::new(Some(&client), &trust)?,
            caller: inputs.facility.reveal().to_string(),
        })
    }

    /// Makes a handshake, up to a connection with both sides authenticated. `None` if it fails.
    fn handshake(&self) -> Option<(Connected, Shares)> {
        let (up, down) = (Pipe::default(), Pipe::default());
        let mut shares = Shares::default();
        let mut client = timed(&mut shares.client, || -> Result<_, ErrorStack> {
            SslStream::new(self.client.ssl(HOST, HOST)?, End { from: down.clone(), to: up.clone() })
        })
        .ok()?;
        let mut server = timed(&mut shares.server, || -> Result<_, ErrorStack> {
            SslStream::new(self.server.ssl()?, End { from: up.clone(), to: down.clone() })
        })
        .ok()?;
        for _ in 0..MOST_TURNS {
            let one = timed(&mut shares.client, || is_done(client.connect()))?;
            let other = timed(&mut shares.server, || is_done(server.accept()))?;
            if one && other {
                return Some((Connected { client, server }, shares));
            }
        }
        None
    }
}

/// Whether a side has finished its part of the handshake. `None` if it has failed.
fn is_done(turn: Result<(), Error>) -> Option<bool> {
    match turn {
        Ok(()) => Some(true),
        Err(e) if e.code() == ErrorCode::WANT_READ => Some(false),
        Err(_) => None,
    }
}

/// How long each side worked.
#[derive(Default)]
struct Shares {
    client: Duration,
    server: Duration,
}

fn timed<T>(sum: &mut Duration, f: impl FnOnce() -> T) -> T {
    let watch = Watch::start();
    let result = f();
    *sum += watch.elapsed();
    result
}

struct Connected {
    client: SslStream<End>,
    server: SslStream<End>,
}

impl Connected {
    /// Whether each side has the other's certificate.
    fn are_authenticated(&self, caller: &str) -> bool {
        let name = |side: &SslRef| side.peer_certificate().as_deref().map(common_name).unwrap_or_default();
        name(self.client.ssl()) == HOST && name(self.server.ssl()) == caller
    }

    /// Sends from the client to the server, and returns what arrives.
    fn send(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.client.write_all(bytes).ok()?;
        let mut arrived = vec![0; bytes.len()];
        self.server.read_exact(&mut arrived).ok()?;
        Some(arrived)
    }
}

enum Part {
    Both,
    Server,
    Client,
}

struct Handshake {
    sides: Sides,
    part: Part,
}

impl Task for Handshake {
    fn go(&mut self, times: u64) -> Duration {
        let mut sum = Shares::default();
        for _ in 0..times {
            // A failure is detected in `is_correct`.
            let Some((Connected { client, server }, shares)) = self.sides.handshake() else { continue };
            sum.client += shares.client;
            sum.server += shares.server;
            timed(&mut sum.client, || drop(client));
            timed(&mut sum.server, || drop(server));
        }
        match self.part {
            Part::Both => sum.client + sum.server,
            Part::Server => sum.server,
            Part::Client => sum.client,
        }
    }

    fn is_correct(&mut self) -> bool {
        self.sides.handshake().is_some_and(|(connected, _)| connected.are_authenticated(&self.sides.caller))
    }
}

fn handshake(inputs: &Inputs, part: Part) -> Result<Box<dyn Task>, CalibrationError> {
    Ok(Box::new(Handshake { sides: Sides::new(inputs, ServerTls::new)?, part }))
}

/// A client that resumes its session, then the session of the new ticket, and so on.
struct Resumption(Sides);

impl Resumption {
    /// One handshake. The client processes a ticket when it reads, so the server sends a byte.
    fn go_once(&self) -> Option<(Connected, Duration)> {
        let (mut connected, shares) = self.0.handshake()?;
        let mut read = Duration::ZERO;
        let arrived = timed(&mut read, || {
            let Connected { client, server } = &mut connected;
            server.write_all(b"x").ok()?;
            client.read_exact(&mut [0]).ok()
        });
        arrived.map(|()| (connected, shares.client + shares.server + read))
    }
}

impl Task for Resumption {
    fn go(&mut self, times: u64) -> Duration {
        let mut sum = Duration::ZERO;
        for _ in 0..times {
            // A failure is detected in `is_correct`.
            let Some((connected, took)) = self.go_once() else { continue };
            sum += took;
            timed(&mut sum, || drop(connected));
        }
        sum
    }

    fn is_correct(&mut self) -> bool {
        let resumed = |(c, _): (Connected, Duration)| c.server.ssl().session_reused() && c.are_authenticated(&self.0.caller);
        self.go_once().is_some_and(resumed)
    }
}

fn resumption(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let task = Resumption(Sides::new(inputs, ServerTls::resuming)?);
    // The first handshake is a full one.
    task.go_once().ok_or(CalibrationError::Failed { operation: "tls-resumption" })?;
    Ok(Box::new(task))
}

fn record(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let failed = CalibrationError::Failed { operation: "tls-record" };
    let (mut connected, _) = Sides::new(inputs, ServerTls::new)?.handshake().ok_or(failed)?;
    let sent: Vec<u8> = (0..RECORD).map(|i| (i * 31) as u8).collect();
    let expected = sent.clone();
    Ok(whole(move || connected.send(&sent), move |arrived| arrived.as_ref() == Some(&expected)))
}
