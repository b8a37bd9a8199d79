//! What servers and links can do, and when facilities ask again. Every part says where its figures are from.

use super::diagnostic::unknown;
use super::part::{is_default, words};
use super::service::ServiceTimes;
use super::targets::{LinkEnd, Roles, Server, Target};
use super::units::{BitRate, Share, Span, Spread};
use mocks::capacity::{Queueing, RetryPolicy, ServerCapacity};
use mocks::host::http::Limits;
use mocks::pki::jpki_ca::ResponderKey;
use mocks::roles::description::RoleDescription;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use sim::terms::roles::Zone;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What the parties of a scenario can do. Who is not named has workers without number, and times of service that are
/// assumptions of this project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapacityPart {
    /// The calibration file, with the way from this file: how long operations took on a machine that was measured. `service` may
    /// name them. What is written out needs it no more.
    pub calibration: Option<String>,
    /// By server, what it can do.
    pub servers: BTreeMap<Server, ServerPart>,
    pub facility: Option<FacilityCapacity>,
}

/// The keys of `[capacity]` that are no server's.
const CALIBRATION: &str = "calibration";
const FACILITY: &str = Zone::Facility.name();

impl<'de> Deserialize<'de> for CapacityPart {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(CapacityVisitor)
    }
}

struct CapacityVisitor;

impl<'de> Visitor<'de> for CapacityVisitor {
    type Value = CapacityPart;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what servers and facilities can do, each in a table of its own")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CapacityPart, A::Error> {
        let mut part = CapacityPart::default();
        while let Some(key) = map.next_key()? {
            match key {
                CapacityKey::Calibration => part.calibration = Some(map.next_value()?),
                CapacityKey::Facility => part.facility = Some(map.next_value()?),
                CapacityKey::Server(server) => {
                    part.servers.insert(server, map.next_value()?);
                }
            }
        }
        Ok(part)
    }
}

/// A key of `[capacity]`.
enum CapacityKey {
    Calibration,
    Facility,
    Server(Server),
}

impl<'de> Deserialize<'de> for CapacityKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Key;
        impl Visitor<'_> for Key {
            type Value = CapacityKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key of [capacity]")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<CapacityKey, E> {
                match key {
                    CALIBRATION => Ok(CapacityKey::Calibration),
                    FACILITY => Ok(CapacityKey::Facility),
                    _ => Server::named(key).map(CapacityKey::Server).ok_or_else(|| {
                        let servers = Server::all().into_iter().map(Server::name);
                        E::custom(unknown("key", key, &servers.chain([FACILITY, CALIBRATION]).collect::<Vec<_>>()))
                    }),
                }
            }
        }
        from.deserialize_identifier(Key)
    }
}

impl Serialize for CapacityPart {
    /// Without the calibration file: what is written out needs it no more.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (server, part) in &self.servers {
            map.serialize_entry(server, part)?;
        }
        if let Some(facility) = &self.facility {
            map.serialize_entry(FACILITY, facility)?;
        }
        map.end()
    }
}

impl JsonSchema for CapacityPart {
    fn schema_name() -> Cow<'static, str> {
        "CapacityPart".into()
    }

    // The keys of servers are added from the table of roles, see `add_servers`.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let facility = generator.subschema_for::<FacilityCapacity>();
        generator.subschema_for::<ServerPart>();
        json_schema!({
            "type": "object",
            "description": "What the parties of a scenario can do. Who is not named has workers without number, and times of service that \
                            are\nassumptions of this project.",
            "properties": {
                CALIBRATION: {
                    "type": "string",
                    "description": "The calibration file, with the way from this file: how long operations took on a machine that was \
                                    measured. `service` may\nname them. What is written out needs it no more.",
                    "writeOnly": true,
                },
                FACILITY: facility,
            },
            "additionalProperties": false,
        })
    }
}

