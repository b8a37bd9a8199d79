//! Looking through a whole run.

use super::odds::Odds;
use super::{Hit, LIMIT, Search, Secret, Spelling, Weak, is_plain_text, parts};
use crate::matrix::DataClass;
use sim::ground::Ground;
use sim::journal::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One secret at a place where its class may not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    pub class: DataClass,
    pub person: u64,
    pub spelling: Spelling,
    /// Index of the entry in the journal.
    pub entry: usize,
    /// The first place in that part of the entry.
    pub place: String,
}

/// A form that was not sought because chance would have been too likely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeftOut {
    pub class: DataClass,
    pub form: Weak,
    pub secrets: u64,
    /// How many places could have been a number of the class, up to where counting stopped.
    pub windows: u64,
    pub chance: f64,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the {} was not sought {}: {} places or more could be one of {} by chance (likelier than {LIMIT:e})",
            self.class.name(),
            self.form.words(),
            self.windows,
            self.secrets,
        )
    }
}

/// What a run exposes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposures {
    found: Vec<Exposure>,
    /// By class, how many entries were looked through for it.
    looked_at: BTreeMap<DataClass, u64>,
    left_out: Vec<LeftOut>,
    /// Set if nothing could be looked for.
    impossible: Option<String>,
}

/// The classes whose values are known from the ground truth.
const SOUGHT: [DataClass; 3] = [DataClass::MyNumber, DataClass::ResidentCode, DataClass::InstitutionCode];

/// The secrets of all people of a run.
pub fn secrets_of(ground: &Ground) -> Vec<Secret> {
    let secret = |class, person: u64, text: &str| Secret { class, person, text: text.to_string() };
    let mut all = Vec::with_capacity(ground.people.len() * SOUGHT.len());
    for (index, resident) in ground.people.iter().enumerate() {
        let index = index as u64;
        all.push(secret(DataClass::MyNumber, index, resident.person.my_number.reveal()));
        all.push(secret(DataClass::ResidentCode, index, resident.person.resident_code.reveal()));
        all.extend(resident.institution_code.as_ref().map(|c| secret(DataClass::InstitutionCode, index, c.reveal())));
    }
    all
}

impl Exposures {
    /// Looks through every entry for every class that its zone may not hold.
    pub fn of(journal: &[Entry], ground: &Ground) -> Exposures {
        let secrets = secrets_of(ground);
        match Search::new(&secrets) {
            Ok(search) => Exposures::searched(journal, &secrets, &search),
            Err(e) => Exposures { impossible: Some(format!("the search could not be built: {e}")), ..Exposures::default() },
        }
    }

    fn searched(journal: &[Entry], secrets: &[Secret], search: &Search) -> Exposures {
        let count = |class| secrets.iter().filter(|s| s.class == class).count() as u64;
        let classes: Vec<DataClass> = SOUGHT.into_iter().filter(|c| count(*c) > 0).collect();
        let mut odds: Vec<Odds> =
            classes.iter().flat_map(|c| Weak::ALL.into_iter().filter_map(|form| Odds::new(*c, form, count(*c)))).collect();
        let mut looked_at = BTreeMap::new();
        let mut found: Vec<(Exposure, Option<Weak>)> = Vec::new();

        for (index, entry) in journal.iter().enumerate() {
            let forbidden: Vec<DataClass> = classes.iter().copied().filter(|c| !c.may_be_in(entry.zone)).collect();
            let parts = parts(&entry.event);
            if forbidden.is_empty() || parts.is_empty() {
                continue;
            }
            forbidden.iter().for_each(|c| *looked_at.entry(*c).or_default() += 1);
            for part in &parts {
                let is_text = is_plain_text(&part.bytes);
                odds.iter_mut().filter(|o| forbidden.contains(&o.class())).for_each(|o| o.count(&part.bytes, is_text));
                // The first place in a part is enough: the next in the same form says nothing new.
                let mut seen: BTreeSet<(usize, Spelling, Option<Weak>)> = BTreeSet::new();
                for Hit { secret, spelling, start, weak, .. } in search.find(&part.bytes) {
                    let Secret { class, person, .. } = &secrets[secret];
                    if forbidden.contains(class) && seen.insert((secret, spelling, weak)) {
                        let place = part.place(start);
                        found.push((Exposure { class: *class, person: *person, spelling, entry: index, place }, weak));
                    }
                }
            }
        }

        let too_likely: BTreeSet<_> = odds.iter().filter(|o| o.too_likely()).map(|o| (o.class(), o.form())).collect();
        found.retain(|(e, weak)| weak.is_none_or(|w| !too_likely.contains(&(e.class, w))));
        let left_out = odds.iter().filter(|o| o.too_likely()).map(|o| LeftOut {
            class: o.class(),
            form: o.form(),
            secrets: count(o.class()),
            windows: o.windows(),
            chance: o.chance(),
        });
        let left_out = left_out.collect();
        Exposures { found: found.into_iter().map(|(e, _)| e).collect(), looked_at, left_out, impossible: None }
    }

    /// Where data of `class` stood that may not stand there.
    pub fn found(&self, class: DataClass) -> impl Iterator<Item = &Exposure> {
        self.found.iter().filter(move |e| e.class == class)
    }

    /// How many entries were looked through for `class`.
    pub fn looked_at(&self, class: DataClass) -> u64 {
        self.looked_at.get(&class).copied().unwrap_or_default()
    }

    /// What was not sought for `class`, and why.
    pub fn remarks(&self, class: DataClass) -> Vec<String> {
        let left_out = self.left_out.iter().filter(|l| l.class == class).map(ToString::to_string);
        left_out.chain(self.impossible.clone()).collect()
    }
}
