//! The targets of faults, links and capacities: hosts, servers, sides of a link and clocks. Their names are checked against the
//! table of roles when a file is read.

use super::diagnostic::unknown;
use mocks::roles::ROLES;
use mocks::roles::description::{Parties, RoleDescription};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::borrow::Cow;
use std::fmt;

/// A table of roles.
pub type Roles<'a> = &'a [&'static RoleDescription];

/// Something that a file names and that the table of roles defines.
pub trait Target: Copy + 'static {
    /// Its name in messages.
    const KIND: &'static str;
    /// The name of its definition in the schema.
    const DEFINITION: &'static str;
    const TEXT_EN: &'static str;

    /// All targets of a table of roles.
    fn of(roles: Roles<'_>) -> Vec<Self>;

    /// Its name in files.
    fn name(self) -> &'static str;

    /// All targets.
    fn all() -> Vec<Self> {
        Self::of(ROLES)
    }

    /// The target with that name.
    fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|t| t.name() == name)
    }
}

/// The names of all targets of a kind.
fn names<T: Target>(roles: Roles<'_>) -> Vec<&'static str> {
    T::of(roles).into_iter().map(T::name).collect()
}

/// The target with that name, or an error with the known names.
fn find<T: Target, E: Error>(name: &str) -> Result<T, E> {
    T::named(name).ok_or_else(|| E::custom(unknown(T::KIND, name, &names::<T>(ROLES))))
}

macro_rules! targets {
    ($($name:ident $kind:literal $doc:literal ($role:ident) $all:expr;)*) => {
        $(
            #[doc = $doc]
            #[derive(Clone, Copy)]
            pub struct $name {
                role: &'static RoleDescription,
                name: &'static str,
            }

            impl $name {
                /// Its role.
                pub fn role(self) -> &'static RoleDescription {
                    self.role
                }

                /// The zone of that role.
                pub fn zone(self) -> Zone {
                    self.role.zone
                }
            }

            impl Target for $name {
                const KIND: &'static str = $kind;
                const DEFINITION: &'static str = stringify!($name);
                const TEXT_EN: &'static str = $doc;

                fn of(roles: Roles<'_>) -> Vec<Self> {
                    let of_role = |$role: &'static RoleDescription| -> Vec<&'static str> { $all };
                    roles.iter().flat_map(|role| of_role(role).into_iter().map(|name| $name { role, name })).collect()
                }

                fn name(self) -> &'static str {
                    self.name
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(self.name)
                }
            }

            impl PartialEq for $name {
                fn eq(&self, other: &Self) -> bool {
                    self.name == other.name
                }
            }

            impl Eq for $name {}

            impl PartialOrd for $name {
                fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                    Some(self.cmp(other))
                }
            }

            impl Ord for $name {
                fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                    self.name.cmp(other.name)
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.name)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    struct Name;
                    impl Visitor<'_> for Name {
                        type Value = $name;

                        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                            f.write_str(concat!("the name of a ", $kind))
                        }

                        fn visit_str<E: Error>(self, name: &str) -> Result<$name, E> {
                            find(name)
                        }
                    }
                    from.deserialize_str(Name)
                }
            }

            // Which names there are is added from the table of roles, see `add_names`.
            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    Self::DEFINITION.into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!({ "type": "string", "description": $doc })
                }
            }
        )*

        /// Writes the known names into the definitions of a schema.
        pub(super) fn add_names(definitions: &mut Value, roles: Roles<'_>) {
            $(definitions[$name::DEFINITION]["enum"] = json!(names::<$name>(roles));)*
            definitions["ClockOwner"] = ClockOwner::schema(roles);
        }
    };
}

targets! {
    Host "host" "A host of the run." (role) if role.targets.host { role.hosts.to_vec() } else { Vec::new() };
    Server "server" "A server whose work takes time. For a role with many servers: all of them." (role) if role.targets.pace { vec![role.name] } else { Vec::new() };
    LinkEnd "side of a link" "One side of a link: all parties of a zone." (role) if has_links(role) { vec![role.name] } else { Vec::new() };
}

/// Whether parties of a role connect to others, or others to them.
fn has_links(role: &RoleDescription) -> bool {
    !role.links.is_empty() || ROLES.iter().any(|r| r.links.iter().any(|l| l.to == role.zone))
}

impl Server {
    /// The server of a role, if its work takes time.
    pub fn of_role(role: &RoleDescription) -> Option<Server> {
        Server::named(role.name)
    }
}

impl LinkEnd {
    /// Whether parties of the two sides communicate.
    pub fn has_link_to(self, other: LinkEnd) -> bool {
        let connects = |from: LinkEnd, to: LinkEnd| from.role.links.iter().any(|l| l.to == to.zone());
        connects(self, other) || connects(other, self)
    }
}

/// The links between roles: the one that connects, and the one that it connects to.
pub fn links(roles: Roles<'_>) -> Vec<[LinkEnd; 2]> {
    let end = |role: &'static RoleDescription| LinkEnd { role, name: role.name };
    let to = |zone: Zone| roles.iter().copied().find(|r| r.zone == zone);
    roles.iter().flat_map(|role| role.links.iter().filter_map(move |l| Some([end(role), end(to(l.to)?)]))).collect()
}

