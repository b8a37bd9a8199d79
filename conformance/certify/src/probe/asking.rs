//! Questions to a broker, as facilities ask them.

use super::client::{Seen, Server, Tls};
use super::expect::Expect;
use super::parties::{AtFacility, Parties};
use super::requests::Request;
use super::story::{Story, Unmet, holds, prepared};
use super::{Bench, Probe};
use crate::wire;
use mocks::pki::tls::TlsIdentity;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use sim::terms::check::CheckId;
use sim::terms::fhir::{EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::{ChallengeGrant, signed_message};
use sim::terms::operation::{CHECK_ID, Method, Operation, media};
use sim::terms::operations::{RequestChallenge, SubmitEligibilityRequest};
use std::sync::atomic::Ordering;

pub const ANSWERED: Expect = Expect::Success(200);
pub const MALFORMED: Expect = Expect::Refused(&[400], &["request-malformed"]);
pub const UNLICENSED: Expect = Expect::Refused(&[403], &["facility-unlicensed"]);

/// A probe of a broker with several requests.
pub fn at_broker(name: &str, what: &str, act: impl Fn(&Asking<'_>) -> Story + Send + Sync + 'static) -> Probe {
    Probe::story(name, what, move |bench| act(&Asking { bench, parties: &bench.parties }))
}

/// `POST /challenges`.
pub fn challenge_request(server: &Server) -> Request {
    let headers = vec![("host".to_string(), server.name.clone()), ("accept".to_string(), media::JSON.to_string())];
    Request { method: Method::Post.name().into(), target: RequestChallenge::PATH.into(), headers, body: Vec::new() }
}

/// A new challenge of the broker, signed by a card. `key` is its key in PEM.
pub fn signed_challenge(server: &Server, client: &TlsIdentity, facility: &FacilityNumber, key: &str) -> Option<SignedChallenge> {
    let Seen::Response(granted) = server.ask(&Tls::of(client), &challenge_request(server).bytes()) else { return None };
    let grant: ChallengeGrant = serde_json::from_slice(&granted.body).ok()?;
    let challenge = data_encoding::BASE64.decode(grant.challenge.as_bytes()).ok()?;
    let key = PKey::private_key_from_pem(key.as_bytes()).ok()?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key).ok()?;
    let signature = signer.sign_oneshot_to_vec(&signed_message(facility, &challenge)).ok()?;
    Some(SignedChallenge { challenge, signature })
}

/// A bench at which a broker is asked.
pub struct Asking<'a> {
    pub bench: &'a Bench,
    pub parties: &'a Parties,
}

impl<'a> Asking<'a> {
    /// A licensed facility, counted from 0.
    pub fn facility(&self, index: usize) -> Result<&'a AtFacility, Unmet> {
        prepared(self.parties.licensed(index), "a licensed facility of the kit")
    }

    pub fn unlicensed(&self) -> Result<&'a AtFacility, Unmet> {
        prepared(self.parties.unlicensed(), "a facility of the kit without a licence")
    }

    /// Whether a person is insured today, under a new check id.
    pub fn question(&self, person: usize, facility: &AtFacility) -> Result<EligibilityQuestion, Unmet> {
        let card = prepared(self.parties.cards.get(person), "a card of the kit")?;
        Ok(EligibilityQuestion {
            check: wire::check(self.bench.next()),
            facility: facility.number.clone(),
            day: self.parties.today(),
            created: scenarios::live::now(),
            certificate: card.certificate.clone(),
            number: None,
            signed_challenge: None,
            on_record: None,
        })
    }

    /// The request with a question, as a client sends it. Where the design asks for it, the card signs a new challenge.
    pub fn request(&self, client: &TlsIdentity, question: &EligibilityQuestion) -> Request {
        let mut question = question.clone();
        if self.parties.is_signed() && question.signed_challenge.is_none() {
            let card = self.parties.cards.iter().find(|card| card.certificate == question.certificate);
            let signed = card.and_then(|c| signed_challenge(&self.bench.server, client, &question.facility, &c.key));
            // Without one the broker says what is missing.
            question.signed_challenge = signed;
        }
        self.with_body(&question.check, question.to_json())
    }

    /// A request with this body under this check id.
    pub fn with_body(&self, check: &CheckId, body: Vec<u8>) -> Request {
        let media = SubmitEligibilityRequest::REQUEST_MEDIA;
        let headers = [
            ("host", self.bench.server.name.as_str()),
            ("accept", media),
            ("content-type", media),
            (CHECK_ID.name, check.as_str()),
        ];
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
        Request { method: Method::Post.name().into(), target: SubmitEligibilityRequest::PATH.into(), headers, body }
    }

    pub fn send(&self, client: &TlsIdentity, request: &Request) -> Seen {
        self.bench.server.ask(&Tls::of(client), &request.bytes())
    }

    pub fn ask(&self, facility: &AtFacility, question: &EligibilityQuestion) -> Seen {
        self.send(&facility.identity, &self.request(&facility.identity, question))
    }

    /// How many requests the mocks have received from the broker.
    pub fn asked(&self) -> u64 {
        self.bench.downstream.load(Ordering::SeqCst)
    }

    /// Ends the probe if the broker has asked anybody since.
    pub fn nobody_asked_since(&self, before: u64) -> Story {
        let asked = self.asked() - before;
        holds(asked == 0, "no request to any other party", &format!("{asked} requests to other parties"))
    }
}
