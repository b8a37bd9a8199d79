//! Leaks at the card reader: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, Of};
use crate::behaviour::Dishonest;
use crate::roles::reader::behaviour::{AtCounter, ReaderBehaviour};
use crate::roles::reader::counter::Counter;
use crate::roles::reader::{CardChannel, ReaderError};
use futures_util::future::LocalBoxFuture;
use sim::context;
use sim::journal::Event;
use std::future::ready;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("reader-shows-my-number", MyNumber, &READER_LOG, Plain, "the reader logs My Number", &["NVN-002/found"]),
    MutantDescription::leak("reader-shows-resident-code", ResidentCode, &READER_COMMAND, Plain, "the reader sends the card a command with the resident code in it", &["NVN-009/found"]),
    MutantDescription::leak("reader-shows-institution-code", InstitutionCode, &READER_LOG, LowerCase, "the reader logs the institution code", &["NVN-017/found"]),
    MutantDescription::leak("reader-shows-other-institution-code", OtherInstitutionCode, &READER_COMMAND, Plain, "the reader sends the card a command with the exchange's code in it", &["NVN-023/found"]),
    MutantDescription::leak("reader-shows-insured-identifier", InsuredIdentifier, &READER_LOG, Plain, "the reader logs the insured identifier", &["NVN-035/found"]),
    MutantDescription::leak("reader-shows-eligibility", Eligibility, &READER_LOG, Plain, "the reader logs the eligibility", &["NVN-041/found"]),
    MutantDescription::leak("reader-shows-medical-record", MedicalRecord, &READER_LOG, Plain, "the reader logs a medical record", &["NVN-047/found"]),
    MutantDescription::leak("reader-shows-research-code", ResearchCode, &READER_LOG, Plain, "the reader logs the research code", &["NVN-054/found"]),
    MutantDescription::leak("reader-logs-number-base32", MyNumber, &READER_LOG, Base32, "the reader logs My Number in Base32", &["NVN-002/found"]),
];

/// The reader's log.
const READER_LOG: LeakPlace = LeakPlace {
    name: "reader-log",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn ReaderBehaviour>(Rc::new(InReaderLog(leaking))),
};

struct InReaderLog(Leaking);

impl ReaderBehaviour for InReaderLog {
    fn after_certificate<'a>(&'a self, at: AtCounter<'a>) -> LocalBoxFuture<'a, Result<(), ReaderError>> {
        if let Some(text) = self.0.text(Of::Person(at.person)) {
            let text = format!("value: {text}");
            context::record_as(&at.reader, Event::Log { level: "INFO".into(), target: "mocks".into(), text });
        }
        Box::pin(ready(Ok(())))
    }
}

/// In the data field of a command that the card does not know.
const READER_COMMAND: LeakPlace = LeakPlace {
    name: "reader-command",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn ReaderBehaviour>(Rc::new(InReaderCommand(leaking))),
};

struct InReaderCommand(Leaking);

impl ReaderBehaviour for InReaderCommand {
    fn after_certificate<'a>(&'a self, at: AtCounter<'a>) -> LocalBoxFuture<'a, Result<(), ReaderError>> {
        Box::pin(async move {
            if let Some(encoded) = self.0.value(Of::Person(at.person)) {
                let data = &encoded.bytes()[..encoded.bytes().len().min(255)];
                // The card does not know the command and rejects it.
                let command = [&[0x80, 0xFE, 0x00, 0x00, data.len() as u8], data].concat();
                let _ = Counter::new(at.card, at.reader).transmit(&command).await;
            }
            Ok(())
        })
    }
}
