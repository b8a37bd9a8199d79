//! Handshakes where cryptography is modelled: as many messages as TLS 1.3 has, of the sizes that they have with the certificates
//! of the dedicated network, and in clear. The client says its name in the first.

use super::{Peer, TlsError, TlsStream};
use sim::clock;
use sim::net::Connection;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// ClientHello; ServerHello to Finished with two certificates; the client's Certificate to Finished. In bytes, as measured on
/// the simulated line.
const CLIENT_HELLO: usize = 226;
const SERVER_FLIGHT: usize = 1743;
const CLIENT_FLIGHT: usize = 1514;

pub(super) async fn connect(
    mut connection: Connection,
    common_name: &str,
    server: &str,
    limit: Duration,
) -> Result<(TlsStream, Peer), TlsError> {
    let shaken = clock::timeout(limit, async {
        let mut hello = vec![0u8; CLIENT_HELLO];
        let name = &common_name.as_bytes()[..common_name.len().min(CLIENT_HELLO - 1)];
        hello[0] = name.len() as u8;
        hello[1..=name.len()].copy_from_slice(name);
        connection.write_all(&hello).await?;
        let mut flight = [0u8; SERVER_FLIGHT];
        connection.read_exact(&mut flight).await?;
        connection.write_all(&[0u8; CLIENT_FLIGHT]).await
    });
    match shaken.await {
        Ok(Ok(())) => Ok((TlsStream::Modelled(connection), Peer { common_name: server.to_string(), serial: String::new() })),
        Ok(Err(_)) => Err(TlsError::ClosedEarly),
        Err(_) => Err(TlsError::NoAnswer(limit)),
    }
}

pub(super) async fn accept(mut connection: Connection, limit: Duration) -> Result<(TlsStream, Peer), TlsError> {
    let shaken = clock::timeout(limit, async {
        let mut hello = [0u8; CLIENT_HELLO];
        connection.read_exact(&mut hello).await?;
        connection.write_all(&[0u8; SERVER_FLIGHT]).await?;
        let mut flight = [0u8; CLIENT_FLIGHT];
        connection.read_exact(&mut flight).await?;
        Ok::<_, std::io::Error>(hello)
    });
    let hello = match shaken.await {
        Ok(Ok(hello)) => hello,
        Ok(Err(_)) => return Err(TlsError::ClosedEarly),
        Err(_) => return Err(TlsError::NoAnswer(limit)),
    };
    let name = hello.get(1..=usize::from(hello[0])).unwrap_or_default();
    let common_name = String::from_utf8_lossy(name).into_owned();
    Ok((TlsStream::Modelled(connection), Peer { common_name, serial: String::new() }))
}
