//! What fails at a counter, and when, known in advance like the faults of links; and what becomes of a card on the reader.

use std::time::Duration;

/// How long staff wait for a reader that does not answer.
pub const READER_PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of a card on the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtReader {
    /// It stays there until the check has ended.
    #[default]
    Stays,
    /// It is taken away while the certificate is read.
    TakenAway,
    /// Its chip does not answer.
    Dead,
    /// It is a card of another kind, such as a patient card of the facility.
    OfAnotherKind,
    /// The reader does not answer while this card is on it.
    ReaderStuck,
}

/// A period in which something at the counter does not work, in nanoseconds after the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterFault {
    pub at_ns: u64,
    pub until_ns: u64,
    pub kind: CounterFaultKind,
}

/// What does not work then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterFaultKind {
    /// The terminal has no power: what it was doing is lost, and what it had not synced.
    PowerCut,
    /// As a power cut, and the terminal comes back with the database of the night before.
    DatabaseRestored,
    /// The reader answers no command.
    ReaderHangs,
    /// Nothing can be written to the disk.
    DiskFull,
}

impl CounterFaultKind {
    /// Whether the terminal is off meanwhile.
    pub fn is_off(self) -> bool {
        matches!(self, CounterFaultKind::PowerCut | CounterFaultKind::DatabaseRestored)
    }
}

/// All faults of one counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CounterFaults(Vec<CounterFault>);

impl CounterFaults {
    pub fn new(mut faults: Vec<CounterFault>) -> Self {
        faults.sort_by_key(|fault| (fault.at_ns, fault.until_ns));
        CounterFaults(faults)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &CounterFault> {
        self.0.iter()
    }

    /// When a fault that is so now is over. `None` if there is none.
    fn until(&self, now: u64, is: impl Fn(CounterFaultKind) -> bool) -> Option<u64> {
        let now_so = |fault: &&CounterFault| is(fault.kind) && fault.at_ns <= now && now < fault.until_ns;
        self.0.iter().filter(now_so).map(|fault| fault.until_ns).max()
    }

    /// When the terminal is on again, if it is off now.
    pub fn off_until(&self, now: u64) -> Option<u64> {
        self.until(now, CounterFaultKind::is_off)
    }

    /// When the disk has space again, if it is full now.
    pub fn full_until(&self, now: u64) -> Option<u64> {
        self.until(now, |kind| kind == CounterFaultKind::DiskFull)
    }

    /// Whether the reader hangs now.
    pub fn reader_hangs(&self, now: u64) -> bool {
        self.until(now, |kind| kind == CounterFaultKind::ReaderHangs).is_some()
    }

    /// The next time at which the terminal loses power, from `now` on. `None` if it does not.
    pub fn next_cut(&self, now: u64) -> Option<u64> {
        self.0.iter().filter(|fault| fault.kind.is_off() && fault.at_ns >= now).map(|fault| fault.at_ns).min()
    }

    /// How often the terminal has been switched on again.
    pub fn restarts(&self, now: u64) -> usize {
        self.0.iter().filter(|fault| fault.kind.is_off() && fault.until_ns <= now).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_there_from_its_beginning_to_its_end() {
        let fault = |at_ns, until_ns, kind| CounterFault { at_ns, until_ns, kind };
        let all = vec![fault(50, 60, CounterFaultKind::DiskFull), fault(10, 20, CounterFaultKind::PowerCut)];
        let faults = CounterFaults::new(all);
        assert_eq!([9, 10, 19, 20].map(|now| faults.off_until(now)), [None, Some(20), Some(20), None]);
        assert_eq!((faults.full_until(55), faults.reader_hangs(55)), (Some(60), false));
        assert_eq!((faults.next_cut(5), faults.next_cut(11)), (Some(10), None));
        assert_eq!((faults.restarts(19), faults.restarts(20)), (0, 1));
    }
}
