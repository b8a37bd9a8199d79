//! A facility's database that is restored from the backup of the night before.

use super::behaviour::FacilityBehaviour;
use super::{CHARTS, PATIENTS, STORE};
use jiff::civil::Date;
use serde::Deserialize;
use sim::disk::Disk;
use sim::terms::check::CheckId;
use std::collections::BTreeSet;

/// What every record of the facility says.
#[derive(Deserialize)]
struct OfCheck {
    check: CheckId,
}

/// The day of a record of the reception.
#[derive(Deserialize)]
struct OfDay {
    check: CheckId,
    day: Date,
}

/// Restores the backup that was made in the night before `today`, and replays the log of what has been written since.
pub(super) fn restore(disk: &Disk, today: Date, behaviour: &dyn FacilityBehaviour) {
    let day_of = |record: &Vec<u8>| serde_json::from_slice::<OfDay>(record).ok();
    let before = disk.read(STORE).iter().filter_map(day_of).filter(|r| r.day < today).map(|r| r.check).collect::<BTreeSet<_>>();
    for store in [STORE, CHARTS, PATIENTS] {
        let is_old = |record: &Vec<u8>| serde_json::from_slice::<OfCheck>(record).is_ok_and(|r| before.contains(&r.check));
        let (backup, since): (Vec<_>, Vec<_>) = disk.read(store).into_iter().partition(is_old);
        let replayed = since.into_iter().filter(|_| behaviour.replays_log());
        disk.replace(store, backup.into_iter().chain(replayed).collect());
    }
}
