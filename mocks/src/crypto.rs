//! Whether cryptography is done or modelled.

/// How signatures and TLS are done in a load study. Virtual time is the same either way: it is that of the capacity model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crypto {
    /// As everywhere: every signature is made and verified, every byte encrypted.
    #[default]
    Real,
    /// Signatures are stand-ins of the same length, connections are in clear with messages of the same sizes: what it costs
    /// is the capacity model's word alone. Nothing that is measured says anything about cryptography.
    Modelled,
}

impl Crypto {
    pub const ALL: [Crypto; 2] = [Crypto::Real, Crypto::Modelled];

    pub fn name(self) -> &'static str {
        match self {
            Crypto::Real => "real",
            Crypto::Modelled => "modelled",
        }
    }

    pub fn parse(name: &str) -> Option<Crypto> {
        Crypto::ALL.into_iter().find(|c| c.name() == name)
    }
}
