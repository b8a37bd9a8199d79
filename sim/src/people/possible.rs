//! Which people are possible: what must be true of everyone, drawn or changed by a story.
//!
//! Not modelled, and so not possible here: 65 to 74 years with 後期高齢者医療 (a recognised disability), insurance in one's own right
//! before the age of 15, and a household that is insured with an insurer of another municipality (住所地特例).

use super::copayment::{incomes, may_work};
use super::{InsurerKind, Municipality, Population, certificate_end};
use crate::terms::calendar::{age_on, birthday_after, day_of_age, jst, jst_day, plus_years};
use crate::terms::coverage::Relationship;
use crate::terms::identifiers::InsuredIdentifier;
use crate::terms::people::{CardCertificate, InsurancePeriod, Person};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// What is impossible about a person. The texts name no value of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Impossible {
    #[error("the person is not born yet, or older than 120")]
    Birth,
    #[error("the address is in no municipality of the population, or not in its prefecture")]
    Address,
    #[error("there is no period of insurance")]
    NoInsurance,
    #[error("a period begins before birth, or ends before it begins")]
    Days,
    #[error("a period has an end without a reason, or a reason without an end")]
    EndReason,
    #[error("the periods are not in their order")]
    Order,
    #[error("a period begins before an earlier one has ended, although that end is known")]
    Overlap,
    #[error("a period follows another with the same insurer without a gap")]
    SameInsurer,
    #[error("the insurer number is not that of the insurer")]
    InsurerNumber,
    #[error("a person of 75 or older is not with 後期高齢者医療, or a younger one is")]
    Age,
    #[error("the municipality or prefecture that insures the person is not that of the address")]
    Home,
    #[error("a person under 15 is insured in their own right by an employer's insurance")]
    Working,
    #[error("a dependent is with an insurance that has none, or has the branch number of the insured person")]
    Dependent,
    #[error("the insured person of an employer's insurance does not have the branch number 00")]
    Branch,
    #[error("記号, 番号 or 枝番 does not have the form of its insurer")]
    Identifier,
    #[error("the copayment is not that of the age and of any income")]
    Copayment,
    #[error("there is no certificate")]
    NoCertificate,
    #[error("a certificate's number, key or subject is not that of its generation and municipality")]
    CertificateNumbers,
    #[error("a certificate was issued before birth, or before the one that it replaces")]
    Issued,
    #[error("a certificate does not end at the end of the fifth birthday after its issue")]
    CertificateEnd,
    #[error(
        "the card ends before its certificate, on no birthday, or after the tenth birthday since the issue of the certificate"
    )]
    CardEnd,
    #[error("two people of one household have the same branch number")]
    SameBranch,
    #[error("a household has more than one insured person")]
    TwoHeads,
}

/// Collects what is impossible.
#[derive(Default)]
struct Found(BTreeSet<Impossible>);

impl Found {
    fn demand(&mut self, holds: bool, otherwise: Impossible) {
        if !holds {
            self.0.insert(otherwise);
        }
    }
}

impl Population {
    /// What is impossible about a person of this population; nothing, for everyone who is drawn or changed by a story.
    pub fn impossible(&self, person: &Person) -> BTreeSet<Impossible> {
        let mut found = Found::default();
        let day = self.day();
        found.demand(person.birth < day && age_on(person.birth, day) <= 120, Impossible::Birth);
        let home = self.municipalities().iter().find(|m| m.code == person.address.municipality_code);
        let named = home.is_some_and(|m| m.name == person.address.municipality && m.prefecture == person.address.prefecture);
        found.demand(named, Impossible::Address);
        found.demand(!person.insurance.is_empty(), Impossible::NoInsurance);
        for pair in person.insurance.windows(2) {
            in_order(&mut found, &pair[0], &pair[1]);
        }
        for period in &person.insurance {
            self.period(&mut found, person, period, home);
        }
        incomes_agree(&mut found, person, day);
        card(&mut found, person);
        found.0
    }

    fn period(&self, found: &mut Found, person: &Person, period: &InsurancePeriod, home: Option<&Municipality>) {
        let last = period.until.unwrap_or(self.day()).max(period.from);
        found.demand(person.birth <= period.from && period.until.is_none_or(|until| period.from <= until), Impossible::Days);
        found.demand(period.until.is_some() == period.end_reason.is_some(), Impossible::EndReason);
        let Some(insurer) = self.insurers().get(period.insurer) else {
            found.demand(false, Impossible::InsurerNumber);
            return;
        };
        found.demand(insurer.number == period.insured.insurer, Impossible::InsurerNumber);
        let turned_75 = day_of_age(person.birth, 75);
        let late = insurer.kind == InsurerKind::LateElderly;
        found.demand(if late { turned_75 <= period.from } else { last < turned_75 }, Impossible::Age);
        let at_home = home.is_some_and(|m| match insurer.kind {
            InsurerKind::Municipal => insurer.name.starts_with(&m.name),
            InsurerKind::LateElderly => insurer.name.starts_with(&m.prefecture),
            InsurerKind::KyokaiKenpo | InsurerKind::HealthInsuranceSociety => true,
        });
        found.demand(at_home, Impossible::Home);
        relationship(found, person.birth, period, insurer.kind);
        identifier(found, &period.insured, insurer.kind);
    }
}

