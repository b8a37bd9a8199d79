//! JPKI as a deployment builds and runs it.

use super::Jpki;
use super::description::DESCRIPTION;
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::control::{CertificateChange, Controlled, FaultControl};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::deployment::plan::PlannedPerson;
use crate::env::Env;
use crate::pki::status::{CertStatus, RevocationReason};
use crate::roles::description::RoleDescription;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, ResidentCode};
use std::rc::Rc;

/// See [`ROLE`].
pub struct JpkiRole;

/// JPKI.
pub static ROLE: JpkiRole = JpkiRole;

impl Role for JpkiRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let certificates = Certificates { server: true, client: true, ..Certificates::default() };
        let env = builder.env(&DESCRIPTION, certificates)?;
        let every = builder.plan.codes.as_ref().map(|codes| codes.asked_every);
        let jpki = Jpki::new(&env, builder.plan.jpki.clone()).that_asks_again(every);
        builder.plan.people.iter().for_each(|person| jpki.enter_planned(person));
        Ok(vec![Rc::new(jpki)])
    }
}

impl Jpki {
    /// Enters a person's certificates in their planned state at the start of the run.
    fn enter_planned(&self, planned: &PlannedPerson) {
        let person = &planned.person;
        match (&planned.renewed_from, person.card.certificates.last()) {
            (Some(old), Some(new)) => {
                let mut before = person.clone();
                before.card.certificates.pop();
                self.register(&before);
                if !planned.renews_later {
                    self.renew(person, old.serial, new);
                }
            }
            _ => self.register(person),
        }
        // The certificate that the person has at the start.
        let first = planned.renewed_from.as_ref().filter(|_| planned.renews_later);
        let serial = first.map_or(person.current_certificate().serial, |old| old.serial);
        match planned.status {
            CertStatus::Revoked { at, reason: Some(RevocationReason::CertificateHold) } => self.suspend(serial, at),
            CertStatus::Revoked { at, reason } => self.revoke(serial, at, reason.unwrap_or(RevocationReason::Unspecified)),
            CertStatus::Unknown => self.lose(serial, planned.registers_later),
            CertStatus::Good => {}
        }
    }
}

impl Party for Jpki {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        vec![Box::pin(self.run())]
    }

    fn state(&self) -> Vec<StateItem> {
        let certificate = |(serial, resident, status): (CertificateSerial, ResidentCode, CertStatus)| {
            let good = status == CertStatus::Good;
            let item = serde_json::json!({ "serial": serial.0, "residentCode": resident, "good": good });
            StateItem::json("certificates", &item)
        };
        let code = |(resident, code): (ResidentCode, Option<InstitutionCode>)| {
            let item = serde_json::json!({ "residentCode": resident, "institutionCode": code });
            StateItem::json("institution-codes", &item)
        };
        let codes = self.register.codes().into_iter().map(code);
        self.register.certificates().into_iter().map(certificate).chain(codes).collect()
    }

    fn control(&self, control: &FaultControl) -> Controlled {
        match control {
            FaultControl::Insurer(_) => return Controlled::Unknown,
            FaultControl::Jpki(fault) => self.set_fault(*fault),
            FaultControl::Certificate(CertificateChange::Renewed { person, old, new }) => self.renew(person, *old, new),
            FaultControl::Certificate(CertificateChange::Revoked { serial, at, reason }) => self.revoke(*serial, *at, *reason),
            FaultControl::Certificate(CertificateChange::Registered { serial }) => self.arrive(*serial),
            FaultControl::Certificate(CertificateChange::Suspended { serial, at }) => self.suspend(*serial, *at),
            FaultControl::Certificate(CertificateChange::Resumed { serial }) => self.resume(*serial),
        }
        Controlled::Done
    }
}
