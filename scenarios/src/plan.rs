//! Plans: what is actually played. What a file leaves to the seed is drawn before a run begins, so that a run is played from a
//! list of visits and faults that can be shown, saved and shrunk.

mod arrivals;
pub mod swarm;

use crate::designs::Designs;
use crate::file::{Generator, Scenario};
use sim::seed::Seed;
use sim::terms::design::Design;
use std::sync::Arc;

impl Scenario {
    /// The seed from which a run is drawn. It does not depend on the design: designs are compared over the same people, links and
    /// staff.
    pub fn seed(&self, number: u64) -> Seed {
        Seed::new(number, self.draws_as.as_deref().unwrap_or(&self.name))
    }

    /// The scenario with everything drawn that it leaves to the seed.
    pub fn planned(&self, seed: u64) -> Scenario {
        let mut plan = match self.generator {
            Some(Generator::Swarm) => swarm::plan(self, seed),
            None => self.clone(),
        };
        arrivals::list(&mut plan, seed);
        plan
    }

    /// The designs in which a seed is played, out of those requested. Their number is the same for every seed.
    pub fn designs_of(&self, seed: u64, asked: &Designs) -> Vec<Arc<Design>> {
        let fits = asked.fitting(self);
        match self.generator {
            // The stream keeps its original name, so that every seed still draws the same values.
            Some(Generator::Swarm) if !fits.is_empty() => vec![self.seed(seed).stream("swarm/variant").pick(&fits).clone()],
            _ => fits,
        }
    }
}