/// Writes into the definitions of a schema the servers and their operations.
pub(super) fn add_servers(definitions: &mut Value, roles: Roles<'_>) {
    for server in Server::of(roles) {
        definitions["CapacityPart"]["properties"][server.name()] = json!({ "$ref": "#/$defs/ServerPart" });
    }
    let servers = || Server::of(roles).into_iter().map(Server::role);
    for timed in servers().flat_map(|role| role.timed) {
        let has = |role: &&RoleDescription| role.timed.iter().any(|t| t.operation == timed.operation);
        let of: Vec<String> = servers().filter(has).map(|role| format!("`{}`", role.name)).collect();
        let usual = if timed.service.is_some() { "" } else { " No time, if not given." };
        definitions["ServiceTimes"]["properties"][timed.operation.name()] = json!({
            "$ref": "#/$defs/ServiceTime",
            "description": format!("{}: {}.{usual}", of.join(", "), timed.text_en),
        });
    }
}

impl CapacityPart {
    /// What the file says of a server.
    pub fn server(&self, server: Server) -> Option<&ServerPart> {
        self.servers.get(&server)
    }

    /// What the file says of the server in a zone.
    fn in_zone(&self, zone: Zone) -> Option<&ServerPart> {
        self.servers.iter().find(|(server, _)| server.zone() == zone).map(|(_, part)| part)
    }

    /// What the server of a role can do, with what the file does not say.
    pub fn of_role(&self, role: &RoleDescription) -> ServerCapacity {
        let usual = ServerCapacity::of(role.timed);
        match Server::of_role(role).and_then(|server| self.server(server)) {
            Some(part) => part.over(usual),
            None => usual,
        }
    }

    /// The most records that the broker and each facility keep, where there is a bound.
    pub fn kept_records(&self) -> (Option<usize>, Option<usize>) {
        let broker = self.in_zone(Zone::Broker).and_then(|b| b.keeps_records);
        let facility = self.facility.as_ref().and_then(|f| f.keeps_records);
        (broker.map(count), facility.map(count))
    }

    /// When a facility asks again, with what the file does not say.
    pub fn retry(&self) -> RetryPolicy {
        self.facility.as_ref().map(FacilityCapacity::retry).unwrap_or_default()
    }

    /// The key of JPKI's OCSP responder.
    pub fn responder_key(&self) -> ResponderKey {
        match self.in_zone(Zone::Jpki).and_then(|jpki| jpki.responder_key) {
            Some(KeyKind::P256) => ResponderKey::P256,
            Some(KeyKind::Rsa2048) | None => ResponderKey::Rsa2048,
        }
    }

    /// How long a facility may go on asking beyond the usual, with every limit used up.
    pub fn longest_asking(&self) -> Duration {
        let Some(facility) = &self.facility else { return Duration::ZERO };
        let (retry, none) =
            (facility.retry(), Limits { connect: Duration::ZERO, handshake: Duration::ZERO, answer: Duration::ZERO });
        let limits = facility.limits(none);
        // For a challenge and for the check itself.
        let waits = 2 * (limits.connect + limits.handshake + limits.answer);
        let pause = 2 * retry.most_pause.max(retry.most_retry_after);
        (waits + pause).saturating_mul(u32::try_from(retry.attempts).unwrap_or(u32::MAX))
    }

    /// How long a facility waits, where the file says so.
    pub fn limits(&self, usual: Limits) -> Limits {
        self.facility.as_ref().map_or(usual, |part| part.limits(usual))
    }
}

/// What a server can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServerPart {
    /// Where the figures are from: a citation, or `assumption: …`.
    pub source: String,
    /// How many work at once. Without number, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub workers: Option<u64>,
    /// The most requests that wait for a worker; who comes then may ask again later. Without bound, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub queue: Option<u64>,
    /// The longest wait that is expected of a request; who would wait longer may ask again later.
    #[serde(default, skip_serializing_if = "is_default")]
    pub patience: Option<Span>,
    /// The most connections at once; a further one is closed. Without bound, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connections: Option<u64>,
    /// How long a connection is kept on which nothing is asked. Five minutes, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_idle: Option<Span>,
    /// Broker, JPKI: whether TLS sessions are resumed (RFC 8446, section 2.2), each ticket for two hours and once. They are not,
    /// if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resumes_sessions: bool,
    /// After which time, in whole seconds, who is turned away may ask again (Retry-After). One second, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retry_after: Option<Span>,
    /// How long each operation takes a worker.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service: ServiceTimes,
    /// JPKI: the key of its OCSP responder. RSA 2048, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub responder_key: Option<KeyKind>,
    /// The broker: the most audit records that it keeps on its disk; older ones are counted and forgotten. Used challenges are
    /// forgotten after ten minutes then. For load studies only. All, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_records: Option<u64>,
}

