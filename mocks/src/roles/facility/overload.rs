//! What the system of a facility that is out of control, or controlled by an attacker, does to the broker: it floods it with
//! requests, or holds connections open with requests that never end.

use crate::env::Env;
use crate::host::http::{Client, Limits};
use crate::host::tls::TlsStream;
use sim::clock::nanos;
use sim::terms::operation::{Empty, Operation};
use sim::terms::operations::RequestChallenge;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How many requests of a flood are under way at most, each on a connection of its own: then the line is full, and what
/// would be sent is not.
const MOST_UNDER_WAY: usize = 64;
/// How long a slow request lets pass between two bytes, and between two connections.
const BETWEEN_BYTES: Duration = Duration::from_secs(1);
/// A head that can go on for ever.
fn endless_head() -> String {
    let (method, path) = (RequestChallenge::METHOD.name(), RequestChallenge::PATH);
    format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nx-filler: ", RequestChallenge::TO.name())
}

/// Sends `per_second` requests a second until `until_ns`, whether or not the earlier ones have been answered, and takes no
/// heed of the answers.
pub async fn flood(env: &Env, broker: Rc<Client>, per_second: f64, until_ns: u64) {
    let (start, under_way) = (env.now(), Rc::new(Cell::new(0)));
    let (mut sent, mut dropped) = (0u64, 0u64);
    for i in 0u64.. {
        let due = start.saturating_add((i as f64 * 1e9 / per_second) as u64);
        if due >= until_ns {
            break;
        }
        env.sleep_until(due).await;
        if under_way.get() >= MOST_UNDER_WAY {
            dropped += 1;
            continue;
        }
        sent += 1;
        under_way.set(under_way.get() + 1);
        let (broker, under_way) = (broker.clone(), under_way.clone());
        drop(env.spawn(async move {
            // Nobody waits for what comes of it.
            let _ = broker.ask::<RequestChallenge>(&Empty).await;
            under_way.set(under_way.get() - 1);
        }));
    }
    tracing::info!("a flood of {sent} requests is over; {dropped} more did not leave");
}

/// Where and as whom slow connections are made.
pub struct SlowLoris {
    pub env: Env,
    /// Through which service it reaches the broker.
    pub through: &'static str,
    pub limits: Limits,
}

impl SlowLoris {
    /// Holds `connections` open until `until_ns`, each with a request whose head comes at a byte a second; one that is closed
    /// is opened again.
    pub async fn hold(self: Rc<Self>, connections: u64, until_ns: u64) {
        for _ in 0..connections {
            let me = self.clone();
            drop(self.env.spawn(async move {
                while me.env.now() < until_ns {
                    if let Some(stream) = me.open().await {
                        let bytes = trickle(&me.env, stream, until_ns).await;
                        tracing::info!("a slow connection ended after {bytes} bytes");
                    }
                    me.env.sleep(BETWEEN_BYTES).await;
                }
            }));
        }
    }

    async fn open(&self) -> Option<TlsStream> {
        let connection = self.env.timeout(self.limits.connect, self.env.connect(self.through)).await.ok()?.ok()?;
        let tls = self.env.client_tls()?;
        Some(tls.connect(connection, "broker", "broker", self.limits.handshake).await.ok()?.0)
    }
}

/// Sends a head byte by byte until the other side ends the connection, or until `until_ns`. Gives how many bytes went.
async fn trickle(env: &Env, mut stream: TlsStream, until_ns: u64) -> usize {
    let mut answer = [0u8; 256];
    for (sent, byte) in endless_head().bytes().chain(std::iter::repeat(b'a')).enumerate() {
        // An answer, an error and the end of the stream all say that the other side has had enough.
        let left = Duration::from_nanos(until_ns.saturating_sub(env.now()));
        let ended = env.timeout(BETWEEN_BYTES.min(left), stream.read(&mut answer)).await.is_ok();
        if ended || nanos(left) == 0 || stream.write_all(&[byte]).await.is_err() || stream.flush().await.is_err() {
            return sent;
        }
    }
    0
}
