//! What a facility's system that is out of control, or controlled by an attacker, does to the broker: it floods it with
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

/// The maximum number of concurrent requests of a flood, each on its own connection; at the limit, further requests are
/// dropped. It bounds memory, and is above what a flood of 100 requests a second has under way if each of them times out.
const MOST_UNDER_WAY: usize = 2_000;
/// The pause of a slow request between two bytes, and between two connections.
const BETWEEN_BYTES: Duration = Duration::from_secs(1);
/// A request head that can continue forever.
fn endless_head() -> String {
    let (method, path) = (RequestChallenge::METHOD.name(), RequestChallenge::PATH);
    format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nx-filler: ", RequestChallenge::TO.name())
}

/// Sends `per_second` requests per second until `until_ns`, whether or not the earlier ones have been answered, and ignores
/// the answers.
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
            // The answer is ignored.
            let _ = broker.ask::<RequestChallenge>(&Empty).await;
            under_way.set(under_way.get() - 1);
        }));
    }
    tracing::info!("the flood ended: {sent} requests sent, {dropped} not sent");
}

/// Makes slow connections.
pub struct SlowLoris {
    pub env: Env,
    /// The service through which it reaches the broker.
    pub through: &'static str,
    pub limits: Limits,
}

impl SlowLoris {
    /// Holds `connections` open until `until_ns`, each with a request whose head is sent at one byte per second; a closed one
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

/// Sends a head byte by byte until the other side closes the connection, or until `until_ns`. Returns the number of bytes sent.
async fn trickle(env: &Env, mut stream: TlsStream, until_ns: u64) -> usize {
    let mut answer = [0u8; 256];
    for (sent, byte) in endless_head().bytes().chain(std::iter::repeat(b'a')).enumerate() {
        // An answer, an error and the end of the stream all mean that the other side ends the request.
        let left = Duration::from_nanos(until_ns.saturating_sub(env.now()));
        let ended = env.timeout(BETWEEN_BYTES.min(left), stream.read(&mut answer)).await.is_ok();
        if ended || nanos(left) == 0 || stream.write_all(&[byte]).await.is_err() || stream.flush().await.is_err() {
            return sent;
        }
    }
    0
}
