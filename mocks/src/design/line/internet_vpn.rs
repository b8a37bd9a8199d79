//! `line = "internet-vpn"`: an encrypted tunnel over the internet.

use super::LineChoice;
use crate::roles::description::LinkDescription;
use sim::sample::Distribution;
use sim::terms::roles::Zone;

pub struct InternetVpn;

impl LineChoice for InternetVpn {
    fn access(&self) -> Option<LinkDescription> {
        // Over the provider's network and an exchange, through an encrypting router: longer, and with a longer tail, than an optical
        // access line to a closed network. An assumption of this project.
        let latency = Distribution::LogNormal { min_ms: 4.0, median_ms: 12.0, sigma: 0.7 };
        Some(LinkDescription { to: Zone::Line, latency, bits_per_second: 100_000_000 })
    }

    fn tunnel(&self) -> Option<Distribution> {
        // Two round trips (IKE_SA_INIT and IKE_AUTH, RFC 7296, section 1.2), a key exchange and two signatures. An assumption of this
        // project.
        Some(Distribution::LogNormal { min_ms: 60.0, median_ms: 150.0, sigma: 0.5 })
    }
}
