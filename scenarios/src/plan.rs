//! Plans: what is actually played. What a file leaves to the seed is drawn before a run begins, so that a run is played from a
//! list of visits and faults that can be shown, saved and shrunk.

mod arrivals;
mod attempts;
mod job_changes;
mod realism;
pub mod swarm;

use crate::designs::Designs;
use crate::file::needs::Needs;
use crate::file::{Generator, Scenario};
use sim::seed::Seed;
use sim::terms::design::Design;
use std::sync::Arc;

impl Scenario {
    /// The seed from which a run is drawn. It does not depend on the design: designs are compared over the same people, links and
    /// staff.
    pub fn seed(&self, number: u64) -> Seed {
        Seed::new(number, self.drawing_name())
    }

    /// The name under which everything is drawn: it determines a run, and the file's own name does not if `draws-as` is given.
    pub fn drawing_name(&self) -> &str {
        self.draws_as.as_deref().unwrap_or(&self.name)
    }

    /// What is played from a seed, as a scenario that plays it again under any name: with everything drawn, the seed, and the
    /// name under which the rest is drawn. With a design, it needs the choices of that design.
    pub fn as_played(&self, seed: u64, design: Option<&Design>) -> Scenario {
        let mut plan = self.planned(seed);
        plan.draws_as = Some(self.drawing_name().to_string());
        plan.plan_seed = Some(seed);
        if let Some(design) = design {
            plan.needs = Needs::exactly(design);
        }
        plan
    }

    /// The scenario with everything drawn that it leaves to the seed.
    pub fn planned(&self, seed: u64) -> Scenario {
        let mut plan = match self.generator {
            Some(Generator::Swarm) => swarm::plan(self, seed),
            None => self.clone(),
        };
        job_changes::list(&mut plan, seed);
        arrivals::list(&mut plan, seed);
        realism::meet(&mut plan, seed);
        attempts::list(&mut plan, seed);
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
