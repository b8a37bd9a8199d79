//! The capacity of servers and links, and the retries of facilities. Every part states the source of its figures.

use super::diagnostic::unknown;
use super::part::{is_default, keywords};
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

/// The capacity of the parties of a scenario. A server that is not named has unlimited workers, and service times that are
/// assumptions of this project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CapacityPart {
    /// Path of the calibration file, relative to this file: how long operations took on the measured machine. `service` may refer
    /// to them. A written-out scenario no longer needs it.
    pub calibration: Option<String>,
    /// By server, its capacity.
    pub servers: BTreeMap<Server, ServerPart>,
    pub facility: Option<FacilityCapacity>,
}

/// The keys of `[capacity]` that are not servers.
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
        f.write_str("the capacity of servers and facilities, each in its own table")
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
    /// Without the calibration file: a written-out scenario no longer needs it.
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
            "description": "The capacity of the parties of a scenario. A server that is not named has unlimited workers, and service \
                            times that are assumptions of this project.",
            "properties": {
                CALIBRATION: {
                    "type": "string",
                    "description": "Path of the calibration file, relative to this file: how long operations took on the measured \
                                    machine. `service` may refer to them. A written-out scenario no longer needs it.",
                    "writeOnly": true,
                },
                FACILITY: facility,
            },
            "additionalProperties": false,
        })
    }
}

/// Adds the servers and their operations to the definitions of a schema.
pub(super) fn add_servers(definitions: &mut Value, roles: Roles<'_>) {
    for server in Server::of(roles) {
        definitions["CapacityPart"]["properties"][server.name()] = json!({ "$ref": "#/$defs/ServerPart" });
    }
    let servers = || Server::of(roles).into_iter().map(Server::role);
    for timed in servers().flat_map(|role| role.timed) {
        let has = |role: &&RoleDescription| role.timed.iter().any(|t| t.operation == timed.operation);
        let of: Vec<String> = servers().filter(has).map(|role| format!("`{}`", role.name)).collect();
        let usual = if timed.service.is_some() { "" } else { " Takes no time, if not given." };
        definitions["ServiceTimes"]["properties"][timed.operation.name()] = json!({
            "$ref": "#/$defs/ServiceTime",
            "description": format!("{}: {}.{usual}", of.join(", "), timed.text_en),
        });
    }
}

impl CapacityPart {
    /// Servers of which no operation takes any time but the machine's own.
    pub fn instant() -> Self {
        let part = |server: Server| {
            let source = "no model: what is measured is the machine's time".to_string();
            let service = ServiceTimes::none(server.role());
            let part = ServerPart {
                source,
                workers: None,
                queue: None,
                patience: None,
                connections: None,
                keeps_idle: None,
                resumes_sessions: false,
                retry_after: None,
                service,
                // A signature with RSA takes JPKI's mock longer than everything else together.
                responder_key: (server.zone() == Zone::Jpki).then_some(KeyKind::P256),
                keeps_records: None,
            };
            (server, part)
        };
        CapacityPart { servers: Server::all().into_iter().map(part).collect(), ..CapacityPart::default() }
    }

    /// The file's part about a server.
    pub fn server(&self, server: Server) -> Option<&ServerPart> {
        self.servers.get(&server)
    }

    /// The file's part about the server in a zone.
    fn in_zone(&self, zone: Zone) -> Option<&ServerPart> {
        self.servers.iter().find(|(server, _)| server.zone() == zone).map(|(_, part)| part)
    }

    /// The capacity of the server of a role, with defaults for what the file does not set.
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

    /// The retry policy of facilities, with defaults for what the file does not set.
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

    /// How much longer than usual a facility may keep retrying if every attempt times out.
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

    /// The timeouts of a facility, with defaults for what the file does not set.
    pub fn limits(&self, usual: Limits) -> Limits {
        self.facility.as_ref().map_or(usual, |part| part.limits(usual))
    }
}

/// The capacity of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServerPart {
    /// The source of the figures: a citation, or `assumption: …`.
    pub source: String,
    /// How many workers there are. Unlimited, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub workers: Option<u64>,
    /// The most requests that wait for a worker; further ones are rejected and may be retried later. Unlimited, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub queue: Option<u64>,
    /// The longest acceptable wait of a request; one that would wait longer is rejected and may be retried later.
    #[serde(default, skip_serializing_if = "is_default")]
    pub patience: Option<Span>,
    /// The most connections at once; a further one is closed. Unlimited, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connections: Option<u64>,
    /// How long an idle connection is kept open. Five minutes, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_idle: Option<Span>,
    /// Broker, JPKI: whether TLS sessions are resumed (RFC 8446, section 2.2). A ticket is valid for two hours and for one use.
    /// They are not, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resumes_sessions: bool,
    /// Retry-After for rejected requests, in whole seconds. One second, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retry_after: Option<Span>,
    /// How long each operation takes a worker.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service: ServiceTimes,
    /// JPKI: the key of its OCSP responder. RSA 2048, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub responder_key: Option<KeyKind>,
    /// The broker: the most audit records that it keeps on its disk; older ones are counted and deleted. Used challenges are then
    /// deleted after ten minutes. For load studies only. All, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_records: Option<u64>,
}

keywords! {
    /// The kind of a signature key. It determines how long signatures take.
    pub enum KeyKind {
        /// The kind of all JPKI keys today.
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

/// Retries and timeouts of facilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FacilityCapacity {
    /// The source of the figures: a citation, or `assumption: …`.
    pub source: String,
    /// The most attempts per request. Three, if not given.
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
    /// The largest share by which a pause is lengthened or shortened, drawn uniformly. None, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub jitter: Share,
    /// Whether a 503 with Retry-After (the broker is overloaded, or JPKI gave no usable answer) is retried and not taken as
    /// final.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retries_when_busy: bool,
    /// Whether a pause is at least as long as Retry-After. It is, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub heeds_retry_after: Option<bool>,
    /// The most of a Retry-After that is heeded. Ten seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub most_retry_after: Option<Span>,
    /// Timeout for establishing the connection. Four seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connect: Option<Span>,
    /// Timeout for the TLS handshake. Six seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub handshake: Option<Span>,
    /// Timeout from the request to the end of the answer. Ten seconds, if not given.
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

/// A link between all parties of two zones, both ways. It replaces the one that is an assumption of this project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LinkPart {
    pub between: [LinkEnd; 2],
    /// One way, for each chunk.
    pub latency: Spread,
    /// Bandwidth of the link between each two parties, each way. Unlimited, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rate: Option<BitRate>,
    /// The source of the figures: a citation, or `assumption: …`.
    pub source: String,
}
