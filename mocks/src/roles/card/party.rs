//! The cards of a run's people in a deployment: chip, front and back, each in its own zone. They are passive; their content is
//! part of the state of the run.

use super::description::DESCRIPTION;
use super::{Card, Face};
use crate::deployment::builder::Builder;
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::{Env, EnvParts};
use crate::roles::description::RoleDescription;
use sim::terms::roles::Zone;
use std::cell::RefCell;
use std::rc::Rc;

/// See [`ROLE`].
pub struct CardRole;

/// All cards.
pub static ROLE: CardRole = CardRole;

impl Role for CardRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let plan = builder.plan;
        let mut parties: Vec<Rc<dyn Party>> = Vec::new();
        for planned in &plan.people {
            let Some(card) = &planned.card else { continue };
            let name = format!("card-{:06}", planned.person.index);
            for zone in [Zone::CardChip, Zone::CardFront, Zone::CardBack] {
                let parts = EnvParts::offline(&plan.seed, &name, zone);
                parties.push(Rc::new(CardParty { env: Env::new(parts), card: card.clone() }));
            }
        }
        Ok(parties)
    }
}

/// The chip or one side of a person's card.
struct CardParty {
    env: Env,
    card: Rc<RefCell<Card>>,
}

impl Party for CardParty {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        Vec::new()
    }

    fn state(&self) -> Vec<StateItem> {
        let printed =
            |face: Face| face.fields.iter().map(|(label, text)| StateItem::new(label, text.as_bytes().to_vec())).collect();
        let card = self.card.borrow();
        match self.env.zone() {
            Zone::CardFront => printed(card.front()),
            Zone::CardBack => printed(card.back()),
            _ => card.files().into_iter().map(|(file, bytes)| StateItem::new(&file, bytes)).collect(),
        }
    }
}
