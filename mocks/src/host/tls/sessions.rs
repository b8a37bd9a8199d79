//! Sessions that a server lets a client resume (RFC 8446, section 2.2): the client's side.

use openssl::error::ErrorStack;
use openssl::ex_data::Index;
use openssl::ssl::{Ssl, SslContextBuilder, SslRef, SslSession, SslSessionCacheMode};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The newest session with each server, by the name that the client calls it. Each is used once (RFC 8446, appendix C.4).
#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<Vec<Kept>>>);

struct Kept {
    server: Box<str>,
    session: Session,
}

enum Session {
    /// In DER, which takes less than what OpenSSL makes of it: there may be as many as facilities.
    Real(Box<[u8]>),
    /// Where cryptography is modelled: what the server called its tickets when it gave this one.
    Modelled(u32),
}

/// Where a connection puts the sessions that it is given.
struct Place {
    sessions: Sessions,
    server: Box<str>,
}

/// The place of a connection is found by this index, which OpenSSL gives out once for each process.
fn place() -> Result<Index<Ssl, Place>, ErrorStack> {
    static INDEX: OnceLock<Index<Ssl, Place>> = OnceLock::new();
    if let Some(index) = INDEX.get() {
        return Ok(*index);
    }
    let index = Ssl::new_ex_index()?;
    Ok(*INDEX.get_or_init(|| index))
}

/// Has the clients of a context keep the sessions that they are given.
pub(super) fn keep(b: &mut SslContextBuilder) -> Result<(), ErrorStack> {
    let index = place()?;
    b.set_session_cache_mode(SslSessionCacheMode::CLIENT | SslSessionCacheMode::NO_INTERNAL);
    b.set_new_session_callback(move |ssl, session| {
        if let Some(place) = ssl.ex_data(index) {
            match session.to_der() {
                Ok(der) => place.sessions.put(&place.server, Session::Real(der.into())),
                // Then the next handshake is a full one.
                Err(e) => tracing::warn!("a TLS session cannot be kept: {e}"),
            }
        }
    });
    Ok(())
}

impl Sessions {
    fn put(&self, server: &str, session: Session) {
        // Who panicked while it held the lock left a whole list.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|k| *k.server != *server);
        kept.push(Kept { server: server.into(), session });
    }

    fn take(&self, server: &str) -> Option<Session> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|k| *k.server == *server)?;
        Some(kept.swap_remove(at).session)
    }

    /// What came of a session cannot be trusted to go on.
    pub(super) fn forget(&self, server: &str) {
        self.take(server);
    }

    /// Has a connection to a server keep the sessions that it is given, and resume the newest, if there is one. Whether there is.
    #[allow(unsafe_code, reason = "a session must be of the context of the connection that resumes it")]
    pub(super) fn resume(&self, ssl: &mut SslRef, server: &str) -> Result<bool, ErrorStack> {
        ssl.set_ex_data(place()?, Place { sessions: self.clone(), server: server.into() });
        let Some(Session::Real(der)) = self.take(server) else { return Ok(false) };
        let session = SslSession::from_der(&der)?;
        // SAFETY: a client keeps the sessions of its own context alone.
        unsafe { ssl.set_session(&session)? };
        Ok(true)
    }

    pub(super) fn put_modelled(&self, server: &str, tickets: u32) {
        self.put(server, Session::Modelled(tickets));
    }

    pub(super) fn take_modelled(&self, server: &str) -> Option<u32> {
        match self.take(server)? {
            Session::Modelled(tickets) => Some(tickets),
            Session::Real(_) => None,
        }
    }
}
