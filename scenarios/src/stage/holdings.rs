//! What every party holds, so that it can be told when a run is over.

use super::cards::Cards;
use mocks::roles::Holder;
use mocks::roles::card::Face;
use sim::context::{self, Party, World};
use sim::disk::Disk;
use sim::journal::{Content, Event, Occasion};
use sim::seed::Seed;
use sim::terms::roles::Zone;
use std::rc::Rc;

type Telling = Box<dyn Fn()>;

/// The parties of a run, each with what tells its holdings.
#[derive(Default)]
pub struct Holdings(Vec<(Rc<Party>, Telling)>);

impl Holdings {
    /// A party with registers in memory.
    pub(super) fn of(&mut self, party: &Rc<Party>, holder: Rc<impl Holder + 'static>) {
        self.0
            .push((party.clone(), Box::new(move || holder.holdings().into_iter().for_each(|(store, item)| tell(store, &item)))));
    }

    /// A party with a disk.
    pub(super) fn of_disk(&mut self, party: &Rc<Party>, disk: Disk) {
        self.0.push((party.clone(), Box::new(move || disk.tell(Occasion::End))));
    }

    /// The chip and both faces of a person's card, each a zone of its own.
    pub(super) fn of_card(&mut self, seed: &Seed, person: u64, cards: &Cards) {
        let name = format!("card-{person:06}");
        let (chip, card) = (Party::new(seed, &name, Zone::CardChip), cards.current.clone());
        let telling = move || card.borrow().files().into_iter().for_each(|(file, bytes)| tell(file, &bytes));
        self.0.push((chip, Box::new(telling)));
        let mut side = |zone, face: fn(&mocks::roles::card::Card) -> Face| {
            let (party, card) = (Party::new(seed, &name, zone), cards.current.clone());
            let telling = move || {
                let face = face(&card.borrow());
                face.fields.iter().for_each(|(label, text)| tell(label.to_string(), text.as_bytes()));
            };
            self.0.push((party, Box::new(telling)));
        };
        side(Zone::CardFront, |card| card.front());
        side(Zone::CardBack, |card| card.back());
    }

    /// Tells the journal of everything, party by party.
    pub fn tell(&self, world: &Rc<World>) {
        for (party, telling) in &self.0 {
            context::act_as(world, party, telling);
        }
    }
}

fn tell(store: String, item: &[u8]) {
    context::record(Event::State { store, when: Occasion::End, content: Content::of(item) });
}
