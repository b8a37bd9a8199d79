//! What a choice on the axis decides.

/// A choice on the axis.
pub trait EligibilityHome {
    /// Whether insurers send what they know ahead of all questions.
    fn insurers_send_feeds(&self) -> bool;

    /// Whether insurers are servers that answer for one institution code at a time.
    fn insurers_answer(&self) -> bool;
}
