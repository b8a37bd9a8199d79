//! Personal data as they are written.

use terms::people::Person;

pub(super) fn name(person: &Person) -> String {
    format!("{}　{}", person.name.family, person.name.given)
}

pub(super) fn reading(person: &Person) -> String {
    format!("{}　{}", person.name.family_kana, person.name.given_kana)
}

pub(super) fn address(person: &Person) -> String {
    person.address.rest.clone()
}

pub(super) fn birth(person: &Person) -> String {
    person.birth.to_string()
}
