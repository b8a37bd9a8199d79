//! What a choice on the axis decides.

/// A choice on the axis.
pub trait IdentityCheck {
    /// What is done, in this order: all of it. `wants_pin`: the person would rather enter the PIN.
    fn means(&self, wants_pin: bool) -> &'static [Means];
}

/// One way of checking the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Staff compare a photo.
    Photo,
    /// The person enters the PIN, and the card checks it.
    Pin,
    /// A terminal compares the face; where it finds no match, staff look.
    FaceTerminal,
}
