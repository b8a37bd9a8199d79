//! What a choice on the axis decides.

/// A choice on the axis. The certificate is presented in each.
pub trait Presented {
    /// Whether the facility asks the broker for a challenge, the card signs it, and the broker accepts no request without the signature.
    fn is_signed(&self) -> bool;
}
