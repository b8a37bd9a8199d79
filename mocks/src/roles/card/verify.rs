//! VERIFY, CHANGE REFERENCE DATA, CHANGE KEY, and the invented statement of a face terminal.

use super::Card;
use super::application::Application;
use super::command::{Answer, Command};
use super::files::{File, Secret};
use iso7816::Status;

impl Card {
    /// An empty VERIFY queries the counter and is always answered 63Cx, even after a success (OpenSC treats 9000 as an error).
    /// The attempt that uses up the counter is answered 63C0, every later one 6984. A wrong attempt ends an earlier success
    /// (assumed).
    pub(super) fn verify(&mut self, c: &Command<'_>) -> Answer {
        if c.p1 != 0x00 {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        // `00 20 00 80 00` requests 256 bytes of response; it is not a query, which has four bytes.
        if c.le.is_some() {
            return Err(Status::WrongLength);
        }
        let id = self.key_file(c)?;
        let secret = self.secret(id)?;
        if c.data.is_empty() {
            return Err(Status::RemainingRetries(secret.tries_left));
        }
        if secret.tries_left == 0 {
            return Err(Status::ReferenceDataNotUsable);
        }
        if secret.value == c.data {
            secret.tries_left = secret.limit;
            self.volatile.verified.insert(id);
            return Ok(Vec::new());
        }
        secret.tries_left -= 1;
        let left = secret.tries_left;
        self.volatile.verified.remove(&id);
        Err(Status::RemainingRetries(left))
    }

    /// `00 24 01 80`, in the JPKI application and 券面入力補助AP.
    pub(super) fn change_reference_data(&mut self, c: &Command<'_>) -> Answer {
        self.change(c, [Application::Jpki, Application::TextInput], 0x01)
    }

    /// `80 32 00 80`: the same in 共通カードAP and 住基AP.
    pub(super) fn change_key(&mut self, c: &Command<'_>) -> Answer {
        self.change(c, [Application::Common, Application::ResidentRegistry], 0x00)
    }

    /// Sets a new value for a key whose VERIFY is in force. A key that may not be changed answers 6985, a value of the wrong
    /// form 6A80 (both assumed).
    fn change(&mut self, c: &Command<'_>, within: [Application; 2], p1: u8) -> Answer {
        if !within.contains(&self.volatile.selected) {
            return Err(Status::InstructionNotSupportedOrInvalid);
        }
        if c.p1 != p1 {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        if c.data.is_empty() || c.le.is_some() {
            return Err(Status::WrongLength);
        }
        let id = self.key_file(c)?;
        let verified = self.volatile.verified.contains(&id);
        let secret = self.secret(id)?;
        if !verified {
            return Err(Status::SecurityStatusNotSatisfied);
        }
        let form = secret.change_to.ok_or(Status::ConditionsOfUseNotSatisfied)?;
        if !form.allows(c.data) {
            return Err(Status::IncorrectDataParameter);
        }
        secret.value = c.data.to_vec();
        Ok(Vec::new())
    }

    fn secret(&mut self, id: u16) -> Result<&mut Secret, Status> {
        match self.files.get_mut(&self.content, (self.volatile.selected, id)) {
            Some(File::Secret(secret)) => Ok(secret),
            _ => Err(Status::CommandIncompatibleFileStructure),
        }
    }

    /// Invented (see [`Card`]). Other parameters answer 6A86, as surveyed cards do to all of them.
    pub(super) fn face_compared(&mut self, c: &Command<'_>) -> Answer {
        if self.volatile.selected != Application::Jpki {
            return Err(Status::InstructionNotSupportedOrInvalid);
        }
        if c.p1p2() != 0 {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        if c.data.len() != self.content.terminal_token.len() || c.le.is_some() {
            return Err(Status::WrongLength);
        }
        self.volatile.face_compared = c.data == self.content.terminal_token;
        if self.volatile.face_compared { Ok(Vec::new()) } else { Err(Status::SecurityStatusNotSatisfied) }
    }
}
