//! Plans: what is really played. What a file leaves to the seed is drawn before a run begins, so that a run is played from a
//! list of visits and faults that can be shown, kept, and made smaller.

mod arrivals;
pub mod swarm;

use crate::designs::Designs;
use crate::file::{Generator, Scenario};
use sim::seed::Seed;
use sim::terms::design::Design;
use std::sync::Arc;

impl Scenario {
    /// The seed that everything of a run is drawn from. The design is no part of it: designs are compared over the same
    /// people, links and staff.
    pub fn seed(&self, number: u64) -> Seed {
        Seed::new(number, self.draws_as.as_deref().unwrap_or(&self.name))
    }

    /// The scenario with everything listed that it leaves to the seed.
    pub fn planned(&self, seed: u64) -> Scenario {
        let mut plan = match self.generator {
            Some(Generator::Swarm) => swarm::plan(self, seed),
            None => self.clone(),
        };
        arrivals::list(&mut plan, seed);
        plan
    }

    /// The designs that a seed plays in, out of those asked for. For every seed equally many.
    pub fn designs_of(&self, seed: u64, asked: &Designs) -> Vec<Arc<Design>> {
        let fits = asked.fitting(self);
        match self.generator {
            // The stream keeps the name that it was given first, so that every seed draws what it has always drawn.
            Some(Generator::Swarm) if !fits.is_empty() => vec![self.seed(seed).stream("swarm/variant").pick(&fits).clone()],
            _ => fits,
        }
    }
}
