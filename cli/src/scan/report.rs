//! Converts the findings into a document.

use super::tally::{FileFindings, KeptFinding, KeptUnmatched, Position, Tally, Unread};
use leak::{DataClass, Detector, EncodedForm, Weighed};
use reports::scan::{self, Finding, LookedThrough, Remark, SCHEMA, Scan, UnmatchedNumbers, UnreadPart};

/// How many unmatched numbers are listed by default.
pub const UNMATCHED: usize = 5;

/// What the document contains besides the findings.
pub struct ReportOptions {
    pub people: u64,
    pub unmatched_listed: usize,
}

/// The name of a class in JSON.
fn name(class: impl serde::Serialize) -> String {
    serde_json::to_value(class).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}

/// The classes that are searched for, by name and description.
pub fn classes() -> Vec<(String, String)> {
    use DataClass::{InstitutionCode, MyNumber, OtherInstitutionCode, ResearchCode, ResidentCode};
    let all = [MyNumber, ResidentCode, InstitutionCode, OtherInstitutionCode, ResearchCode];
    all.into_iter().map(|c| (name(c), c.name().to_string())).collect()
}

pub fn document(tally: Tally<'_>, accepted: &[String], options: ReportOptions) -> Scan {
    let detector = tally.detector;
    let chance = tally.weigh();
    let (mut found, mut findings, mut unmatched) = (0, Vec::new(), UnmatchedNumbers::default());
    let (mut by_chance, mut could_be_chance) = (0, Vec::new());
    for one in tally.found {
        let explained = chance.explains(&one);
        found += one.count(|form| !explained.contains(form));
        by_chance += one.count(|form| explained.contains(form));
        unmatched.count += one.unmatched_count;
        unmatched.more |= one.more_unmatched;
        let FileFindings { path, kept, unmatched: others, .. } = one;
        for kept in kept {
            let form = (detector.secrets()[kept.secret].class, kept.low_confidence);
            let list = if explained.contains(&form) { &mut could_be_chance } else { &mut findings };
            list.push(finding(&path, kept, detector));
        }
        let room = options.unmatched_listed.saturating_sub(unmatched.listed.len());
        unmatched.listed.extend(others.into_iter().take(room).map(|s| unmatched_number(&path, s)));
    }
    let unread = |u: Unread| UnreadPart {
        accepted: accepted.iter().any(|kind| kind == u.kind),
        path: u.path,
        kind: u.kind.into(),
        what: u.what,
    };
    Scan {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        people: options.people,
        values: detector.secrets().len() as u64,
        looked_through: LookedThrough { files: tally.files, members: tally.members, bytes: tally.bytes },
        found,
        findings,
        by_chance,
        could_be_chance,
        odds: chance.all.iter().map(odds).collect(),
        unmatched,
        remarks: tally.remarks.into_iter().map(|(path, what)| Remark { path, what }).collect(),
        unread: tally.unread.into_iter().map(unread).collect(),
    }
}

fn odds(weighed: &Weighed) -> scan::Odds {
    scan::Odds {
        class: name(weighed.class),
        form: weighed.form.map_or("plain".into(), name),
        distinct: weighed.distinct,
        values: weighed.secrets,
        places: weighed.places,
        chance: weighed.chance,
        is_chance: weighed.is_chance(),
        what: weighed.to_string(),
    }
}

fn finding(path: &str, kept: KeptFinding, detector: &Detector) -> Finding {
    let secret = &detector.secrets()[kept.secret];
    Finding {
        class: name(secret.class),
        person: secret.person,
        spelling: kept.how.name(),
        what: format!("{} of person {}, {}", secret.class.name(), secret.person, kept.how.words()),
        place: place(path, kept.position),
    }
}

fn unmatched_number(path: &str, kept: KeptUnmatched) -> scan::UnmatchedNumber {
    let KeptUnmatched { position, class, how } = kept;
    let what = |how: &EncodedForm| format!("could be a {}, {}", class.name(), how.words());
    scan::UnmatchedNumber { class: name(class), spelling: how.name(), what: what(&how), place: place(path, position) }
}

fn place(path: &str, at: Position) -> scan::Place {
    scan::Place {
        path: path.to_string(),
        in_name: at.in_name,
        byte: at.start,
        length: at.end.saturating_sub(at.start),
        line: at.line,
    }
}
