//! How the parties of a run behave. Each role has its own trait (`roles/<role>/behaviour.rs`) with a method for each
//! decision that a dishonest party could make differently. The default methods are honest; a role always calls them and knows
//! nothing else.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

/// A role's behaviour. Implemented for `dyn BrokerBehaviour` and the like.
pub trait RoleBehaviour: 'static {
    /// The behaviour of an honest party.
    fn honest() -> Rc<Self>;
}

/// The source of the behaviours of a run's parties. Clones are handles to the same source.
#[derive(Clone, Default)]
pub struct Behaviours(Option<Rc<dyn Fn() -> Dishonest>>);

impl Behaviours {
    /// Every party is honest.
    pub fn honest() -> Behaviours {
        Behaviours::default()
    }

    /// The roles in `dishonest` behave as given there, and all others honestly.
    pub fn with(dishonest: impl Fn() -> Dishonest + 'static) -> Behaviours {
        Behaviours(Some(Rc::new(dishonest)))
    }

    /// The behaviour of one party of a role, created for it: its state belongs to this party alone, and is lost when the party
    /// restarts and asks for a new one.
    pub fn of<B: RoleBehaviour + ?Sized>(&self) -> Rc<B> {
        self.0.as_ref().and_then(|make| make().take()).unwrap_or_else(B::honest)
    }
}

impl fmt::Debug for Behaviours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Behaviours(not all honest)" } else { "Behaviours(honest)" })
    }
}

/// The dishonest behaviours: mostly one.
#[derive(Default)]
pub struct Dishonest(Vec<Box<dyn Any>>);

impl Dishonest {
    /// One role with `behaviour`.
    pub fn one<B: RoleBehaviour + ?Sized>(behaviour: Rc<B>) -> Dishonest {
        Dishonest::default().and(behaviour)
    }

    /// Adds the behaviour of another role.
    pub fn and<B: RoleBehaviour + ?Sized>(mut self, behaviour: Rc<B>) -> Dishonest {
        self.0.push(Box::new(behaviour));
        self
    }

    fn take<B: RoleBehaviour + ?Sized>(self) -> Option<Rc<B>> {
        self.0.into_iter().find_map(|behaviour| behaviour.downcast::<Rc<B>>().ok()).map(|behaviour| *behaviour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    trait Greets {
        fn greeting(&self) -> &'static str {
            "good morning"
        }
    }

    struct Honest;
    impl Greets for Honest {}

    impl RoleBehaviour for dyn Greets {
        fn honest() -> Rc<Self> {
            Rc::new(Honest)
        }
    }

    struct Rude;
    impl Greets for Rude {
        fn greeting(&self) -> &'static str {
            "what do you want"
        }
    }

    #[test]
    fn a_role_is_honest_unless_another_behaviour_is_given() {
        assert_eq!(Behaviours::honest().of::<dyn Greets>().greeting(), "good morning");
        let rude = Behaviours::with(|| Dishonest::one::<dyn Greets>(Rc::new(Rude)));
        assert_eq!(rude.of::<dyn Greets>().greeting(), "what do you want");
    }
}
