//! A human-readable journal, a line for each entry.

use crate::mask::Mask;
use reports::rules::Lang;
use reports::texts::{counted, say};
use sim::journal::{CardSide, Content, Direction, Entry, Event, Occasion};
use sim::terms::shown;
use std::fmt::Write;

/// The last entry to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The first check that reaches this step.
    Step(u8),
    /// This time, in nanoseconds.
    Time(u64),
    /// This entry.
    Entry(u64),
}

impl std::str::FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Until, String> {
        let wrong = || format!("`{text}` is not a step (1 to 7), a time such as 12s or an entry such as #482");
        if let Some(entry) = text.strip_prefix('#') {
            return entry.parse().map(Until::Entry).map_err(|_| wrong());
        }
        match text.parse::<u8>() {
            Ok(step @ 1..=7) => return Ok(Until::Step(step)),
            Ok(_) => return Err(wrong()),
            Err(_) => {}
        }
        // ① to ⑦, as the steps are written.
        let mut letters = text.chars();
        if let (Some(c @ '①'..='⑦'), None) = (letters.next(), letters.next()) {
            return Ok(Until::Step((c as u32 - '①' as u32 + 1) as u8));
        }
        let time: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
        u64::try_from(time.as_nanos()).map(Until::Time).map_err(|_| wrong())
    }
}

impl Until {
    /// Whether the entry is the last to be shown.
    fn ends_at(self, entry: &Entry) -> bool {
        match (self, &entry.event) {
            (Until::Step(n), Event::Step { step, .. }) => step.number() == n,
            (Until::Entry(seq), _) => entry.seq >= seq,
            _ => false,
        }
    }

    fn is_beyond(self, entry: &Entry) -> bool {
        matches!(self, Until::Time(ns) if entry.at_ns > ns)
    }
}

/// Longest text of an entry, in characters.
const WIDTH: usize = 160;

/// The entries of a journal, up to the last one to show; with the values of people hidden by a mask.
pub fn lines(entries: &[Entry], until: Option<Until>, mask: Option<&Mask>, lang: Lang) -> String {
    let mut text = String::new();
    let mut wire = 0;
    for entry in entries {
        if until.is_some_and(|u| u.is_beyond(entry)) {
            break;
        }
        if let Event::Wire { .. } = entry.event {
            // Ciphertext is not readable; the number of such entries is shown with the next one.
            wire += 1;
        } else {
            let on_wire = if wire > 0 { counted(lang, "show-wires", &[("n", wire)]) } else { String::new() };
            wire = 0;
            let at = entry.at_ns as f64 / 1e9;
            // Writing to a String does not fail.
            let what = what(&entry.event, lang);
            let what = cut(&mask.map_or_else(|| what.clone(), |mask| mask.hide(what.clone())));
            let _ = writeln!(text, "#{:<5} {at:>11.6} s  {:<18} {what}{on_wire}", entry.seq, shown::line(&entry.host));
        }
        if until.is_some_and(|u| u.ends_at(entry)) {
            break;
        }
    }
    text
}

fn cut(text: &str) -> String {
    let line = shown::line(&text.replace('\n', " ⏎ ")).into_owned();
    match line.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

fn size(content: &Content, lang: Lang) -> String {
    counted(lang, "show-bytes", &[("n", content.bytes().map_or(0, |b| b.len() as u64))])
}

fn what(event: &Event, lang: Lang) -> String {
    let say = |id: &str, values: &[(&str, &str)]| say(lang, id, values);
    match event {
        Event::Run { tool, scenario, design, seed, .. } => {
            let (design, seed) = (design.to_string(), seed.to_string());
            say("show-run", &[("tool", tool), ("scenario", scenario), ("design", &design), ("seed", &seed)])
        }
        Event::Step { check, step, what } => {
            let (check, step) = (check.to_string(), circled(step.number()).to_string());
            say("show-step", &[("step", &step), ("check", &check), ("what", what)])
        }
        Event::Message { direction, peer, head, body, .. } => {
            let arrow = if *direction == Direction::Sent { "→" } else { "←" };
            let (head, size) = (head.lines().next().unwrap_or_default(), size(body, lang));
            say("show-message", &[("arrow", arrow), ("peer", peer), ("head", head), ("size", &size)])
        }
        Event::Wire { connection, .. } => say("show-wire", &[("connection", connection)]),
        Event::Tls { peer, version, peer_subject, .. } => {
            say("show-tls", &[("version", version), ("peer", peer), ("subject", peer_subject)])
        }
        Event::Log { level, text, .. } => say("show-log", &[("level", level), ("text", text)]),
        Event::Record { store, content } => say("show-record", &[("store", store), ("size", &size(content, lang))]),
        Event::Snapshot { when: Occasion::End } => say("show-end", &[]),
        Event::Snapshot { when: Occasion::Crash } => say("show-crash", &[]),
        Event::State { store, content, .. } => say("show-state", &[("store", store), ("size", &size(content, lang))]),
        Event::Screen { check, text } => say("show-screen", &[("check", &check.to_string()), ("text", text)]),
        Event::CardFace { check, side, .. } => {
            let id = match side {
                CardSide::Front => "show-front",
                CardSide::Back => "show-back",
                CardSide::Paper => "show-paper",
            };
            say(id, &[("check", &check.to_string())])
        }
        Event::Apdu { what, .. } => say("show-card", &[("what", what)]),
        Event::Fault { what, .. } => say("show-fault", &[("what", what)]),
        Event::Visit { visit, check, person } => {
            let (visit, person, check) = (visit.to_string(), person.to_string(), check.to_string());
            say("show-visit", &[("visit", &visit), ("person", &person), ("check", &check)])
        }
        Event::Outcome { check, outcome, .. } => {
            let named = if lang == Lang::Ja { format!("{}（{outcome}）", outcome.text_ja()) } else { outcome.to_string() };
            say("show-outcome", &[("check", &check.to_string()), ("outcome", &named)])
        }
    }
}

fn circled(step: u8) -> char {
    char::from_u32('①' as u32 + u32::from(step.saturating_sub(1))).unwrap_or('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_times_and_entries_are_parsed() {
        for (text, until) in
            [("5", Until::Step(5)), ("⑤", Until::Step(5)), ("12s", Until::Time(12_000_000_000)), ("#482", Until::Entry(482))]
        {
            assert_eq!(text.parse(), Ok(until));
        }
        for wrong in ["0", "8", "#", "#x", "-1s", "soon", ""] {
            assert!(wrong.parse::<Until>().is_err(), "{wrong}");
        }
    }
}
