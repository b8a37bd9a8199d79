use super::*;
use jiff::civil::date;
use sim::people::{Population, PopulationError};
use sim::seed::Seed;
use sim::terms::roles::Zone;

const DAY: Date = date(2027, 4, 5);

/// An insurer with one person, whose period ended ten days ago, known from `end_known_from` on.
fn insurer(begins_known_from: Duration, end_known_from: Duration) -> Result<Insurer, PopulationError> {
    let person = Population::new(&Seed::new(1, "insurer"), 1, DAY)?.person(0);
    let mut period = person.insurance.last().cloned().unwrap();
    (period.from, period.until) = (date(2020, 4, 1), Some(date(2027, 3, 26)));
    period.end_reason = Some(sim::terms::coverage::EndReason::InsuredElsewhere);
    let number = period.insured.insurer.clone();
    let insured = Insured {
        number: person.my_number.clone(),
        period,
        begins_known_from,
        end_known_from,
        fed_after: Duration::ZERO,
        withdrawn_from: None,
    };
    let env = Env::offline(&Seed::new(1, "insurer"), "insurer", Zone::Insurer);
    Ok(Insurer::new(&env, number, vec![insured], Vec::new()))
}

fn fed(insurer: &Insurer, after_s: u64) -> Vec<(Date, Option<Date>)> {
    let codes = [Some(InstitutionCode::from_bytes([7; 16]))];
    let feed = Feed::new(Duration::from_secs(after_s), DAY);
    insurer.entries(&codes, &feed).into_iter().map(|e| (e.since, e.until)).collect()
}

#[test]
fn an_end_in_the_past_is_fed_once_it_is_known() {
    let late = insurer(Duration::ZERO, Duration::from_secs(3600)).unwrap();
    let since = date(2020, 4, 1);
    assert_eq!(fed(&late, 3599), [(since, None)]);
    assert_eq!(fed(&late, 3600), [(since, Some(date(2027, 3, 26)))]);
}

#[test]
fn a_beginning_that_is_not_known_yet_is_not_fed() {
    let late = insurer(Duration::from_secs(60), Duration::from_secs(90)).unwrap();
    assert_eq!(fed(&late, 59), []);
    assert_eq!(fed(&late, 60).len(), 1);
    assert_eq!(fed(&insurer(Duration::ZERO, Duration::ZERO).unwrap(), 0), [(date(2020, 4, 1), Some(date(2027, 3, 26)))]);
}

#[test]
fn a_feed_sent_out_of_order_has_at_least_two_messages() {
    let plain = Feed::new(Duration::ZERO, DAY);
    let reversed = Feed { reversed: true, ..plain };
    assert_eq!(Insurer::messages(&plain, Vec::new()), [[]]);
    assert_eq!(Insurer::messages(&reversed, Vec::new()).len(), 2);
}
