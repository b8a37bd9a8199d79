//! Writes what parties log to the journal, under their names. Libraries' own log events are dropped.

use crate::context;
use crate::journal::Event;
use std::fmt::Write;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event as TracingEvent, Metadata, Subscriber};

/// A `tracing` subscriber for one simulation thread. It records the events whose target starts with one of `targets`.
pub struct JournalLog {
    targets: &'static [&'static str],
}

impl JournalLog {
    pub fn new(targets: &'static [&'static str]) -> Self {
        JournalLog { targets }
    }

    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && self.targets.iter().any(|t| metadata.target().starts_with(t))
    }
}

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        // Writing to a String does not fail.
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, "{name}={value:?}"),
        };
    }
}

impl Subscriber for JournalLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.takes(metadata)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &TracingEvent<'_>) {
        if !self.takes(event.metadata()) || context::current().is_none() {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        let metadata = event.metadata();
        context::record(Event::Log { level: metadata.level().to_string(), target: metadata.target().to_string(), text: text.0 });
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