words! {
    /// The kind of a key, with which signatures go that take more time or less.
    pub enum KeyKind {
        /// What all keys of the JPKI are today.
        Rsa2048 "rsa-2048",
        P256 "p-256",
    }
}

fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl ServerPart {
    fn over(&self, mut usual: ServerCapacity) -> ServerCapacity {
        usual.queueing =
            Queueing { workers: self.workers.map(count), queue: self.queue.map(count), patience: self.patience.map(|s| s.0) };
        usual.connections = self.connections.map(count);
        if let Some(idle) = self.keeps_idle {
            usual.keeps_idle = idle.0;
        }
        usual.resumes = self.resumes_sessions;
        if let Some(after) = self.retry_after {
            usual.retry_after_s = u32::try_from(after.0.as_secs()).unwrap_or(u32::MAX);
        }
        usual.service.extend(self.service.given().map(|(operation, time)| (operation, time.distribution())));
        usual
    }
}

/// When facilities ask again, and how long they wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FacilityCapacity {
    /// Where the figures are from: a citation, or `assumption: …`.
    pub source: String,
    /// How often a request is sent at most. Three times, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attempts: Option<u64>,
    /// The pause after the first attempt. 1.5 seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pause: Option<Span>,
    /// How many times as long each further pause is. 1, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub factor: Option<f64>,
    /// The longest pause. A minute, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub most_pause: Option<Span>,
    /// By which share of itself a pause is longer or shorter at most, evenly drawn. Not at all, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub jitter: Share,
    /// Whether an answer that says *not now* (503 with Retry-After: the broker has too much to do, or JPKI gave no usable
    /// answer) is asked for again, and not taken as final.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retries_when_busy: bool,
    /// Whether a pause is at least as long as Retry-After says. It is, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub heeds_retry_after: Option<bool>,
    /// The most of a Retry-After that is heeded. Ten seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub most_retry_after: Option<Span>,
    /// How long a facility waits for the connection to be established. Four seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connect: Option<Span>,
    /// For the TLS handshake. Six seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub handshake: Option<Span>,
    /// From the request to the end of the answer. Ten seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answer: Option<Span>,
    /// The most records that each facility keeps on its disk. For load studies only. All, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_records: Option<u64>,
}

impl FacilityCapacity {
    pub(super) fn retry(&self) -> RetryPolicy {
        let usual = RetryPolicy::default();
        let span = |given: Option<Span>, usual: Duration| given.map_or(usual, |s| s.0);
        RetryPolicy {
            attempts: self.attempts.map_or(usual.attempts, count),
            pause: span(self.pause, usual.pause),
            factor: self.factor.unwrap_or(usual.factor),
            most_pause: span(self.most_pause, usual.most_pause),
            jitter: self.jitter.0,
            when_busy: self.retries_when_busy,
            heeds_retry_after: self.heeds_retry_after.unwrap_or(usual.heeds_retry_after),
            most_retry_after: span(self.most_retry_after, usual.most_retry_after),
        }
    }

    fn limits(&self, usual: Limits) -> Limits {
        let span = |given: Option<Span>, usual: Duration| given.map_or(usual, |s| s.0);
        Limits {
            connect: span(self.connect, usual.connect),
            handshake: span(self.handshake, usual.handshake),
            answer: span(self.answer, usual.answer),
        }
    }
}

/// A link between all parties of two places, both ways, instead of the one that is an assumption of this project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LinkPart {
    pub between: [LinkEnd; 2],
    /// One way, for each piece of data.
    pub latency: Spread,
    /// What the link of each two parties carries, each way. Without limit, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rate: Option<BitRate>,
    /// Where the figures are from: a citation, or `assumption: …`.
    pub source: String,
}
