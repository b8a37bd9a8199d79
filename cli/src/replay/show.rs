//! A human-readable journal, a line for each entry.

use crate::mask::Mask;
use sim::journal::{Content, Direction, Entry, Event, Occasion};
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
pub fn lines(entries: &[Entry], until: Option<Until>, mask: Option<&Mask>) -> String {
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
            let on_wire = if wire > 0 { format!(" (+{wire} on wires)") } else { String::new() };
            wire = 0;
            let at = entry.at_ns as f64 / 1e9;
            // Writing to a String does not fail.
            let what = what(&entry.event);
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

fn size(content: &Content) -> String {
    format!("{} bytes", content.bytes().map_or(0, |b| b.len()))
}

fn what(event: &Event) -> String {
    match event {
        Event::Run { tool, scenario, design, seed, .. } => format!("{tool}: {scenario} / {design} / seed {seed}"),
        Event::Step { check, step, what } => format!("step {} of {check}: {what}", circled(step.number())),
        Event::Message { direction, peer, head, body, .. } => {
            let arrow = if *direction == Direction::Sent { "→" } else { "←" };
            format!("{arrow} {peer}: {} ({})", head.lines().next().unwrap_or_default(), size(body))
        }
        Event::Wire { connection, .. } => format!("on the wire {connection}"),
        Event::Tls { peer, version, peer_subject, .. } => format!("{version} with {peer}: {peer_subject}"),
        Event::Log { level, text, .. } => format!("log {level}: {text}"),
        Event::Record { store, content } => format!("record in `{store}` ({})", size(content)),
        Event::Snapshot { when: Occasion::End } => "state snapshot at the end:".into(),
        Event::Snapshot { when: Occasion::Crash } => "state snapshot of its disk after the crash:".into(),
        Event::State { store, content, .. } => format!("state of `{store}` ({})", size(content)),
        Event::Screen { check, text } => format!("screen of {check}: {text}"),
        Event::CardFace { check, side, .. } => format!("{side:?} of the card of {check} is seen"),
        Event::Apdu { what, .. } => format!("card: {what}"),
        Event::Fault { what, .. } => format!("*** {what}"),
        Event::Visit { visit, check, person } => format!("visit {visit}: person {person} arrives, check {check}"),
        Event::Outcome { check, outcome, .. } => format!("{check} ends in `{outcome}`"),
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
