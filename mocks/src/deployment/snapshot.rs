//! The state of a party, disk and memory, written to the journal. The deployment has every party, so none can be missed.

use super::member::Member;
use sim::context::{self, World};
use sim::disk::Unsynced;
use sim::journal::{Content, Event, Occasion};
use std::rc::Rc;

/// The full state of one party.
pub struct StateSnapshot<'a>(pub &'a Member);

impl StateSnapshot<'_> {
    /// Writes it to the journal as the party: what is on the disk and, unless its host has just gone down, what is in memory.
    pub fn record(&self, world: &Rc<World>, when: Occasion) {
        let env = self.0.env();
        context::act_as(world, env.identity(), || {
            context::record(Event::Snapshot { when });
            env.disk().record_state(when);
            if when == Occasion::Crash {
                return;
            }
            for item in self.0.party.state() {
                context::record(Event::State { store: item.store, when, content: Content::of(&item.content) });
            }
        });
    }
}

/// What happens to a party whose host goes down: its queue is lost, its disk keeps what is durable, and what the disk has kept is
/// written to the journal.
pub(super) fn crash(member: &Member, world: &Rc<World>, unsynced: Unsynced) {
    let env = member.env();
    if let Some(station) = env.station() {
        station.reset(world.engine_now());
    }
    context::act_as(world, env.identity(), || env.disk().crash(unsynced));
    StateSnapshot(member).record(world, Occasion::Crash);
}
