//! SELECT, READ BINARY and READ RECORD.

use super::Card;
use super::application::Application;
use super::command::{Answer, Command};
use super::files::{File, OpenedBy};
use iso7816::Status;

impl Card {
    pub(super) fn select(&mut self, c: &Command<'_>) -> Answer {
        match c.p1 {
            0x04 => self.select_application(c),
            0x02 => self.select_file(c),
            0x00 => self.select_master_file(c),
            _ => Err(Status::IncorrectP1OrP2Parameter),
        }
    }

    /// Every open implementation sends P2 = 0C, no response data. That P2 = 00 gives only 9000 too is assumed: phones select
    /// this way on their own. A failed SELECT changes nothing (assumed).
    fn select_application(&mut self, c: &Command<'_>) -> Answer {
        let application = Application::from_aid(c.data).ok_or(Status::NotFound)?;
        if !matches!(c.p2, 0x0C | 0x00) {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        let v = &mut self.volatile;
        if application != v.selected || application == Application::IssuerSecurityDomain {
            v.verified.clear();
            v.face_compared = false;
            v.selected = application;
        }
        v.current = None;
        Ok(Vec::new())
    }

    fn select_file(&mut self, c: &Command<'_>) -> Answer {
        if c.p2 != 0x0C {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        let id = u16::from_be_bytes(c.data.try_into().map_err(|_| Status::WrongLength)?);
        self.file(id).ok_or(Status::NotFound)?;
        self.volatile.current = Some(id);
        Ok(Vec::new())
    }

    /// There is no master file. Without an identifier the command is rejected at power-on and changes nothing afterwards.
    fn select_master_file(&self, c: &Command<'_>) -> Answer {
        if !c.data.is_empty() {
            return Err(Status::NotFound);
        }
        self.selected_application().map(|_| Vec::new()).ok_or(Status::IncorrectP1OrP2Parameter)
    }

    pub(super) fn read_binary(&mut self, c: &Command<'_>) -> Answer {
        c.need_no_data()?;
        let length = c.need_le()?;
        let offset = if c.p1 & 0x80 == 0 {
            usize::from(c.p1p2())
        } else {
            self.make_current_by_short_id(c.p1 & 0x7F)?;
            usize::from(c.p2)
        };
        let id = self.volatile.current.ok_or(Status::CommandNotAllowedNoEf)?;
        let Some(File::Transparent { bytes, opened_by }) = self.file(id) else {
            return Err(Status::CommandIncompatibleFileStructure);
        };
        self.need_open(opened_by)?;
        let rest = bytes.get(offset..).filter(|rest| !rest.is_empty()).ok_or(Status::WrongParameters)?;
        Ok(rest[..length.min(rest.len())].to_vec())
    }

    /// 共通カードAP and 住基AP have records, the others do not support the instruction.
    pub(super) fn read_record(&mut self, c: &Command<'_>) -> Answer {
        if !matches!(self.volatile.selected, Application::Common | Application::ResidentRegistry) {
            return Err(Status::InstructionNotSupportedOrInvalid);
        }
        c.need_no_data()?;
        let length = c.need_le()?;
        // P1 is the number of the record.
        if c.p2 & 0x07 != 0x04 {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        if c.p2 >> 3 != 0 {
            self.make_current_by_short_id(c.p2 >> 3)?;
        }
        let id = self.volatile.current.ok_or(Status::CommandNotAllowedNoEf)?;
        let Some(File::Records { records, opened_by }) = self.file(id) else {
            return Err(Status::CommandIncompatibleFileStructure);
        };
        self.need_open(opened_by)?;
        let record = usize::from(c.p1).checked_sub(1).and_then(|n| records.get(n)).ok_or(Status::RecordNotFound)?;
        Ok(record[..length.min(record.len())].to_vec())
    }

    /// A short identifier (1 to 30) is the last five bits of a file's identifier; using one makes the file current.
    fn make_current_by_short_id(&mut self, short: u8) -> Result<(), Status> {
        if !(1..=30).contains(&short) {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        if self.selected_application().is_none() {
            return Err(Status::CommandNotAllowedNoEf);
        }
        let id = u16::from(short);
        self.file(id).ok_or(Status::NotFound)?;
        self.volatile.current = Some(id);
        Ok(())
    }

    fn need_open(&self, opened_by: OpenedBy) -> Result<(), Status> {
        if self.is_open(opened_by) { Ok(()) } else { Err(Status::SecurityStatusNotSatisfied) }
    }
}
