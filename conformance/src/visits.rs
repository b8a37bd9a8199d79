//! The test shared by the rules that keep a party from learning who visited which facility.

use crate::claim::Claim;
use crate::evidence::Evidence;
use crate::parts::parts;
use crate::personal::automaton;
use crate::rule::{Finding, Judged};
use terms::roles::Zone;

/// The prefix of every check id: see `terms::check::CheckId`.
const CHECK: &str = "check-";

/// Searches everything in `zone` for check ids and for facilities of the run, with the claims of these two findings.
pub(crate) fn unknown_to([names_check, names_facility]: &[Claim; 2], zone: Zone, run: &Evidence<'_>) -> Judged {
    let mut judged = Judged::default();
    let facilities = run.ground.facilities.iter();
    let names: Vec<&str> = facilities.flat_map(|f| [f.number.reveal(), f.host.as_str()]).chain([CHECK]).collect();
    let Ok(search) = automaton().build(&names) else { return judged };
    for entry in run.journal.iter().filter(|e| e.zone == zone) {
        let parts = parts(&entry.event);
        judged.evaluated += u64::from(!parts.is_empty());
        for part in &parts {
            let bytes = part.bytes.as_ref();
            let digit = |at: Option<usize>| at.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
            // A check id continues with a digit; a facility number has no digit beside it.
            let whole = |m: &aho_corasick::Match| {
                let check = m.pattern().as_usize() + 1 == names.len();
                if check { digit(Some(m.end())) } else { !digit(m.start().checked_sub(1)) && !digit(Some(m.end())) }
            };
            let is_check = |m: &aho_corasick::Match| m.pattern().as_usize() + 1 == names.len();
            let all: Vec<_> = search.find_iter(bytes).filter(whole).collect();
            for (claim, found) in
                [(names_check, all.iter().find(|m| is_check(m))), (names_facility, all.iter().find(|m| !is_check(m)))]
            {
                let Some(found) = found else { continue };
                let place = Some(part.place(found.start()));
                judged.findings.push(Finding { place, ..Finding::of(claim, entry) });
            }
        }
    }
    judged
}
