//! Plans: what is really played. What a file leaves to the seed is drawn before a run begins, so that a run is played from a
//! list of visits and faults that can be shown, kept, and made smaller.

mod arrivals;
pub mod swarm;

use crate::file::{Generator, Scenario};
use mocks::design::Variant;
use sim::seed::Seed;

impl Scenario {
    /// The seed that everything of a run is drawn from. The variant is no part of it: variants are compared over the same
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

    /// The variants that a seed plays in, out of those asked for; no wish is all. For every seed equally many.
    pub fn variants_of(&self, seed: u64, wanted: &[Variant]) -> Vec<Variant> {
        let fits = self.variants.iter().copied().filter(|v| wanted.is_empty() || wanted.contains(v)).collect::<Vec<_>>();
        match self.generator {
            Some(Generator::Swarm) if !fits.is_empty() => vec![*self.seed(seed).stream("swarm/variant").pick(&fits)],
            _ => fits,
        }
    }
}
