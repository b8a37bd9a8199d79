//! Distinguished names, converted to each library's own form.

use super::PkiError;
use der::asn1::{Any, ObjectIdentifier, PrintableString, SetOfVec};
use der::{Encode, Tag};
use rcgen::{DistinguishedName, DnType, DnValue};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

/// The attribute types that occur in names of this kind (RFC 5280 section 4.1.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    Country,
    Locality,
    Organisation,
    Unit,
    Common,
}

impl Attribute {
    fn arcs(self) -> [u64; 4] {
        match self {
            Attribute::Country => [2, 5, 4, 6],
            Attribute::Locality => [2, 5, 4, 7],
            Attribute::Organisation => [2, 5, 4, 10],
            Attribute::Unit => [2, 5, 4, 11],
            Attribute::Common => [2, 5, 4, 3],
        }
    }

    fn oid(self) -> ObjectIdentifier {
        match self {
            Attribute::Country => ObjectIdentifier::new_unwrap("2.5.4.6"),
            Attribute::Locality => ObjectIdentifier::new_unwrap("2.5.4.7"),
            Attribute::Organisation => ObjectIdentifier::new_unwrap("2.5.4.10"),
            Attribute::Unit => ObjectIdentifier::new_unwrap("2.5.4.11"),
            Attribute::Common => ObjectIdentifier::new_unwrap("2.5.4.3"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Attribute::Country => "C",
            Attribute::Locality => "L",
            Attribute::Organisation => "O",
            Attribute::Unit => "OU",
            Attribute::Common => "CN",
        }
    }
}

/// A distinguished name. The country is a PrintableString, everything else UTF8String, as the JPKI writes them. No `Debug`:
/// a subject identifies a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Dn(Vec<(Attribute, String)>);

impl Dn {
    /// A name in Japan: `C=JP`, more to be added in order.
    pub fn japan() -> Self {
        Dn(vec![(Attribute::Country, "JP".to_string())])
    }

    fn with(mut self, attribute: Attribute, value: &str) -> Self {
        self.0.push((attribute, value.to_string()));
        self
    }

    pub fn organisation(self, value: &str) -> Self {
        self.with(Attribute::Organisation, value)
    }

    pub fn unit(self, value: &str) -> Self {
        self.with(Attribute::Unit, value)
    }

    pub fn locality(self, value: &str) -> Self {
        self.with(Attribute::Locality, value)
    }

    pub fn common(self, value: &str) -> Self {
        self.with(Attribute::Common, value)
    }

    /// As ASN.1 types, for extensions, CRLs and OCSP.
    pub fn to_name(&self) -> Result<Name, PkiError> {
        let mut sequence = Vec::with_capacity(self.0.len());
        for (attribute, value) in &self.0 {
            let tag = if *attribute == Attribute::Country { Tag::PrintableString } else { Tag::Utf8String };
            let value = Any::new(tag, value.as_bytes())?;
            let set = SetOfVec::try_from(vec![AttributeTypeAndValue { oid: attribute.oid(), value }])?;
            sequence.push(RelativeDistinguishedName(set));
        }
        Ok(RdnSequence(sequence))
    }

    /// The bytes of the name.
    pub fn to_der(&self) -> Result<Vec<u8>, PkiError> {
        Ok(self.to_name()?.to_der()?)
    }

    /// As a name of rcgen. rcgen keys attributes by type, so the second one of a type is added by its object identifier,
    /// which is encoded the same; a third would replace the second and is an error.
    pub(super) fn to_rcgen(&self) -> Result<DistinguishedName, PkiError> {
        let mut name = DistinguishedName::new();
        for (attribute, value) in &self.0 {
            let known = match attribute {
                Attribute::Country => DnType::CountryName,
                Attribute::Locality => DnType::LocalityName,
                Attribute::Organisation => DnType::OrganizationName,
                Attribute::Unit => DnType::OrganizationalUnitName,
                Attribute::Common => DnType::CommonName,
            };
            let by_oid = DnType::CustomDnType(attribute.arcs().to_vec());
            let kind = [known, by_oid].into_iter().find(|kind| name.get(kind).is_none());
            let kind = kind.ok_or(PkiError::RepeatedAttribute { attribute: attribute.name() })?;
            if *attribute == Attribute::Country {
                PrintableString::new(value)?;
                let text = value.as_str().try_into().map_err(|_| PkiError::Characters { field: "C" })?;
                name.push(kind, DnValue::PrintableString(text));
            } else {
                name.push(kind, DnValue::Utf8String(value.clone()));
            }
        }
        Ok(name)
    }
}
