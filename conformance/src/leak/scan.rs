//! Looking through a whole run.

use super::{Detector, Hit, How, LeftOut, Secret, Value, Weak, Windows, parts};
use crate::matrix::DataClass;
use sim::ground::Ground;
use sim::journal::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// One secret at a place where its class may not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    pub class: DataClass,
    pub person: u64,
    pub spelling: How,
    /// Index of the entry in the journal.
    pub entry: usize,
    /// The first place in that part of the entry.
    pub place: String,
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
    let number = |class, person: u64, text: &str| Secret { class, person, value: Value::Digits(text.to_string()) };
    let code = |class, person: u64, text: &str| Secret { class, person, value: Value::Code(text.to_string()) };
    let mut all = Vec::with_capacity(ground.people.len() * SOUGHT.len());
    for (index, resident) in ground.people.iter().enumerate() {
        let index = index as u64;
        all.push(number(DataClass::MyNumber, index, resident.person.my_number.reveal()));
        all.push(number(DataClass::ResidentCode, index, resident.person.resident_code.reveal()));
        all.extend(resident.institution_code.as_ref().map(|c| code(DataClass::InstitutionCode, index, c.reveal())));
    }
    all
}

impl Exposures {
    /// Looks through every entry for every class that its zone may not hold.
    pub fn of(journal: &[Entry], ground: &Ground) -> Exposures {
        match Detector::new(secrets_of(ground), &[]) {
            Ok(detector) => Exposures::searched(journal, &detector),
            Err(e) => Exposures { impossible: Some(format!("the search could not be built: {e}")), ..Exposures::default() },
        }
    }

    fn searched(journal: &[Entry], detector: &Detector) -> Exposures {
        let secrets = detector.secrets();
        let classes: Vec<DataClass> = SOUGHT.into_iter().filter(|c| secrets.iter().any(|s| s.class == *c)).collect();
        let mut windows = Windows::default();
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
                let look = detector.look(&part.bytes);
                windows.add(&look.windows);
                // The first place in a part is enough: the next in the same form says nothing new.
                let mut seen: BTreeSet<(usize, How, Option<Weak>)> = BTreeSet::new();
                for Hit { secret, how, start, weak, .. } in look.hits {
                    let Secret { class, person, .. } = &secrets[secret];
                    if forbidden.contains(class) && seen.insert((secret, how.clone(), weak)) {
                        let place = part.place(start as usize);
                        found.push((Exposure { class: *class, person: *person, spelling: how, entry: index, place }, weak));
                    }
                }
            }
        }

        let left_out = detector.weigh(&windows);
        found.retain(|(e, weak)| weak.is_none_or(|w| !left_out.iter().any(|l| (l.class, l.form) == (e.class, w))));
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
