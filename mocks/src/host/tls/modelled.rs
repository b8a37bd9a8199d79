//! Handshakes where cryptography is modelled: the messages of TLS 1.3, with the sizes that they have with the certificates
//! of the dedicated network, but in clear. The client sends its name in the first one.

use super::sessions::Sessions;
use super::{Peer, TlsError, TlsStream};
use sim::clock;
use sim::net::Connection;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// ClientHello; ServerHello to Finished with two certificates; the client's Certificate to Finished. In bytes, as measured on
/// the simulated line.
const CLIENT_HELLO: usize = 226;
const SERVER_FLIGHT: usize = 1743;
const CLIENT_FLIGHT: usize = 1514;
/// With session resumption: what the pre-shared key adds to the ClientHello; ServerHello to Finished; Finished.
const PRE_SHARED_KEY: usize = 832;
const RESUMED_SERVER_FLIGHT: usize = 224;
const RESUMED_CLIENT_FLIGHT: usize = 65;
/// A ticket. It is part of the server's flight here; in real TLS it follows a little later.
const TICKET: usize = 833;

/// The ticket number of a server that issues none.
const NONE: u32 = 0;

pub(super) async fn connect(
    mut connection: Connection,
    (common_name, sessions): (&str, &Sessions),
    server: &str,
    limit: Duration,
) -> Result<(TlsStream, Peer), TlsError> {
    let offered = sessions.take_modelled(server);
    let handshake = clock::timeout(limit, async {
        let mut hello = vec![0u8; CLIENT_HELLO + offered.map_or(0, |_| PRE_SHARED_KEY)];
        hello[..4].copy_from_slice(&offered.unwrap_or(NONE).to_be_bytes());
        let name = &common_name.as_bytes()[..common_name.len().min(CLIENT_HELLO - 5)];
        hello[4] = name.len() as u8;
        hello[5..5 + name.len()].copy_from_slice(name);
        connection.write_all(&hello).await?;
        let mut flight = vec![0u8; RESUMED_SERVER_FLIGHT];
        connection.read_exact(&mut flight).await?;
        let resumed = flight[0] == 1;
        let tickets = flight[1..5].try_into().map_or(NONE, u32::from_be_bytes);
        let rest = if resumed { 0 } else { SERVER_FLIGHT - RESUMED_SERVER_FLIGHT } + if tickets == NONE { 0 } else { TICKET };
        flight.resize(rest, 0);
        connection.read_exact(&mut flight).await?;
        connection.write_all(&[0u8; CLIENT_FLIGHT][..if resumed { RESUMED_CLIENT_FLIGHT } else { CLIENT_FLIGHT }]).await?;
        Ok::<_, io::Error>(tickets)
    });
    match handshake.await {
        Ok(Ok(tickets)) => {
            if tickets != NONE {
                sessions.put_modelled(server, tickets);
            }
            // A client does not need to know that it resumed.
            let stream = TlsStream::Modelled { stream: connection, resumed: false };
            Ok((stream, Peer { common_name: server.to_string(), serial: String::new() }))
        }
        Ok(Err(_)) => Err(TlsError::ClosedEarly),
        Err(_) => Err(TlsError::NoAnswer(limit)),
    }
}

/// `tickets` is the number of the server's tickets now, if it issues any.
pub(super) async fn accept(
    mut connection: Connection,
    tickets: Option<u32>,
    limit: Duration,
) -> Result<(TlsStream, Peer), TlsError> {
    let tickets = tickets.unwrap_or(NONE);
    let handshake = clock::timeout(limit, async {
        let mut hello = [0u8; CLIENT_HELLO];
        connection.read_exact(&mut hello).await?;
        let offered = hello[..4].try_into().map_or(NONE, u32::from_be_bytes);
        if offered != NONE {
            connection.read_exact(&mut [0u8; PRE_SHARED_KEY]).await?;
        }
        let resumed = offered != NONE && offered == tickets;
        let mut flight =
            vec![0u8; if resumed { RESUMED_SERVER_FLIGHT } else { SERVER_FLIGHT } + if tickets == NONE { 0 } else { TICKET }];
        flight[0] = u8::from(resumed);
        flight[1..5].copy_from_slice(&tickets.to_be_bytes());
        connection.write_all(&flight).await?;
        let mut flight = [0u8; CLIENT_FLIGHT];
        connection.read_exact(&mut flight[..if resumed { RESUMED_CLIENT_FLIGHT } else { CLIENT_FLIGHT }]).await?;
        Ok::<_, io::Error>((hello, resumed))
    });
    let (hello, resumed) = match handshake.await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => return Err(TlsError::ClosedEarly),
        Err(_) => return Err(TlsError::NoAnswer(limit)),
    };
    let name = hello.get(5..5 + usize::from(hello[4])).unwrap_or_default();
    let common_name = String::from_utf8_lossy(name).into_owned();
    Ok((TlsStream::Modelled { stream: connection, resumed }, Peer { common_name, serial: String::new() }))
}