fn in_order(found: &mut Found, old: &InsurancePeriod, new: &InsurancePeriod) {
    found.demand(old.from <= new.from, Impossible::Order);
    // The old insurer's period is open while its end is not reported: then two insurers claim the person.
    found.demand(old.until.is_none_or(|last| last < new.from), Impossible::Overlap);
    let follows = old.until.is_none_or(|last| last.saturating_add(1.day()) == new.from);
    found.demand(!(follows && old.insurer == new.insurer), Impossible::SameInsurer);
}

fn relationship(found: &mut Found, birth: Date, period: &InsurancePeriod, kind: InsurerKind) {
    let employer = matches!(kind, InsurerKind::KyokaiKenpo | InsurerKind::HealthInsuranceSociety);
    match period.relationship {
        Relationship::Insured if employer => {
            found.demand(may_work(birth, period.from), Impossible::Working);
            found.demand(period.insured.branch == "00", Impossible::Branch);
        }
        Relationship::Insured => {}
        Relationship::Dependent => found.demand(employer && period.insured.branch != "00", Impossible::Dependent),
    }
}

fn identifier(found: &mut Found, insured: &InsuredIdentifier, kind: InsurerKind) {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let symbol = match kind {
        InsurerKind::Municipal | InsurerKind::LateElderly => insured.symbol.is_empty(),
        InsurerKind::KyokaiKenpo | InsurerKind::HealthInsuranceSociety => !insured.symbol.is_empty(),
    };
    let form = symbol && digits(&insured.number) && digits(&insured.branch) && insured.branch.len() == 2;
    found.demand(form, Impossible::Identifier);
}

/// One income explains the copayments of all periods: of each on its last day, or on the day of the population.
fn incomes_agree(found: &mut Found, person: &Person, day: Date) {
    let of = |period: &InsurancePeriod| {
        let decides = period.until.unwrap_or(day).max(period.from);
        incomes(person.birth, decides, period.copayment_percent).collect::<BTreeSet<_>>()
    };
    let all = person.insurance.iter().map(of).reduce(|a, b| a.intersection(&b).copied().collect());
    found.demand(all.is_none_or(|incomes| !incomes.is_empty()), Impossible::Copayment);
}

fn card(found: &mut Found, person: &Person) {
    let (birth, certificates) = (person.birth, &person.card.certificates);
    found.demand(!certificates.is_empty(), Impossible::NoCertificate);
    for certificate in certificates {
        let numbers = certificate.key_index == person.index * 8 + u64::from(certificate.generation)
            && certificate.serial != certificate.signature_serial
            && certificate.subject_cn.get(14..) == Some(format!("{}001A", person.address.municipality_code).as_str());
        found.demand(numbers, Impossible::CertificateNumbers);
        found.demand(birth < jst_day(certificate.not_before), Impossible::Issued);
        found.demand(certificate.not_after == certificate_ends(birth, certificate), Impossible::CertificateEnd);
    }
    for pair in certificates.windows(2) {
        found.demand(pair[0].generation < pair[1].generation, Impossible::CertificateNumbers);
        found.demand(pair[0].not_before < pair[1].not_before, Impossible::Issued);
    }
    let Some(current) = certificates.last() else { return };
    let issued = jst_day(current.not_before);
    let expires = person.card.expires;
    let birthday = expires == plus_years(birth, i64::from(expires.year()) - i64::from(birth.year()));
    found.demand(birthday && jst_day(current.not_after) <= expires, Impossible::CardEnd);
    found.demand(expires <= birthday_after(birth, issued, 10), Impossible::CardEnd);
}

fn certificate_ends(birth: Date, certificate: &CardCertificate) -> Timestamp {
    jst(certificate_end(birth, jst_day(certificate.not_before)), 24 * 3600 - 1)
}

/// What is impossible about people who share 保険者番号, 記号 and 番号: they are one household. Only the newest periods are compared,
/// since a household changes with time.
pub fn impossible_households<'a>(people: impl IntoIterator<Item = &'a Person>) -> BTreeSet<Impossible> {
    let mut found = Found::default();
    let mut households: BTreeMap<(&str, &str, &str), (BTreeSet<&str>, usize)> = BTreeMap::new();
    for period in people.into_iter().filter_map(|p| p.insurance.last()) {
        let InsuredIdentifier { insurer, symbol, number, branch } = &period.insured;
        let (branches, heads) = households.entry((insurer.reveal(), symbol, number)).or_default();
        found.demand(branches.insert(branch), Impossible::SameBranch);
        let employer = !symbol.is_empty();
        *heads += usize::from(employer && period.relationship == Relationship::Insured);
        found.demand(*heads <= 1, Impossible::TwoHeads);
    }
    found.0
}