/// The party whose clock is wrong.
#[derive(Clone, Copy)]
pub enum ClockOwner {
    /// The only party of a role.
    The(&'static RoleDescription),
    /// The party with this index, of a role with many parties.
    Numbered(&'static RoleDescription, u64),
}

impl ClockOwner {
    /// The only party of a role, if it has a clock.
    pub fn of_role(role: &'static RoleDescription) -> Option<ClockOwner> {
        (role.targets.clock && role.parties == Parties::One).then_some(ClockOwner::The(role))
    }

    /// The name of the party in the journal.
    pub fn party_name(self) -> String {
        match self {
            ClockOwner::The(role) => role.name.to_string(),
            ClockOwner::Numbered(role, index) => parties::indexed(role.zone, index),
        }
    }

    /// Its role, and its index if the role has many parties.
    fn party(self) -> (&'static RoleDescription, Option<u64>) {
        match self {
            ClockOwner::The(role) => (role, None),
            ClockOwner::Numbered(role, index) => (role, Some(index)),
        }
    }

    /// The zone of its role.
    pub fn zone(&self) -> Zone {
        match self {
            ClockOwner::The(role) | ClockOwner::Numbered(role, _) => role.zone,
        }
    }

    /// The facility, if it is one.
    pub fn facility(&self) -> Option<u64> {
        match self {
            ClockOwner::Numbered(role, index) if role.zone == Zone::Facility => Some(*index),
            _ => None,
        }
    }

    /// Like [`ClockOwner::facility`], mutable.
    pub fn facility_mut(&mut self) -> Option<&mut u64> {
        match self {
            ClockOwner::Numbered(role, index) if role.zone == Zone::Facility => Some(index),
            _ => None,
        }
    }

    fn roles(roles: Roles<'_>, parties: Parties) -> impl Iterator<Item = &'static RoleDescription> {
        roles.iter().copied().filter(move |r| r.targets.clock && r.parties == parties)
    }

    fn names(parties: Parties) -> Vec<&'static str> {
        Self::roles(ROLES, parties).map(|r| r.name).collect()
    }

    fn schema(roles: Roles<'_>) -> Value {
        let single: Vec<&str> = Self::roles(roles, Parties::One).map(|r| r.name).collect();
        let numbered = Self::roles(roles, Parties::Many).map(|r| {
            json!({
                "type": "object",
                "description": format!("The {} of this index.", r.name),
                "properties": { r.name: { "type": "integer", "format": "uint64", "minimum": 0 } },
                "required": [r.name],
                "additionalProperties": false,
            })
        });
        let all: Vec<Value> = std::iter::once(json!({ "type": "string", "enum": single })).chain(numbered).collect();
        json!({ "description": "The party whose clock is wrong.", "oneOf": all })
    }
}

/// Its name in messages.
impl fmt::Debug for ClockOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClockOwner::The(role) => f.write_str(role.name),
            ClockOwner::Numbered(role, index) => write!(f, "{} {index}", role.name),
        }
    }
}

impl PartialEq for ClockOwner {
    fn eq(&self, other: &Self) -> bool {
        let ((a, i), (b, j)) = (self.party(), other.party());
        a.name == b.name && i == j
    }
}

impl Eq for ClockOwner {}

impl Serialize for ClockOwner {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            ClockOwner::The(role) => to.serialize_str(role.name),
            ClockOwner::Numbered(role, index) => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry(role.name, index)?;
                map.end()
            }
        }
    }
}

struct OwnerVisitor;

impl<'de> Visitor<'de> for OwnerVisitor {
    type Value = ClockOwner;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = ClockOwner::names(Parties::Many);
        write!(
            f,
            "whose clock it is: \"{}\" or {{ {} = INDEX }}",
            ClockOwner::names(Parties::One).join("\", \""),
            many.join(" | ")
        )
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<ClockOwner, E> {
        let role = ClockOwner::roles(ROLES, Parties::One).find(|r| r.name == name);
        role.map(ClockOwner::The).ok_or_else(|| {
            if ClockOwner::names(Parties::Many).contains(&name) {
                return E::custom(format!("there are many of `{name}`: write {{ {name} = INDEX }}"));
            }
            E::custom(unknown("clock", name, &ClockOwner::names(Parties::One)))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ClockOwner, A::Error> {
        let Some(Many(role)) = map.next_key()? else {
            return Err(A::Error::custom(format!("write {{ {} = INDEX }}", ClockOwner::names(Parties::Many).join(" | "))));
        };
        let index = map.next_value()?;
        match map.next_key::<Many>()? {
            None => Ok(ClockOwner::Numbered(role, index)),
            Some(_) => Err(A::Error::custom("a clock belongs to one party")),
        }
    }
}

/// A role of which there are many parties with clocks, as a key.
struct Many(&'static RoleDescription);

impl<'de> Deserialize<'de> for Many {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Key;
        impl Visitor<'_> for Key {
            type Value = Many;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a role")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Many, E> {
                let role = ClockOwner::roles(ROLES, Parties::Many).find(|r| r.name == name);
                role.map(Many).ok_or_else(|| E::custom(unknown("clock", name, &ClockOwner::names(Parties::Many))))
            }
        }
        from.deserialize_identifier(Key)
    }
}

impl<'de> Deserialize<'de> for ClockOwner {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OwnerVisitor)
    }
}

// Which names there are is added from the table of roles, see `add_names`.
impl JsonSchema for ClockOwner {
    fn schema_name() -> Cow<'static, str> {
        "ClockOwner".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({})
    }
}
