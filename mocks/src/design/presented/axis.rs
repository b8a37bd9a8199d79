//! What a choice on the axis decides.

/// A choice on the axis. The certificate is presented in each.
pub trait Presented {
    /// Whether the facility requests a challenge from the broker, the card signs it, and the broker rejects requests without the
    /// signature.
    fn is_signed(&self) -> bool;
}
