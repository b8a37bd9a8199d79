//! レセプト請求の専用回線. The dedicated claims network: accepts facilities' connections and forwards their bytes to the broker. It
//! has no key and stores nothing; the traffic is TLS.

pub mod behaviour;
pub mod description;
pub mod party;

use crate::env::Env;
use behaviour::LineBehaviour;
use sim::net::Connection;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// How long the line tries to reach the broker for a facility.
const CONNECT_LIMIT: Duration = Duration::from_secs(4);

/// The running line.
pub struct Line {
    env: Env,
    /// How it decides.
    behaviour: Rc<dyn LineBehaviour>,
}

impl Line {
    /// A line without connections.
    pub fn new(env: &Env) -> Self {
        Line { env: env.clone(), behaviour: env.behaviours().of() }
    }

    /// Forwards connections forever.
    ///
    /// # Errors
    /// If listening is not possible on this network.
    pub async fn run(self: Rc<Self>) -> std::io::Result<()> {
        let mut listener = self.env.listen().await?;
        loop {
            let mut from_facility = listener.accept().await?;
            let me = self.clone();
            self.env.spawn(async move {
                me.behaviour.on_connection();
                if me.behaviour.takes_off_clear_text() {
                    take_off_a_line(&mut from_facility).await;
                }
                match me.env.timeout(CONNECT_LIMIT, me.env.connect("broker")).await {
                    Ok(Ok(to_broker)) => carry(&me.env, from_facility, to_broker).await,
                    // Closing the connection shows the facility that the line works and the broker behind it does not.
                    Ok(Err(e)) => tracing::info!("the broker does not accept connections: {e}"),
                    Err(_) => tracing::info!("connecting to the broker timed out"),
                }
            });
        }
    }
}

/// Reads and discards one line of text.
async fn take_off_a_line(from: &mut Connection) {
    let mut byte = [0];
    while from.read_exact(&mut byte).await.is_ok() && byte != *b"\n" {}
}

async fn carry(env: &Env, a: Connection, b: Connection) {
    let (a_in, a_out) = tokio::io::split(a);
    let (b_in, b_out) = tokio::io::split(b);
    // Each direction has its own task, so that each keeps the exact time of its bytes.
    let there = env.spawn(pump(a_in, b_out));
    let back = env.spawn(pump(b_in, a_out));
    // A task ends with its stream; if one is aborted, as in a crash, the other ends too.
    let _ = (there.await, back.await);
}

/// The next bytes. No buffer is kept while waiting: the line has a connection for every facility, and most are idle.
async fn next_bytes(from: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    std::future::poll_fn(|cx| {
        let mut space = [MaybeUninit::uninit(); 16 * 1024];
        let mut buffer = ReadBuf::uninit(&mut space);
        let read = ready!(Pin::new(&mut *from).poll_read(cx, &mut buffer));
        Poll::Ready(Some(buffer.filled().to_vec()).filter(|bytes| read.is_ok() && !bytes.is_empty()))
    })
    .await
}

async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    loop {
        match next_bytes(&mut from).await {
            Some(bytes) => {
                if to.write_all(&bytes).await.is_err() || to.flush().await.is_err() {
                    return;
                }
            }
            None => {
                // Reports the end to the other side; an error means that the other side is already gone.
                let _ = to.shutdown().await;
                return;
            }
        }
    }
}
