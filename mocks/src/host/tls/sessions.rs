//! TLS sessions that a client can resume (RFC 8446, section 2.2): the client's side.

use openssl::error::ErrorStack;
use openssl::ex_data::Index;
use openssl::ssl::{Ssl, SslContextBuilder, SslRef, SslSession, SslSessionCacheMode};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The newest session with each server, by the server name that the client uses. Each is used once (RFC 8446, appendix C.4).
#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<Vec<Kept>>>);

struct Kept {
    server: Box<str>,
    session: Session,
}

enum Session {
    /// In DER, which is smaller than OpenSSL's parsed form: there may be as many as facilities.
    Real(Box<[u8]>),
    /// Where cryptography is modelled: the number of the server's tickets when it issued this one.
    Modelled(u32),
}

/// Where a connection stores the sessions that it receives.
struct SessionSlot {
    sessions: Sessions,
    server: Box<str>,
}

/// The index of a connection's slot in OpenSSL's extra data. It is allocated once per process.
fn slot_index() -> Result<Index<Ssl, SessionSlot>, ErrorStack> {
    static INDEX: OnceLock<Index<Ssl, SessionSlot>> = OnceLock::new();
    if let Some(index) = INDEX.get() {
        return Ok(*index);
    }
    let index = Ssl::new_ex_index()?;
    Ok(*INDEX.get_or_init(|| index))
}

/// Makes the clients of a context keep the sessions that they receive.
pub(super) fn keep(b: &mut SslContextBuilder) -> Result<(), ErrorStack> {
    let index = slot_index()?;
    b.set_session_cache_mode(SslSessionCacheMode::CLIENT | SslSessionCacheMode::NO_INTERNAL);
    b.set_new_session_callback(move |ssl, session| {
        if let Some(slot) = ssl.ex_data(index) {
            match session.to_der() {
                Ok(der) => slot.sessions.put(&slot.server, Session::Real(der.into())),
                // Then the next handshake is a full one.
                Err(e) => tracing::warn!("a TLS session cannot be stored: {e}"),
            }
        }
    });
    Ok(())
}

impl Sessions {
    fn put(&self, server: &str, session: Session) {
        // A thread that panicked with the lock left a complete list.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|k| *k.server != *server);
        kept.push(Kept { server: server.into(), session });
    }

    fn take(&self, server: &str) -> Option<Session> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|k| *k.server == *server)?;
        Some(kept.swap_remove(at).session)
    }

    /// Drops the session with a server, for example after an error.
    pub(super) fn forget(&self, server: &str) {
        self.take(server);
    }

    /// Makes a connection to a server keep the sessions that it receives, and resume the newest one, if any. Returns whether
    /// there is one.
    #[allow(unsafe_code, reason = "a session must be of the context of the connection that resumes it")]
    pub(super) fn resume(&self, ssl: &mut SslRef, server: &str) -> Result<bool, ErrorStack> {
        ssl.set_ex_data(slot_index()?, SessionSlot { sessions: self.clone(), server: server.into() });
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
