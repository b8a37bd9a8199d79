//! The states that a run reached, by name, so that a report can list outcomes, faults and states that were never reached.

use crate::file::{
    AsksAbout, CardPart, CertificatePart, DeviationPart, EventKind, FeedOrder, InsurancePart, PersonCheckPart, Scenario, TlsPart,
    VisitPart,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// The names of all states of a visit. Defaults are not states.
pub fn states() -> Vec<String> {
    let of = |kind: &str, names: Vec<&'static str>| names.into_iter().map(|n| format!("{kind}/{n}")).collect::<Vec<_>>();
    let names = |all: Vec<&'static str>| all.into_iter().skip(1).collect::<Vec<_>>();
    [
        of("certificate", names(CertificatePart::ALL.iter().map(|p| p.name()).collect())),
        of("insurance", names(InsurancePart::ALL.iter().map(|p| p.name()).collect())),
        of("person", vec!["opted-out", "pin-locked"]),
        of("tls-certificate", names(TlsPart::ALL.iter().map(|p| p.name()).collect())),
        of("facility", vec!["tls-expires", "unlicensed"]),
        of("person-check", names(PersonCheckPart::ALL.iter().map(|p| p.name()).collect())),
        of("card", names(CardPart::ALL.iter().map(|p| p.name()).collect())),
        of("asks-about", AsksAbout::ALL.iter().map(|p| p.name()).collect()),
        of("deviation", DeviationPart::ALL.iter().map(|p| p.name()).collect()),
        of("event", EventKind::NAMES.to_vec()),
        of("feed", vec!["behind", "last-first", "late", "sent-twice", "silent"]),
    ]
    .concat()
}

/// The states of one visit.
pub fn states_of(plan: &Scenario, visit: &VisitPart) -> Vec<String> {
    let (person, facility) = (plan.part(visit.person), plan.facility_part(visit.facility));
    let events = plan.events.iter().filter(|e| e.does.person() == visit.person && e.at <= visit.at);
    let asks = visit.asks_about.map(|a| a.name());
    let deviation = visit.deviation.map(|d| d.name());
    [
        ("certificate", (person.certificate != CertificatePart::Good).then(|| person.certificate.name())),
        ("insurance", (person.insurance != InsurancePart::InForce).then(|| person.insurance.name())),
        ("person", (!person.opted_in).then_some("opted-out")),
        ("person", (person.pin_tries_left == 0).then_some("pin-locked")),
        ("tls-certificate", (facility.tls_certificate != TlsPart::Good).then(|| facility.tls_certificate.name())),
        ("facility", facility.tls_expires.filter(|at| *at <= visit.at).map(|_| "tls-expires")),
        ("facility", (!facility.licensed).then_some("unlicensed")),
        ("person-check", (visit.person_check != PersonCheckPart::Photo).then(|| visit.person_check.name())),
        ("card", (visit.card != CardPart::Current).then(|| visit.card.name())),
        ("asks-about", asks),
        ("deviation", deviation),
    ]
    .into_iter()
    .chain(events.map(|e| ("event", Some(e.does.name()))))
    .filter_map(|(kind, name)| Some(format!("{kind}/{}", name?)))
    .collect()
}

/// The states of the feeds of a run.
pub fn states_of_feeds(plan: &Scenario) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for feed in &plan.feeds {
        let delayed = [feed.arrives, feed.next_days].into_iter().flatten().any(|at| at.0 > Duration::ZERO);
        let late = delayed || feed.catches_up.is_some();
        for (is_so, name) in [
            (feed.days_behind > 0, "behind"),
            (late, "late"),
            (feed.sent_twice, "sent-twice"),
            (feed.arrives.is_none() && feed.catches_up.is_none(), "silent"),
            (feed.order == FeedOrder::LastFirst, "last-first"),
        ] {
            if is_so {
                *all.entry(format!("feed/{name}")).or_default() += 1;
            }
        }
    }
    all
}
